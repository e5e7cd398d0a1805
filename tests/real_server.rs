//! Client credentials against a certified server that somebody else wrote: npm `oidc-provider`.
//!
//! `make test` installs it and sets `PROOFKEY_TEST_NODE=1`; then a missing Node or package is a
//! failure. Without the variable these tests step aside when the server cannot run, and say so.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::oauth::client_credentials::{self, ClientCredentials};
use proofkey_core::oauth::{TokenError, TokenErrorKind, TokenReply};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use url::Url;

const DEADLINE: Duration = Duration::from_secs(30);

/// Each character of these needs encoding somewhere; `server.mjs` knows the same.
const BASIC: (&str, &str) = ("client!+ID", "s:e c+r%t");
const POST: (&str, &str) = ("post client", "p&o=s+t %secret");

#[tokio::test]
async fn basic_with_characters_that_need_encoding_is_accepted() {
    let Some(server) = RealServer::start().await else {
        return;
    };
    let reply = server.request(Attempt::basic(BASIC)).await.unwrap();
    assert_eq!(reply.token_type, "Bearer");
    assert_eq!(reply.expires_in, Some(599));
    assert_eq!(server.stop().await, [token_request("Basic", 200)]);
}

#[tokio::test]
async fn the_secret_in_the_body_is_accepted_and_no_header_is_sent() {
    let Some(server) = RealServer::start().await else {
        return;
    };
    let attempt = Attempt {
        authentication: ClientAuthentication::ClientSecretPost,
        ..Attempt::basic(POST)
    };
    let reply = server.request(attempt).await.unwrap();
    assert!(!reply.access_token.is_empty());
    assert_eq!(server.stop().await, [token_request(None, 200)]);
}

#[tokio::test]
async fn granted_scopes_are_told_apart_from_requested_ones() {
    let Some(server) = RealServer::start().await else {
        return;
    };
    let attempt = Attempt {
        scopes: &["api:read", "no:such"],
        ..Attempt::basic(BASIC)
    };
    // This server drops what it does not know without a word (RFC 6749 §3.3 lets it).
    let reply = server.request(attempt).await.unwrap();
    assert_eq!(reply.scopes, Some(vec!["api:read".to_owned()]));
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_secret_is_refused_once_and_quoted() {
    let Some(server) = RealServer::start().await else {
        return;
    };
    let refusal = server.request(Attempt::basic((BASIC.0, "s:e c+r%T"))).await;
    let (error, description) = quoted(refusal.err().unwrap());
    assert_eq!(error, "invalid_client");
    assert_eq!(description, "client authentication failed");
    assert_eq!(server.stop().await, [token_request("Basic", 401)]);
}

#[tokio::test]
async fn raw_basic_is_refused_and_never_tried_again_in_another_way() {
    let Some(server) = RealServer::start().await else {
        return;
    };
    let attempt = Attempt {
        basic_encoding: BasicEncoding::Raw,
        // A raw client ID must not hold a colon; this one's secret does.
        ..Attempt::basic(BASIC)
    };
    let refusal = server.request(attempt).await;
    let (error, description) = quoted(refusal.err().unwrap());
    assert_eq!(error, "invalid_request");
    assert!(
        description.contains("not properly encoded"),
        "{description}"
    );
    assert_eq!(server.stop().await, [token_request("Basic", 400)]);
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

/// The running server; it ends with its standard input, at the latest when this is dropped.
struct RealServer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    token_url: Url,
}

impl RealServer {
    /// `None` when it cannot run here and nobody demanded that it does.
    async fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("real-server");
        match Self::launch(&folder).await {
            Ok(server) => Some(server),
            Err(reason) if std::env::var_os("PROOFKEY_TEST_NODE").is_some() => panic!("{reason}"),
            Err(reason) => {
                eprintln!("skipped: {reason}");
                None
            }
        }
    }

    async fn launch(folder: &Path) -> Result<Self, String> {
        if !folder.join("node_modules/oidc-provider").is_dir() {
            return Err("oidc-provider is not installed; run `npm ci` in tests/real-server".into());
        }
        let mut child = Command::new("node")
            .arg("server.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("Node 20.19 or newer is needed and did not start: {error}"))?;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(DEADLINE, lines.next_line()).await.unwrap().unwrap();
        let Some(first) = first else {
            let mut complaint = String::new();
            let mut stderr = child.stderr.take().unwrap();
            stderr.read_to_string(&mut complaint).await.unwrap();
            return Err(format!("the server ended before it listened: {complaint}"));
        };
        let told: Value = serde_json::from_str(&first).unwrap();
        let token_url = format!("http://127.0.0.1:{}/token", told["port"]);
        Ok(Self {
            child,
            lines,
            token_url: Url::parse(&token_url).unwrap(),
        })
    }

    async fn request(&self, attempt: Attempt) -> Result<TokenReply, TokenError> {
        let network = Network::new(NetworkSettings {
            loopback_only: true,
            ..NetworkSettings::default()
        })
        .unwrap();
        let scopes: Vec<String> = attempt.scopes.iter().map(ToString::to_string).collect();
        let credentials = ClientCredentials {
            token_url: &self.token_url,
            client_id: &Secret::new(attempt.client.0.to_owned()),
            client_secret: &Secret::new(attempt.client.1.to_owned()),
            authentication: attempt.authentication,
            basic_encoding: attempt.basic_encoding,
            scopes: &scopes,
            separator: " ",
        };
        let request = client_credentials::request(&network, &SystemClock, &credentials);
        timeout(DEADLINE, request).await.unwrap()
    }

    /// Ends the server and returns every request that it answered.
    async fn stop(mut self) -> Vec<Value> {
        drop(self.child.stdin.take());
        let mut requests = Vec::new();
        while let Some(line) = timeout(DEADLINE, self.lines.next_line())
            .await
            .unwrap()
            .unwrap()
        {
            requests.push(serde_json::from_str(&line).unwrap());
        }
        let status = timeout(DEADLINE, self.child.wait()).await.unwrap().unwrap();
        assert!(status.success(), "the server ended with {status}");
        requests
    }
}
