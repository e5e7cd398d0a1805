//! Connections that a service keeps: the guards are those of every other connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Request;
use proofkey_core::border::ProxyChoice;
use proofkey_core::system::http::Reply;
use proofkey_core::system::network::{
    Deadlines, Kept, Network, NetworkSettings, Resolution, Resolver,
};
use proofkey_core::system::transport_error::{TransportError, TransportErrorKind as Kind};
use proofkey_tests::{Act, Leaf, RawPeer, TestCa};
use url::Url;
use zeroize::Zeroizing;

use crate::stage::{names, settings};

const LIMIT: usize = 1000;

fn keeping(idle: Duration) -> NetworkSettings {
    NetworkSettings {
        kept: Some(Kept { per_host: 8, idle }),
        proxy: ProxyChoice::None,
        ..NetworkSettings::default()
    }
}

fn network() -> Network {
    Network::new(keeping(Duration::from_secs(4))).unwrap()
}

async fn get(network: &Network, url: &Url) -> Result<Reply, TransportError> {
    let request = Request::get(url.as_str()).body(Zeroizing::default());
    network.send(request.unwrap(), LIMIT).await
}

async fn post(network: &Network, url: &Url, body: &str) -> Result<Reply, TransportError> {
    let request = Request::post(url.as_str());
    let request = request.body(Zeroizing::new(body.as_bytes().to_vec()));
    network.send(request.unwrap(), LIMIT).await
}

/// An answer after which the connection stays.
fn staying(body: &str) -> Act {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=b\r\n";
    Act::Send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

fn answers(count: usize) -> Vec<Act> {
    let mut acts = Vec::new();
    for _ in 0..count {
        acts.extend([Act::Read, staying("{}")]);
    }
    acts
}

#[tokio::test]
async fn requests_to_one_server_share_a_connection_and_nothing_else() {
    let peer = RawPeer::plain(|_| answers(20)).await;
    let network = network();
    for number in 0..10 {
        let asked = get(&network, &peer.url(&format!("/{number}?q=1"))).await;
        let reply = asked.unwrap();
        assert_eq!(
            (reply.status, reply.body.as_slice()),
            (200, b"{}".as_slice())
        );
        assert_eq!(reply.peer, Some(peer.address()));
        let reply = post(&network, &peer.url("/token"), "a=1").await.unwrap();
        assert_eq!(reply.status, 200);
    }
    assert_eq!(peer.connections(), 1);
    let requests = peer.request_texts();
    assert_eq!(requests.len(), 20);
    assert!(
        requests[18].starts_with("GET /9?q=1 HTTP/1.1\r\n"),
        "{}",
        requests[18]
    );
    let host = format!("host: {}\r\n", peer.address());
    for request in &requests {
        let request = request.to_lowercase();
        assert_eq!(request.matches(&host).count(), 1, "{request}");
        assert!(
            request.contains("accept-encoding: identity\r\n"),
            "{request}"
        );
        assert!(!request.contains("cookie"), "{request}");
    }
}

#[tokio::test]
async fn without_being_told_no_connection_is_kept() {
    let peer = RawPeer::plain(|_| answers(2)).await;
    let network = Network::new(NetworkSettings {
        proxy: ProxyChoice::None,
        ..NetworkSettings::default()
    });
    let network = network.unwrap();
    for _ in 0..3 {
        get(&network, &peer.url("/")).await.unwrap();
    }
    assert_eq!(peer.connections(), 3);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_costs_no_request() {
    // Each connection answers twice and is closed without a word about it.
    let peer = RawPeer::plain(|_| answers(2)).await;
    let network = network();
    for _ in 0..9 {
        assert_eq!(get(&network, &peer.url("/")).await.unwrap().status, 200);
    }
    assert_eq!(peer.requests().len(), 9);
    assert_eq!(peer.connections(), 5);
}

#[tokio::test]
async fn a_get_is_sent_again_when_a_kept_connection_breaks_and_a_post_is_not() {
    // The second request on a connection is read and never answered.
    let breaking = || vec![Act::Read, staying("{}"), Act::Read];
    let peer = RawPeer::plain(move |_| breaking()).await;
    let network = network();
    for _ in 0..3 {
        assert_eq!(get(&network, &peer.url("/")).await.unwrap().status, 200);
    }
    assert_eq!(peer.connections(), 3);

    let peer = RawPeer::plain(move |_| breaking()).await;
    get(&network, &peer.url("/")).await.unwrap();
    let error = post(&network, &peer.url("/"), "a=1").await.unwrap_err();
    assert!(error.sent && error.kind == Kind::Closed, "{error:?}");
    assert_eq!((peer.connections(), peer.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_connection_that_waited_too_long_is_not_used() {
    let peer = RawPeer::plain(|_| answers(9)).await;
    let network = Network::new(keeping(Duration::ZERO)).unwrap();
    for _ in 0..3 {
        get(&network, &peer.url("/")).await.unwrap();
    }
    assert_eq!(peer.connections(), 3);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_ends_its_connection() {
    let large = "x".repeat(LIMIT + 1);
    let peer = RawPeer::plain(move |number| match number {
        0 => vec![Act::Read, staying(&large), Act::Hold],
        _ => answers(2),
    })
    .await;
    let network = network();
    let error = get(&network, &peer.url("/")).await.unwrap_err();
    assert_eq!(error.kind, Kind::BodyTooLarge { limit: LIMIT });
    for _ in 0..2 {
        assert_eq!(
            get(&network, &peer.url("/")).await.unwrap().body.as_slice(),
            b"{}"
        );
    }
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_given_to_nobody() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
    let both = format!("{head} 2\r\n\r\n{{}}{head} 5\r\n\r\nearly");
    let peer = RawPeer::plain(move |number| match number {
        0 => vec![Act::Read, Act::Send(both.clone().into_bytes()), Act::Hold],
        _ => answers(9),
    })
    .await;
    let network = network();
    for _ in 0..4 {
        assert_eq!(
            get(&network, &peer.url("/")).await.unwrap().body.as_slice(),
            b"{}"
        );
    }
}

#[tokio::test]
async fn a_silent_server_is_left_in_time_and_its_connection_with_it() {
    let peer = RawPeer::plain(|number| match number {
        0 => vec![Act::Read, staying("{}"), Act::Read, Act::Hold],
        _ => answers(9),
    })
    .await;
    let network = Network::new(NetworkSettings {
        deadlines: Deadlines {
            first_byte: Duration::from_millis(200),
            ..Deadlines::default()
        },
        ..keeping(Duration::from_secs(4))
    });
    let network = network.unwrap();
    get(&network, &peer.url("/")).await.unwrap();
    let error = get(&network, &peer.url("/")).await.unwrap_err();
    assert_eq!(error.kind, Kind::FirstByteTimeout);
    get(&network, &peer.url("/")).await.unwrap();
    assert_eq!(peer.connections(), 2);
}

/// Leads a name to the peer, until it leads into the private network.
struct Flipping {
    away: Arc<AtomicBool>,
}

impl Resolver for Flipping {
    fn resolve<'a>(&'a self, _host: &'a str, port: u16) -> Resolution<'a> {
        let away = self.away.load(Ordering::SeqCst);
        let ip: IpAddr = if away { [10, 0, 0, 1] } else { [127, 0, 0, 1] }.into();
        Box::pin(async move { Ok(vec![SocketAddr::new(ip, port)]) })
    }
}

#[tokio::test]
async fn every_new_connection_is_admitted_anew_and_an_admitted_one_stays_where_it_leads() {
    let peer = RawPeer::plain(|_| answers(2)).await;
    let away = Arc::new(AtomicBool::new(false));
    let resolver = Arc::new(Flipping {
        away: Arc::clone(&away),
    });
    let network = Network::with_resolver(keeping(Duration::from_secs(4)), resolver).unwrap();
    let url: Url = format!("http://localhost:{}/", peer.address().port())
        .parse()
        .unwrap();
    get(&network, &url).await.unwrap();
    away.store(true, Ordering::SeqCst);
    // The connection that stands was admitted; it ends after its second answer.
    get(&network, &url).await.unwrap();
    let error = get(&network, &url).await.unwrap_err();
    assert!(matches!(error.kind, Kind::NotLoopback { .. }), "{error:?}");
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn names_do_not_share_connections_even_at_one_address() {
    let peer = RawPeer::plain(|_| answers(9)).await;
    let network = network();
    let port = peer.address().port();
    for host in ["127.0.0.1", "localhost", "127.0.0.1", "localhost"] {
        let url: Url = format!("http://{host}:{port}/").parse().unwrap();
        get(&network, &url).await.unwrap();
    }
    assert_eq!(peer.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_checked_for_each_connection_that_is_kept() {
    let ca = TestCa::new("Kept");
    let config = ca.server(Leaf::Good(names()));
    let peer = RawPeer::secure(config, |_| answers(9)).await;
    let trusting = NetworkSettings {
        kept: Some(Kept::default()),
        ..settings(peer.address(), Some(&ca))
    };
    let network = Network::new(trusting).unwrap();
    for _ in 0..3 {
        get(&network, &crate::stage::url()).await.unwrap();
    }
    assert_eq!(peer.connections(), 1);

    let stranger = NetworkSettings {
        kept: Some(Kept::default()),
        ..settings(peer.address(), None)
    };
    let network = Network::new(stranger).unwrap();
    let error = get(&network, &crate::stage::url()).await.unwrap_err();
    assert!(
        matches!(error.kind, Kind::TlsUnknownIssuer { .. }) && !error.sent,
        "{error:?}"
    );
    assert_eq!(peer.requests().len(), 3);
}
