//! Where a request may go: private addresses, and proxies.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use proofkey_core::border::ProxyChoice;
use proofkey_core::system::network::{Network, NetworkSettings, Resolution, Resolver};
use proofkey_core::system::proxy::Route;
use proofkey_core::system::transport_error::TransportErrorKind as Kind;
use proofkey_tests::{Act, Leaf, RawPeer, TestCa, json_answer};

use crate::stage::{GOOD, HOST, ask, failure, names, settings, stage_failure, url};

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
    const INNER: &str = "places::a_proxy_password_reaches_the_proxy_only_and_is_never_shown";
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
