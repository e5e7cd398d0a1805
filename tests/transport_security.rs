//! Whom a connection trusts and where it may go: bad certificates, proxies, private addresses. In
//! each case the peer's own record says whether a credential arrived.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::border::ProxyChoice;
use proofkey_core::oauth::{
    ClientCredentials, TokenError, TokenErrorKind, TokenReply, client_credentials,
};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings, Resolution, Resolver};
use proofkey_core::system::proxy::Route;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::system::transport_error::TransportErrorKind as Kind;
use proofkey_tests::{Act, Leaf, RawPeer, TestCa, json_answer};
use url::Url;

const GOOD: &str = r#"{"access_token":"abc","token_type":"Bearer","expires_in":599}"#;
const HOST: &str = "acme.talkdeskid.com";

fn url() -> Url {
    format!("https://{HOST}/oauth/token").parse().unwrap()
}

/// Settings that lead the real host name to `peer` and trust `ca`.
fn settings(peer: SocketAddr, ca: Option<&TestCa>) -> NetworkSettings {
    NetworkSettings {
        connect_to: vec![
            format!("{HOST}:443:{}:{}", peer.ip(), peer.port())
                .parse()
                .unwrap(),
        ],
        extra_roots: ca
            .map(|ca| roots_from_pem(ca.root_pem().as_bytes()).unwrap())
            .unwrap_or_default(),
        proxy: ProxyChoice::None,
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..NetworkSettings::default()
    }
}

async fn ask(network: &Network) -> Result<TokenReply, TokenError> {
    let (id, secret) = (
        Secret::new("id".to_owned()),
        Secret::new("hunter2".to_owned()),
    );
    let url = url();
    let credentials = ClientCredentials {
        token_url: &url,
        client_id: &id,
        client_secret: &secret,
        authentication: ClientAuthentication::ClientSecretPost,
        basic_encoding: BasicEncoding::Form,
        scopes: &[],
        separator: " ",
    };
    client_credentials::request(network, &SystemClock, &credentials).await
}

async fn failure(network: &Network) -> Kind {
    match ask(network).await.unwrap_err().kind {
        TokenErrorKind::Transport(error) => {
            assert!(!error.sent, "{error:?}");
            error.kind
        }
        other => panic!("expected a failed transport, not {other:?}"),
    }
}

/// The failure of the handshake stage alone, which the proof shows.
async fn stage_failure(network: &Network) -> Kind {
    let addresses = network.resolve(&url()).await.unwrap();
    let (stream, _) = network.connect(&addresses).await.unwrap();
    network.handshake(&url(), stream).await.unwrap_err().kind
}

fn names() -> Vec<String> {
    vec![HOST.to_owned()]
}

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
    const INNER: &str = "an_authority_from_the_environment_is_not_believed";
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

/// Answers every name with the same addresses.
struct Fixed(Vec<IpAddr>);

impl Resolver for Fixed {
    fn resolve<'a>(&'a self, _host: &'a str, port: u16) -> Resolution<'a> {
        let addresses = self.0.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        Box::pin(async move { Ok(addresses) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_name_cannot_lead_into_the_private_network() {
    let direct = || NetworkSettings {
        proxy: ProxyChoice::None,
        ..NetworkSettings::default()
    };
    for address in [
        "127.0.0.1",
        "169.254.169.254",
        "::ffff:10.0.0.1",
        "::1",
        "192.168.0.1",
    ] {
        let ip: IpAddr = address.parse().unwrap();
        for answer in [vec![ip], vec!["8.8.8.8".parse().unwrap(), ip]] {
            let network = Network::with_resolver(direct(), Arc::new(Fixed(answer))).unwrap();
            assert_eq!(
                failure(&network).await,
                Kind::PrivateAddress { address: ip }
            );
        }
    }
    let network = Network::with_resolver(direct(), Arc::new(Fixed(vec![]))).unwrap();
    assert_eq!(failure(&network).await, Kind::UnknownHost);
    let practice = NetworkSettings {
        loopback_only: true,
        ..direct()
    };
    let public: IpAddr = "8.8.8.8".parse().unwrap();
    let network = Network::with_resolver(practice, Arc::new(Fixed(vec![public]))).unwrap();
    assert_eq!(
        failure(&network).await,
        Kind::NotLoopback { address: public }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_sees_a_tunnel_request_and_nothing_of_the_credentials() {
    let proxy = RawPeer::plain(|_| {
        let no = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_vec();
        vec![Act::Read, Act::Send(no)]
    })
    .await;
    let settings = NetworkSettings {
        proxy: ProxyChoice::Manual {
            url: format!("http://{}", proxy.address()),
        },
        ..NetworkSettings::default()
    };
    let network = Network::new(settings).unwrap();
    assert_eq!(
        network.route(&url()),
        Route::Proxy {
            proxy: format!("http://{}", proxy.address())
        }
    );
    assert!(matches!(failure(&network).await, Kind::ProxyRefused { .. }));
    assert_eq!(
        stage_failure(&network).await,
        Kind::ProxyRefused { status: Some(403) }
    );
    let requests = proxy.request_texts();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(
            request.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")),
            "{request}"
        );
        for hidden in ["hunter2", "oauth/token", "client_id"] {
            assert!(!request.contains(hidden));
        }
    }

    let local = RawPeer::plain(|_| json_answer(200, GOOD)).await;
    let request = http::Request::get(local.url("/").as_str())
        .body(zeroize::Zeroizing::new(Vec::new()))
        .unwrap();
    assert_eq!(network.send(request, 1024).await.unwrap().status, 200);
    assert_eq!(proxy.connections(), 2, "loopback is never proxied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_goes_through_the_tunnel_as_through_a_wire() {
    let ca = TestCa::new("Test CA");
    let origin = RawPeer::secure(ca.server(Leaf::Good(names())), |_| json_answer(200, GOOD)).await;
    let target = origin.address();
    let proxy = RawPeer::plain(move |_| {
        let yes = b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec();
        vec![Act::Read, Act::Send(yes), Act::Tunnel(target)]
    })
    .await;
    let through = NetworkSettings {
        connect_to: Vec::new(),
        proxy: ProxyChoice::Manual {
            url: format!("http://{}", proxy.address()),
        },
        ..settings(target, Some(&ca))
    };
    let network = Network::new(through).unwrap();
    assert_eq!(ask(&network).await.unwrap().expires_in, Some(599));
    let addresses = network.resolve(&url()).await.unwrap();
    assert_eq!(addresses, [proxy.address()]);
    let (stream, _) = network.connect(&addresses).await.unwrap();
    let facts = network.handshake(&url(), stream).await.unwrap();
    assert_eq!(facts.names, [HOST]);
    let seen = origin.request_texts().remove(0).to_ascii_lowercase();
    assert!(seen.contains("post /oauth/token http/1.1\r\n") && !seen.contains("proxy"));
    assert!(
        proxy
            .request_texts()
            .iter()
            .all(|request| !request.contains("hunter2"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_password_reaches_the_proxy_only_and_is_never_shown() {
    const INNER: &str = "a_proxy_password_reaches_the_proxy_only_and_is_never_shown";
    let set = std::env::vars_os().any(|(name, _)| name == "PROOFKEY_TEST_PROXY");
    if set {
        let network = Network::new(NetworkSettings::default()).unwrap();
        let route = format!("{:?}", network.route(&url()));
        assert!(
            route.starts_with("Proxy") && !route.contains("swordfish"),
            "{route}"
        );
        let error = format!("{:?}", ask(&network).await.unwrap_err());
        assert!(
            !error.contains("swordfish") && !error.contains("hunter2"),
            "{error}"
        );
        return;
    }
    let proxy = RawPeer::plain(|_| {
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".to_vec()),
        ]
    })
    .await;
    let output = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args([INNER, "--exact"])
        .env("PROOFKEY_TEST_PROXY", "yes")
        .env(
            "HTTPS_PROXY",
            format!("http://user:swordfish@{}", proxy.address()),
        )
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    // base64 of user:swordfish
    let requests = proxy.request_texts();
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].contains("Basic dXNlcjpzd29yZGZpc2g="),
        "{}",
        requests[0]
    );
    assert!(!requests[0].contains("hunter2"));
}
