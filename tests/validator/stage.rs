//! A validator for one integration, and raw sockets to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Kept, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_sandbox::{Peer, PeerPlan};
use proofkey_validator::config::Config;
use proofkey_validator::server::{Limits, Log, Server, Sockets};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The key that opens the account; unmistakable wherever it turns up.
pub(crate) const KEY: &str = "table-canary-Kq7Xn2Vt9Zw4";

/// The documentation's sample, with two fields more.
const SAMPLE: &str = include_str!("../../docs/validator/samples/zendesk.toml");
const FIELDS: &str = "api_token = \"secret\" }";
const MORE: &str = "api_token = \"secret\", port = { kind = \"integer\", optional = true }, \
    sandbox = { kind = \"boolean\", optional = true } }";

pub(crate) struct Stage {
    address: SocketAddr,
    pub(crate) peer: Peer,
    _server: Server,
    _home: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let peer = Peer::start(plan()).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("validator.toml");
        assert!(SAMPLE.contains(FIELDS));
        std::fs::write(&file, SAMPLE.replace(FIELDS, MORE)).unwrap();
        let server = serve(&file, &peer).await;
        Self {
            address: server.address(),
            peer,
            _server: server,
            _home: home,
        }
    }

    /// Posts `body` as JSON; everything that comes back.
    pub(crate) async fn post(&self, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "POST /zendesk/authorization HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
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

/// Zendesk, for one account with one key.
fn plan() -> PeerPlan {
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider("zendesk-token").unwrap().clone();
    let variables = BTreeMap::from([("subdomain".to_owned(), "acme".to_owned())]);
    PeerPlan {
        client_id: "me@acme.example".to_owned(),
        client_secret: Some(KEY.to_owned()),
        ..PeerPlan::practice(provider, variables)
    }
}

/// The service of a configuration, on any port and without limits, in front of `peer`.
async fn serve(file: &Path, peer: &Peer) -> Server {
    let network = Network::new(NetworkSettings {
        connect_to: vec![peer.connect_to().parse().unwrap()],
        extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).unwrap(),
        loopback_only: true,
        kept: Some(Kept::default()),
        ..NetworkSettings::default()
    });
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let config = Config::read(file, &Catalogue::built_in());
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let mut settings = config.into_settings(&Arc::new(network.unwrap()), &clock);
    settings.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    settings.limits = Limits {
        per_source: None,
        per_client: None,
        ..settings.limits
    };
    let log = Log::new(std::io::sink());
    let server = Server::start(settings, Sockets::default(), log, clock).await;
    server.unwrap()
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
