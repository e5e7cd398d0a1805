//! The curl script, run by shells against a server on loopback: what the server saw decides.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::export::{
    self, Client, Document, ExportFormat, ExportSecrets, Rendered, TestCall,
};
use proofkey_core::provider::{
    BasicEncoding, BodyFormat, ClientAuthentication, Grant, TokenHeader,
};
use proofkey_core::vault::SecretDocument;
use proofkey_tests::{Act, Proven, RawPeer, answer, json_answer};
use serde_json::{Value, json};
use url::form_urlencoded;

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

/// A server on loopback, and a folder with the programs that a script may start.
struct Stage {
    peer: RawPeer,
    home: tempfile::TempDir,
}

struct Ran(Output);

impl Ran {
    fn prints(&self, expected: &str) {
        let told = String::from_utf8_lossy(&self.0.stderr);
        assert!(self.0.status.success(), "the script failed: {told}");
        assert_eq!(String::from_utf8_lossy(&self.0.stdout).trim_end(), expected);
    }
}

impl Stage {
    /// The answers come in this order.
    async fn set(answers: &[(u16, &str)]) -> Self {
        let answers: Vec<(u16, String)> = answers
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()))
            .collect();
        let acts = move |number: usize| {
            let (status, body) = &answers[number.min(answers.len() - 1)];
            json_answer(*status, body)
        };
        let stage = Self {
            peer: RawPeer::plain(acts).await,
            home: tempfile::tempdir().expect("a folder"),
        };
        fs::create_dir(stage.home.path().join("bin")).expect("a folder");
        fs::create_dir(stage.home.path().join("work")).expect("a folder");
        stage.program("curl", "exec /usr/bin/curl \"$@\"");
        stage
    }

    /// A program that writes down its arguments and then does as `body` says.
    fn program(&self, name: &str, body: &str) {
        let path = self.home.path().join("bin").join(name);
        let log = self.home.path().join(format!("{name}.arguments"));
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\n{body}\n",
            log.display()
        );
        fs::write(&path, text).expect("a program");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    fn arguments(&self, program: &str) -> String {
        fs::read_to_string(self.home.path().join(format!("{program}.arguments"))).expect("a log")
    }

    fn plain(&self, secret: &str) -> Document {
        let secret = Some(Secret::new(secret.to_owned()));
        let stored = SecretDocument::new(Secret::new(ID.to_owned()), secret);
        self.at_home(ExportSecrets::Plain(&stored))
    }

    fn redacted(&self) -> Document {
        self.at_home(ExportSecrets::Redacted(Proven::acme().reference()))
    }

    fn at_home(&self, secrets: ExportSecrets<'_>) -> Document {
        let proven = Proven::acme();
        let validated = proven.validated().expect("validated");
        let mut document = export::document(&validated, secrets).expect("a document");
        document.client_authentication = ClientAuthentication::ClientSecretPost;
        document.token_url = Some(self.peer.url("/token?a=[1]").to_string());
        document.test_call = Some(TestCall {
            url: self.peer.url("/account?fields={name}").to_string(),
            headers: std::collections::BTreeMap::new(),
        });
        document
    }

    fn run(&self, shell: &str, script: &Rendered, input: &str) -> Ran {
        let path = self.home.path().join("script");
        fs::write(&path, script.bytes()).expect("written");
        let typed = self.home.path().join("typed");
        fs::write(&typed, input).expect("written");
        let bin = self.home.path().join("bin");
        let output = Command::new(shell)
            .arg(&path)
            .current_dir(self.home.path().join("work"))
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .stdin(Stdio::from(fs::File::open(&typed).expect("opened")))
            .output()
            .expect("a shell");
        Ran(output)
    }

    fn ran_nothing_else(&self) {
        let entries = fs::read_dir(self.home.path().join("work")).expect("a folder");
        let entries: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
        assert_eq!(entries, Vec::<PathBuf>::new());
        let arguments = self.arguments("curl");
        let expected =
            "--silent\n--show-error\n--fail-with-body\n--globoff\n--no-location\n--config\n-\n";
        assert_eq!(arguments.replace(expected, ""), "");
    }

    fn client_of_the_token_request(
        &self,
        authentication: ClientAuthentication,
    ) -> (String, String) {
        let body = self.body(0);
        let members: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
        let value = |name: &str| {
            members
                .iter()
                .find(|(key, _)| key == name)
                .map(|it| it.1.clone())
        };
        assert_eq!(value("grant_type").as_deref(), Some("client_credentials"));
        assert_eq!(value("scope").as_deref(), Some("account:read users:read"));
        if authentication == ClientAuthentication::ClientSecretPost {
            return (
                value("client_id").expect("a client ID"),
                value("client_secret").expect("a client secret"),
            );
        }
        let header = self.header(0, "authorization");
        let pair = STANDARD
            .decode(header.strip_prefix("Basic ").expect("Basic"))
            .expect("Base64");
        let pair = String::from_utf8(pair).expect("text");
        let (id, secret) = pair.split_once(':').expect("a colon");
        let decoded = |text: &str| {
            let form = format!("it={text}");
            let mut members = form_urlencoded::parse(form.as_bytes());
            members.next().expect("a member").1.into_owned()
        };
        (decoded(id), decoded(secret))
    }

    fn header(&self, request: usize, name: &str) -> String {
        let request = &self.peer.request_texts()[request];
        let head = request.split("\r\n\r\n").next().expect("a head");
        head.split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }

    fn body(&self, request: usize) -> String {
        let request = &self.peer.request_texts()[request];
        let (_, body) = request.split_once("\r\n\r\n").expect("a body");
        body.to_owned()
    }
}

/// As a server may write it: over several lines, with a slash escaped.
fn token_answer() -> String {
    let token = TOKEN.replace('/', "\\/");
    format!("{{\n  \"access_token\" : \"{token}\",\n  \"expires_in\": 600\n}}")
}
