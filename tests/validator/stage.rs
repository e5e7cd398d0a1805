//! A validator for one integration, and raw sockets to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use proofkey_core::integration::{Auth, Integration, IntegrationFile, Judgement};
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Kept, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_sandbox::{Peer, PeerPlan};
use proofkey_validator::{Judge, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The key that opens the account; unmistakable wherever it turns up.
pub(crate) const KEY: &str = "table-canary-Kq7Xn2Vt9Zw4";

const INTEGRATION: &str = r#"
    path = "/"
    provider = "zendesk-token"
    returns = { user_id = "$.user.id" }
    [fields]
    subdomain = "label"
    email = "string"
    api_token = "secret"
    port = { kind = "integer", optional = true }
    sandbox = { kind = "boolean", optional = true }
"#;

pub(crate) struct Stage {
    address: SocketAddr,
    pub(crate) peer: Peer,
}

/// What the validator asks.
struct Judging {
    integration: Integration,
    network: Network,
}

impl Judge for Judging {
    async fn judge(&self, auth: Auth) -> proofkey_validator::Judgement {
        match self
            .integration
            .judge(&self.network, &SystemClock, &auth)
            .await
        {
            Judgement::Accepted(_) => proofkey_validator::Judgement::Accepted,
            Judgement::Refused(_) => proofkey_validator::Judgement::Refused,
            Judgement::Unclear(_) => proofkey_validator::Judgement::Unclear,
        }
    }
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider("zendesk-token").unwrap().clone();
        let variables = BTreeMap::from([("subdomain".to_owned(), "acme".to_owned())]);
        let peer = Peer::start(PeerPlan {
            client_id: "me@acme.example".to_owned(),
            client_secret: Some(KEY.to_owned()),
            ..PeerPlan::practice(provider, variables)
        });
        let peer = peer.await.unwrap();
        let file: IntegrationFile = toml::from_str(INTEGRATION).unwrap();
        let network = Network::new(NetworkSettings {
            connect_to: vec![peer.connect_to().parse().unwrap()],
            extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).unwrap(),
            loopback_only: true,
            kept: Some(Kept::default()),
            ..NetworkSettings::default()
        });
        let judging = Judging {
            integration: Integration::of(&file, &catalogue).unwrap(),
            network: network.unwrap(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router(judging)).await });
        Self { address, peer }
    }

    /// Posts `body` as JSON; everything that comes back.
    pub(crate) async fn post(&self, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let talk = async {
            let stream = TcpStream::connect(self.address).await.unwrap();
            let (mut read, mut write) = stream.into_split();
            // A body that is too large is answered before its end, and then nobody reads on.
            let sent = async {
                write.write_all(head.as_bytes()).await.unwrap();
                let _ = write.write_all(body).await;
            };
            let mut answer = Vec::new();
            let received = async {
                let _ = read.read_to_end(&mut answer).await;
            };
            tokio::join!(sent, received);
            answer
        };
        let answered = tokio::time::timeout(Duration::from_secs(10), talk);
        answered.await.unwrap()
    }

    pub(crate) fn asked(&self) -> usize {
        self.peer.records().len()
    }
}

/// The whole body that is answered with 200.
pub(crate) fn right() -> String {
    format!("{{\"auth\":{{{}}}}}", fields())
}

pub(crate) fn fields() -> String {
    format!(r#""subdomain":"acme","email":"me@acme.example","api_token":"{KEY}""#)
}

pub(crate) fn status(answer: &[u8]) -> u16 {
    let text = answer
        .get(9..12)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Without the date, which is the only thing that may differ.
pub(crate) fn timeless(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer).to_lowercase();
    let lines = text.lines().filter(|line| !line.starts_with("date:"));
    lines.collect::<Vec<_>>().join("\n")
}
