//! The contract on the wire: every kind of call and what it is answered.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofkey_validator::{Auth, Judge, Judgement, Scalar, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "canary-secret-0815";

/// Accepts one secret, cannot tell for "unclear", refuses everything else, and counts.
struct OneSecret {
    asked: Arc<AtomicUsize>,
}

impl Judge for OneSecret {
    async fn judge(&self, auth: Auth) -> Judgement {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match auth.get("secret") {
            Some(Scalar::Text(text)) if text.expose() == SECRET => Judgement::Accepted,
            Some(Scalar::Text(text)) if text.expose() == "unclear" => Judgement::Unclear,
            Some(Scalar::Text(text)) if text.expose() == "panic" => panic!("on purpose"),
            _ => Judgement::Refused,
        }
    }
}

struct Peer {
    address: std::net::SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Peer {
    async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let judge = OneSecret {
            asked: asked.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router(judge)).await });
        Self { address, asked }
    }

    /// Sends the bytes and returns everything that comes back.
    async fn exchange(&self, request: &[u8]) -> String {
        let talk = async {
            let mut stream = TcpStream::connect(self.address).await.expect("connected");
            stream.write_all(request).await.expect("sent");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("answered");
            String::from_utf8(answer).expect("text")
        };
        tokio::time::timeout(Duration::from_secs(10), talk)
            .await
            .expect("in time")
    }

    async fn post(&self, content_type: &str, body: &str) -> String {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{content_type}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.exchange(request.as_bytes()).await
    }

    async fn post_json(&self, body: &str) -> String {
        self.post("Content-Type: application/json\r\n", body).await
    }
}

fn with_secret(secret: &str) -> String {
    format!(r#"{{"auth":{{"secret":"{secret}"}}}}"#)
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or("none")
}

/// Without the date, which is the only thing that may differ.
fn timeless(answer: &str) -> Vec<&str> {
    answer
        .lines()
        .filter(|line| !line.starts_with("date:"))
        .collect()
}

#[tokio::test]
async fn a_yes_is_200_with_an_empty_object_and_nothing_of_the_request() {
    let peer = Peer::start().await;
    let answer = peer.post_json(&with_secret(SECRET)).await;
    assert_eq!(status(&answer), "200");
    assert!(answer.ends_with("\r\n\r\n{}"), "{answer}");
    assert!(answer.contains("cache-control: no-store"), "{answer}");
    assert!(!answer.contains("canary"), "{answer}");
}

#[tokio::test]
async fn no_and_nobody_can_tell_look_exactly_alike() {
    let peer = Peer::start().await;
    let wrong = peer.post_json(&with_secret("wrong")).await;
    let unclear = peer.post_json(&with_secret("unclear")).await;
    let empty = peer.post_json(r#"{"auth":{}}"#).await;
    assert_eq!(status(&wrong), "401");
    assert_eq!(timeless(&wrong), timeless(&unclear));
    assert_eq!(timeless(&wrong), timeless(&empty));
    assert_eq!(peer.asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn malformed_calls_are_refused_before_anybody_is_asked() {
    let peer = Peer::start().await;
    let fine = with_secret(SECRET);
    let large = with_secret(&"x".repeat(64 * 1024));
    let json = "Content-Type: application/json\r\n";
    for (content_type, body, expected) in [
        (json, "", "400"),
        (json, "{}", "400"),
        (json, "{\u{201c}auth\u{201d}:{}}", "400"),
        (json, r#"{"auth":{"a":[]}}"#, "400"),
        (json, r#"{"auth":{"a":1,"a":2}}"#, "400"),
        (json, &large, "413"),
        ("", &fine, "415"),
        ("Content-Type: text/plain\r\n", &fine, "415"),
        (
            "Content-Type: application/x-www-form-urlencoded\r\n",
            &fine,
            "415",
        ),
        ("Content-Type: application/jsonp\r\n", &fine, "415"),
        (
            "Content-Type: multipart/form-data; boundary=application/json\r\n",
            &fine,
            "415",
        ),
        (
            "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
            &fine,
            "415",
        ),
    ] {
        let answer = peer.post(content_type, body).await;
        assert_eq!(status(&answer), expected, "{content_type} {body:.60}");
        assert!(!answer.contains("canary"), "{answer}");
    }
    assert_eq!(peer.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn json_with_parameters_and_in_chunks_is_accepted() {
    let peer = Peer::start().await;
    let body = with_secret(SECRET);
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        let answer = peer.post(&format!("Content-Type: {kind}\r\n"), &body).await;
        assert_eq!(status(&answer), "200", "{kind}");
    }
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(status(&peer.exchange(chunked.as_bytes()).await), "200");
}

#[tokio::test]
async fn other_methods_and_other_paths_are_refused_without_cross_origin_headers() {
    let peer = Peer::start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
        let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = peer.exchange(request.as_bytes()).await.to_lowercase();
        assert_eq!(status(&answer), "405", "{method}");
        assert!(answer.contains("allow: post"), "{answer}");
        assert!(!answer.contains("access-control"), "{answer}");
    }
    let elsewhere = "POST /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&peer.exchange(elsewhere.as_bytes()).await), "404");
    assert_eq!(peer.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_panic_costs_its_own_request_only() {
    let peer = Peer::start().await;
    let answer = peer.post_json(&with_secret("panic")).await;
    assert_ne!(status(&answer), "200");
    assert_eq!(status(&peer.post_json(&with_secret(SECRET)).await), "200");
}
