//! The practice Talkdesk through our own client, by the ways that people have: `--connect-to` and
//! `--ca-file`. The sandbox's record decides what was sent.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use proofkey_core::Secret;
use proofkey_core::oauth::client_credentials;
use proofkey_core::oauth::{
    Client, ClientCredentials, Dialect, TokenError, TokenErrorKind, TokenReply,
};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_sandbox::{Fault, Options, Sandbox};
use proofkey_tests::{Canary, Scanner};
use std::collections::BTreeMap;
use url::Url;

struct Practice {
    sandbox: Sandbox,
    network: Network,
}

impl Practice {
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let network = Network::new(NetworkSettings {
            connect_to: vec![sandbox.connect_to().parse().unwrap()],
            extra_roots: roots_from_pem(sandbox.ca_pem().as_bytes()).unwrap(),
            loopback_only: true,
            ..NetworkSettings::default()
        })
        .unwrap();
        Self { sandbox, network }
    }

    /// Asks for a token as the practice account's card says, or with another secret.
    async fn token(&self, account: &str, secret: Option<&str>) -> Result<TokenReply, TokenError> {
        let mut accounts = self.sandbox.accounts().into_iter();
        let card = accounts.find(|card| card.account == account).unwrap();
        let suffix = match card.region.as_str() {
            "us" => ".com",
            "eu" => ".eu",
            _ => "ca.com",
        };
        let url = format!("https://{account}.talkdeskid{suffix}/oauth/token");
        let secret = secret.map_or(card.client_secret, str::to_owned);
        let credentials = ClientCredentials {
            token_url: &Url::parse(&url).unwrap(),
            client: Client {
                id: &Secret::new(card.client_id),
                secret: Some(&Secret::new(secret)),
                authentication: ClientAuthentication::ClientSecretBasic,
                basic_encoding: BasicEncoding::Form,
                assertions: None,
            },
            scopes: &["account:read".to_owned()],
            parameters: &BTreeMap::new(),
            dialect: Dialect::standard(),
        };
        client_credentials::request(&self.network, &SystemClock, &credentials).await
    }

    async fn refusal(&self, account: &str) -> TokenErrorKind {
        self.token(account, None).await.err().unwrap().kind
    }
}

#[tokio::test]
async fn a_token_comes_from_each_region_under_its_real_name() {
    let practice = Practice::start().await;
    for account in ["acme", "globex", "initech"] {
        let reply = practice.token(account, None).await.unwrap();
        assert_eq!(reply.expires_in, Some(599));
        assert_eq!(reply.scopes, Some(vec!["account:read".to_owned()]));
        assert!(reply.notes.is_empty(), "{:?}", reply.notes);
    }
    assert_eq!(practice.sandbox.records().len(), 3);
}

#[tokio::test]
async fn each_lesson_is_told_apart_by_the_client() {
    let practice = Practice::start().await;
    for account in ["hooli", "pied-piper", "aperture", "soylent", "tyrell"] {
        let kind = practice.refusal(account).await;
        let TokenErrorKind::Refused(quoted) = &kind else {
            panic!("{account}: {kind:?}");
        };
        assert_eq!(quoted.error.as_deref(), Some("invalid_client"), "{account}");
    }
    assert!(matches!(
        practice.refusal("cyberdyne").await,
        TokenErrorKind::NotJson {
            looks_like_html: true,
            ..
        }
    ));
    assert!(matches!(
        practice.refusal("vandelay").await,
        TokenErrorKind::Redirected { .. }
    ));
    assert!(matches!(
        practice.refusal("umbrella").await,
        TokenErrorKind::TooManyRequests { .. }
    ));
    assert!(matches!(
        practice.refusal("wonka").await,
        TokenErrorKind::Unavailable { .. }
    ));
    assert!(matches!(
        practice.refusal("bluth").await,
        TokenErrorKind::OkWithError(_)
    ));
    let skew = practice
        .token("wayne", None)
        .await
        .unwrap()
        .clock_skew_seconds
        .unwrap();
    assert!((-302..=-298).contains(&skew), "{skew}");
}

#[tokio::test]
async fn no_request_reaches_a_peer_whose_certificate_is_wrong() {
    let practice = Practice::start().await;
    let mut kinds = Vec::new();
    for account in ["monarch", "weyland", "nakatomi"] {
        let TokenErrorKind::Transport(error) = practice.refusal(account).await else {
            panic!("{account}");
        };
        kinds.push(error.kind);
    }
    assert!(
        matches!(&kinds[0], TransportErrorKind::TlsExpired { .. }),
        "{kinds:?}"
    );
    assert!(
        matches!(&kinds[1], TransportErrorKind::TlsWrongName { names } if names == &["elsewhere.example.net"]),
        "{kinds:?}"
    );
    assert!(
        matches!(&kinds[2], TransportErrorKind::TlsUnknownIssuer { issuer, .. } if issuer.contains("Inspecting proxy")),
        "{kinds:?}"
    );
    assert!(practice.sandbox.records().is_empty());
}

#[tokio::test]
async fn the_secret_travels_in_one_header_only() {
    let practice = Practice::start().await;
    let card = practice.sandbox.accounts().remove(0);
    let canary = Canary::new("client secret", &card.client_id);
    let scanner = Scanner::new([&canary]);
    practice.sandbox.set_fault("acme", Fault::Redirect).unwrap();
    let error = practice
        .token("acme", Some(canary.value()))
        .await
        .err()
        .unwrap();
    scanner.assert_clean("the error", format!("{error} {error:?}").as_bytes());
    let records = practice.sandbox.records();
    assert_eq!(records.len(), 1, "the redirect was not followed");
    let record = &records[0];
    scanner.assert_clean("the body", &record.body);
    scanner.assert_clean("the path", record.path.as_bytes());
    assert_eq!(record.query, None);
    for (name, value) in &record.headers {
        let leaks = scanner.search(name, value);
        assert_eq!(
            leaks.is_empty(),
            name != "authorization",
            "{name}: {leaks:?}"
        );
    }
}
