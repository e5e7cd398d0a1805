//! Client credentials, in front of the practice Talkdesk.

use proofkey_core::border::PracticeAccount;
use proofkey_core::integration::{Auth, Scalar};
use proofkey_sandbox::{Fault, Options, Sandbox};

use crate::stage::{Trial, fields, integration, with, without};

const INTEGRATION: &str = r#"
    path = "/talkdesk/authorization"
    provider = "talkdesk"
    fixed = { region = "eu" }
    fields = { account = "label", client_id = "string", client_secret = "secret" }
"#;

struct Stage {
    sandbox: Sandbox,
    trial: Trial,
    card: PracticeAccount,
}

impl Stage {
    /// In front of the practice account "globex" in the EU region, which is fixed.
    async fn set(integration_file: &str) -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let made = integration(integration_file);
        let mut cards = sandbox.accounts().into_iter();
        let card = cards.find(|card| card.account == "globex").unwrap();
        Self {
            trial: Trial::at(made, &sandbox.connect_to(), sandbox.ca_pem()),
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

    fn hosts(&self) -> Vec<String> {
        let records = self.sandbox.records().into_iter();
        records.map(|record| record.host).collect()
    }
}

#[tokio::test]
async fn credentials_that_get_a_token_are_accepted_and_others_refused() {
    let stage = Stage::set(INTEGRATION).await;
    let auth = stage.auth();
    assert_eq!(stage.trial.code(&auth).await, "accepted");
    for (name, value, why) in [
        ("client_secret", "wrong", "credentials"),
        ("client_id", "nobody", "credentials"),
        ("client_secret", "", "missing_field"),
        ("client_secret", "line\nbreak", "not_sendable"),
        ("account", "nobody-here", "credentials"),
    ] {
        let changed = with(&auth, name, Scalar::text(value));
        assert_eq!(stage.trial.code(&changed).await, why, "{name} {value:?}");
    }
    let changed = with(&auth, "client_secret", Scalar::Integer(5));
    assert_eq!(stage.trial.code(&changed).await, "wrong_type");
    for name in ["account", "client_id", "client_secret"] {
        let changed = without(&auth, name);
        assert_eq!(stage.trial.code(&changed).await, "missing_field", "{name}");
    }
}

#[tokio::test]
async fn no_field_but_the_account_chooses_where_the_secret_is_sent() {
    let stage = Stage::set(INTEGRATION).await;
    let mut auth = stage.auth();
    for (name, value) in [
        ("region", "custom"),
        ("id_host", "id.evil.com"),
        ("api_base", "https://api.evil.com"),
        ("token_url", "https://evil.com/oauth/token"),
        ("host", "evil.com"),
        ("path", "/evil"),
        ("port", "8443"),
    ] {
        auth.insert(name.to_owned(), Scalar::text(value));
    }
    assert_eq!(stage.trial.code(&auth).await, "accepted");
    assert_eq!(stage.hosts(), ["globex.talkdeskid.eu"]);
}

#[tokio::test]
async fn a_region_is_taken_from_the_list_alone() {
    let open = INTEGRATION
        .replace("fixed = { region = \"eu\" }", "")
        .replace(
            "account = \"label\",",
            "account = \"label\", region = \"string\",",
        );
    let stage = Stage::set(&open).await;
    let auth = stage.auth();
    let of = |region: &str| with(&auth, "region", Scalar::text(region));
    assert_eq!(stage.trial.code(&of("eu")).await, "accepted");
    for region in ["", "EU", "mars", "eu.evil.com", "custom"] {
        let code = stage.trial.code(&of(region)).await;
        let expected = match region {
            "" => "missing_field",
            // Its hosts are typed by hand, and no caller types a host.
            "custom" => "not_a_label",
            _ => "no_such_region",
        };
        assert_eq!(code, expected, "{region:?}");
    }
    assert_eq!(stage.hosts(), ["globex.talkdeskid.eu"]);
}

#[tokio::test]
async fn trouble_at_the_server_is_never_a_yes() {
    let stage = Stage::set(INTEGRATION).await;
    let auth = stage.auth();
    for (fault, why) in [
        (Fault::SecretRefused, "credentials"),
        (Fault::OkWithError, "credentials"),
        (Fault::HtmlPage, "not_json"),
        (Fault::Redirect, "redirected"),
        (Fault::TooManyRequests(30), "busy"),
        (Fault::Unavailable, "server_error"),
        (Fault::CertificateExpired, "tls"),
        (Fault::CertificateWrongName, "tls"),
        (Fault::CertificateUnknownAuthority, "tls"),
    ] {
        stage.sandbox.set_fault("globex", fault).unwrap();
        // The connection of the last trial was made before; a bad certificate shows in a new one.
        let fresh = Trial::at(
            integration(INTEGRATION),
            &stage.sandbox.connect_to(),
            stage.sandbox.ca_pem(),
        );
        assert_eq!(fresh.code(&auth).await, why, "{fault:?}");
    }
    stage.sandbox.clear_fault("globex").unwrap();
    assert_eq!(stage.trial.code(&auth).await, "accepted");
}

#[tokio::test]
async fn what_is_returned_is_asked_of_the_api_with_the_new_token() {
    let returning = format!(
        "{INTEGRATION}\nscopes = [\"account:read\"]\nreturns = {{ name = \"$.name\", nothing = \"$.nowhere\" }}"
    );
    let stage = Stage::set(&returning).await;
    let answer = stage.trial.accepted(&stage.auth()).await;
    assert_eq!(answer.body().as_slice(), br#"{"name":"globex"}"#);
    assert_eq!(answer.left_out["nothing"].code(), "missing");
    assert_eq!(
        stage.hosts(),
        ["globex.talkdeskid.eu", "api.talkdeskapp.eu"]
    );
}
