//! Requests to other systems: only to granted destinations, with secrets put in by the host, bounded, and
//! never to a private address unless the operator said so.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use jackfield_core::{ErrorCode, Failure, Header, Method, Permission, Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Longest wait for one answer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Headers of an answer that a pack is shown.
const MOST_HEADERS: usize = 32;
/// Headers that a pack may not set.
const HOST_HEADERS: [&str; 6] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "idempotency-key",
    "expect",
];

/// Where one pack may send requests, and what it may refer to in them.
#[derive(Debug, Clone, Default)]
pub struct Destinations {
    /// Base addresses by config key: what `{config:KEY}` stands for.
    pub bases: BTreeMap<String, String>,
    /// Granted origins: scheme, host and port of these addresses.
    pub allowed: Vec<Url>,
    /// Secrets by name, each bound to one granted origin.
    pub secrets: BTreeMap<String, Secret>,
    /// Private and loopback addresses may be reached (a back end in the same network).
    pub private: bool,
}

/// A secret that the host puts into a header.
#[derive(Clone)]
pub struct Secret {
    /// The value; never logged, never given to a guest.
    pub value: String,
    /// The only origin it is sent to.
    pub origin: Url,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret(for {})", self.origin)
    }
}

impl Destinations {
    /// The lines of grants that a request needs: its destination, and the secrets that it names.
    pub(crate) fn lines(&self, request: &Request) -> Vec<String> {
        let key = request.url.strip_prefix("{config:");
        let destination = match key.and_then(|rest| rest.split_once('}')) {
            Some((key, _)) => key.to_owned(),
            None => Url::parse(&request.url)
                .map_or_else(|_| request.url.clone(), |url| origin_text(&url)),
        };
        let secrets = request.headers.iter().filter_map(|header| {
            let (_, rest) = header.value.split_once("{secret:")?;
            Some(rest.split_once('}')?.0.to_owned())
        });
        std::iter::once(Permission::Destination(destination))
            .chain(secrets.map(Permission::Secret))
            .map(|permission| permission.to_string())
            .collect()
    }

    /// Which of those lines is missing, as far as one is.
    pub(crate) fn missing(&self, request: &Request) -> Option<String> {
        let lines = self.lines(request);
        if self.address(request).is_err() {
            return lines.into_iter().next();
        }
        let known = |line: &String| {
            line.strip_prefix("secret ")
                .is_none_or(|name| self.secrets.contains_key(name))
        };
        lines.into_iter().find(|line| !known(line))
    }

    /// Scheme, host and port that the request goes to, when they are granted.
    pub(crate) fn origin(&self, request: &Request) -> Result<String, Failure> {
        self.address(request).map(|url| origin_text(&url))
    }

    /// The request's address, when it is granted.
    fn address(&self, request: &Request) -> Result<Url, Failure> {
        let text = match request
            .url
            .strip_prefix("{config:")
            .and_then(|rest| rest.split_once('}'))
        {
            Some((key, path)) => {
                let base = self.bases.get(key).ok_or_else(|| {
                    denied(&format!(
                        "the config key `{key}` is not a granted destination"
                    ))
                })?;
                format!("{}{path}", base.trim_end_matches('/'))
            }
            None => request.url.clone(),
        };
        let url =
            Url::parse(&text).map_err(|error| Failure::Invalid(format!("`{text}`: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::Invalid(
                "an address must not contain a user name".to_owned(),
            ));
        }
        if !matches!(url.scheme(), "http" | "https")
            || !self.allowed.iter().any(|origin| same_origin(origin, &url))
        {
            return Err(denied(&format!(
                "{} is not a granted destination",
                origin_text(&url)
            )));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        if literal.is_some_and(|ip| !self.private && !is_public(ip)) {
            return Err(denied(&format!(
                "{} is a private address",
                origin_text(&url)
            )));
        }
        Ok(url)
    }

    fn header_value(&self, value: &str, url: &Url) -> Result<String, Failure> {
        let Some(start) = value.find("{secret:") else {
            return Ok(value.to_owned());
        };
        let (before, rest) = value.split_at(start);
        let Some((name, after)) = rest["{secret:".len()..].split_once('}') else {
            return Err(Failure::Invalid(
                "a secret is written {secret:NAME}".to_owned(),
            ));
        };
        match self.secrets.get(name) {
            Some(secret) if same_origin(&secret.origin, url) => {
                Ok(format!("{before}{}{after}", secret.value))
            }
            Some(_) => Err(denied(&format!(
                "the secret `{name}` is not for {}",
                origin_text(url)
            ))),
            None => Err(denied(&format!("the secret `{name}` is not granted"))),
        }
    }
}

fn denied(what: &str) -> Failure {
    Failure::Denied(format!(
        "{}: {what}; the operator grants it with the pack's [capabilities] http",
        ErrorCode::HttpDenied
    ))
}

fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host() == b.host()
        && a.port_or_known_default() == b.port_or_known_default()
}

fn origin_text(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether an address is reachable from everywhere: none of the special ranges of the IANA registries.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // Only 2000::/3 is global unicast; within it, ranges that carry an IPv4 address or are for documentation.
    segments[0] & 0xe000 == 0x2000
        && segments[0] != 0x2002
        && !(segments[0] == 0x2001 && (segments[1] == 0 || segments[1] == 0x0db8))
}

/// Resolves names and drops answers that contain a private address.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(format!("{} resolves to a private address", name.as_str()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Sends requests.
#[derive(Debug, Clone)]
pub(crate) struct Egress {
    public: reqwest::Client,
    private: reqwest::Client,
}

impl Egress {
    /// # Errors
    /// When the TLS library cannot be set up.
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        // Only the first call in a process sets it; later ones find it set.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(Duration::from_secs(2))
                .pool_idle_timeout(Duration::from_secs(30))
                .user_agent(concat!("jackfield/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            public: client()
                .dns_resolver(std::sync::Arc::new(PublicOnly))
                .build()?,
            private: client().build()?,
        })
    }

    /// Sends one request and reads the whole answer, at most `most` bytes.
    pub(crate) async fn send(
        &self,
        destinations: &Destinations,
        request: &Request,
        idempotency_key: Option<&str>,
        most: usize,
    ) -> Result<Response, Failure> {
        let url = destinations.address(request)?;
        let client = if destinations.private {
            &self.private
        } else {
            &self.public
        };
        let wait = request
            .timeout_ms
            .map_or(LONGEST_WAIT, |ms| Duration::from_millis(ms.into()))
            .clamp(Duration::from_millis(1), LONGEST_WAIT);
        let mut builder = client
            .request(method(request.method), url.clone())
            .timeout(wait);
        for Header { name, value } in &request.headers {
            if HOST_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(Failure::Invalid(format!(
                    "the header `{name}` is set by the host"
                )));
            }
            builder = builder.header(name, destinations.header_value(value, &url)?);
        }
        if let Some(key) = idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        if let Some(body) = &request.body {
            if !request
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case("content-type"))
            {
                builder = builder.header("content-type", "application/json");
            }
            builder = builder.body(body.clone());
        }
        read(builder.send().await.map_err(failure)?, most).await
    }
}

async fn read(mut response: reqwest::Response, most: usize) -> Result<Response, Failure> {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .take(MOST_HEADERS)
        .filter_map(|(name, value)| {
            Some(Header {
                name: name.to_string(),
                value: value.to_str().ok()?.to_owned(),
            })
        })
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > most {
            return Err(Failure::TooLarge(most as u64));
        }
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8(body)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(Response {
        status,
        headers,
        body,
    })
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn failure(error: reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    if error.is_builder() {
        return Failure::Invalid(error.to_string());
    }
    // The cause chain says what happened; the address in front of it may hold personal data.
    let mut text = String::new();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    Failure::Unreachable(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations() -> Destinations {
        let origin = Url::parse("https://api.example.com").unwrap();
        Destinations {
            bases: BTreeMap::from([(
                "carrier-base".to_owned(),
                "https://api.example.com/v1/".to_owned(),
            )]),
            allowed: vec![origin.clone(), Url::parse("http://127.0.0.1:7070").unwrap()],
            secrets: BTreeMap::from([(
                "token".to_owned(),
                Secret {
                    value: "s3cret".to_owned(),
                    origin,
                },
            )]),
            private: false,
        }
    }

    fn get(url: &str) -> Request {
        Request {
            method: Method::Get,
            url: url.to_owned(),
            headers: vec![],
            body: None,
            timeout_ms: None,
        }
    }

    #[test]
    fn only_granted_origins_are_reached() {
        let granted = destinations();
        assert_eq!(
            granted
                .address(&get("{config:carrier-base}/plans?x=1"))
                .unwrap()
                .as_str(),
            "https://api.example.com/v1/plans?x=1"
        );
        for refused in [
            "http://api.example.com/",
            "https://api.example.com:8443/",
            "https://api.example.com.evil.test/",
            "https://evil.test/?api.example.com",
            "https://user@api.example.com/",
            "{config:other}/",
            "file:///etc/passwd",
            "https://api.example.com@evil.test/",
            "nonsense",
        ] {
            assert!(granted.address(&get(refused)).is_err(), "{refused}");
        }
    }

    #[test]
    fn private_addresses_need_the_operators_word() {
        let mut granted = destinations();
        let loopback = get("http://127.0.0.1:7070/subscribers");
        assert!(matches!(
            granted.address(&loopback),
            Err(Failure::Denied(_))
        ));
        granted.private = true;
        assert!(granted.address(&loopback).is_ok());
    }

    #[test]
    fn special_ranges_are_not_public() {
        for ip in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "0.0.0.0",
            "198.18.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:0:1::",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["1.1.1.1", "223.5.5.5", "2400:3200::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn a_secret_goes_only_to_its_own_host() {
        let granted = destinations();
        let own = Url::parse("https://api.example.com/x").unwrap();
        let other = Url::parse("http://127.0.0.1:7070/x").unwrap();
        assert_eq!(
            granted.header_value("Bearer {secret:token}", &own).unwrap(),
            "Bearer s3cret"
        );
        assert!(granted.header_value("{secret:token}", &other).is_err());
        assert!(granted.header_value("{secret:unknown}", &own).is_err());
        assert!(!format!("{granted:?}").contains("s3cret"));
    }
}
