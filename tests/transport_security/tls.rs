//! What is not TLS, and TLS that ends too early.

use std::time::Duration;

use proofkey_core::oauth::TokenErrorKind;
use proofkey_core::system::network::Network;
use proofkey_core::system::transport_error::TransportErrorKind as Kind;
use proofkey_tests::{Act, Leaf, RawPeer, TestCa};

use crate::stage::{GOOD, ask, failure, names, settings, stage_failure};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_tls_gets_no_credential() {
    let ca = TestCa::new("Test CA");
    // Alert record: fatal, protocol_version, as a server with TLS 1.0 only sends it.
    let old = [0x15, 3, 1, 0, 2, 2, 70].to_vec();
    let plain = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_vec();
    let cases = [
        ("old protocol", vec![Act::Send(old), Act::Hold]),
        ("plain HTTP", vec![Act::Send(plain), Act::Hold]),
        ("closed at once", vec![]),
    ];
    for (name, acts) in cases {
        let peer = RawPeer::plain(move |_| acts.clone()).await;
        let network = Network::new(settings(peer.address(), Some(&ca))).unwrap();
        let kind = failure(&network).await;
        assert!(
            matches!(kind, Kind::TlsOther { .. } | Kind::Closed),
            "{name}: {kind:?}"
        );
        assert!(peer.connections() <= 2);
    }
    let silent = RawPeer::plain(|_| vec![Act::Hold]).await;
    let mut hasty = settings(silent.address(), Some(&ca));
    hasty.deadlines.connect = Duration::from_millis(200);
    let network = Network::new(hasty).unwrap();
    assert_eq!(failure(&network).await, Kind::ConnectTimeout);
    assert_eq!(stage_failure(&network).await, Kind::ConnectTimeout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_answer_over_tls_is_not_taken_for_a_whole_one() {
    let ca = TestCa::new("Test CA");
    let peer = RawPeer::secure(ca.server(Leaf::Good(names())), |_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
        vec![
            Act::Read,
            Act::Send(format!("{head}{GOOD}").into_bytes()),
            Act::Drop,
        ]
    })
    .await;
    let network = Network::new(settings(peer.address(), Some(&ca))).unwrap();
    let TokenErrorKind::Transport(error) = ask(&network).await.unwrap_err().kind else {
        panic!("a body without an end was believed")
    };
    assert_eq!(error.kind, Kind::Closed);
    assert_eq!(
        peer.connections(),
        1,
        "the request was seen, so it is not repeated"
    );
}
