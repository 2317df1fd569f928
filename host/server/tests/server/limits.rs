//! Clients that take too much, and clients that take too long.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;
use jackfield_server::Rate;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{limited, options, start};
use crate::fake::FakeHost;

const SOON: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_client_that_dribbles_its_request_head_is_cut_off() {
    let server = limited(FakeHost::echo(), |limits| limits.head_time = SOON).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET /live HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .await
        .unwrap();
    let mut read = Vec::new();
    // Ends by itself, whatever it says before.
    timeout(LONG, stream.read_to_end(&mut read))
        .await
        .expect("the server waits for good")
        .ok();
    assert!(!String::from_utf8_lossy(&read).contains("200 OK"));
}

#[tokio::test]
async fn a_client_that_says_nothing_is_cut_off() {
    let server = limited(FakeHost::echo(), |limits| limits.head_time = SOON).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut read = Vec::new();
    timeout(LONG, stream.read_to_end(&mut read))
        .await
        .expect("the server waits for good")
        .ok();
}

#[tokio::test]
async fn a_client_that_dribbles_its_body_is_answered_without_it() {
    let server = limited(FakeHost::echo(), |limits| limits.request_time = SOON).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /chat/api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut read = vec![0; 12];
    timeout(LONG, stream.read_exact(&mut read))
        .await
        .expect("the server waits for good")
        .unwrap();
    assert_eq!(read, b"HTTP/1.1 503");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let server = limited(FakeHost::echo(), |limits| limits.write_time = SOON).await;
    let (token, session) = server.contact().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let ask = format!("GET /chat/api/events?token={token} HTTP/1.1\r\nhost: x\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    // More than the buffers of both ends hold.
    let words = "x".repeat(100_000);
    let cut_off = timeout(LONG, async {
        loop {
            for _ in 0..20 {
                server.host.speak(session.parse().unwrap(), &words);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            // A connection that was cut takes no more bytes from us.
            if stream.write_all(b"\r\n").await.is_err() {
                break;
            }
        }
    });
    cut_off.await.expect("the server holds the stream for good");
}

#[tokio::test]
async fn heads_are_bounded_in_size_and_number() {
    let server = start(FakeHost::echo(), options()).await;
    for head in [
        format!(
            "GET /live HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n",
            "x".repeat(100_000)
        ),
        format!(
            "GET /live HTTP/1.1\r\nhost: x\r\n{}\r\n",
            "x-many: 1\r\n".repeat(100)
        ),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // The server may hang up before it has all.
        stream.write_all(head.as_bytes()).await.ok();
        let mut read = vec![0; 12];
        timeout(LONG, stream.read_exact(&mut read))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(read, b"HTTP/1.1 431");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_to_wait() {
    let server = limited(FakeHost::echo(), |limits| {
        limits.limit_loopback = true;
        limits.rate = Rate {
            per_second: 1,
            burst: 3,
        };
    })
    .await;
    for _ in 0..3 {
        assert_eq!(server.get("/").await.status, StatusCode::OK);
    }
    let refused = server.get("/").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "JF-SRV-004")
    );
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(
        server.get("/live").await.status,
        StatusCode::OK,
        "health is always answered"
    );
}

#[tokio::test]
async fn contacts_cannot_be_made_at_will() {
    let server = limited(FakeHost::echo(), |limits| {
        limits.limit_loopback = true;
        limits.new_contacts = Rate {
            per_second: 1,
            burst: 1,
        };
    })
    .await;
    let (token, _) = server.contact().await;
    let refused = server.post("/chat/api/sessions", None, "").await;
    assert_eq!(refused.code(), "JF-SRV-004");
    let renewed = server.post("/chat/api/sessions", Some(&token), "").await;
    assert_eq!(
        renewed.status,
        StatusCode::CREATED,
        "a known contact is no new one"
    );
}

#[tokio::test]
async fn what_is_too_much_at_once_is_refused_and_the_place_comes_back() {
    let server = limited(FakeHost::echo(), |limits| {
        limits.streams = 1;
        limits.connections = 3;
    })
    .await;
    let (token, _) = server.contact().await;
    let mut held = server.events(&token, None).await;
    held.named("current").await;
    let refused = server.get(&format!("/chat/api/events?token={token}")).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "JF-SRV-005")
    );
    assert_eq!(refused.headers["retry-after"], "5");

    let mut others = Vec::new();
    let mut answer = [0; 12];
    // The bound counts connections that the server has taken; this one of many is over it.
    let over = timeout(LONG, async {
        loop {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            if let Ok(Ok(_)) = timeout(SOON, stream.read_exact(&mut answer)).await {
                break answer;
            }
            others.push(stream);
        }
    });
    assert_eq!(&over.await.unwrap(), b"HTTP/1.1 503");
    drop((held, others));
    timeout(LONG, async {
        loop {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            let ask = format!("GET /chat/api/events?token={token} HTTP/1.1\r\nhost: x\r\n\r\n");
            stream.write_all(ask.as_bytes()).await.ok();
            if stream.read_exact(&mut answer).await.is_ok() && &answer == b"HTTP/1.1 200" {
                break;
            }
        }
    })
    .await
    .expect("the places came back");
}

#[tokio::test]
async fn requests_over_the_bound_are_shed() {
    let server = {
        let mut options = options();
        options.limits.requests = 1;
        start(FakeHost::echo().gated(), options).await
    };
    // The Rasa channel waits for its turn, which the gate holds.
    let held = server.post(
        "/webhooks/rest/webhook",
        None,
        r#"{"sender":"a","message":"x"}"#,
    );
    let other = async {
        timeout(LONG, async {
            loop {
                let answered = server.get("/").await;
                if answered.status == StatusCode::SERVICE_UNAVAILABLE {
                    assert_eq!(answered.code(), "JF-SRV-005");
                    assert_eq!(answered.headers["retry-after"], "1");
                    break;
                }
            }
        })
        .await
        .unwrap();
        server.host.gate.add_permits(1);
    };
    let (held, ()) = tokio::join!(held, other);
    assert_eq!(held.json()[0]["text"], "echo x");
    assert_eq!(server.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_panic_ends_one_request_only() {
    let server = start(FakeHost::echo(), options()).await;
    server.host.broken.store(true, Ordering::Relaxed);
    let answered = server.get("/ready").await;
    assert_eq!(
        (answered.status, answered.code().as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "JF-SRV-007")
    );
    server.host.broken.store(false, Ordering::Relaxed);
    assert_eq!(server.get("/ready").await.status, StatusCode::OK);
}
