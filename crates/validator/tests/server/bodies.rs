//! Bodies that are under way, and the memory that they take.

use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::stage::{DEADLINE, Obedient, Stage, answers, request, settings, to_the_end};

const TAKEN: &str = "proofkey_validator_body_bytes ";

/// Credentials of so many thousand bytes.
fn large(what: &str, thousands: usize) -> String {
    let more: Vec<String> = (0..thousands)
        .map(|it| format!("\"f{it}\":\"{}\"", "x".repeat(990)))
        .collect();
    format!("{{\"do\":\"{what}\",{}}}", more.join(","))
}

#[tokio::test]
async fn unfinished_bodies_take_no_more_memory_than_there_is_for_all() {
    let judge = Arc::new(Obedient::default());
    let mut limited = settings(&judge);
    limited.limits.body_bytes = 64 * 1024;
    let stage = Stage::start(limited).await;
    let whole = request("/desk", &large("accept", 58));
    let (most, rest) = whole.split_at(57_400);
    let mut begun = TcpStream::connect(stage.address()).await.unwrap();
    begun.write_all(most).await.unwrap();
    stage.until_metric(TAKEN, |it| it >= 57_000.0).await;

    let seen = stage.post(&large("accept", 20)).await;
    assert_eq!((seen.status, seen.header("retry-after")), (503, Some("1")));
    assert_eq!(seen.header("connection"), Some("close"));
    // What is as small as usual still finds room.
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);

    begun.write_all(rest).await.unwrap();
    assert_eq!(answers(&to_the_end(&mut begun).await)[0].status, 200);
    stage.until_metric(TAKEN, |it| it < 1.0).await;
    assert_eq!(stage.post(&large("accept", 20)).await.status, 200);
}

#[tokio::test]
async fn a_body_takes_no_memory_while_the_system_is_asked_or_after_its_caller_left() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let address = stage.address();
    let body = large("wait", 30);
    let waiting = tokio::spawn(async move { crate::stage::post(address, &body).await });
    let asked = async {
        while judge.waiting.load(std::sync::atomic::Ordering::SeqCst) < 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, asked).await.expect("asked");
    assert!(stage.metric(TAKEN).await < 1.0);
    judge.open(1);
    assert_eq!(waiting.await.unwrap().status, 200);

    let whole = request("/desk", &large("accept", 58));
    let mut begun = TcpStream::connect(address).await.unwrap();
    begun.write_all(&whole[..57_400]).await.unwrap();
    stage.until_metric(TAKEN, |it| it >= 57_000.0).await;
    drop(begun);
    stage.until_metric(TAKEN, |it| it < 1.0).await;
}
