use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use jackfield_core::{Digest, ErrorCode};
use jackfield_registry::Source;

use crate::support::{Server, Shelf, files, moved, newest, of_tomorrow, source, told, version};

#[tokio::test]
async fn any_web_server_makes_an_index_of_a_directory() {
    let shelf = Shelf::with(&["1.1.0"]).await;
    shelf.put("2.0.0", &of_tomorrow("2.0.0"));
    // Publishing writes the index, with what else is there.
    shelf
        .source()
        .publish(version("1.0.0"), None)
        .await
        .unwrap();
    let server = Server::of(shelf.path()).await;
    for path in ["/packs/", "/packs/index.json"] {
        let source = source(&server.url(path));
        let found = newest(&source, "", false).await.unwrap();
        assert_eq!(found.fetched.archive, version("1.1.0"));
        assert_eq!(
            found.fetched.sidecar.as_deref(),
            Some("signatures of 1.1.0\n")
        );
        assert_eq!(found.skipped[0].version.to_string(), "2.0.0");
        let unsigned = newest(&source, "@1.0.0", false).await.unwrap();
        assert_eq!(unsigned.fetched.sidecar, None);
    }
    // What does not run here is not even fetched.
    assert!(
        !server
            .asked()
            .iter()
            .any(|asked| asked.path.contains("2.0.0"))
    );
    let refused = source(&server.url("/packs/"))
        .publish(version("3.0.0"), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadSource);
}

#[tokio::test]
async fn the_same_directory_gives_the_same_index() {
    let read = |shelf: &Shelf| std::fs::read(shelf.path().join("index.json")).unwrap();
    let one = Shelf::with(&["1.0.0", "1.1.0"]).await;
    let other = Shelf::with(&["1.1.0", "1.0.0"]).await;
    assert_eq!(read(&one), read(&other));
}

/// The error of an index in which a text was replaced.
async fn lying(from: &str, to: &str) -> ErrorCode {
    let shelf = Shelf::with(&["1.0.0", "1.1.0"]).await;
    let mut files = files(shelf.path());
    let index = files.get_mut("/packs/index.json").unwrap();
    let text = String::from_utf8(index.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    *index = text.replace(from, to).into_bytes();
    let server = Server::of_files(files).await;
    newest(&source(&server.url("/packs/")), "", false)
        .await
        .unwrap_err()
        .code()
}

#[tokio::test]
async fn what_an_index_says_is_held_against_the_bytes() {
    let contradicts = ErrorCode::ListingContradicts;
    // Another version's bytes, and bytes that are as listed but for what they are said to be.
    assert_eq!(
        lying("shop-1.1.0.jfpack", "shop-1.0.0.jfpack").await,
        contradicts
    );
    assert_eq!(
        lying("\"version\": \"1.1.0\"", "\"version\": \"1.2.0\"").await,
        contradicts
    );
    assert_eq!(
        lying("tables@0.0.1", "log@0.0.1").await,
        ErrorCode::NoneFits
    );
    assert_eq!(
        lying("jackfield:tables/tables@0.0.1", "jackfield:log/log@0.0.1").await,
        contradicts
    );
    assert_eq!(
        lying("\"size\": ", "\"size\": 99999999").await,
        ErrorCode::BadListing
    );
    assert_eq!(lying("\"size\": ", "\"size\": 1").await, contradicts);
    let digest = Digest::of(&version("1.1.0")).to_string();
    assert_eq!(lying(&digest, &"0".repeat(64)).await, contradicts);
    let size = version("1.1.0").len();
    let less = format!("\"size\": {}", size - 1);
    assert_eq!(
        lying(&format!("\"size\": {size}"), &less).await,
        contradicts
    );
}

#[tokio::test]
async fn an_index_that_is_none_is_refused() {
    let bad = ErrorCode::BadListing;
    assert_eq!(lying("\"version\": 1,", "\"version\": 2,").await, bad);
    assert_eq!(lying("\"packs\": [", "\"packs\": {").await, bad);
    for file in [
        "../shop.jfpack",
        "/shop.jfpack",
        "https://elsewhere.example/shop.jfpack",
        "//elsewhere.example/x",
    ] {
        assert_eq!(
            lying("com.example.shop-1.1.0.jfpack", file).await,
            bad,
            "{file}"
        );
    }
    assert_eq!(
        lying("\"version\": \"1.1.0\"", "\"version\": \"1.0.0\"").await,
        bad
    );
    assert_eq!(
        lying("jackfield:tables/tables@0.0.1", "a b\\u001b[2J").await,
        bad
    );
}

#[tokio::test]
async fn nothing_is_read_without_bounds() {
    let without_length = Server::start(|asked| match asked.path.as_str() {
        "/endless/" => moved("/endless/index.json"),
        _ => {
            let chunk = Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 65536]));
            told(
                StatusCode::OK,
                Body::from_stream(futures_util::stream::repeat_with(move || match &chunk {
                    Ok(chunk) => Ok(chunk.clone()),
                    Err(_) => Err(std::io::Error::other("")),
                })),
            )
        }
    })
    .await;
    let refused = newest(&source(&without_length.url("/endless/")), "", false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadListing);
    assert!(
        refused.to_string().contains("more than 8388608 bytes"),
        "{refused}"
    );

    let long = Server::start(|_| told(StatusCode::OK, vec![b' '; (8 << 20) + 1])).await;
    let refused = newest(&source(&long.url("/")), "", false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadListing);
}

#[tokio::test]
async fn redirects_are_few_and_none_leads_to_plain_http_elsewhere() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let files = files(shelf.path());
    let server = Server::start(move |asked| {
        if let Some(file) = files.get(&asked.path) {
            return told(StatusCode::OK, file.clone());
        }
        match asked.path.as_str() {
            "/1/index.json" => moved("/2/index.json"),
            "/2/index.json" => moved("/3/index.json"),
            "/3/index.json" => moved("/packs/index.json"),
            "/0/index.json" => moved("/1/index.json"),
            "/round/index.json" => moved("/round/index.json"),
            "/plain/index.json" => moved("http://192.0.2.1/index.json"),
            _ => told(StatusCode::NOT_FOUND, ""),
        }
    })
    .await;
    let refused = async |path: &str| {
        let refused = newest(&source(&server.url(path)), "", false)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), ErrorCode::SourceSilent, "{refused}");
        refused.to_string()
    };
    // Archives are looked for where the index was said to be.
    assert!(refused("/1/").await.contains("404"));
    assert!(refused("/0/").await.contains("more than 3 redirects"));
    assert!(refused("/round/").await.contains("more than 3 redirects"));
    assert!(
        refused("/plain/")
            .await
            .contains("http://192.0.2.1/index.json, which is not https")
    );
}

#[tokio::test]
async fn what_a_server_answers_instead_is_said() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/closed/index.json" => told(StatusCode::FORBIDDEN, ""),
        _ => told(StatusCode::INTERNAL_SERVER_ERROR, ""),
    })
    .await;
    let code = async |path| {
        newest(&source(&server.url(path)), "", false)
            .await
            .unwrap_err()
            .code()
    };
    assert_eq!(code("/closed/").await, ErrorCode::SourceDenied);
    assert_eq!(code("/broken/").await, ErrorCode::SourceSilent);
    // Nobody listens there any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        newest(&source(&gone), "", false).await.unwrap_err().code(),
        ErrorCode::SourceSilent
    );
}

#[test]
fn what_is_no_source_is_refused() {
    for text in [
        "http://packs.example/",
        "ftp://packs.example/",
        "https://user:secret@packs.example/",
        "oci://user:secret@packs.example/acme",
        "oci://packs.example/Upper Case",
        "oci:///acme",
        "https://",
    ] {
        let refused = Source::new(text, None).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadSource, "{text}");
    }
}
