//! Asking web servers, with bounds on everything that they can make longer.

use std::error::Error as _;
use std::time::Duration;

use jackfield_core::ErrorCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use url::{Host, Url};

use crate::error::{RegistryError, Result};

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 3;
/// A connection must stand by then.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);
/// A pause in an answer.
pub(crate) const PAUSE: Duration = Duration::from_secs(30);
/// A whole answer, however short: one that comes byte by byte never pauses.
const WHOLE: Duration = Duration::from_secs(30);
/// Bytes a second of a line that is still waited for; a long answer has time for its length besides.
const SLOWEST: u64 = 128 << 10;

/// How long a whole answer of at most so many bytes may take: an archive of 64 MiB nine minutes.
pub(crate) fn patience(most: u64) -> Duration {
    WHOLE + Duration::from_secs(most / SLOWEST)
}

/// A client that follows no redirect to plain http.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    client: reqwest::Client,
    patience: fn(u64) -> Duration,
}

/// Bytes of an answer, and what it means when there are more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most(pub(crate) u64, pub(crate) ErrorCode);

/// A complete answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Web {
    /// A client for the server of this address.
    pub(crate) fn new(server: &Url) -> Result<Self> {
        // Only the first call in a process sets it; later ones find it set.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Policy::custom(|attempt| {
            let last = attempt.previous().last();
            if attempt.previous().len() > MOST_REDIRECTS {
                attempt.error(format!("more than {MOST_REDIRECTS} redirects"))
            } else if last.is_none_or(|last| !follows(last, attempt.url())) {
                let what = format!("a redirect to {}, which is not https", attempt.url());
                attempt.error(what)
            } else {
                attempt.follow()
            }
        });
        let mut builder = reqwest::Client::builder()
            .redirect(policy)
            .referer(false)
            .connect_timeout(CONNECT)
            .read_timeout(PAUSE)
            .user_agent(USER_AGENT);
        if is_loopback(server) {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map(|client| Self { client, patience })
            .map_err(|error| silent(server, &error, WHOLE))
    }

    /// Reads an answer within bounds, whatever its status.
    pub(crate) async fn get(&self, url: &Url, headers: HeaderMap, most: Most) -> Result<Answer> {
        let Most(most, code) = most;
        let whole = (self.patience)(most);
        let silent = |error| silent(url, &error, whole);
        let mut response = self.send(url, headers, whole).await.map_err(silent)?;
        let too_large = || {
            let what = format!("{url} answers more than {most} bytes");
            RegistryError::new(code, what)
        };
        if response
            .content_length()
            .is_some_and(|length| length > most)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(silent)? {
            if (body.len() + chunk.len()) as u64 > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }

    /// Asks as [`get`](Self::get) does, and reads nothing of what is answered.
    pub(crate) async fn status(&self, url: &Url, headers: HeaderMap) -> Result<StatusCode> {
        let whole = (self.patience)(0);
        let answer = self.send(url, headers, whole).await;
        answer
            .map(|answer| answer.status())
            .map_err(|error| silent(url, &error, whole))
    }

    /// The header of a user and a password.
    pub(crate) fn basic(&self, url: &Url, user: &str, password: &str) -> Option<HeaderValue> {
        authorization(
            self.client
                .get(url.clone())
                .basic_auth(user, Some(password)),
        )
    }

    /// The header of a token.
    pub(crate) fn bearer(&self, url: &Url, token: &str) -> Option<HeaderValue> {
        authorization(self.client.get(url.clone()).bearer_auth(token))
    }

    async fn send(
        &self,
        url: &Url,
        headers: HeaderMap,
        whole: Duration,
    ) -> reqwest::Result<Response> {
        let request = self.client.get(url.clone()).headers(headers);
        request.timeout(whole).send().await
    }
}

fn authorization(request: RequestBuilder) -> Option<HeaderValue> {
    let request = request.build().ok()?;
    request.headers().get(AUTHORIZATION).cloned()
}

/// How this host calls itself.
pub(crate) const USER_AGENT: &str = concat!("jackfield/", env!("CARGO_PKG_VERSION"));

/// What an answer other than the one hoped for means.
pub(crate) fn unexpected(url: &Url, status: StatusCode) -> RegistryError {
    let code = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorCode::SourceDenied,
        _ => ErrorCode::SourceSilent,
    };
    RegistryError::new(code, format!("{url} answers {status}"))
}

fn silent(url: &Url, error: &reqwest::Error, whole: Duration) -> RegistryError {
    if error.is_timeout() {
        let what = format!(
            "{url}: the answer stopped, or was not complete after {} s",
            whole.as_secs()
        );
        return RegistryError::new(ErrorCode::SourceSilent, what);
    }
    // The causes say what happened; the error itself only repeats the address.
    let mut cause = error.source();
    let mut text = String::new();
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    if text.is_empty() {
        text = error.to_string();
    }
    RegistryError::new(ErrorCode::SourceSilent, format!("{url}: {text}"))
}

/// Whether an address may be asked: https, or plain http on this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether a redirect is followed. Another machine does not send anybody to services of this one.
fn follows(from: &Url, to: &Url) -> bool {
    to.scheme() == "https" || (is_safe(to) && is_loopback(from))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, Bytes};
    use futures_util::{StreamExt as _, stream};

    use super::*;

    #[test]
    fn a_listing_has_a_minute_or_so_and_an_archive_time_for_its_length() {
        assert!(patience(1 << 20) < Duration::from_secs(60));
        assert!(patience(8 << 20) < Duration::from_secs(100));
        let archive = patience(64 << 20);
        assert!(archive > Duration::from_secs(500) && archive < Duration::from_secs(600));
    }

    /// It begins, it never has too many bytes, and it never ends.
    #[tokio::test]
    async fn an_answer_that_does_not_end_is_given_up() {
        let drip = || async {
            let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
            Body::from_stream(begun.chain(stream::pending()))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let served = axum::Router::new().fallback(drip);
        tokio::spawn(async move { axum::serve(listener, served).await });
        let url = Url::parse(&url).unwrap();
        let web = Web {
            patience: |_| Duration::from_millis(300),
            ..Web::new(&url).unwrap()
        };
        let asked = web.get(&url, HeaderMap::new(), Most(1 << 20, ErrorCode::BadListing));
        let in_time = tokio::time::timeout(Duration::from_secs(60), asked).await;
        let refused = in_time.expect("it is still waited for").err().unwrap();
        assert_eq!(refused.code(), ErrorCode::SourceSilent);
        assert!(
            refused.to_string().contains("was not complete after"),
            "{refused}"
        );
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(is_safe(&url("https://packs.example/")));
        assert!(is_safe(&url("http://127.0.0.1:5000/")) && is_safe(&url("http://[::1]/")));
        assert!(!is_safe(&url("http://packs.example/")) && !is_safe(&url("ftp://localhost/")));
        // Written otherwise, and still what it is.
        assert!(!is_safe(&url("http://127.0.0.1.example/")) && is_safe(&url("http://127.1/")));
        let (far, near) = (url("https://packs.example/"), url("http://127.0.0.1/"));
        assert!(follows(&far, &url("https://cdn.example/")) && follows(&near, &near));
        assert!(!follows(&far, &url("http://packs.example/")) && !follows(&far, &near));
    }
}
