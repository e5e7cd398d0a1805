//! Reload and drain, under load (rule L12): the clients count.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use proofkey_validator::server::NotServed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stage::{DEADLINE, Obedient, Stage, mounted, post, settings, with_headers};

const ACCEPT: &str = r#"{"do":"accept"}"#;

/// Sends one request after another on kept connections until told, or until the service is gone; every
/// request that was sent must be answered.
async fn client(address: std::net::SocketAddr, stop: Arc<AtomicBool>, answered: Arc<AtomicUsize>) {
    let bytes = with_headers("/desk", ACCEPT, "");
    'connections: while !stop.load(Ordering::SeqCst) {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return;
        };
        loop {
            if stop.load(Ordering::SeqCst) || stream.write_all(&bytes).await.is_err() {
                continue 'connections;
            }
            let mut answer = vec![0; 1024];
            match stream.read(&mut answer).await {
                Ok(0) | Err(_) => continue 'connections,
                Ok(length) => {
                    let answer = String::from_utf8_lossy(&answer[..length]);
                    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                    answered.fetch_add(1, Ordering::SeqCst);
                    if answer.contains("connection: close") {
                        continue 'connections;
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_under_load_loses_nothing_and_the_new_settings_hold() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let stop = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(client(
                stage.address(),
                Arc::clone(&stop),
                Arc::clone(&answered),
            ))
        })
        .collect();
    for round in 1..=20 {
        stage.server.reload(settings(&judge)).unwrap();
        let some_more = async {
            while answered.load(Ordering::SeqCst) < 50 * round {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, some_more)
            .await
            .expect("answers");
    }
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.expect("every answer was a 200");
    }
    assert_eq!(
        judge.asked.load(Ordering::SeqCst),
        answered.load(Ordering::SeqCst)
    );
    let mut other = settings(&judge);
    other.integrations = vec![mounted("/other", &judge)];
    stage.server.reload(other).unwrap();
    assert_eq!(stage.post(ACCEPT).await.status, 404);
    assert!(stage.metric("proofkey_validator_reloads_total ").await > 20.5);
}

#[tokio::test]
async fn a_reload_says_which_addresses_it_did_not_take_each_time() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    stage.server.reload(settings(&judge)).unwrap();
    for _ in 0..2 {
        let mut moved = settings(&judge);
        moved.listen = "127.0.0.1:1".parse().unwrap();
        moved.health = None;
        stage.server.reload(moved).unwrap();
    }
    assert!(stage.server.drain(DEADLINE).await);
    stage.log.close();
    let text = stage.written.text();
    let lines: Vec<&str> = text
        .lines()
        .filter(|it| it.contains("\"reloaded\""))
        .collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].contains("\"info\"") && !lines[0].contains("detail"));
    for line in &lines[1..] {
        assert!(line.contains("\"warn\""), "{line}");
        assert!(line.contains("listen stays 127.0.0.1:0 until a restart, and is not 127.0.0.1:1"));
        assert!(line.contains("health.listen stays 127.0.0.1:0 until a restart, and is not none"));
    }
}

#[tokio::test]
async fn a_request_keeps_the_settings_it_began_with() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let waiting = tokio::spawn(post(stage.address(), r#"{"do":"wait"}"#));
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 1.0)
        .await;
    let mut other = settings(&judge);
    other.integrations.clear();
    stage.server.reload(other).unwrap();
    judge.open(1);
    assert_eq!(waiting.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_drain_answers_what_has_begun_and_takes_nothing_new() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let address = stage.address();
    let idle = TcpStream::connect(address).await.unwrap();
    let waiting: Vec<_> = (0..8)
        .map(|_| tokio::spawn(post(address, r#"{"do":"wait"}"#)))
        .collect();
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 8.0)
        .await;
    let draining = tokio::spawn(stage.server.drain(DEADLINE));
    let refused = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(DEADLINE, refused)
        .await
        .expect("closed");
    judge.open(8);
    for one in waiting {
        let seen = one.await.unwrap();
        assert_eq!(
            (seen.status, seen.header("connection")),
            (200, Some("close"))
        );
    }
    assert!(draining.await.unwrap());
    drop(idle);
}

#[tokio::test]
async fn a_drain_ends_when_its_time_is_up() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let waiting = tokio::spawn(crate::stage::raw(
        stage.address(),
        &with_headers("/desk", r#"{"do":"wait"}"#, "").leak()[..],
    ));
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 1.0)
        .await;
    assert!(
        !stage
            .server
            .drain(std::time::Duration::from_millis(100))
            .await
    );
    assert!(waiting.await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_under_load_loses_no_request_that_was_judged() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let stop = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(client(
                stage.address(),
                Arc::clone(&stop),
                Arc::clone(&answered),
            ))
        })
        .collect();
    let some = async {
        while answered.load(Ordering::SeqCst) < 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, some).await.expect("answers");
    assert!(stage.server.drain(DEADLINE).await);
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.expect("every answer was a 200");
    }
    assert_eq!(
        judge.asked.load(Ordering::SeqCst),
        answered.load(Ordering::SeqCst)
    );
}

#[tokio::test]
async fn settings_that_would_open_the_service_to_strangers_are_not_taken() {
    let judge = Arc::new(Obedient::default());
    let mut guarded = settings(&judge);
    guarded.listen = "0.0.0.0:0".parse().unwrap();
    guarded.tls = Some(crate::trouble::tls());
    let mut callers = proofkey_validator::server::Callers::default();
    callers.add_bearer(&proofkey_core::Secret::new(
        "long-enough-for-a-test".to_owned(),
    ));
    guarded.callers = callers;
    let stage = Stage::start(guarded).await;
    let refused = stage.server.reload(settings(&judge));
    assert!(matches!(refused, Err(NotServed::Open(_))));
}
