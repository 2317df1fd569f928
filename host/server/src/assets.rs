//! The page's scripts and styles, carried in the binary.

use http::HeaderValue;
use jackfield_core::Digest;

macro_rules! assets {
    ($($name:literal: $kind:expr,)*) => {
        const FILES: &[(&str, &str, &str)] = &[$(($name, $kind, include_str!(concat!("../assets/", $name)))),*];
    };
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

assets! {
    "chat.css": STYLE,
    "chat.js": SCRIPT,
    "conversation.js": SCRIPT,
    "icon.svg": SVG,
    "store.js": SCRIPT,
    "strings.js": SCRIPT,
    "view.js": SCRIPT,
    "widget.js": SCRIPT,
}

/// One file.
pub(crate) struct Asset {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) text: &'static str,
    pub(crate) etag: HeaderValue,
}

/// All files, and a version that changes when any of them does. Scripts import each other by relative address, so
/// the version stands in the path: a page never mixes files of two versions.
pub(crate) struct Assets {
    files: Vec<Asset>,
    pub(crate) version: String,
}

impl Assets {
    pub(crate) fn new() -> Self {
        let mut all = String::new();
        let mut files = Vec::with_capacity(FILES.len());
        for &(name, kind, text) in FILES {
            let digest = Digest::of(text.as_bytes());
            all.push_str(&digest.to_string());
            files.push(Asset {
                name,
                kind,
                text,
                etag: etag(&digest),
            });
        }
        Self {
            files,
            version: Digest::of(all.as_bytes()).short(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Asset> {
        self.files.iter().find(|asset| asset.name == name)
    }
}

/// A strong validator.
pub(crate) fn etag(digest: &Digest) -> HeaderValue {
    HeaderValue::try_from(format!("\"{}\"", digest.short()))
        .unwrap_or(HeaderValue::from_static("\"-\""))
}
