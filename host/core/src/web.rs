//! HTTP as plug-ins see it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Request methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    #[n(0)]
    Get,
    #[n(1)]
    Head,
    #[n(2)]
    Post,
    #[n(3)]
    Put,
    #[n(4)]
    Patch,
    #[n(5)]
    Delete,
}

impl Method {
    /// Whether the method is safe in the sense of RFC 9110: it asks and changes nothing.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }

    /// The method as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
pub struct Header {
    /// Name, any case.
    #[n(0)]
    pub name: String,
    /// Value; `{secret:NAME}` stands for a secret that the host puts in.
    #[n(1)]
    pub value: String,
}

/// A request that a plug-in wants sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
pub struct Request {
    /// Method.
    #[n(0)]
    pub method: Method,
    /// Absolute URL, or one that starts with `{config:KEY}`.
    #[n(1)]
    pub url: String,
    /// Headers.
    #[n(2)]
    pub headers: Vec<Header>,
    /// Body as text.
    #[n(3)]
    pub body: Option<String>,
    /// Longest wait in milliseconds, at most the host's own bound.
    #[n(4)]
    pub timeout_ms: Option<u32>,
}

/// A complete response.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Response {
    /// HTTP status.
    #[n(0)]
    pub status: u16,
    /// Headers.
    #[n(1)]
    pub headers: Vec<Header>,
    /// Body as text.
    #[n(2)]
    pub body: String,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The destination or method is not granted.
    #[error("not granted: {0}")]
    #[n(0)]
    Denied(#[n(0)] String),
    /// No answer in time.
    #[error("no answer in time")]
    #[n(1)]
    TimedOut,
    /// No connection, or it broke.
    #[error("not reachable: {0}")]
    #[n(2)]
    Unreachable(#[n(0)] String),
    /// The answer was larger than the limit.
    #[error("the answer is larger than {0} bytes")]
    #[n(3)]
    TooLarge(#[n(0)] u64),
    /// The request itself cannot be sent.
    #[error("the request cannot be sent: {0}")]
    #[n(4)]
    Invalid(#[n(0)] String),
}
