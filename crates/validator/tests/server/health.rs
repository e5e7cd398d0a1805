//! What those see who watch the service.

use std::sync::Arc;

use tokio::net::TcpStream;

use crate::stage::{DEADLINE, Obedient, Stage, post, raw, request, settings, to_the_end};

#[tokio::test]
async fn health_and_metrics_are_elsewhere_and_take_nothing() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let health = stage.server.health_address().unwrap();
    let get = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").into_bytes()
    };
    for (path, status) in [
        ("/health", 200),
        ("/health/live", 200),
        ("/health/ready", 200),
        ("/metrics", 200),
        ("/desk", 404),
    ] {
        assert_eq!(raw(health, &get(path)).await[0].status, status, "{path}");
    }
    assert_eq!(raw(health, &request("/health", "{}")).await[0].status, 405);
    assert_eq!(stage.raw(&get("/health")).await[0].status, 404);
    assert_eq!(stage.raw(&get("/metrics")).await[0].status, 404);
}

#[tokio::test]
async fn web_pages_learn_nothing_by_a_name_of_their_own() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let health = stage.server.health_address().unwrap();
    for (host, status) in [
        ("Host: 10.1.2.3:9090\r\n", 200),
        ("Host: [2001:db8::1]\r\n", 200),
        ("Host: localhost\r\n", 200),
        ("Host: evil.com\r\n", 421),
        ("Host: 10.1.2.3.evil.com\r\n", 421),
        ("Host: \r\n", 421),
    ] {
        let bytes = format!("GET /metrics HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let seen = raw(health, bytes.as_bytes()).await;
        assert_eq!(seen[0].status, status, "{host}");
    }
    let old = raw(health, b"GET /health HTTP/1.0\r\n\r\n").await;
    assert_eq!(old[0].status, 200);
}

#[tokio::test]
async fn silent_sockets_stop_no_health_answer() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let health = stage.server.health_address().unwrap();
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(health).await.unwrap());
    }
    let probe = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(health, probe).await[0].status, 200);
    assert!(to_the_end(&mut silent[0]).await.is_empty());
}

#[tokio::test]
async fn while_the_service_drains_health_says_so_and_metrics_are_told_to_the_end() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let health = stage.server.health_address().unwrap();
    let waiting = tokio::spawn(post(stage.address(), r#"{"do":"wait"}"#));
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 1.0)
        .await;
    let asked = async |path: &str| {
        let bytes = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        raw(health, bytes.as_bytes()).await[0].status
    };
    assert_eq!(asked("/health/ready").await, 200);
    let draining = tokio::spawn(stage.server.drain(DEADLINE));
    let told = async { while asked("/health/ready").await != 503 {} };
    tokio::time::timeout(DEADLINE, told).await.expect("told");
    assert_eq!(asked("/health").await, 503);
    assert_eq!(asked("/health/live").await, 200);
    assert_eq!(asked("/metrics").await, 200);
    judge.open(1);
    assert_eq!(waiting.await.unwrap().status, 200);
    assert!(draining.await.unwrap());
    let gone = async { while TcpStream::connect(health).await.is_ok() {} };
    tokio::time::timeout(DEADLINE, gone).await.expect("closed");
}
