//! When a request is repeated, and when never.

use std::time::Duration;

use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_tests::{Act, RawPeer, answer, json_answer};
use url::Url;

use crate::stage::{Asked, GOOD, kind_of, network, transport};

#[tokio::test(flavor = "multi_thread")]
async fn a_short_wait_is_kept_once_and_a_long_one_is_reported() {
    let busy = |status: u16, wait: &'static str| {
        move |number: usize| {
            if number == 1 {
                return json_answer(200, GOOD);
            }
            vec![
                Act::Read,
                Act::Send(answer(status, &[("Retry-After", wait)], b"")),
            ]
        }
    };
    for status in [429, 503] {
        let short = RawPeer::plain(busy(status, "0")).await;
        let asked = Asked::default();
        assert!(asked.of(&network(), &short.url("/")).await.is_ok());
        assert_eq!(short.connections(), 2);

        for (wait, expected) in [
            ("30", Some(Duration::from_secs(30))),
            ("4294967295", Some(Duration::from_secs(4_294_967_295))),
            ("soon", None),
            ("-1", None),
        ] {
            let long = RawPeer::plain(busy(status, wait)).await;
            let error = asked.of(&network(), &long.url("/")).await.unwrap_err();
            assert_eq!(error.retry_after(), expected, "{wait}");
            assert_eq!(error.status, Some(status));
            assert_eq!(long.connections(), 1);
        }
    }
    let never = RawPeer::plain(|_| {
        vec![
            Act::Read,
            Act::Send(answer(429, &[("Retry-After", "0")], b"")),
        ]
    })
    .await;
    assert!(
        Asked::default()
            .of(&network(), &never.url("/"))
            .await
            .is_err()
    );
    assert_eq!(never.connections(), 2, "never more than two tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_may_be_a_date_of_the_servers_own_clock() {
    let peer = RawPeer::plain(|_| {
        let headers = [
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"),
        ];
        vec![Act::Read, Act::Send(answer(503, &headers, b""))]
    })
    .await;
    let error = Asked::default()
        .of(&network(), &peer.url("/"))
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(2)));
    assert!(error.clock_skew_seconds.unwrap() > 900_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_repeated_only_when_nothing_was_sent() {
    type Script = fn(usize) -> Vec<Act>;
    let cases: [(&str, Script, usize); 5] = [
        ("after the request", |_| vec![Act::Read], 1),
        (
            "after the request, by force",
            |_| vec![Act::Read, Act::Drop],
            1,
        ),
        (
            "inside the headers",
            |_| {
                vec![
                    Act::Read,
                    Act::Send(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
                ]
            },
            1,
        ),
        (
            "inside the body",
            |_| {
                let mut bytes = answer(
                    200,
                    &[("Content-Type", "application/json")],
                    GOOD.as_bytes(),
                );
                bytes.truncate(bytes.len() - 10);
                vec![Act::Read, Act::Send(bytes)]
            },
            1,
        ),
        (
            "not HTTP",
            |_| vec![Act::Read, Act::Send(b"SSH-2.0-OpenSSH\r\n".to_vec())],
            1,
        ),
    ];
    for (name, script, tries) in cases {
        let peer = RawPeer::plain(script).await;
        let kind = transport(kind_of(&peer).await);
        assert!(
            matches!(
                kind,
                TransportErrorKind::Closed | TransportErrorKind::Malformed { .. }
            ),
            "{name}: {kind:?}"
        );
        assert_eq!(peer.connections(), tries, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_told_as_such() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let url: Url = format!("http://{closed}/oauth/token").parse().unwrap();
    let error = Asked::default().of(&network(), &url).await.unwrap_err();
    assert_eq!(transport(error.kind), TransportErrorKind::Refused);
}
