//! Pages, their files, health, headers.

use bytes::Bytes;
use http::StatusCode;
use jackfield_core::ErrorCode;

use crate::client::{options, request, start};
use crate::fake::FakeHost;

#[tokio::test]
async fn everything_the_page_names_is_there_and_stays_cached() {
    let mut named = options();
    named.title = "Sun & <Moon>".into();
    let server = start(FakeHost::echo(), named).await;
    let page = server.get("/").await;
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(html.contains("Sun &#38; &#60;Moon&#62;"), "{html}");
    assert!(!html.contains("<Moon>"));
    let links: Vec<_> = html
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert!(links.len() >= 3);
    for link in links {
        let file = server.get(link).await;
        assert_eq!(file.status, StatusCode::OK, "{link}");
        assert!(
            file.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let mut again = request("GET", link, None, Bytes::new());
        again
            .headers_mut()
            .insert("if-none-match", file.headers["etag"].clone());
        let again = server.ask(again).await;
        assert_eq!(
            (again.status, again.body.len()),
            (StatusCode::NOT_MODIFIED, 0)
        );
    }
    let stale = server.get("/assets/000000000000/chat.js").await;
    assert_eq!(
        stale.headers["cache-control"], "no-cache",
        "must not stay under a wrong version"
    );
    assert_eq!(
        server.get("/assets/x/..%2f..%2fCargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        server.get("/widget.js").await.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test]
async fn the_page_runs_only_our_own_scripts() {
    let server = start(FakeHost::echo(), options()).await;
    let page = server.get("/chat").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"));
    assert!(!policy.contains("unsafe"));
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(
        !html.contains("style=") && !html.contains("onclick"),
        "the policy would refuse it"
    );
    for path in ["/chat", "/live", "/nothing", "/chat/api/events"] {
        let answered = server.get(path).await;
        assert_eq!(
            answered.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        assert_eq!(answered.headers["referrer-policy"], "no-referrer", "{path}");
        assert!(
            answered.headers.contains_key("content-security-policy"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_first_paint_is_in_the_language_of_the_browser() {
    let server = start(FakeHost::echo(), options()).await;
    let mut chinese = request("GET", "/", None, Bytes::new());
    chinese.headers_mut().insert(
        "accept-language",
        "zh-CN,zh;q=0.9,en;q=0.8".parse().unwrap(),
    );
    let page = server.ask(chinese).await;
    assert!(
        page.body
            .starts_with(b"<!doctype html>\n<html lang=\"zh-CN\">")
    );
    assert!(
        server
            .get("/")
            .await
            .body
            .starts_with(b"<!doctype html>\n<html lang=\"en\">")
    );
}

#[tokio::test]
async fn readiness_says_why_not() {
    let server = start(FakeHost::echo(), options()).await;
    assert_eq!(server.get("/live").await.status, StatusCode::OK);
    assert_eq!(server.get("/ready").await.json()["ready"], true);
    *server.host.refuses.lock() = Some(ErrorCode::StoreFull);
    let ready = server.get("/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["reasons"][0], "JF-STO-002");
    assert_eq!(server.get("/live").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_count_what_happened() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let mut measured = options();
    measured.metrics = Some(recorder.handle());
    // The only test of this process that installs a recorder.
    metrics::set_global_recorder(recorder).unwrap();
    let server = start(FakeHost::echo(), measured).await;
    let (token, _) = server.contact().await;
    server.say(&token, "m1", "hello").await;
    server.say(&token, "m1", "hello").await;
    let text = String::from_utf8(server.get("/metrics").await.body.to_vec()).unwrap();
    for line in [
        "jackfield_inbound_total{channel=\"web\",result=\"duplicate\"}",
        "jackfield_http_requests_total{route=\"/chat/api/messages\",status=\"2xx\"}",
        "jackfield_http_connections",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn without_a_recorder_there_are_no_metrics() {
    let server = start(FakeHost::echo(), options()).await;
    assert_eq!(server.get("/metrics").await.status, StatusCode::NOT_FOUND);
}
