//! Whom a system that fails costs what (rule L13), and what a reload leaves as it is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use proofkey_validator::server::Breaker;

use crate::stage::{Obedient, Stage, mounted, post, raw, settings, with_headers};

#[tokio::test]
async fn a_client_whose_own_requests_fail_stops_nobody_else() {
    let judge = Arc::new(Obedient::default());
    let mut strict = settings(&judge);
    strict.breaker = Breaker {
        failures: 2,
        ..strict.breaker
    };
    let stage = Stage::start(strict).await;
    for does in ["busy", "fail"] {
        for _ in 0..9 {
            let own = format!(r#"{{"do":"{does}","client":"one"}}"#);
            assert_eq!(stage.post(&own).await.status, 401);
        }
        let other = r#"{"do":"accept","client":"two"}"#;
        assert_eq!(stage.post(other).await.status, 200, "{does}");
    }
    assert_eq!(judge.asked.load(Ordering::SeqCst), 20);

    // Two clients, one system, no answer in between.
    for client in ["one", "two"] {
        stage
            .post(&format!(r#"{{"do":"fail","client":"{client}"}}"#))
            .await;
    }
    let third = r#"{"do":"accept","client":"three"}"#;
    assert_eq!(stage.post(third).await.status, 401);
    assert_eq!(judge.asked.load(Ordering::SeqCst), 22);
}

#[tokio::test]
async fn a_system_that_rests_does_so_for_every_integration_that_asks_it() {
    let judge = Arc::new(Obedient::default());
    let mut two = settings(&judge);
    two.integrations.push(mounted("/other", &judge));
    let stage = Stage::start(two).await;
    for _ in 0..5 {
        stage.post(r#"{"do":"outage","host":"shared"}"#).await;
    }
    let asks = |host: &str| {
        let auth = format!(r#"{{"do":"accept","host":"{host}"}}"#);
        with_headers("/other", &auth, "Connection: close\r\n")
    };
    assert_eq!(stage.raw(&asks("shared")).await[0].status, 401);
    assert_eq!(stage.raw(&asks("another")).await[0].status, 200);
}

#[tokio::test]
async fn a_reload_wakes_no_system_that_rests_and_lets_nobody_in_twice() {
    let judge = Obedient::gated();
    let with = |failures| {
        let mut settings = settings(&judge);
        (settings.limits.in_flight, settings.limits.queue) = (1, 0);
        settings.limits.per_client = Some(2);
        settings.breaker.failures = failures;
        settings
    };
    let stage = Stage::start(with(1)).await;
    stage.post(r#"{"do":"outage","host":"dead"}"#).await;
    let often = r#"{"do":"refuse","client":"often"}"#;
    while stage.post(often).await.status != 429 {}
    stage.server.reload(with(3)).expect("taken");
    let asked = judge.asked.load(Ordering::SeqCst);
    let dead = r#"{"do":"accept","host":"dead"}"#;
    assert_eq!(stage.post(dead).await.status, 401);
    assert_eq!(judge.asked.load(Ordering::SeqCst), asked);
    let refused = [stage.post(often).await, stage.post(often).await];
    assert!(refused.iter().any(|it| it.status == 429), "{refused:?}");

    let address = stage.address();
    let held = tokio::spawn(async move { post(address, r#"{"do":"wait"}"#).await });
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 1.0)
        .await;
    stage.server.reload(with(3)).expect("taken");
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 503);
    judge.open(1);
    assert_eq!(held.await.unwrap().status, 200);
}

#[tokio::test]
async fn one_of_several_integrations_takes_half_of_the_places_unless_it_says_otherwise() {
    let judge = Obedient::gated();
    let mut two = settings(&judge);
    two.limits.in_flight = 4;
    two.integrations.push(mounted("/other", &judge));
    let stage = Stage::start(two).await;
    let address = stage.address();
    let held: Vec<_> = (0..2)
        .map(|host| {
            let auth = format!(r#"{{"do":"wait","host":"{host}"}}"#);
            tokio::spawn(async move { post(address, &auth).await })
        })
        .collect();
    stage
        .until_metric("proofkey_validator_in_flight ", |it| it >= 2.0)
        .await;
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 503);
    let other = with_headers("/other", r#"{"do":"accept"}"#, "Connection: close\r\n");
    assert_eq!(raw(address, &other).await[0].status, 200);
    judge.open(2);
    for one in held {
        assert_eq!(one.await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_field_that_is_left_out_is_named_in_the_log_and_counted() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let lacking = r#"{"do":"accept","without":"user_id"}"#;
    assert_eq!(stage.post(lacking).await.status, 200);
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
    let metric = "proofkey_validator_left_out_total{integration=\"/desk\"}";
    assert!((stage.metric(metric).await - 1.0).abs() < 0.5);
    stage.log.close();
    let written = stage.written.text();
    let naming = written.lines().filter(|line| line.contains("left_out"));
    let naming: Vec<&str> = naming.collect();
    assert_eq!(naming.len(), 1, "{written}");
    assert!(naming[0].contains(r#""left_out":"user_id""#), "{written}");
}
