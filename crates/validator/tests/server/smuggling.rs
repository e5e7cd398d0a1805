//! Requests that cannot be read, or could be read in two ways (rule L8): one refusal, the connection closed,
//! and nobody asked on behalf of what follows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::corpus::{corpus, large};
use crate::stage::{DEADLINE, Obedient, Seen, Stage, answers, settings, to_the_end, with_headers};

/// The answers to `bytes` in pieces of `cut`.
async fn in_pieces(stage: &Stage, bytes: &[u8], cut: usize) -> Vec<Seen> {
    let mut stream = TcpStream::connect(stage.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for part in bytes.chunks(cut) {
        // The service may close before all was sent.
        if stream.write_all(part).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let _closed = stream.shutdown().await;
    answers(&to_the_end(&mut stream).await)
}

/// Of all integrations and none.
async fn counted(stage: &Stage, outcome: &str) -> f64 {
    let mut sum = 0.0;
    for integration in ["", "/desk"] {
        let labels = format!("{{integration=\"{integration}\",outcome=\"{outcome}\"");
        let name = format!("proofkey_validator_requests_total{labels}");
        sum += stage.metric(&name).await;
    }
    sum
}

#[tokio::test]
async fn what_cannot_be_read_gets_one_refusal_that_is_counted_and_the_end_however_it_is_cut() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{}", corpus.len());
    for (all, status, outcome) in [(corpus, 400, "broken"), (large(), 431, "head_too_large")] {
        let follower = with_headers("/desk", r#"{"do":"accept"}"#, "");
        let mut expected = 0.0;
        for (name, bytes) in all {
            let bytes = [&bytes[..], &follower].concat();
            for cut in [bytes.len(), 30, 7] {
                expected += 1.0;
                let seen = in_pieces(&stage, &bytes, cut).await;
                let statuses: Vec<u16> = seen.iter().map(|it| it.status).collect();
                assert_eq!(statuses, [status], "{name} cut {cut}: {seen:?}");
                assert!(seen[0].body.starts_with("{\"error\":"), "{name}: {seen:?}");
                for (header, value) in [
                    ("content-type", "application/json"),
                    ("cache-control", "no-store"),
                    ("connection", "close"),
                ] {
                    assert_eq!(seen[0].header(header), Some(value), "{name}: {seen:?}");
                }
            }
        }
        let sum = counted(&stage, outcome).await;
        assert!((sum - expected).abs() < 0.5, "{sum} of {expected}");
    }
    assert_eq!(judge.asked.load(Ordering::SeqCst), 0);
    assert!(stage.server.drain(DEADLINE).await);
    stage.log.close();
    let text = stage.written.text();
    assert!(
        text.contains("\"outcome\":\"broken\",\"reason\":\"\",\"status\":400"),
        "{text}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_waits_for_the_answer_before_it() {
    let judge = Obedient::gated();
    let stage = Stage::start(settings(&judge)).await;
    let good = with_headers("/desk", r#"{"do":"wait"}"#, "");
    for (split, rest) in [
        (good.len(), &b"rubbish\r\n\r\n"[..]),
        (good.len() + 4, b"rubbish\r\n\r\n"),
        (good.len(), b"GET / HTTP/1.1\r\nA b: c\r\n\r\n"),
    ] {
        let bytes = [&good[..], rest].concat();
        let mut stream = TcpStream::connect(stage.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&bytes[..split]).await.unwrap();
        stage
            .until_metric("proofkey_validator_in_flight ", |it| it >= 1.0)
            .await;
        stream.write_all(&bytes[split..]).await.unwrap();
        judge.open(1);
        let seen = answers(&to_the_end(&mut stream).await);
        let statuses: Vec<u16> = seen.iter().map(|it| it.status).collect();
        assert_eq!(statuses, [200, 400], "{rest:?}");
    }
}

#[tokio::test]
async fn a_head_in_pieces_is_read_like_a_whole_one() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let good = with_headers("/desk", r#"{"do":"accept"}"#, "");
    let last = with_headers("/desk", r#"{"do":"refuse"}"#, "Connection: close\r\n");
    let bytes = [&good[..], &good, &last].concat();
    for cut in 1..bytes.len() {
        let seen = in_pieces(&stage, &bytes, cut).await;
        let statuses: Vec<u16> = seen.iter().map(|it| it.status).collect();
        assert_eq!(statuses, [200, 200, 401], "cut {cut}");
    }
}

#[tokio::test]
async fn what_follows_a_good_request_is_judged_for_itself() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let good = with_headers("/desk", r#"{"do":"accept"}"#, "");
    let last = with_headers("/desk", r#"{"do":"refuse"}"#, "Connection: close\r\n");
    let statuses = async |bytes: &[u8]| -> Vec<u16> {
        stage.raw(bytes).await.iter().map(|it| it.status).collect()
    };
    assert_eq!(
        statuses(&[&good[..], &good, &last].concat()).await,
        [200, 200, 401]
    );
    assert_eq!(
        statuses(&[&good[..], b"rubbish\r\n\r\n", &last].concat()).await,
        [200, 400]
    );
    let asked = judge.asked.load(Ordering::SeqCst);
    assert_eq!(asked, 4);
}
