//! A registry in memory, which can be told to misbehave; a real one is asked in tests/registry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use jackfield_core::{Digest, ErrorCode, Limits};
use jackfield_registry::{Access, Source, Wanted};

use crate::support::{
    Asked, SHOP, Server, moved, newest, of_tomorrow, shop, source, told, version,
};

const NAMESPACE: &str = "acme/packs";

/// What is answered in place of some bytes.
type Instead = fn(&[u8]) -> Response;

/// What a registry holds.
#[derive(Default)]
struct Shelves {
    blobs: BTreeMap<String, Vec<u8>>,
    /// Manifests by their tags.
    manifests: BTreeMap<String, Vec<u8>>,
    uploads: Vec<Vec<u8>>,
    /// How many tags a page has.
    page: usize,
    /// Who may come in, and what is said to others.
    door: Option<(&'static str, String)>,
    /// What is answered instead, by the end of the path.
    instead: Vec<(String, Instead)>,
}

#[derive(Clone)]
struct Fake(Arc<Mutex<Shelves>>);

impl Fake {
    async fn start() -> (Self, Server) {
        let fake = Self(Arc::default());
        fake.0.lock().unwrap().page = 100;
        let answers = fake.clone();
        let server = Server::start(move |asked| answers.answer(asked)).await;
        (fake, server)
    }

    fn instead(&self, path: &str, answer: Instead) {
        self.0
            .lock()
            .unwrap()
            .instead
            .push((path.to_owned(), answer));
    }

    fn answer(&self, asked: &Asked) -> Response {
        let mut shelves = self.0.lock().unwrap();
        if asked.path == "/token" {
            return told(StatusCode::OK, "{\"token\":\"sesame\"}");
        }
        if let Some((header, challenge)) = &shelves.door
            && asked.header("authorization") != *header
        {
            let closed = Response::builder().status(StatusCode::UNAUTHORIZED);
            return closed
                .header("www-authenticate", challenge)
                .body(Body::empty())
                .unwrap();
        }
        let repository = format!("/v2/{NAMESPACE}/{SHOP}/");
        let Some(path) = asked.path.strip_prefix(&repository) else {
            return told(
                if asked.path == "/v2/" {
                    StatusCode::OK
                } else {
                    StatusCode::NOT_FOUND
                },
                "{}",
            );
        };
        let found = |content: Option<&Vec<u8>>| match content {
            Some(content) => {
                let other = shelves
                    .instead
                    .iter()
                    .find(|(end, _)| path.ends_with(end.as_str()));
                match other {
                    Some((_, answer)) => answer(content),
                    None => told(StatusCode::OK, content.clone()),
                }
            }
            None => told(StatusCode::NOT_FOUND, "{}"),
        };
        let at = |path: String| {
            let created = if asked.method == Method::PUT {
                StatusCode::CREATED
            } else {
                StatusCode::ACCEPTED
            };
            let range = format!("0-{}", asked.body.len().saturating_sub(1));
            let told = Response::builder()
                .status(created)
                .header("location", path)
                .header("range", range);
            told.body(Body::empty()).unwrap()
        };
        match (asked.method.clone(), path.split_once('/').unwrap()) {
            (Method::GET, ("tags", _)) => {
                let last = asked.query.split("last=").nth(1).unwrap_or_default();
                let rest = shelves.manifests.keys().filter(|tag| tag.as_str() > last);
                let tags: Vec<&String> = rest.take(shelves.page).collect();
                let page = serde_json::json!({ "name": SHOP, "tags": tags }).to_string();
                let mut page = told(StatusCode::OK, page);
                if tags.len() == shelves.page {
                    let next = format!(
                        "<{repository}tags/list?n=1&last={}>; rel=\"next\"",
                        tags[tags.len() - 1]
                    );
                    page.headers_mut().insert("link", next.parse().unwrap());
                }
                page
            }
            (Method::PUT, ("manifests", tag)) => {
                shelves.manifests.insert(tag.to_owned(), asked.body.clone());
                at(asked.path.clone())
            }
            (_, ("manifests", tag)) => found(shelves.manifests.get(tag)),
            (Method::POST, _) => {
                shelves.uploads.push(Vec::new());
                at(format!(
                    "{repository}blobs/uploads/{}",
                    shelves.uploads.len() - 1
                ))
            }
            (Method::PATCH, (_, upload)) => {
                let number: usize = upload.rsplit('/').next().unwrap().parse().unwrap();
                shelves.uploads[number].extend_from_slice(&asked.body);
                at(asked.path.clone())
            }
            (Method::PUT, (_, upload)) => {
                let number: usize = upload.rsplit('/').next().unwrap().parse().unwrap();
                let mut content = std::mem::take(&mut shelves.uploads[number]);
                content.extend_from_slice(&asked.body);
                let digest = format!("sha256:{}", Digest::of(&content));
                assert_eq!(asked.query.replace("%3A", ":"), format!("digest={digest}"));
                shelves.blobs.insert(digest, content);
                at(asked.path.clone())
            }
            (_, (_, digest)) => found(shelves.blobs.get(digest)),
        }
    }
}

fn oci(server: &Server, access: Option<Access>) -> Source {
    Source::new(&format!("oci://{}/{NAMESPACE}", server.address), access).unwrap()
}

/// Publishes one version; its manifest.
async fn published(server: &Server, fake: &Fake, text: &str) -> serde_json::Value {
    let signatures = Some(format!("signatures of {text}\n"));
    oci(server, None)
        .publish(version(text), signatures)
        .await
        .unwrap();
    serde_json::from_slice(&fake.0.lock().unwrap().manifests[text]).unwrap()
}

#[tokio::test]
async fn what_is_pushed_is_pulled() {
    let (fake, server) = Fake::start().await;
    let manifest = published(&server, &fake, "1.0.0").await;
    assert_eq!(
        manifest["artifactType"],
        "application/vnd.jackfield.pack.v1"
    );
    assert_eq!(
        manifest["layers"][0]["digest"],
        format!("sha256:{}", Digest::of(&version("1.0.0")))
    );
    let says = &manifest["annotations"];
    assert_eq!(
        (
            &says["com.jackfield.pack.id"],
            &says["com.jackfield.pack.version"]
        ),
        (&SHOP.into(), &"1.0.0".into())
    );
    assert_eq!(
        says["com.jackfield.pack.needs"],
        "jackfield:flow/flow@0.0.1 jackfield:tables/tables@0.0.1 jackfield:types/values@0.0.1"
    );
    for text in ["1.1.0", "1.2.0-rc.1"] {
        published(&server, &fake, text).await;
    }
    fake.0
        .lock()
        .unwrap()
        .manifests
        .insert("latest".to_owned(), b"{}".to_vec());
    // However the tags are cut into pages.
    for page in [1, 2, 100] {
        fake.0.lock().unwrap().page = page;
        let found = newest(&oci(&server, None), "", false).await.unwrap();
        assert_eq!(found.fetched.archive, version("1.1.0"));
        assert_eq!(
            found.fetched.sidecar.as_deref(),
            Some("signatures of 1.1.0\n")
        );
        let all = oci(&server, None)
            .releases(&shop(), &Wanted::all())
            .await
            .unwrap();
        let versions: Vec<String> = all
            .releases
            .iter()
            .map(|release| release.version.to_string())
            .collect();
        assert_eq!(versions, ["1.2.0-rc.1", "1.1.0", "1.0.0"]);
        assert!(all.notes.is_empty());
    }
    let elsewhere = source(&format!("oci://{}/other", server.address));
    assert_eq!(
        newest(&elsewhere, "", false).await.unwrap_err().code(),
        ErrorCode::NoRelease
    );
}

#[tokio::test]
async fn a_pushed_version_never_changes_and_its_signatures_may() {
    let (fake, server) = Fake::start().await;
    published(&server, &fake, "1.0.0").await;
    let before = fake.0.lock().unwrap().manifests.clone();
    let manifest = jackfield_packs::samples::MANIFEST.replace("1.2.3", "1.0.0") + "\n# Another.\n";
    let other = jackfield_packs::samples::with("pack.toml", manifest);
    let refused = oci(&server, None).publish(other, None).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::AlreadyPublished);
    assert_eq!(fake.0.lock().unwrap().manifests, before);

    let reviewed = Some("signatures of more\n".to_owned());
    oci(&server, None)
        .publish(version("1.0.0"), reviewed.clone())
        .await
        .unwrap();
    let found = newest(&oci(&server, None), "", false).await.unwrap();
    assert_eq!(found.fetched.sidecar, reviewed);

    // Without signatures, those that are there stay.
    oci(&server, None)
        .publish(version("1.0.0"), None)
        .await
        .unwrap();
    let found = newest(&oci(&server, None), "", false).await.unwrap();
    assert_eq!(found.fetched.sidecar, reviewed);

    // A tag of something else is not taken over.
    fake.0
        .lock()
        .unwrap()
        .manifests
        .insert("1.1.0".to_owned(), before["1.0.0"].clone());
    let refused = oci(&server, None)
        .publish(version("1.1.0"), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::AlreadyPublished);
}

#[tokio::test]
async fn who_asks_is_told_to_who_wants_to_know_and_to_nobody_else() {
    let (fake, server) = Fake::start().await;
    let here = server.address.to_string();
    let access = |host: Option<&str>| Some(Access::new("anna", "secret", host));
    let told_to = |asked: &Asked| !asked.header("authorization").is_empty();
    published(&server, &fake, "1.0.0").await;
    newest(&oci(&server, access(None)), "", false)
        .await
        .unwrap();
    assert!(!server.asked().iter().any(told_to), "nobody wanted to know");

    // `anna:secret`.
    let basic = "Basic YW5uYTpzZWNyZXQ=";
    fake.0.lock().unwrap().door = Some((basic, "Basic realm=\"packs\"".to_owned()));
    newest(&oci(&server, access(Some(&here))), "", false)
        .await
        .unwrap();
    oci(&server, access(None))
        .publish(version("1.1.0"), None)
        .await
        .unwrap();
    let seen = server.asked().len();
    for access in [None, access(Some("packs.example"))] {
        let refused = newest(&oci(&server, access), "", false).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::SourceDenied);
    }
    assert!(!server.asked()[seen..].iter().any(told_to));
    let wrong = Some(Access::new("anna", "guess", None));
    assert_eq!(
        newest(&oci(&server, wrong), "", false)
            .await
            .unwrap_err()
            .code(),
        ErrorCode::SourceDenied
    );

    // A token is fetched with the password, and goes with all else.
    let bearer = format!(
        "Bearer realm=\"{}\",service=\"packs\"",
        server.url("/token")
    );
    fake.0.lock().unwrap().door = Some(("Bearer sesame", bearer));
    let seen = server.asked().len();
    newest(&oci(&server, access(None)), "", false)
        .await
        .unwrap();
    let asked = server.asked().split_off(seen);
    let token = asked.iter().find(|asked| asked.path == "/token").unwrap();
    assert_eq!(token.header("authorization"), basic);
    assert!(
        token.query.contains(&format!("{}%3Apull", SHOP)),
        "{}",
        token.query
    );
    assert!(
        asked
            .iter()
            .all(|asked| asked.path == "/token" || asked.header("authorization") != basic)
    );
}

#[tokio::test]
async fn no_password_goes_over_plain_http() {
    let (fake, server) = Fake::start().await;
    let challenge = "Bearer realm=\"http://192.0.2.1/token\",service=\"packs\"".to_owned();
    fake.0.lock().unwrap().door = Some(("nobody", challenge));
    let access = Some(Access::new("anna", "secret", None));
    let refused = newest(&oci(&server, access), "", false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::SourceDenied);
    assert!(
        refused
            .to_string()
            .contains("http://192.0.2.1/token, which is not https"),
        "{refused}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_a_registry_says_is_held_against_the_bytes() {
    let (fake, server) = Fake::start().await;
    let manifest = published(&server, &fake, "1.0.0").await;
    let lie = async |change: &dyn Fn(&mut serde_json::Value)| {
        let mut manifest = manifest.clone();
        change(&mut manifest);
        let text = manifest.to_string().into_bytes();
        fake.0
            .lock()
            .unwrap()
            .manifests
            .insert("1.0.0".to_owned(), text);
        let refused = newest(&oci(&server, None), "", false).await.unwrap_err();
        (refused.code(), refused.to_string())
    };
    let contradicts = ErrorCode::ListingContradicts;
    let size = manifest["layers"][0]["size"].as_u64().unwrap();
    assert_eq!(
        lie(&|m| m["layers"][0]["size"] = (size - 1).into()).await.0,
        contradicts
    );
    assert_eq!(
        lie(&|m| m["layers"][0]["size"] = (size + 1).into()).await.0,
        contradicts
    );
    for size in [1_u64, 100] {
        let changed = lie(&|m| m["layers"][1]["size"] = size.into()).await;
        assert_eq!(changed.0, contradicts);
    }
    let needs = "jackfield:flow/flow@0.0.1";
    assert_eq!(
        lie(&|m| m["annotations"]["com.jackfield.pack.needs"] = needs.into())
            .await
            .0,
        contradicts
    );
    // The signatures as the archive.
    let other = manifest["layers"][1].clone();
    let swapped = |m: &mut serde_json::Value| {
        m["layers"][0]["digest"] = other["digest"].clone();
        m["layers"][0]["size"] = other["size"].clone();
    };
    assert_eq!(lie(&swapped).await.0, contradicts);

    // What is none of ours is noted, and there is nothing else.
    for (change, why) in [
        (
            (
                "/config/mediaType",
                "application/vnd.oci.image.config.v1+json",
            ),
            "it is no pack",
        ),
        (
            ("/annotations/com.jackfield.pack.id", "com.example.other"),
            "another pack or version",
        ),
        (
            ("/annotations/com.jackfield.pack.needs", "a\u{1b}[2J"),
            "names no interfaces",
        ),
        (("/layers/0/mediaType", "text/plain"), "it has no archive"),
        (
            ("/layers/0/digest", "sha512:00"),
            "not named by its SHA-256",
        ),
    ] {
        let (code, said) = lie(&|m| *m.pointer_mut(change.0).unwrap() = change.1.into()).await;
        assert_eq!(code, ErrorCode::NoRelease);
        assert!(said.contains(why), "{said}");
    }
    let large = |m: &mut serde_json::Value| m["layers"][0]["size"] = (1_u64 << 40).into();
    assert!(lie(&large).await.1.contains("at most 67108864 are read"));
}

#[tokio::test]
async fn a_registry_cannot_make_answers_longer_or_send_astray() {
    let astray = async |path: &str, answer: Instead| {
        let (fake, server) = Fake::start().await;
        published(&server, &fake, "1.0.0").await;
        fake.instead(path, answer);
        newest(&oci(&server, None), "", false).await.unwrap_err()
    };
    let archive = Digest::of(&version("1.0.0")).to_string();
    let long = |_: &[u8]| told(StatusCode::OK, vec![b' '; 1 << 20]);
    assert_eq!(astray("/1.0.0", long).await.code(), ErrorCode::BadListing);
    let longer = |content: &[u8]| told(StatusCode::OK, [content, &[0; 100_000]].concat());
    assert_eq!(
        astray(&archive, longer).await.code(),
        ErrorCode::ListingContradicts
    );
    let other = |content: &[u8]| told(StatusCode::OK, vec![0; content.len()]);
    assert_eq!(
        astray(&archive, other).await.code(),
        ErrorCode::ListingContradicts
    );
    let away = |_: &[u8]| moved("http://192.0.2.1/blob");
    for path in [archive.as_str(), "/1.0.0"] {
        let refused = astray(path, away).await;
        assert_eq!(refused.code(), ErrorCode::SourceSilent);
        assert!(
            refused.to_string().contains("which is not https"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_version_for_a_later_host_is_not_even_fetched() {
    let (fake, server) = Fake::start().await;
    let manifest = published(&server, &fake, "1.0.0").await;
    let archive = of_tomorrow("1.1.0");
    let mut later = manifest;
    later["annotations"]["com.jackfield.pack.version"] = "1.1.0".into();
    later["annotations"]["com.jackfield.pack.needs"] =
        "jackfield:flow/flow@0.0.1 jackfield:tables/tables@0.0.9".into();
    later["layers"][0]["digest"] = format!("sha256:{}", Digest::of(&archive)).into();
    later["layers"][0]["size"] = archive.len().into();
    {
        let mut shelves = fake.0.lock().unwrap();
        shelves
            .blobs
            .insert(format!("sha256:{}", Digest::of(&archive)), archive.clone());
        shelves
            .manifests
            .insert("1.1.0".to_owned(), later.to_string().into_bytes());
    }
    let found = newest(&oci(&server, None), "", false).await.unwrap();
    assert_eq!(found.fetched.release.version.to_string(), "1.0.0");
    assert_eq!(found.skipped.len(), 1);
    assert!(
        !server
            .asked()
            .iter()
            .any(|asked| asked.path.ends_with(&Digest::of(&archive).to_string()))
    );
    // A reviewer gets it all the same.
    let all = oci(&server, None)
        .releases(&shop(), &Wanted::all())
        .await
        .unwrap();
    let fetched = oci(&server, None)
        .fetch(all.releases[0].clone(), &Limits::default())
        .await
        .unwrap();
    assert_eq!(fetched.archive, archive);
}
