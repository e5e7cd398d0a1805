//! Answers that lie, never end, lead elsewhere or repeat a secret.

use std::time::{Duration, Instant};

use proofkey_core::Problem;
use proofkey_core::oauth::TokenErrorKind;
use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_tests::{Act, RawPeer, answer, json_answer};

use crate::stage::{Asked, GOOD, ID, SECRET, hasty, kind_of, network, transport};

#[tokio::test(flavor = "multi_thread")]
async fn redirects_cause_no_second_request() {
    let elsewhere = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let other = elsewhere.url("/oauth/token").to_string();
    for status in [301, 302, 303, 307, 308] {
        for target in [
            other.clone(),
            "/oauth/token2".to_owned(),
            "https://evil.example/x".to_owned(),
        ] {
            let location = target.clone();
            let peer = RawPeer::plain(move |_| {
                vec![
                    Act::Read,
                    Act::Send(answer(status, &[("Location", &location)], b"")),
                ]
            })
            .await;
            let error = Asked::default()
                .of(&network(), &peer.url("/oauth/token"))
                .await
                .unwrap_err();
            assert_eq!(error.status, Some(status));
            let TokenErrorKind::Redirected { location_host } = error.kind else {
                panic!("{status} to {target}: {:?}", error.kind)
            };
            let host = if target.contains("evil") {
                "evil.example"
            } else {
                "127.0.0.1"
            };
            assert_eq!(location_host.as_deref(), Some(host));
            assert_eq!(peer.connections(), 1);
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_at_its_limit() {
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 65_536], b"\r\n".to_vec()].concat();
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
    ] {
        let chunk = chunk.clone();
        let peer = RawPeer::plain(move |_| {
            let head = head.as_bytes().to_vec();
            vec![Act::Read, Act::Send(head), Act::Flood(chunk.clone())]
        })
        .await;
        assert_eq!(
            transport(kind_of(&peer).await),
            TransportErrorKind::BodyTooLarge { limit: 262_144 }
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_given_up() {
    let peer = RawPeer::plain(|_| {
        let head = b"HTTP/1.1 200 OK\r\n".to_vec();
        vec![
            Act::Read,
            Act::Send(head),
            Act::Flood(b"X-Filler: aaaaaaaaaaaaaaaaaaaa\r\n".to_vec()),
        ]
    })
    .await;
    let kind = transport(kind_of(&peer).await);
    assert!(
        matches!(kind, TransportErrorKind::Malformed { .. }),
        "{kind:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_dripping_end_at_their_deadlines() {
    let (network, deadlines) = hasty();
    let silent = RawPeer::plain(|_| vec![Act::Read, Act::Hold]).await;
    let dripping = RawPeer::plain(|_| {
        let mut whole = answer(200, &[("Content-Type", "application/json")], &[b' '; 4000]);
        let body = whole.split_off(whole.len() - 4000);
        vec![
            Act::Read,
            Act::Send(whole),
            Act::Drip(body, Duration::from_millis(50)),
        ]
    })
    .await;
    for (peer, expected, limit) in [
        (
            &silent,
            TransportErrorKind::FirstByteTimeout,
            deadlines.first_byte,
        ),
        (&dripping, TransportErrorKind::TotalTimeout, deadlines.total),
    ] {
        let started = Instant::now();
        let error = Asked::default()
            .of(&network, &peer.url("/"))
            .await
            .unwrap_err();
        let took = started.elapsed();
        assert_eq!(transport(error.kind), expected);
        assert!(
            took >= limit && took < limit + Duration::from_secs(3),
            "{took:?}"
        );
        assert_eq!(
            peer.connections(),
            1,
            "a request that may have been seen is not repeated"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_about_length_and_form_are_refused() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    for (rest, closed) in [
        (format!("Content-Length: 500\r\n\r\n{GOOD}"), true),
        (
            format!("Content-Length: 5\r\nContent-Length: 86\r\n\r\n{GOOD}"),
            false,
        ),
        (format!("Content-Length: -1\r\n\r\n{GOOD}"), false),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{GOOD}"),
            false,
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\nfff\r\n{GOOD}"),
            true,
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n{GOOD}"),
            false,
        ),
        (format!("Bad Header: x\r\n\r\n{GOOD}"), false),
        (format!("X: a\0b\r\n\r\n{GOOD}"), false),
    ] {
        let bytes = format!("{head}{rest}").into_bytes();
        let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(bytes.clone())]).await;
        let kind = transport(kind_of(&peer).await);
        let right = match &kind {
            TransportErrorKind::Closed => closed,
            TransportErrorKind::Malformed { .. } => !closed,
            _ => false,
        };
        assert!(right, "{rest:?}: {kind:?}");
        assert_eq!(peer.connections(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_answer_is_refused_unread() {
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        let peer = RawPeer::plain(move |_| {
            let headers = [
                ("Content-Type", "application/json"),
                ("Content-Encoding", encoding),
            ];
            vec![
                Act::Read,
                Act::Send(answer(200, &headers, b"\x1f\x8b\x08\x00bomb")),
            ]
        })
        .await;
        let kind = transport(kind_of(&peer).await);
        assert!(
            matches!(kind, TransportErrorKind::Encoded { .. }),
            "{encoding}: {kind:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_success_is_no_token() {
    let peer = RawPeer::plain(|_| {
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        ]
    })
    .await;
    let TokenErrorKind::Malformed { reason } = kind_of(&peer).await else {
        panic!("204 is no token")
    };
    assert_eq!(reason, "its status is 204 instead of 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_repeats_the_secret_is_not_quoted_with_it() {
    let body = serde_json::json!({
        "error": "invalid_client",
        "error_description": format!("{} no match for {SECRET} of {ID}", "x".repeat(220)),
    });
    let body = body.to_string();
    let peer = RawPeer::plain(move |_| json_answer(401, &body)).await;
    let error = Asked::default()
        .of(&network(), &peer.url("/"))
        .await
        .unwrap_err();
    let description = error.quoted().unwrap().description.clone().unwrap();
    assert!(description.contains("[withheld]"));
    let shown = format!("{error:?} {error} {:?}", Problem::from(error.clone()));
    for piece in [SECRET, ID, &SECRET[..6]] {
        assert!(!shown.contains(piece), "{shown}");
    }
}
