//! Answers that no framework gives.

use proofkey_core::check::{CheckStatus, Verdict};
use proofkey_core::laboratory::{PointId, Trial};
use proofkey_core::system::network::{Deadlines, NetworkSettings};
use proofkey_tests::{Act, ExpressValidator, RawPeer, answer, json_answer};
use std::time::Duration;

use crate::bench::{CALL, failed, tried, tried_with};

/// What one answer to everything leads to in a single call.
async fn points(answered: Vec<Act>) -> (Vec<PointId>, String) {
    let peer = RawPeer::plain(move |_| answered.clone()).await;
    let report = tried(peer.url("/validate").as_str(), CALL).await;
    let told = serde_json::to_string(&report).expect("JSON");
    (failed(&report), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_of_the_contract_is_found_by_point() {
    let plain = |status, kind: &str, body: &[u8]| {
        vec![
            Act::Read,
            Act::Send(answer(status, &[("Content-Type", kind)], body)),
        ]
    };
    let json = "application/json";
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(70 * 1024));
    let curly = "{ \u{201c}login_id\u{201d}: 12 }";
    for (answered, expected) in [
        (plain(200, json, b"{}"), vec![]),
        (plain(200, "application/vnd.bridge+json", b"{}"), vec![]),
        (plain(204, json, b""), vec![PointId::Status]),
        (plain(201, json, b"{}"), vec![PointId::Status]),
        (plain(404, "text/html", b"<html>"), vec![PointId::Status]),
        (
            plain(200, "text/plain", b"OK"),
            vec![PointId::ContentType, PointId::Fields],
        ),
        (plain(200, json, curly.as_bytes()), vec![PointId::Fields]),
        (plain(200, json, b"[1]"), vec![PointId::Fields]),
        (plain(200, json, br#"{"a":1,"a":2}"#), vec![PointId::Fields]),
        (
            plain(200, json, br#"{"id":9007199254740993}"#),
            vec![PointId::Fields],
        ),
        (plain(200, json, large.as_bytes()), vec![PointId::Size]),
        (vec![Act::Read, Act::Drop], vec![PointId::Status]),
        (
            vec![Act::Read, Act::Send(b"hello\r\n".to_vec())],
            vec![PointId::Status],
        ),
    ] {
        let (found, told) = points(answered).await;
        assert_eq!(found, expected, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer_is_worth_knowing() {
    let peer = RawPeer::plain(|_| vec![Act::Read, Act::Send(answer(200, &[], b""))]).await;
    let report = tried(peer.url("/").as_str(), CALL).await;
    assert_eq!(report.verdict, Verdict::Passed);
    let point = report.point(PointId::Fields).expect("the point");
    assert_eq!(point.status, CheckStatus::Warning);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_is_quoted_unless_it_holds_a_secret() {
    let (_, told) = points(json_answer(500, r#"{"error":"bad \u001b[31mthing"}"#)).await;
    assert!(told.contains("bad"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
    let body = format!("no user with {}", ExpressValidator::PASSWORD);
    let (found, told) = points(json_answer(500, &body)).await;
    assert_eq!(found, [PointId::Status, PointId::Echo]);
    assert!(
        told.contains("not shown") && !told.contains("no user with"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refusals_of_one_that_refuses_everything_tell_nothing() {
    for status in [401, 404] {
        let refusal = answer(status, &[], b"");
        let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(refusal.clone())]).await;
        let report = tried(peer.url("/").as_str(), Trial::Suite).await;
        assert_eq!(failed(&report), [PointId::Status], "{report:#?}");
        for id in [PointId::Empty, PointId::Malformed, PointId::Method] {
            let point = report.point(id).expect("the point");
            assert_eq!(point.status, CheckStatus::NotReached, "{point:?}");
            assert!(point.remedy.is_none() && !point.evidence.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_that_asks_who_calls_is_told_as_the_first_cause() {
    let asks = answer(401, &[("WWW-Authenticate", "Bearer")], b"");
    let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(asks.clone())]).await;
    let report = tried(peer.url("/").as_str(), CALL).await;
    let remedy = report
        .point(PointId::Status)
        .and_then(|it| it.remedy.clone());
    assert!(remedy.is_some_and(|it| it.contains("--header-file")));
    let headers = http::HeaderMap::from_iter([(
        http::header::AUTHORIZATION,
        http::HeaderValue::from_static("Bearer caller-word"),
    )]);
    let settings = NetworkSettings::default();
    let report = tried_with(&settings, peer.url("/").as_str(), headers, CALL).await;
    let point = report.point(PointId::Status).expect("the point");
    assert!(
        point.causes[0]
            .summary
            .contains("does not take the headers"),
        "{point:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_gets_nothing_and_says_where_it_leads() {
    let other = RawPeer::plain(|_| vec![Act::Read]).await;
    let to = format!("http://localhost:{}/welcome", other.address().port());
    let peer = RawPeer::plain(move |_| {
        let moved = answer(307, &[("Location", to.as_str())], b"");
        vec![Act::Read, Act::Send(moved)]
    })
    .await;
    let report = tried(peer.url("/").as_str(), Trial::Suite).await;
    assert_eq!(other.connections(), 0);
    let point = report.point(PointId::Status).expect("the point");
    assert!(point.causes[0].summary.contains("localhost"), "{point:?}");
    assert!(
        failed(&report).contains(&PointId::Empty),
        "a redirect is no refusal"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_that_limits_its_callers_is_asked_again() {
    let peer = RawPeer::plain(|connection| match connection {
        // The first connection only looks whether somebody is there.
        0 => vec![Act::Hold],
        1 => vec![
            Act::Read,
            Act::Send(answer(429, &[("Retry-After", "0")], b"")),
        ],
        _ => json_answer(200, "{}"),
    })
    .await;
    let report = tried(peer.url("/").as_str(), CALL).await;
    assert_eq!(
        (report.verdict, report.calls),
        (Verdict::Passed, 2),
        "{report:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validator_that_hangs_or_dies_on_a_body_is_told_by_that_body() {
    let deadlines = Deadlines {
        first_byte: Duration::from_millis(300),
        total: Duration::from_millis(600),
        ..Deadlines::default()
    };
    let settings = NetworkSettings {
        deadlines,
        ..NetworkSettings::default()
    };
    let peer = RawPeer::plain(|_| vec![Act::Read, Act::Hold]).await;
    let url = peer.url("/");
    let report = tried_with(&settings, url.as_str(), http::HeaderMap::new(), CALL).await;
    assert_eq!(failed(&report), [PointId::Status]);
    let point = report.point(PointId::Status).expect("the point");
    assert!(
        point.summary.contains("did not answer in time"),
        "{point:?}"
    );

    // Calls after the first come in this order: unknown field, altered, missing, ...
    let peer = RawPeer::plain(|connection| match connection {
        0 => vec![Act::Hold],
        1 | 2 => json_answer(200, "{}"),
        3 => vec![Act::Read, Act::Drop],
        _ => json_answer(401, "{}"),
    })
    .await;
    let report = tried(peer.url("/").as_str(), Trial::Suite).await;
    assert_eq!(failed(&report), [PointId::Altered], "{report:#?}");
    let point = report.point(PointId::Altered).expect("the point");
    assert!(
        point.summary.starts_with("It gives no answer to"),
        "{point:?}"
    );
}
