//! Two systems behind one service, of which one takes connections and never answers (rule L13). The systems
//! count who comes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Kept, Network, NetworkSettings};
use proofkey_tests::{Act, RawPeer, json_answer};
use proofkey_validator::config::Config;
use proofkey_validator::server::{Log, Server, Sockets};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Places of one system.
const EACH: usize = 4;
const TRIALS: usize = 60;

struct Stage {
    address: SocketAddr,
    _server: Server,
    _home: tempfile::TempDir,
}

async fn serve(dead: &RawPeer, well: &RawPeer) -> Stage {
    let one = |path: &str, peer: &RawPeer| {
        format!(
            "[[integration]]\npath = \"{path}\"\nfields = {{ user = \"string\", key = \"secret\" }}\n\
             [integration.upstream]\napi_base = \"http://{}\"\npath = \"/me\"\n\
             basic = {{ username = \"{{user}}\", password = \"{{key}}\" }}\n",
            peer.address()
        )
    };
    let text = format!(
        "[limits]\nper_source = \"off\"\nper_upstream = {EACH}\ntimeout_ms = 700\n\
         [breaker]\nfailures = 3\nrest_ms = 60000\n{}{}",
        one("/dead", dead),
        one("/well", well)
    );
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("validator.toml");
    std::fs::write(&file, text).unwrap();
    let network = Network::new(NetworkSettings {
        kept: Some(Kept::default()),
        ..NetworkSettings::default()
    });
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let config = Config::read(&file, &Catalogue::built_in());
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let mut settings = config.into_settings(&Arc::new(network.unwrap()), &clock);
    settings.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let log = Log::new(std::io::sink());
    let server = Server::start(settings, Sockets::default(), log, clock).await;
    let server = server.unwrap();
    Stage {
        address: server.address(),
        _server: server,
        _home: home,
    }
}

impl Stage {
    /// The status of one trial of this user.
    async fn tries(&self, path: &str, user: usize) -> u16 {
        let body = format!(r#"{{"auth":{{"user":"user-{user}","key":"k"}}}}"#);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let talk = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            crate::stage::status(&answer)
        };
        let answered = tokio::time::timeout(Duration::from_secs(30), talk);
        answered.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_swallows_every_request_costs_the_other_none() {
    let dead = RawPeer::plain(|_| vec![Act::Read, Act::Hold]).await;
    let well = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = Arc::new(serve(&dead, &well).await);

    let trials = (0..TRIALS).map(|user| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.tries("/dead", user).await })
    });
    let trials: Vec<_> = trials.collect();
    for user in 0..TRIALS {
        assert_eq!(stage.tries("/well", user).await, 200);
    }
    for trial in trials {
        let status = trial.await.unwrap();
        assert!([401, 503].contains(&status), "{status}");
    }
    assert_eq!(well.requests().len(), TRIALS);
    // As many as have a place at a time; some of those who came while they waited may follow, until the
    // third failure.
    let asked = dead.requests().len();
    assert!((1..=2 * EACH).contains(&asked), "{asked}");

    // More of the like, until it is left alone; then nobody comes to it any more.
    for user in 0..3 {
        stage.tries("/dead", user).await;
    }
    let asked = dead.requests().len();
    for user in 0..TRIALS {
        assert_eq!(stage.tries("/dead", user).await, 401);
        assert_eq!(stage.tries("/well", user).await, 200);
    }
    assert_eq!(dead.requests().len(), asked);
    assert_eq!(well.requests().len(), 2 * TRIALS);
}
