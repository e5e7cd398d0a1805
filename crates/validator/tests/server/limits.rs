//! How much is too much (rules L5 and L13). What is slow waits at a gate of the test.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use proofkey_core::Secret;
use proofkey_validator::server::{Breaker, Limits, Proxies};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stage::{
    DEADLINE, Obedient, Seen, Stage, answers, mounted, post, request, settings, to_the_end,
    with_headers,
};

fn statuses(seen: &[Seen]) -> Vec<u16> {
    seen.iter().map(|it| it.status).collect()
}

async fn posts(stage: &Stage, auth: &str, times: usize) -> Vec<Seen> {
    let mut seen = Vec::new();
    for _ in 0..times {
        seen.push(stage.post(auth).await);
    }
    seen
}

#[tokio::test]
async fn a_source_a_client_and_all_together_have_limits_of_their_own() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits.per_client = Some(2);
    let stage = Stage::start(limited).await;
    let one = posts(&stage, r#"{"do":"refuse","client":"one"}"#, 8).await;
    let too_often = one.iter().find(|it| it.status == 429).expect("a limit");
    assert!(too_often.header("retry-after").is_some());
    assert_eq!(&statuses(&one)[..2], [401, 401]);
    assert_eq!(
        stage.post(r#"{"do":"accept","client":"two"}"#).await.status,
        200
    );
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);

    let mut limited = settings(&judge);
    limited.limits.per_source = Some(2);
    limited.proxies = Proxies::new(vec!["127.0.0.1".parse().unwrap()]);
    let stage = Stage::start(limited).await;
    let by = |source: &str| {
        let headers = format!("Connection: close\r\nX-Forwarded-For: {source}\r\n");
        with_headers("/desk", r#"{"do":"accept"}"#, &headers)
    };
    let mut one = Vec::new();
    for _ in 0..8 {
        one.extend(stage.raw(&by("192.0.2.1")).await);
    }
    assert!(statuses(&one).contains(&429), "{one:?}");
    assert_eq!(stage.raw(&by("192.0.2.2")).await[0].status, 200);

    let mut limited = settings(&judge);
    limited.limits.per_second = Some(2);
    let stage = Stage::start(limited).await;
    let all = posts(&stage, r#"{"do":"accept"}"#, 8).await;
    let shed = all.iter().find(|it| it.status == 503).expect("a limit");
    assert!(shed.header("retry-after").is_some());
}

#[tokio::test]
async fn the_word_of_a_stranger_about_its_source_changes_nothing() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits.per_source = Some(2);
    let stage = Stage::start(limited).await;
    let mut seen = Vec::new();
    for number in 0..8 {
        for header in [
            "X-Forwarded-For: 192.0.2.",
            "Forwarded: for=192.0.2.",
            "X-Real-IP: 192.0.2.",
        ] {
            let headers = format!("Connection: close\r\n{header}{number}\r\n");
            let bytes = with_headers("/desk", r#"{"do":"accept"}"#, &headers);
            seen.extend(stage.raw(&bytes).await);
        }
    }
    assert!(statuses(&seen).contains(&429), "{seen:?}");
}

#[tokio::test]
async fn what_finds_neither_a_place_nor_one_in_the_queue_is_refused_at_once() {
    let judge = Obedient::gated();
    let mut limited = settings(&judge);
    (limited.limits.in_flight, limited.limits.queue) = (2, 1);
    let stage = Stage::start(limited).await;
    let address = stage.address();
    let held: Vec<_> = (0..2)
        .map(|_| tokio::spawn(post(address, r#"{"do":"wait"}"#)))
        .collect();
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 2.0)
        .await;
    let began = Instant::now();
    let many: Vec<_> = (0..20)
        .map(|_| tokio::spawn(post(address, r#"{"do":"accept"}"#)))
        .collect();
    for one in many {
        let seen = one.await.unwrap();
        assert_eq!((seen.status, seen.header("retry-after")), (503, Some("1")));
    }
    // Twenty refusals; one of them waited in the queue for as long as anybody may.
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    judge.open(2);
    for one in held {
        assert_eq!(one.await.unwrap().status, 200);
    }
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
}

#[tokio::test]
async fn a_dead_system_holds_its_own_places_and_is_left_alone_while_others_are_asked() {
    let judge = Obedient::gated();
    let mut limited = settings(&judge);
    limited.limits.per_upstream = 4;
    limited.breaker = Breaker {
        failures: 3,
        rest: Duration::from_mins(1),
    };
    limited.integrations[0].timeout = Duration::from_millis(500);
    let stage = Stage::start(limited).await;
    let address = stage.address();
    let dead = r#"{"do":"wait","host":"dead"}"#;
    let alive = r#"{"do":"accept","host":"alive"}"#;

    let of = |client| format!(r#"{{"do":"wait","host":"dead","client":"{client}"}}"#);
    let held: Vec<_> = (0..4)
        .map(|client| tokio::spawn(async move { post(address, &of(client % 2)).await }))
        .collect();
    let waiting = async {
        while judge.waiting.load(Ordering::SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting)
        .await
        .expect("all wait");
    assert_eq!(stage.post(dead).await.status, 503);
    assert_eq!(
        posts(&stage, alive, 10)
            .await
            .iter()
            .filter(|it| it.status == 200)
            .count(),
        10
    );
    for one in held {
        assert_eq!(one.await.unwrap().status, 401);
    }

    // Four failures in a row, of two clients: now nobody asks it any more.
    let asked = judge.asked.load(Ordering::SeqCst);
    assert_eq!(statuses(&posts(&stage, dead, 20).await), [401; 20]);
    assert_eq!(judge.asked.load(Ordering::SeqCst), asked);
    assert!(stage.metric("proofkey_validator_upstreams_resting ").await > 0.5);
    assert_eq!(
        posts(&stage, alive, 10)
            .await
            .iter()
            .filter(|it| it.status == 200)
            .count(),
        10
    );
}

#[tokio::test]
async fn refused_credentials_never_let_a_system_rest() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    assert_eq!(
        statuses(&posts(&stage, r#"{"do":"refuse"}"#, 50).await),
        [401; 50]
    );
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
    assert_eq!(judge.asked.load(Ordering::SeqCst), 51);
}

#[tokio::test]
async fn one_integration_takes_no_places_of_another() {
    let judge = Obedient::gated();
    let mut limited = settings(&judge);
    limited.integrations.push(mounted("/other", &judge));
    limited.integrations[0].in_flight = Some(2);
    let stage = Stage::start(limited).await;
    let address = stage.address();
    let held: Vec<_> = (0..2)
        .map(|_| tokio::spawn(post(address, r#"{"do":"wait"}"#)))
        .collect();
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 2.0)
        .await;
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 503);
    let other = with_headers("/other", r#"{"do":"accept"}"#, "Connection: close\r\n");
    assert_eq!(stage.raw(&other).await[0].status, 200);
    judge.open(2);
    for one in held {
        assert_eq!(one.await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn strangers_use_up_a_limit_of_their_own_and_learn_no_path_and_no_name() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits.per_source = Some(1);
    limited
        .callers
        .add_bearer(&Secret::new("long-enough-for-a-test".to_owned()));
    let stage = Stage::start(limited).await;
    for path in ["/desk", "/other"] {
        let seen = stage.raw(&request(path, "{}")).await;
        assert_eq!(statuses(&seen), [401], "{path}");
    }
    let elsewhere = b"POST /desk HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&stage.raw(elsewhere).await), [401]);
    let many = with_headers("/desk", "{}", "").repeat(60);
    let seen = stage.raw(&[many, request("/desk", "{}")].concat()).await;
    assert!(statuses(&seen).contains(&429), "{seen:?}");
    let headers = "Connection: close\r\nAuthorization: Bearer long-enough-for-a-test\r\n";
    let known = with_headers("/desk", r#"{"do":"accept"}"#, headers);
    assert_eq!(statuses(&stage.raw(&known).await), [200]);
}

#[tokio::test]
async fn strangers_fill_no_log() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let many = with_headers("/nowhere", "{}", "").repeat(400);
    stage
        .raw(&[many, request("/desk", r#"{"do":"accept"}"#)].concat())
        .await;
    let name = "proofkey_validator_requests_total{integration=\"\",outcome=\"not_found\"";
    assert!((stage.metric(name).await - 400.0).abs() < 0.5);
    assert!(stage.server.drain(DEADLINE).await);
    stage.log.close();
    let text = stage.written.text();
    let lines = text.lines().filter(|it| it.contains("not_found")).count();
    assert!((1..300).contains(&lines), "{lines}");
    assert!(text.contains("\"outcome\":\"accepted\""), "{text}");
}

/// A connection on which a call was accepted, and which stays open.
async fn known(stage: &Stage) -> TcpStream {
    let mut stream = TcpStream::connect(stage.address()).await.unwrap();
    let bytes = with_headers("/desk", r#"{"do":"accept"}"#, "");
    stream.write_all(&bytes).await.unwrap();
    let answered = async {
        let mut all = Vec::new();
        while !all.ends_with(b"}") {
            assert!(stream.read_buf(&mut all).await.unwrap() > 0);
        }
        assert_eq!(statuses(&answers(&all)), [200]);
    };
    tokio::time::timeout(DEADLINE, answered).await.unwrap();
    stream
}

#[tokio::test]
async fn connections_have_a_limit_and_a_peer_its_share() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits = Limits {
        connections: 6,
        connections_per_peer: 4,
        ..limited.limits
    };
    let stage = Stage::start(limited).await;
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(known(&stage).await);
    }
    let mut fifth = TcpStream::connect(stage.address()).await.unwrap();
    assert!(answers(&to_the_end(&mut fifth).await).is_empty());
    let other = crate::stage::from("127.0.0.9".parse().unwrap(), stage.address()).await;
    let mut other = other.unwrap();
    let bytes = request("/desk", r#"{"do":"accept"}"#);
    other.write_all(&bytes).await.unwrap();
    assert_eq!(answers(&to_the_end(&mut other).await)[0].status, 200);
    drop(open);
    stage
        .until_metric("proofkey_validator_connections ", |it| it <= 1.0)
        .await;
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
}

#[tokio::test]
async fn silent_sockets_close_no_door_and_make_room_for_who_may_call() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits.connections_per_peer = 4;
    let stage = Stage::start(limited).await;
    let kept = known(&stage).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(stage.address()).await.unwrap());
        assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
    }
    // The oldest went, and whoever had called before did not.
    assert!(to_the_end(&mut silent[0]).await.is_empty());
    let mut kept = kept;
    let bytes = request("/desk", r#"{"do":"accept"}"#);
    kept.write_all(&bytes).await.unwrap();
    assert_eq!(answers(&to_the_end(&mut kept).await)[0].status, 200);
}
