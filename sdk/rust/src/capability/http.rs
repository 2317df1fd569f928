//! Capability `http`: reads inside a turn; and building the requests that are sent after it.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Fault,
    wire::{Callback, Failure, Header, Method, Request, Response},
};

/// A request in the making: [`Call::read`] sends it now,
/// [`Draft::request`](crate::Draft::request) after the turn is durable.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a call is sent with `.read()` or as a request of a reply"]
pub struct Call(Request);

/// A `GET`. The address is absolute, or starts with a setting: `{config:base}/things/1`.
pub fn get(url: impl Into<String>) -> Call {
    Call::new(Method::Get, url.into())
}

/// A `POST`, for [`Draft::request`](crate::Draft::request).
pub fn post(url: impl Into<String>) -> Call {
    Call::new(Method::Post, url.into())
}

/// A `PUT`, for [`Draft::request`](crate::Draft::request).
pub fn put(url: impl Into<String>) -> Call {
    Call::new(Method::Put, url.into())
}

/// A `PATCH`, for [`Draft::request`](crate::Draft::request).
pub fn patch(url: impl Into<String>) -> Call {
    Call::new(Method::Patch, url.into())
}

/// A `DELETE`, for [`Draft::request`](crate::Draft::request).
pub fn delete(url: impl Into<String>) -> Call {
    Call::new(Method::Delete, url.into())
}

impl Call {
    fn new(method: Method, url: String) -> Self {
        Self(Request {
            method,
            url,
            headers: Vec::new(),
            body: None,
            timeout_ms: None,
        })
    }

    /// Adds a header. `{secret:NAME}` in its value is put in by the host; the plug-in never sees it.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.headers.push(Header {
            name: name.to_owned(),
            value: value.into(),
        });
        self
    }

    /// Sets a JSON body and its content type.
    ///
    /// # Errors
    /// When `body` cannot be written as JSON, for example a map with keys that are no text.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, Fault> {
        self.0.body = Some(serde_json::to_string(body)?);
        Ok(self.header("content-type", "application/json"))
    }

    /// Longest wait in milliseconds, at most the host's own bound.
    pub const fn timeout_ms(mut self, milliseconds: u32) -> Self {
        self.0.timeout_ms = Some(milliseconds);
        self
    }

    /// Sends a safe request (`GET`) now and waits for its answer. At most 8 in a turn.
    ///
    /// # Errors
    /// When there is no complete answer. An HTTP error status is an answer.
    pub fn read(self) -> Result<Response, Failure> {
        #[cfg(target_arch = "wasm32")]
        return crate::bindings::jackfield::http::http::read(&self.0);
        #[cfg(not(target_arch = "wasm32"))]
        crate::native::ask(|host| host.http_read(&self.0))
    }
}

impl From<Call> for Request {
    fn from(call: Call) -> Self {
        call.0
    }
}

impl Response {
    /// Whether the status is 2xx.
    pub const fn is_success(&self) -> bool {
        self.status / 100 == 2
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When the body is not JSON of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl Callback {
    /// Reads what the other system said.
    ///
    /// # Errors
    /// When it is not of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        Ok(serde_json::from_str(&self.payload)?)
    }
}

/// Writes one segment of an address: everything but letters, digits and `-._~` is escaped, so that
/// what a customer typed cannot change which address is asked.
pub fn segment(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.extend([byte >> 4, byte & 15].map(|digit| char::from(HEX[usize::from(digit)])));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_segment_stays_a_segment() {
        assert_eq!(super::segment("138-0000"), "138-0000");
        assert_eq!(super::segment("../a?b=中"), "..%2Fa%3Fb%3D%E4%B8%AD");
    }
}
