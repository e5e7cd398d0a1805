//! What a caller gets, request by request.

use std::sync::Arc;

use http::StatusCode;
use proofkey_core::Secret;
use proofkey_validator::server::{Callers, NotServed, Proxies, Server, Sockets};

use crate::stage::{Obedient, Stage, request, settings, with_headers};

#[tokio::test]
async fn what_is_no_call_of_the_contract_is_refused_by_its_own_status_and_asks_nobody() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    for (what, bytes, status) in no_calls() {
        let seen = stage.raw(&bytes).await;
        assert_eq!(seen.len(), 1, "{what}: {seen:?}");
        assert_eq!(seen[0].status, status, "{what}: {seen:?}");
        assert_eq!(seen[0].header("access-control-allow-origin"), None);
    }
    assert_eq!(judge.asked.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_eq!(
        stage.raw(&get("GET", "/desk", "localhost", "")).await[0].header("allow"),
        Some("POST")
    );
}

/// A request without a body.
fn get(method: &str, path: &str, host: &str, more: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
        .into_bytes()
}

fn no_calls() -> Vec<(&'static str, Vec<u8>, u16)> {
    let accepted = r#"{"do":"accept"}"#;
    let json = "Content-Type: application/json\r\n";
    let close = "Connection: close\r\n";
    vec![
        ("another path", request("/other", accepted), 404),
        ("a path below", request("/desk/", accepted), 404),
        ("a query is no path", request("/?/desk", accepted), 404),
        ("GET", get("GET", "/desk", "localhost", ""), 405),
        (
            "a browser's question",
            get("OPTIONS", "/desk", "localhost", ""),
            405,
        ),
        ("another name", get("POST", "/desk", "evil.com", json), 421),
        ("no body", get("POST", "/desk", "localhost", json), 400),
        ("no type", get("POST", "/desk", "localhost", ""), 415),
        (
            "a form",
            get("POST", "/desk", "localhost", "Content-Type: text/plain\r\n"),
            415,
        ),
        (
            "two types",
            with_headers("/desk", accepted, &format!("{close}{json}")),
            415,
        ),
        (
            "compressed",
            with_headers(
                "/desk",
                accepted,
                &format!("{close}Content-Encoding: gzip\r\n"),
            ),
            415,
        ),
        (
            "a web page",
            with_headers(
                "/desk",
                accepted,
                &format!("{close}Origin: https://evil.com\r\n"),
            ),
            403,
        ),
        (
            "a file",
            with_headers("/desk", accepted, &format!("{close}Origin: null\r\n")),
            403,
        ),
        ("too large", request("/desk", &"x".repeat(1_000_000)), 413),
        ("not JSON", request("/desk", "{"), 400),
    ]
}

#[tokio::test]
async fn yes_returns_fields_and_no_says_the_same_whatever_is_wrong() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let yes = stage.post(r#"{"do":"accept"}"#).await;
    assert_eq!((yes.status, yes.body.as_str()), (200, r#"{"id":7}"#));
    assert_eq!(yes.header("content-type"), Some("application/json"));
    assert_eq!(yes.header("cache-control"), Some("no-store"));
    let no = stage.post(r#"{"do":"refuse"}"#).await;
    let nobody_knows = stage.post(r#"{"do":"outage"}"#).await;
    assert_eq!(no.status, 401);
    let without_date = |head: &str| -> Vec<String> {
        let lines = head.lines().filter(|line| !line.starts_with("date:"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(no.body, nobody_knows.body);
    assert_eq!(without_date(&no.head), without_date(&nobody_knows.head));
}

#[tokio::test]
async fn an_outage_is_told_apart_where_the_configuration_says_so() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.upstream_failure = StatusCode::SERVICE_UNAVAILABLE;
    let stage = Stage::start(settings).await;
    let seen = stage.post(r#"{"do":"outage"}"#).await;
    assert_eq!((seen.status, seen.header("retry-after")), (503, Some("1")));
    assert_eq!(stage.post(r#"{"do":"refuse"}"#).await.status, 401);
}

#[tokio::test]
async fn a_stranger_asks_nobody_and_a_known_caller_does() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    let mut callers = Callers::default();
    callers.add_bearer(&Secret::new("long-enough-for-a-test".to_owned()));
    settings.callers = callers;
    let stage = Stage::start(settings).await;
    let stranger = stage.post(r#"{"do":"accept"}"#).await;
    assert_eq!(
        (stranger.status, stranger.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    let headers = "Connection: close\r\nAuthorization: Bearer long-enough-for-a-test\r\n";
    let known = with_headers("/desk", r#"{"do":"accept"}"#, headers);
    assert_eq!(stage.raw(&known).await[0].status, 200);
    assert_eq!(judge.asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_log_has_one_line_a_request_and_nothing_that_was_sent() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.proxies = Proxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let stage = Stage::start(settings).await;
    for (auth, headers) in [
        (r#"{"do":"accept","key":"canary-one"}"#, ""),
        (
            r#"{"do":"refuse","client":"canary-two"}"#,
            "X-Forwarded-For: 192.0.2.9\r\n",
        ),
        (
            r#"{"do":"panic","host":"canary-three"}"#,
            "Authorization: Bearer canary-four\r\n",
        ),
        ("canary-five", "User-Agent: canary-six\r\n"),
    ] {
        let headers = format!("Connection: close\r\n{headers}");
        stage.raw(&with_headers("/desk", auth, &headers)).await;
    }
    stage.raw(&request("/canary-seven", "{}")).await;
    let text = written_at_the_end(stage).await;
    assert!(!text.contains("canary"), "{text}");
    let lines: Vec<&str> = text
        .lines()
        .filter(|it| it.contains("\"event\":\"request\""))
        .collect();
    assert_eq!(lines.len(), 5, "{text}");
    expect_in_each(&lines);
}

async fn written_at_the_end(stage: Stage) -> String {
    assert!(stage.server.drain(crate::stage::DEADLINE).await);
    stage.log.close();
    stage.written.text()
}

fn expect_in_each(lines: &[&str]) {
    for (line, parts) in lines.iter().zip([
        [
            "\"outcome\":\"accepted\"",
            "\"status\":200",
            "\"integration\":\"/desk\"",
        ],
        [
            "\"outcome\":\"refused\"",
            "\"reason\":\"credentials\"",
            "\"source\":\"192.0.2.9\"",
        ],
        [
            "\"outcome\":\"panicked\"",
            "\"status\":500",
            "\"level\":\"error\"",
        ],
        [
            "\"outcome\":\"malformed\"",
            "\"status\":400",
            "\"source\":\"127.0.0.1\"",
        ],
        [
            "\"outcome\":\"not_found\"",
            "\"status\":404",
            "\"integration\":\"\"",
        ],
    ]) {
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    }
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_not_served_without_tls_and_callers() {
    let judge = Arc::new(Obedient::default());
    for (address, starts) in [
        ("127.0.0.1:0", true),
        ("[::1]:0", true),
        ("0.0.0.0:0", false),
        ("[::]:0", false),
    ] {
        let mut settings = settings(&judge);
        settings.listen = address.parse().unwrap();
        let clock = Arc::new(proofkey_core::system::clock::SystemClock);
        let log = proofkey_validator::server::Log::new(std::io::sink());
        let started = Server::start(settings, Sockets::default(), log, clock).await;
        match started {
            Ok(_) => assert!(starts, "{address}"),
            Err(error) => {
                let is_family = matches!(error, NotServed::Bind { .. }) && address.contains("::1");
                let is_open = matches!(error, NotServed::Open(_)) && !starts;
                assert!(is_family || is_open, "{address}: {error}");
            }
        }
    }
}
