//! Credentials go to a server that has proven itself, or to this machine, and nowhere else.

use http::HeaderMap;
use proofkey_core::check::Verdict;
use proofkey_core::laboratory::{PointId, Trial};
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_core::system::tls::ClientIdentity;
use proofkey_tests::{ExpressValidator, Leaf, RawPeer, TestCa, json_answer};

use crate::bench::{CALL, failed, tried, tried_by, tried_with};

const HOST: &str = "bridge.example";

fn names(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

fn leading_to(peer: &RawPeer, ca: &TestCa) -> NetworkSettings {
    let rule = format!("{HOST}:443:127.0.0.1:{}", peer.address().port());
    NetworkSettings {
        connect_to: vec![rule.parse().expect("a rule")],
        extra_roots: vec![ca.root()],
        ..NetworkSettings::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_certificate_for_the_name_lets_the_credentials_through() {
    let ca = TestCa::new("lab");
    let config = ca.server(Leaf::Good(names(HOST)));
    let peer = RawPeer::secure(config, |_| json_answer(200, "{}")).await;
    let settings = leading_to(&peer, &ca);
    let url = format!("https://{HOST}/authorization?key=of-the-query");
    let report = tried_with(&settings, &url, HeaderMap::new(), CALL).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let tls = report.point(PointId::Tls).expect("the point");
    assert!(tls.evidence.contains_key("version") && tls.evidence.contains_key("not_after"));
    assert_eq!(report.address, "https://bridge.example/authorization");
    let requests = peer.request_texts().join("\n");
    assert!(
        requests.contains("POST /authorization?key=of-the-query HTTP/1.1"),
        "{requests}"
    );
    assert!(
        requests.contains("content-type: application/json"),
        "{requests}"
    );
    assert!(!format!("{report:?}").contains("of-the-query"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_not_proven_itself_gets_nothing() {
    let ca = TestCa::new("lab");
    let stranger = TestCa::new("stranger");
    for config in [
        ca.server(Leaf::Good(names("other.example"))),
        ca.server(Leaf::Expired(names(HOST))),
        stranger.server(Leaf::Good(names(HOST))),
        ca.server(Leaf::SelfSigned(names(HOST))),
    ] {
        let peer = RawPeer::secure(config, |_| json_answer(200, "{}")).await;
        let settings = leading_to(&peer, &ca);
        let url = format!("https://{HOST}/authorization");
        let report = tried_with(&settings, &url, HeaderMap::new(), Trial::Suite).await;
        assert_eq!(failed(&report), [PointId::Tls], "{report:#?}");
        assert_eq!(report.calls, 0);
        assert!(peer.requests().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_authority_is_told_as_such_trusted_or_not() {
    let ca = TestCa::new("lab");
    let config = ca.server(Leaf::SelfSignedAuthority(names(HOST)));
    let peer = RawPeer::secure(config, |_| json_answer(200, "{}")).await;
    let url = format!("https://{HOST}/authorization");
    let settings = leading_to(&peer, &ca);
    let report = tried_with(&settings, &url, HeaderMap::new(), CALL).await;
    let told = report.point(PointId::Tls).expect("the point");
    assert!(told.summary.contains("one of an authority"), "{told:?}");
    let remedy = told.remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("basicConstraints=critical,CA:FALSE"),
        "{remedy}"
    );
    assert_eq!(report.calls, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_with_the_right_certificate_is_let_in_and_any_other_told_to_name_one() {
    let (ca, stranger) = (TestCa::new("lab"), TestCa::new("stranger"));
    let config = ca.server_for_callers(names(HOST));
    let peer = RawPeer::secure(config, |_| json_answer(200, "{}")).await;
    let url = format!("https://{HOST}/authorization");
    for (of, expected) in [
        (Some(&ca), Verdict::Passed),
        (Some(&stranger), Verdict::Failed),
        (None, Verdict::Failed),
    ] {
        let mut network = Network::new(leading_to(&peer, &ca)).expect("a network");
        if let Some((certificate, key)) = of.map(TestCa::caller) {
            let identity = ClientIdentity::from_pem(certificate.as_bytes(), key.as_bytes());
            network = network.presenting(&identity.expect("an identity"));
        }
        let auth = ExpressValidator::AUTH;
        let report = tried_by(&network, &url, HeaderMap::new(), auth, CALL).await;
        assert_eq!(report.verdict, expected, "{report:#?}");
        if expected == Verdict::Failed {
            let told = serde_json::to_string(&report).expect("JSON");
            assert!(told.contains("--client-certificate"), "{told}");
        }
    }
    assert_eq!(peer.requests().len(), 1, "strangers get nothing through");
}

#[test]
fn a_key_of_another_certificate_is_refused_and_said() {
    let ca = TestCa::new("lab");
    let ((certificate, key), (other, _)) = (ca.caller(), ca.caller());
    for (certificate, key, at) in [
        (&other, &key, "client_key"),
        (&key, &key, "client_certificate"),
        (&certificate, &certificate, "client_key"),
    ] {
        let identity = ClientIdentity::from_pem(certificate.as_bytes(), key.as_bytes());
        let problem = identity.err().expect("refused");
        assert_eq!(problem.field.as_deref(), Some(at), "{problem:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_credentials_leave_this_machine_without_encryption() {
    let peer = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let rule = format!("{HOST}:80:127.0.0.1:{}", peer.address().port());
    let settings = NetworkSettings {
        connect_to: vec![rule.parse().expect("a rule")],
        ..NetworkSettings::default()
    };
    let url = format!("http://{HOST}/authorization");
    let report = tried_with(&settings, &url, HeaderMap::new(), Trial::Suite).await;
    assert_eq!(failed(&report), [PointId::Tls], "{report:#?}");
    assert_eq!((report.calls, peer.connections()), (0, 0));
    let remedy = report.point(PointId::Tls).and_then(|it| it.remedy.clone());
    assert!(remedy.is_some_and(|it| it.contains("https")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_listens_on_or_that_is_private_is_told() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", free.local_addr().expect("an address"));
    drop(free);
    let report = tried(&url, CALL).await;
    assert_eq!(failed(&report), [PointId::Reachable]);
    let report = tried("https://10.0.0.7/validate", CALL).await;
    assert_eq!(failed(&report), [PointId::Reachable]);
    let point = report.point(PointId::Reachable).expect("the point");
    assert!(point.summary.contains("not on the internet"), "{point:?}");
}
