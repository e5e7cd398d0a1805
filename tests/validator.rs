//! The validator with its real judge, in front of the practice Talkdesk. The sandbox's record decides
//! what was sent where.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use proofkey_core::Secret;
use proofkey_core::border::PracticeAccount;
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_sandbox::{Fault, Options, Sandbox};
use proofkey_tests::Proven;
use proofkey_validator::{Auth, Client, Judge, Judgement, Scalar, TokenJudge};

struct Trial {
    sandbox: Sandbox,
    judge: TokenJudge,
    card: PracticeAccount,
}

impl Trial {
    /// In front of the practice account "globex" in the EU region, which is fixed.
    async fn start() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let network = Network::new(NetworkSettings {
            connect_to: vec![sandbox.connect_to().parse().unwrap()],
            extra_roots: roots_from_pem(sandbox.ca_pem().as_bytes()).unwrap(),
            loopback_only: true,
            ..NetworkSettings::default()
        })
        .unwrap();
        let provider = Proven::acme().provider;
        let client = Client {
            authentication: ClientAuthentication::ClientSecretBasic,
            basic_encoding: BasicEncoding::Form,
            scopes: Vec::new(),
            fixed: BTreeMap::from([("region".to_owned(), "eu".to_owned())]),
        };
        let mut cards = sandbox.accounts().into_iter();
        let card = cards.find(|card| card.account == "globex").unwrap();
        Self {
            judge: TokenJudge::new(network, Arc::new(SystemClock), provider, client),
            sandbox,
            card,
        }
    }

    fn auth(&self) -> Auth {
        fields(&[
            ("account", &self.card.account),
            ("client_id", &self.card.client_id),
            ("client_secret", &self.card.client_secret),
        ])
    }
}

fn fields(fields: &[(&str, &str)]) -> Auth {
    let scalars = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), text(value)));
    scalars.collect()
}

fn text(value: &str) -> Scalar {
    Scalar::Text(Secret::new(value.to_owned()))
}

#[tokio::test]
async fn credentials_that_get_a_token_are_accepted_and_others_refused() {
    let trial = Trial::start().await;
    assert_eq!(trial.judge.judge(trial.auth()).await, Judgement::Accepted);
    for (name, value) in [
        ("client_secret", "wrong"),
        ("client_id", "nobody"),
        ("client_secret", ""),
        ("client_secret", "line\nbreak"),
        ("account", "nobody-here"),
    ] {
        let mut auth = trial.auth();
        auth.insert(name.to_owned(), text(value));
        assert_eq!(
            trial.judge.judge(auth).await,
            Judgement::Refused,
            "{name} {value:?}"
        );
    }
    let mut auth = trial.auth();
    auth.insert("client_secret".to_owned(), Scalar::Integer(5));
    assert_eq!(trial.judge.judge(auth).await, Judgement::Refused);
    for name in ["account", "client_id", "client_secret"] {
        let mut auth = trial.auth();
        auth.remove(name);
        assert_eq!(
            trial.judge.judge(auth).await,
            Judgement::Refused,
            "without {name}"
        );
    }
}

#[tokio::test]
async fn no_field_chooses_where_the_secret_is_sent() {
    let trial = Trial::start().await;
    for account in [
        "evil.com/#",
        "evil.com?",
        "a@evil.com",
        "evil.com\\",
        "..",
        "%2e",
        "a\u{3002}b",
        "[::1]",
        "a\r\nb",
        "a\0",
        "A",
        "-a",
        "localhost:1",
        "xn--a",
        "",
    ] {
        let mut auth = trial.auth();
        auth.insert("account".to_owned(), text(account));
        assert_eq!(
            trial.judge.judge(auth).await,
            Judgement::Refused,
            "{account:?}"
        );
    }
    assert_eq!(trial.sandbox.records().len(), 0);

    let mut auth = trial.auth();
    for (name, value) in [
        ("region", "custom"),
        ("id_host", "id.evil.com"),
        ("api_base", "https://api.evil.com"),
        ("token_url", "https://evil.com/oauth/token"),
    ] {
        auth.insert(name.to_owned(), text(value));
    }
    assert_eq!(trial.judge.judge(auth).await, Judgement::Accepted);
    let hosts: Vec<String> = trial
        .sandbox
        .records()
        .into_iter()
        .map(|it| it.host)
        .collect();
    assert_eq!(hosts, ["globex.talkdeskid.eu"]);
}

#[tokio::test]
async fn trouble_at_the_server_is_never_a_yes() {
    let trial = Trial::start().await;
    for (fault, expected) in [
        (Fault::SecretRefused, Judgement::Refused),
        (Fault::OkWithError, Judgement::Refused),
        (Fault::HtmlPage, Judgement::Unclear),
        (Fault::Redirect, Judgement::Unclear),
        (Fault::TooManyRequests(30), Judgement::Unclear),
        (Fault::Unavailable, Judgement::Unclear),
        (Fault::CertificateExpired, Judgement::Unclear),
        (Fault::CertificateWrongName, Judgement::Unclear),
        (Fault::CertificateUnknownAuthority, Judgement::Unclear),
    ] {
        trial.sandbox.set_fault("globex", fault).unwrap();
        assert_eq!(trial.judge.judge(trial.auth()).await, expected, "{fault:?}");
    }
    trial.sandbox.clear_fault("globex").unwrap();
    assert_eq!(trial.judge.judge(trial.auth()).await, Judgement::Accepted);
}
