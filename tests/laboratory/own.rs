//! Proofkey's own validator, with the limits that it has unless somebody says otherwise.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use proofkey_core::Secret;
use proofkey_core::check::{CheckStatus, Verdict};
use proofkey_core::integration::{Auth, Gate, Integration, IntegrationFile, Means};
use proofkey_core::laboratory::{PointId, Trial};
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Kept, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_sandbox::{Peer, PeerPlan};
use proofkey_validator::server::{
    Breaker, Callers, Judge, Judging, Limits, Log, Mounted, Names, Patience, Proxies, Server,
    Settings, Sockets,
};

use crate::bench::{of, tried_as};

const KEY: &str = "own-canary-Kq7Xn2Vt9Zw4";

const INTEGRATION: &str = r#"
    path = "/zendesk/authorization"
    provider = "zendesk-token"
    fields = { subdomain = "label", email = "string", api_token = "secret" }
    returns = { user_id = "$.user.id", name = "$.user.name" }
"#;

/// The integration in front of a peer that plays its system.
struct InFront {
    integration: Integration,
    network: Network,
}

impl Judge for InFront {
    fn judge<'a>(&'a self, auth: &'a Auth, gate: &'a dyn Gate, longest: Duration) -> Judging<'a> {
        Box::pin(async move {
            let means = Means {
                network: &self.network,
                clock: &SystemClock,
                gate,
                longest,
            };
            self.integration.judge(&means, auth).await
        })
    }

    fn client(&self, auth: &Auth, hasher: &mut dyn Hasher) -> bool {
        self.integration.client(auth, hasher)
    }
}

async fn peer() -> Peer {
    let catalogue = Catalogue::built_in();
    let provider = catalogue.provider("zendesk-token").expect("a provider");
    let variables = BTreeMap::from([("subdomain".to_owned(), "acme".to_owned())]);
    let plan = PeerPlan {
        client_id: "me@acme.example".to_owned(),
        client_secret: Some(KEY.to_owned()),
        ..PeerPlan::practice(provider.clone(), variables)
    };
    Peer::start(plan).await.expect("a peer")
}

async fn server(peer: &Peer, callers: Callers) -> Server {
    let file: IntegrationFile = toml::from_str(INTEGRATION).expect("an integration");
    let settings = NetworkSettings {
        connect_to: vec![peer.connect_to().parse().expect("a rule")],
        extra_roots: roots_from_pem(peer.ca_pem().as_bytes()).expect("roots"),
        loopback_only: true,
        kept: Some(Kept::default()),
        ..NetworkSettings::default()
    };
    let judge = InFront {
        integration: Integration::of(&file, &Catalogue::built_in()).expect("it holds together"),
        network: Network::new(settings).expect("a network"),
    };
    let settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        health: None,
        tls: None,
        callers,
        hosts: Names::loopback(),
        proxies: Proxies::default(),
        limits: Limits::default(),
        breaker: Breaker {
            failures: 5,
            rest: Duration::from_mins(1),
        },
        patience: Patience::default(),
        upstream_failure: StatusCode::UNAUTHORIZED,
        integrations: vec![Mounted {
            path: judge.integration.path().to_owned(),
            judge: Arc::new(judge),
            in_flight: None,
            timeout: Duration::from_secs(10),
        }],
    };
    let log = Log::new(std::io::sink());
    let started = Server::start(settings, Sockets::default(), log, Arc::new(SystemClock));
    started.await.expect("a server")
}

fn auth() -> String {
    format!(r#"{{"subdomain":"acme","email":"me@acme.example","api_token":"{KEY}"}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_the_whole_contract() {
    let peer = peer().await;
    let server = server(&peer, Callers::default()).await;
    let url = format!("http://{}/zendesk/authorization", server.address());
    let network = NetworkSettings::default();
    let report = tried_as(&network, &url, HeaderMap::new(), &auth(), Trial::Suite).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(report.findings().count(), 0, "{report:#?}");
    assert_eq!(report.secret_fields, ["api_token"]);
    let skipped = [PointId::Tls, PointId::Caller];
    assert_eq!(of(&report, CheckStatus::Skipped), skipped, "{report:#?}");
    assert!(!format!("{report:?}").contains(KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_the_contract_for_callers_that_it_knows_and_for_no_other() {
    let peer = peer().await;
    let mut callers = Callers::default();
    callers.add_bearer(&Secret::new("caller-word-77-Hd3Pf6Xc9".to_owned()));
    let server = server(&peer, callers).await;
    let url = format!("http://{}/zendesk/authorization", server.address());
    let network = NetworkSettings::default();
    let mut headers = HeaderMap::new();
    let value = "Bearer caller-word-77-Hd3Pf6Xc9".parse().expect("a value");
    headers.insert("authorization", value);
    let report = tried_as(&network, &url, headers, &auth(), Trial::Suite).await;
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let caller = report.point(PointId::Caller).expect("the point");
    assert_eq!(caller.status, CheckStatus::Passed, "{caller:?}");
}
