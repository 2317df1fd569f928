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
/// A whole answer, an archive of 64 MiB on a slow line included.
pub(crate) const WHOLE: Duration = Duration::from_secs(600);

/// A client that follows no redirect to plain http.
#[derive(Debug, Clone)]
pub(crate) struct Web(reqwest::Client);

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
            .timeout(WHOLE)
            .user_agent(USER_AGENT);
        if is_loopback(server) {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map(Self)
            .map_err(|error| silent(server, &error))
    }

    /// Reads an answer within bounds, whatever its status.
    pub(crate) async fn get(&self, url: &Url, headers: HeaderMap, most: Most) -> Result<Answer> {
        let Most(most, code) = most;
        let mut response = self.send(url, headers).await?;
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
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| silent(url, &error))?
        {
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
        Ok(self.send(url, headers).await?.status())
    }

    /// The header of a user and a password.
    pub(crate) fn basic(&self, url: &Url, user: &str, password: &str) -> Option<HeaderValue> {
        authorization(self.0.get(url.clone()).basic_auth(user, Some(password)))
    }

    /// The header of a token.
    pub(crate) fn bearer(&self, url: &Url, token: &str) -> Option<HeaderValue> {
        authorization(self.0.get(url.clone()).bearer_auth(token))
    }

    async fn send(&self, url: &Url, headers: HeaderMap) -> Result<Response> {
        let request = self.0.get(url.clone()).headers(headers);
        request.send().await.map_err(|error| silent(url, &error))
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

fn silent(url: &Url, error: &reqwest::Error) -> RegistryError {
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
    use super::*;

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
