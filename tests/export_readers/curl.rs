//! The curl script, run by shells against a server on loopback: what the server saw decides.

mod stage;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::export::{self, Client, ExportFormat};
use proofkey_core::provider::{
    BasicEncoding, BodyFormat, ClientAuthentication, Grant, TokenHeader,
};
use proofkey_tests::{Act, RawPeer, answer, json_answer};
use serde_json::{Value, json};

use self::stage::Stage;
use crate::values;

const TOKEN: &str = "eyJhbGciOiJ.x_y-z~1/2+3==!";
const ID: &str = "client/1";

/// Every shell gets a part of the values, each in the body and in the header of a request.
#[tokio::test(flavor = "multi_thread")]
async fn every_secret_reaches_the_server_exactly_and_no_program_as_an_argument() {
    // The longest that is not refused, with an escape for each character.
    let mut values = vec!["\"".repeat(51_170)];
    values.extend(values::all().into_iter().step_by(11));
    for (shell, first) in [("dash", 0), ("bash", 1)] {
        for value in values.iter().skip(first).step_by(2) {
            for authentication in [
                ClientAuthentication::ClientSecretPost,
                ClientAuthentication::ClientSecretBasic,
            ] {
                let stage =
                    Stage::set(&[(200, &token_answer()), (200, r#"{"name":"acme"}"#)]).await;
                let mut document = stage.plain(value);
                document.client_authentication = authentication;
                let Ok(script) = export::render(&document, ExportFormat::Curl) else {
                    assert!(value.len() > 17_000, "{value:?} was refused");
                    continue;
                };
                stage.run(shell, &script, "").prints(r#"{"name":"acme"}"#);
                let (id, secret) = stage.client_of_the_token_request(authentication);
                assert_eq!(id, ID);
                let start: String = value.chars().take(80).collect();
                assert!(
                    secret == *value,
                    "{shell} sent another secret than {start:?}"
                );
                assert_eq!(stage.header(1, "authorization"), format!("Bearer {TOKEN}"));
                stage.ran_nothing_else();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_request_is_the_one_that_was_proven() {
    let stage = Stage::set(&[(201, r#"{"token":"abc"}"#), (200, "[]")]).await;
    let mut document = stage.plain("s/1 ü");
    document.client_authentication = ClientAuthentication::ClientSecretBasic;
    document.basic_encoding = BasicEncoding::Raw;
    document.body_format = BodyFormat::Json;
    document.scope_separator = ",".to_owned();
    document.token_members = vec!["access".to_owned(), "token".to_owned()];
    let audience = "https://api.example/?a=\"b\"&c='d' $(touch canary)";
    document
        .token_parameters
        .insert("audience".to_owned(), audience.to_owned());
    let header = TokenHeader {
        name: "X-Token".to_owned(),
        scheme: String::new(),
    };
    document.token_header = Some(header);
    let call = document.test_call.as_mut().expect("a call");
    call.headers
        .insert("OData-Version".to_owned(), "4.0".to_owned());
    let script = export::render(&document, ExportFormat::Curl).expect("rendered");
    stage.run("sh", &script, "").prints("[]");
    let body: Value = serde_json::from_str(&stage.body(0)).expect("JSON");
    let expected = json!({ "grant_type": "client_credentials", "scope": "account:read,users:read",
        "audience": audience });
    assert_eq!(body, expected);
    assert_eq!(stage.header(0, "content-type"), "application/json");
    let basic = STANDARD.encode(format!("{ID}:s/1 ü"));
    assert_eq!(stage.header(0, "authorization"), format!("Basic {basic}"));
    assert_eq!(stage.header(1, "x-token"), "abc");
    assert_eq!(stage.header(1, "odata-version"), "4.0");
    stage.ran_nothing_else();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_the_script_with_the_servers_words() {
    let refusal = r#"{"error":"invalid_client"}"#;
    for (status, answer, said) in [
        (401, refusal, "invalid_client"),
        (200, r#"{"token_type":"Bearer"}"#, "no access token"),
        (200, "<html>", "no access token"),
        (200, r#"{"access_token":"a\u0022b"}"#, "no access token"),
    ] {
        let stage = Stage::set(&[(status, answer)]).await;
        let script = export::render(&stage.plain("secret"), ExportFormat::Curl).expect("rendered");
        let ran = stage.run("sh", &script, "");
        assert!(!ran.0.status.success(), "{answer}");
        let told = String::from_utf8_lossy(&ran.0.stderr).into_owned();
        assert!(told.contains(said), "{told}");
        assert_eq!(stage.peer.connections(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_secrets_proofkey_is_asked_for_a_token() {
    for grant in [Grant::ClientCredentials, Grant::AuthorizationCode] {
        let stage = Stage::set(&[(200, "{}")]).await;
        stage.program("proofkey", &format!("printf '%s\\n' '{TOKEN}'"));
        let mut document = stage.redacted();
        document.grant = grant;
        let script = export::render(&document, ExportFormat::Curl).expect("rendered");
        assert!(!script.holds_secrets());
        stage.run("sh", &script, "").prints("{}");
        assert_eq!(stage.header(0, "authorization"), format!("Bearer {TOKEN}"));
        assert_eq!(stage.arguments("proofkey"), "token\nacme-support\n");
    }
    // A person approved this one: the secrets alone would not do, so they stay out.
    let stage = Stage::set(&[]).await;
    let mut document = stage.plain("secret-canary");
    document.grant = Grant::AuthorizationCode;
    let script = export::render(&document, ExportFormat::Curl).expect("rendered");
    assert!(!script.holds_secrets());
    assert!(!script.text().contains("secret-canary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_is_followed_whatever_the_person_set_for_curl() {
    let elsewhere = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let target = elsewhere.url("/").to_string();
    let moved = answer(307, &[("Location", &target)], b"moved");
    let stage = Stage {
        peer: RawPeer::plain(move |number| match number {
            0 => json_answer(200, &token_answer()),
            _ => vec![Act::Read, Act::Send(moved.clone())],
        })
        .await,
        ..Stage::set(&[]).await
    };
    fs::write(stage.home.path().join(".curlrc"), "location-trusted\n").expect("written");
    let script = export::render(&stage.plain("secret"), ExportFormat::Curl).expect("rendered");
    stage.run("sh", &script, "").prints("moved");
    assert_eq!(stage.peer.connections(), 2);
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn user_names_passwords_and_keys_are_sent_as_they_are_or_asked_for() {
    let odd = r#"a\b"c'd $(touch canary) ü"#;
    let secret = || Secret::new(odd.to_owned());
    let basic = Client::Basic {
        username: Secret::new("ann/token".to_owned()),
        password: secret(),
    };
    let key = Client::Key { api_key: secret() };
    let typed = format!("ann/token\n{odd}\n");
    for (grant, client, input) in [
        (Grant::HttpBasic, Some(basic), String::new()),
        (Grant::HttpBasic, None, typed),
        (Grant::ApiKey, Some(key), String::new()),
        (Grant::ApiKey, None, format!("{odd}\n")),
        (Grant::None, Some(Client::Nothing {}), String::new()),
    ] {
        let stage = Stage::set(&[(200, "{}")]).await;
        let holds_secrets = matches!(client, Some(Client::Basic { .. } | Client::Key { .. }));
        let mut document = stage.redacted();
        document.grant = grant;
        document.token_url = None;
        document.token_header = (grant != Grant::None).then(|| TokenHeader {
            name: "X-API-Key".to_owned(),
            scheme: "Key".to_owned(),
        });
        document.client = client.unwrap_or(document.client);
        let script = export::render(&document, ExportFormat::Curl).expect("rendered");
        assert_eq!(script.holds_secrets(), holds_secrets, "{grant:?}");
        stage.run("dash", &script, &input).prints("{}");
        let sent = stage.peer.request_texts().concat();
        match grant {
            Grant::HttpBasic => {
                let pair = STANDARD.encode(format!("ann/token:{odd}"));
                assert!(
                    sent.contains(&format!("Authorization: Basic {pair}\r\n")),
                    "{sent}"
                );
            }
            Grant::ApiKey => assert!(
                sent.contains(&format!("X-API-Key: Key {odd}\r\n")),
                "{sent}"
            ),
            _ => assert!(!sent.to_lowercase().contains("authorization"), "{sent}"),
        }
        stage.ran_nothing_else();
    }
}

/// As a server may write it: over several lines, with a slash escaped.
fn token_answer() -> String {
    let token = TOKEN.replace('/', "\\/");
    format!("{{\n  \"access_token\" : \"{token}\",\n  \"expires_in\": 600\n}}")
}
