//! Client credentials, each way of client authentication.

use std::collections::BTreeMap;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::oauth::client_credentials::{self, ClientCredentials};
use proofkey_core::oauth::{Client, Dialect, TokenError, TokenErrorKind, TokenReply};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::RealServer;
use serde_json::{Value, json};
use tokio::time::timeout;

const DEADLINE: Duration = Duration::from_secs(30);

/// Each character of these needs encoding somewhere; `server.mjs` knows the same.
const BASIC: (&str, &str) = ("client!+ID", "s:e c+r%t");
const POST: (&str, &str) = ("post client", "p&o=s+t %secret");

#[tokio::test]
async fn basic_with_characters_that_need_encoding_is_accepted() {
    let Some(server) = RealServer::start(&json!({})) else {
        return;
    };
    let reply = request(&server, Attempt::basic(BASIC)).await.unwrap();
    assert_eq!(reply.token_type.as_deref(), Some("Bearer"));
    assert_eq!(reply.expires_in, Some(599));
    assert_eq!(requests(server), [token_request("Basic", 200)]);
}

#[tokio::test]
async fn the_secret_in_the_body_is_accepted_and_no_header_is_sent() {
    let Some(server) = RealServer::start(&json!({})) else {
        return;
    };
    let attempt = Attempt {
        authentication: ClientAuthentication::ClientSecretPost,
        ..Attempt::basic(POST)
    };
    let reply = request(&server, attempt).await.unwrap();
    assert!(!reply.access_token.is_empty());
    assert_eq!(requests(server), [token_request(None, 200)]);
}

#[tokio::test]
async fn granted_scopes_are_told_apart_from_requested_ones() {
    let Some(server) = RealServer::start(&json!({})) else {
        return;
    };
    let attempt = Attempt {
        scopes: &["api:read", "no:such"],
        ..Attempt::basic(BASIC)
    };
    // This server drops what it does not know without a word (RFC 6749 §3.3 lets it).
    let reply = request(&server, attempt).await.unwrap();
    assert_eq!(reply.scopes, Some(vec!["api:read".to_owned()]));
    server.stop();
}

#[tokio::test]
async fn a_wrong_secret_is_refused_once_and_quoted() {
    let Some(server) = RealServer::start(&json!({})) else {
        return;
    };
    let refusal = request(&server, Attempt::basic((BASIC.0, "s:e c+r%T"))).await;
    let (error, description) = quoted(refusal.err().unwrap());
    assert_eq!(error, "invalid_client");
    assert_eq!(description, "client authentication failed");
    assert_eq!(requests(server), [token_request("Basic", 401)]);
}

#[tokio::test]
async fn raw_basic_is_refused_and_never_tried_again_in_another_way() {
    let Some(server) = RealServer::start(&json!({})) else {
        return;
    };
    let attempt = Attempt {
        basic_encoding: BasicEncoding::Raw,
        // A raw client ID must not hold a colon; this one's secret does.
        ..Attempt::basic(BASIC)
    };
    let refusal = request(&server, attempt).await;
    let (error, description) = quoted(refusal.err().unwrap());
    assert_eq!(error, "invalid_request");
    assert!(
        description.contains("not properly encoded"),
        "{description}"
    );
    assert_eq!(requests(server), [token_request("Basic", 400)]);
}

/// One token request to be made.
struct Attempt {
    client: (&'static str, &'static str),
    authentication: ClientAuthentication,
    basic_encoding: BasicEncoding,
    scopes: &'static [&'static str],
}

impl Attempt {
    fn basic(client: (&'static str, &'static str)) -> Self {
        Self {
            client,
            authentication: ClientAuthentication::ClientSecretBasic,
            basic_encoding: BasicEncoding::Form,
            scopes: &[],
        }
    }
}

fn quoted(error: TokenError) -> (String, String) {
    match error.kind {
        TokenErrorKind::Refused(quoted) => (quoted.error.unwrap(), quoted.description.unwrap()),
        other => panic!("{other:?}"),
    }
}

/// What the server says about a request: its own record decides, not our claim.
fn token_request<'a>(authorization: impl Into<Option<&'a str>>, status: u16) -> Value {
    json!({
        "method": "POST",
        "path": "/token",
        "authorization": authorization.into(),
        "status": status,
    })
}

/// The requests that the server says it answered.
fn requests(server: RealServer) -> Vec<Value> {
    let mut record = server.stop();
    record.retain(|line| line.get("path").is_some());
    record
}

async fn request(server: &RealServer, attempt: Attempt) -> Result<TokenReply, TokenError> {
    let network = Network::new(NetworkSettings {
        loopback_only: true,
        ..NetworkSettings::default()
    })
    .unwrap();
    let scopes: Vec<String> = attempt.scopes.iter().map(ToString::to_string).collect();
    let credentials = ClientCredentials {
        token_url: &server.url("/token"),
        client: Client {
            id: &Secret::new(attempt.client.0.to_owned()),
            secret: Some(&Secret::new(attempt.client.1.to_owned())),
            authentication: attempt.authentication,
            basic_encoding: attempt.basic_encoding,
            assertions: None,
        },
        scopes: &scopes,
        parameters: &BTreeMap::new(),
        dialect: Dialect::standard(),
    };
    let request = client_credentials::request(&network, &SystemClock, &credentials);
    timeout(DEADLINE, request).await.unwrap()
}
