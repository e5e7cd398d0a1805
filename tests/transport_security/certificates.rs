//! Certificates: which are believed, and what is said of the others.

use proofkey_core::system::network::Network;
use proofkey_core::system::transport_error::TransportErrorKind as Kind;
use proofkey_tests::{Leaf, RawPeer, TestCa, json_answer};

use crate::stage::{GOOD, HOST, ask, failure, names, settings, stage_failure, url};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_certificate_of_an_added_authority_is_believed_and_described() {
    let ca = TestCa::new("Inspecting proxy CA");
    let peer = RawPeer::secure(ca.server(Leaf::Good(names())), |_| json_answer(200, GOOD)).await;
    let network = Network::new(settings(peer.address(), Some(&ca))).unwrap();
    assert_eq!(ask(&network).await.unwrap().expires_in, Some(599));
    let request = peer.request_texts().remove(0);
    assert!(
        request
            .to_ascii_lowercase()
            .contains("host: acme.talkdeskid.com\r\n")
    );

    let addresses = network.resolve(&url()).await.unwrap();
    assert_eq!(addresses, [peer.address()]);
    let (stream, connected) = network.connect(&addresses).await.unwrap();
    assert_eq!(connected, peer.address());
    let facts = network.handshake(&url(), stream).await.unwrap();
    assert_eq!(facts.version, "TLS 1.3");
    assert!(
        facts.issuer.contains("Inspecting proxy CA"),
        "{}",
        facts.issuer
    );
    assert_eq!(facts.names, [HOST]);
    assert!(facts.not_after.is_some());
}

type Expectation = fn(&Kind) -> bool;

/// Certificates that must be refused, each with what the refusal must say.
fn bad_leaves() -> Vec<(&'static str, Leaf, Expectation)> {
    let wrong = || vec!["other.example".to_owned(), "10.1.2.3".to_owned()];
    vec![
        (
            "expired",
            Leaf::Expired(names()),
            |kind| matches!(kind, Kind::TlsExpired { not_after } if not_after.starts_with("2020-01-01")),
        ),
        (
            "not yet valid",
            Leaf::NotYetValid(names()),
            |kind| matches!(kind, Kind::TlsNotYetValid { not_before } if not_before.starts_with("2200")),
        ),
        (
            "wrong name",
            Leaf::Good(wrong()),
            |kind| matches!(kind, Kind::TlsWrongName { names } if names == &["other.example", "10.1.2.3"]),
        ),
        (
            "address only",
            Leaf::Good(vec!["127.0.0.1".to_owned()]),
            |kind| matches!(kind, Kind::TlsWrongName { .. }),
        ),
        (
            "wildcard two deep",
            Leaf::Good(vec!["*.com".to_owned()]),
            |kind| matches!(kind, Kind::TlsWrongName { .. }),
        ),
        (
            "common name only",
            Leaf::CommonNameOnly(HOST.to_owned()),
            |kind| matches!(kind, Kind::TlsWrongName { .. }),
        ),
        (
            "self-signed",
            Leaf::SelfSigned(names()),
            |kind| matches!(kind, Kind::TlsUnknownIssuer { issuer, subject } if issuer == subject),
        ),
        (
            "self-signed authority",
            Leaf::SelfSignedAuthority(names()),
            |kind| matches!(kind, Kind::TlsIsAuthority { .. }),
        ),
        ("for clients", Leaf::ForClients(names()), |kind| {
            matches!(kind, Kind::TlsOther { .. })
        }),
        (
            "by an ordinary certificate",
            Leaf::ByOrdinaryCertificate(names()),
            |kind| matches!(kind, Kind::TlsOther { .. } | Kind::TlsUnknownIssuer { .. }),
        ),
        (
            "outside a constraint",
            Leaf::OutsideConstraint(names()),
            |kind| matches!(kind, Kind::TlsOther { .. } | Kind::TlsUnknownIssuer { .. }),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_certificates_are_told_apart_and_get_no_credential() {
    let ca = TestCa::new("Test CA");
    for (name, leaf, expected) in bad_leaves() {
        let peer = RawPeer::secure(ca.server(leaf), |_| json_answer(200, GOOD)).await;
        let network = Network::new(settings(peer.address(), Some(&ca))).unwrap();
        let kind = failure(&network).await;
        assert!(expected(&kind), "{name}: {kind:?}");
        assert_eq!(
            stage_failure(&network).await,
            kind,
            "{name}: the stage says the same"
        );
        assert!(peer.requests().is_empty(), "{name}: the peer got bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_authority_is_named() {
    let (ca, other) = (
        TestCa::new("Corporate inspection \u{202e}CA"),
        TestCa::new("Test CA"),
    );
    let peer = RawPeer::secure(ca.server(Leaf::Good(names())), |_| json_answer(200, GOOD)).await;
    let network = Network::new(settings(peer.address(), Some(&other))).unwrap();
    let Kind::TlsUnknownIssuer { issuer, .. } = failure(&network).await else {
        panic!("expected an unknown issuer")
    };
    assert!(
        issuer.contains("Corporate inspection \\u{202e}CA"),
        "{issuer}"
    );
    assert!(peer.requests().is_empty());
}

/// The variable is set for this test process by running it again as a child.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_from_the_environment_is_not_believed() {
    const INNER: &str = "certificates::an_authority_from_the_environment_is_not_believed";
    let ca = TestCa::new("Hostile CA");
    let peer = RawPeer::secure(ca.server(Leaf::Good(names())), |_| json_answer(200, GOOD)).await;
    let named = std::env::vars_os().any(|(name, _)| name == "PROOFKEY_TEST_PEER");
    if named {
        return inner_with_hostile_environment().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.pem");
    std::fs::write(&file, ca.root_pem()).unwrap();
    let output = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args([INNER, "--exact"])
        .env("PROOFKEY_TEST_PEER", peer.address().to_string())
        .env("SSL_CERT_FILE", &file)
        .env("SSL_CERT_DIR", folder.path())
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    assert!(peer.connections() >= 1, "the child did ask");
    assert!(peer.requests().is_empty());
}

async fn inner_with_hostile_environment() {
    let address = std::env::vars()
        .find_map(|(name, value)| (name == "PROOFKEY_TEST_PEER").then_some(value))
        .unwrap();
    let network = Network::new(settings(address.parse().unwrap(), None)).unwrap();
    let kind = failure(&network).await;
    assert!(matches!(kind, Kind::TlsUnknownIssuer { .. }), "{kind:?}");
}
