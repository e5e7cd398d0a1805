//! Ways to the server that lead elsewhere: names that do not exist, closed ports, proxies.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use proofkey_core::border::ProxyChoice;
use proofkey_core::check::{CheckId, CheckStatus, RemedyAction, Verdict};
use proofkey_core::system::network::{Network, NetworkSettings, Resolution, Resolver};
use proofkey_core::system::tls::roots_from_pem;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::stage::{Stage, stopped_at};

/// Leads every name to `address`, except those that end in `unknown`.
struct Names {
    address: SocketAddr,
    unknown: &'static str,
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str, _port: u16) -> Resolution<'a> {
        Box::pin(async move {
            if host.ends_with(self.unknown) {
                return Err(io::Error::from(io::ErrorKind::NotFound));
            }
            Ok(vec![self.address])
        })
    }
}

fn named(stage: &Stage, unknown: &'static str) -> Network {
    let names = Names {
        address: stage.sandbox.address(),
        unknown,
    };
    let settings = NetworkSettings {
        extra_roots: roots_from_pem(stage.sandbox.ca_pem().as_bytes()).expect("a CA"),
        proxy: ProxyChoice::None,
        loopback_only: true,
        ..NetworkSettings::default()
    };
    Network::with_resolver(settings, Arc::new(names)).expect("a network")
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_mistyped() {
    let mut stage = Stage::of("acme").await;
    stage.network = named(&stage, ".talkdeskid.com");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Dns);
    assert_eq!(
        check.summary,
        "The name acme.talkdeskid.com does not exist."
    );
    assert!(check.causes[0].summary.contains("mistyped"), "{check:#?}");
    assert_eq!(stage.token_requests(), 0);
}

#[tokio::test]
async fn a_name_that_exists_in_another_region_only_is_the_wrong_region() {
    let mut stage = Stage::of("soylent").await;
    stage.network = named(&stage, ".talkdeskid.com");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Dns);
    assert_eq!(
        check.causes[0].action,
        Some(RemedyAction::SwitchRegion {
            region: "eu".to_owned()
        }),
        "{check:#?}"
    );
    assert_eq!(stage.token_requests(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_running_refuses_the_connection() {
    let mut stage = Stage::of("acme").await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    stage.network = Network::new(NetworkSettings {
        connect_to: vec![format!("::127.0.0.1:{port}").parse().expect("a rule")],
        loopback_only: true,
        proxy: ProxyChoice::None,
        ..NetworkSettings::default()
    })
    .expect("a network");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Tcp);
    assert!(check.summary.contains("refused the connection"));
}

/// A CONNECT proxy that leads everything to `target`, or answers with `refusal`.
async fn proxy(target: SocketAddr, refusal: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(lead(client, target, refusal));
        }
    });
    address
}

async fn lead(
    mut client: TcpStream,
    target: SocketAddr,
    refusal: Option<&'static str>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    assert!(head.starts_with(b"CONNECT "), "a proxy sees only CONNECT");
    if let Some(status) = refusal {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        return client.write_all(answer.as_bytes()).await;
    }
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut server = TcpStream::connect(target).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

fn through(stage: &Stage, proxy: SocketAddr) -> Network {
    Network::new(NetworkSettings {
        extra_roots: roots_from_pem(stage.sandbox.ca_pem().as_bytes()).expect("a CA"),
        proxy: ProxyChoice::Manual {
            url: format!("http://{proxy}"),
        },
        ..NetworkSettings::default()
    })
    .expect("a network")
}

#[tokio::test]
async fn a_proof_through_a_proxy_passes_and_names_the_proxy() {
    let mut stage = Stage::of("acme").await;
    let proxy = proxy(stage.sandbox.address(), None).await;
    stage.network = through(&stage, proxy);
    let proof = stage.prove().await;
    assert_eq!(proof.report.verdict, Verdict::Passed, "{:#?}", proof.report);
    for id in [CheckId::Dns, CheckId::Tcp, CheckId::Tls] {
        let check = proof.report.check(id).expect("it");
        assert_eq!(check.status, CheckStatus::Passed);
        assert_eq!(check.evidence["proxy"], format!("http://{proxy}"));
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_told_apart() {
    let mut stage = Stage::of("acme").await;
    let refusal = Some("407 Proxy Authentication Required");
    let proxy = proxy(stage.sandbox.address(), refusal).await;
    stage.network = through(&stage, proxy);
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Tls);
    assert_eq!(check.evidence["proxy_status"], "407");
    assert!(check.causes[0].summary.contains("password"), "{check:#?}");
    assert!(stage.sandbox.records().is_empty());
}

#[tokio::test]
async fn a_proxy_that_is_not_running_refuses_the_connection() {
    let mut stage = Stage::of("acme").await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    stage.network = through(&stage, address);
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Tcp);
    assert!(check.summary.contains(&address.to_string()), "{check:#?}");
}
