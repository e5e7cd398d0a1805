//! Peers that take their time (rule L7). Deadlines are the real ones; what is measured is the peer's end.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proofkey_validator::server::Patience;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::stage::{DEADLINE, Obedient, Stage, answers, from, request, settings, to_the_end};

const ACCEPT: &str = r#"{"do":"accept"}"#;

/// Writes a head byte by byte, never to its end, until the peer closes.
async fn drip(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    let (mut read, mut write) = stream.split();
    let head =
        b"POST /desk HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let dripping = async {
        for byte in head {
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut closed = [0];
    tokio::select! {
        () = dripping => {}
        _ = read.read(&mut closed) => {}
    }
    began.elapsed()
}

static LAG: AtomicU64 = AtomicU64::new(0);

/// How late a task is at most that only waits for the clock.
async fn lag() {
    loop {
        let began = Instant::now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let late = began.elapsed().saturating_sub(Duration::from_millis(50));
        let late = u64::try_from(late.as_micros()).expect("a short time");
        LAG.fetch_max(late, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_thousand_dripping_sockets_are_closed_in_time_while_others_are_answered() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let mut dripping = JoinSet::new();
    for number in 0..4_000_u16 {
        // A machine that gives fewer sockets proves it with those it gives.
        let source = IpAddr::V4(Ipv4Addr::new(
            127,
            0,
            1,
            u8::try_from(number % 200).unwrap() + 1,
        ));
        match from(source, stage.address()).await {
            Ok(stream) => drop(dripping.spawn(drip(stream))),
            Err(_) if number > 400 => break,
            Err(error) => panic!("no sockets: {error}"),
        }
    }
    let lag = tokio::spawn(lag());
    let mut answered = 0;
    let mut closed = 0;
    let mut longest = Duration::ZERO;
    while !dripping.is_empty() {
        tokio::select! {
            biased;
            Some(took) = dripping.join_next() => {
                closed += 1;
                longest = longest.max(took.unwrap());
            }
            seen = stage.post(ACCEPT) => {
                assert_eq!(seen.status, 200);
                answered += 1;
            }
        }
    }
    lag.abort();
    // Six seconds, and what this machine keeps everybody waiting for.
    let most = Duration::from_secs(6) + Duration::from_micros(LAG.load(Ordering::SeqCst));
    assert!(longest <= most, "{longest:?} {most:?}");
    assert!(longest >= Duration::from_secs(4), "{longest:?}");
    assert!(closed > 400 && answered > 0, "{closed} {answered}");
}

/// Short enough for a test, long enough to be told apart.
fn short() -> Patience {
    Patience {
        head: Duration::from_millis(300),
        body: Duration::from_millis(600),
        idle: Duration::from_millis(900),
        write: Duration::from_millis(300),
        ..Patience::default()
    }
}

#[tokio::test]
async fn each_part_of_a_request_has_its_own_deadline() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.patience = short();
    let stage = Stage::start(settings).await;
    let whole = request("/desk", ACCEPT);
    let kept = crate::stage::with_headers("/desk", ACCEPT, "");
    for (what, bytes, at_least, statuses) in [
        ("nothing", &b""[..], 300, &[][..]),
        ("half a head", &whole[..40], 300, &[]),
        ("half a body", &whole[..whole.len() - 4], 600, &[408]),
        ("one request", &kept[..], 900, &[200]),
        (
            "one and a half",
            &[&kept[..], &kept[..40]].concat(),
            300,
            &[200],
        ),
    ] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(stage.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let seen = answers(&to_the_end(&mut stream).await);
        let took = began.elapsed();
        let seen: Vec<u16> = seen.iter().map(|it| it.status).collect();
        assert_eq!(seen, statuses, "{what}");
        assert!(took >= Duration::from_millis(at_least), "{what}: {took:?}");
        assert!(
            took < Duration::from_millis(at_least) + DEADLINE / 10,
            "{what}: {took:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_has_lasted_long_enough_ends_with_an_answer() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.patience.life = Duration::ZERO;
    let stage = Stage::start(settings).await;
    let two = crate::stage::with_headers("/desk", ACCEPT, "").repeat(2);
    let seen = stage.raw(&two).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(
        (seen[0].status, seen[0].header("connection")),
        (200, Some("close"))
    );
}

#[tokio::test]
async fn a_peer_that_never_reads_is_let_go() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.patience = short();
    let stage = Stage::start(settings).await;
    let mut stream = TcpStream::connect(stage.address()).await.unwrap();
    let many = crate::stage::with_headers("/desk", ACCEPT, "").repeat(50);
    let writing = async { while stream.write_all(&many).await.is_ok() {} };
    tokio::time::timeout(DEADLINE, writing)
        .await
        .expect("let go");
    stage
        .until_metric("proofkey_validator_connections ", |open| open <= 1.0)
        .await;
}

#[tokio::test]
async fn a_request_that_takes_long_to_judge_is_not_taken_for_a_slow_peer() {
    let judge = Obedient::gated();
    let mut settings = settings(&judge);
    settings.patience = short();
    let stage = Stage::start(settings).await;
    let address = stage.address();
    let waiting =
        tokio::spawn(async move { crate::stage::post(address, r#"{"do":"wait"}"#).await });
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    judge.open(1);
    assert_eq!(waiting.await.unwrap().status, 200);
}
