//! Packs to publish, a directory to put them into, and a web server that does as it is told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use jackfield_core::{Limits, PackId};
use jackfield_packs::samples;
use jackfield_registry::{Found, RegistryError, Source, Wanted};

/// The sample pack.
pub(crate) const SHOP: &str = "com.example.shop";

pub(crate) fn shop() -> PackId {
    PackId::new(SHOP).unwrap()
}

/// A version of the sample pack.
pub(crate) fn version(version: &str) -> Vec<u8> {
    samples::with("pack.toml", samples::MANIFEST.replace("1.2.3", version))
}

/// A version whose component wants tables of a later host.
pub(crate) fn of_tomorrow(version: &str) -> Vec<u8> {
    let mut entries = samples::entries();
    let manifest = samples::MANIFEST.replace("1.2.3", version);
    let plugin = samples::component(&[("jackfield:tables/tables@0.0.9", "query")]);
    entries.insert("pack.toml".to_owned(), manifest.into_bytes());
    entries.insert("plugin.wasm".to_owned(), plugin);
    samples::archive(&entries)
}

/// A version that this host could link, with a manifest of a later one.
pub(crate) fn with_new_keys(version: &str) -> Vec<u8> {
    let manifest = samples::MANIFEST.replace("1.2.3", version) + "\n[voices]\nwarm = true\n";
    samples::with("pack.toml", manifest)
}

/// A directory of packs.
pub(crate) struct Shelf(tempfile::TempDir);

impl Shelf {
    /// With these versions published.
    pub(crate) async fn with(versions: &[&str]) -> Self {
        let shelf = Self(tempfile::tempdir().unwrap());
        for text in versions {
            let source = shelf.source();
            source
                .publish(version(text), Some(format!("signatures of {text}\n")))
                .await
                .unwrap();
        }
        shelf
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn source(&self) -> Source {
        source(self.path().to_str().unwrap())
    }

    pub(crate) fn file(&self, version: &str) -> PathBuf {
        self.path().join(format!("{SHOP}-{version}.jfpack"))
    }

    pub(crate) fn put(&self, version: &str, archive: &[u8]) {
        std::fs::write(self.file(version), archive).unwrap();
    }
}

pub(crate) fn source(text: &str) -> Source {
    Source::new(text, None).unwrap()
}

/// The newest of `com.example.shop` with what is put behind it.
pub(crate) async fn newest(
    source: &Source,
    wanted: &str,
    pre: bool,
) -> Result<Found, RegistryError> {
    let (pack, wanted) = Wanted::parse(&format!("{SHOP}{wanted}"), pre)?;
    source.newest(&pack, &wanted, &Limits::default()).await
}

/// What a server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A web server on this machine.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers with what `answer` says.
    pub(crate) async fn start(
        answer: impl Fn(&Asked) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        let router = axum::Router::new().fallback(move |request: Request| {
            let (answer, seen) = (answer.clone(), seen.clone());
            async move {
                let (parts, body) = request.into_parts();
                let asked = Asked {
                    method: parts.method,
                    path: parts.uri.path().to_owned(),
                    query: parts.uri.query().unwrap_or_default().to_owned(),
                    headers: parts.headers,
                    body: axum::body::to_bytes(body, usize::MAX)
                        .await
                        .unwrap()
                        .to_vec(),
                };
                seen.lock().unwrap().push(asked.clone());
                answer(&asked)
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, asked }
    }

    /// Serves these paths.
    pub(crate) async fn of_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self::start(move |asked| match files.get(&asked.path) {
            Some(content) => told(StatusCode::OK, content.clone()),
            None => told(StatusCode::NOT_FOUND, ""),
        })
        .await
    }

    /// Serves a directory as it is now, below `/packs/`.
    pub(crate) async fn of(dir: &Path) -> Self {
        Self::of_files(files(dir)).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// The files of a directory, by the paths at which a server has them.
pub(crate) fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let path = format!("/packs/{}", entry.file_name().to_str().unwrap());
            (path, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

pub(crate) fn told(status: StatusCode, body: impl Into<Body>) -> Response {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

pub(crate) fn moved(to: &str) -> Response {
    let moved = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
    moved.header("location", to).body(Body::empty()).unwrap()
}
