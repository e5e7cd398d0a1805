//! A certified OpenID provider that somebody else wrote, npm `oidc-provider`, as a process beside a
//! test. `tests/real-server/server.mjs` says what it is told and what it says.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a peer that cannot go on ends the test"
)]

mod visit;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use visit::Visit;

/// Nothing on this machine takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running server; it ends with its standard input, at the latest when this is dropped.
pub struct RealServer {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    record: Vec<Value>,
    port: u16,
}

/// What the person does who was sent to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Sign in under this name and agree.
    Approve(&'static str),
    /// Leave its first page by "Cancel".
    Cancel,
}

impl RealServer {
    /// Starts it with what `server.mjs` takes as its options.
    ///
    /// `None` when it cannot run here and nobody demanded that it does: `make test` installs it and
    /// sets `PROOFKEY_TEST_NODE`; then a missing Node or package is a failure.
    pub fn start(options: &Value) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("real-server");
        match Self::launch(&folder, options) {
            Ok(server) => Some(server),
            Err(reason) if std::env::var_os("PROOFKEY_TEST_NODE").is_some() => panic!("{reason}"),
            Err(reason) => {
                eprintln!("skipped: {reason}");
                None
            }
        }
    }

    fn launch(folder: &Path, options: &Value) -> Result<Self, String> {
        if !folder.join("node_modules/oidc-provider").is_dir() {
            return Err("oidc-provider is not installed; run `npm ci` in tests/real-server".into());
        }
        let mut child = Command::new("node")
            .args(["server.mjs", &options.to_string()])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("Node 20.19 or newer is needed and did not start: {error}"))?;
        let stdin = child.stdin.take();
        let lines = heard(BufReader::new(child.stdout.take().expect("a pipe")));
        let Ok(first) = lines.recv_timeout(PATIENCE) else {
            // It says why and ends, or it hangs and is ended.
            drop(stdin);
            let mut complaint = String::new();
            let mut stderr = child.stderr.take().expect("a pipe");
            stderr.read_to_string(&mut complaint).expect("text");
            return Err(format!("the server ended before it listened: {complaint}"));
        };
        let port = first["port"].as_u64().and_then(|port| port.try_into().ok());
        Ok(Self {
            child,
            stdin,
            lines,
            record: Vec::new(),
            port: port.expect("a port"),
        })
    }

    /// Its issuer identifier.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An address below the issuer.
    pub fn url(&self, path: &str) -> Url {
        let text = format!("{}{path}", self.issuer());
        Url::parse(&text).expect("an address")
    }

    /// Makes a confidential client that a person can approve, or gives it other redirect addresses.
    pub fn register(&mut self, client_id: &str, client_secret: &str, redirect_uris: &[String]) {
        let client = json!({
            "client_id": client_id,
            "client_secret": client_secret,
            "application_type": "native",
            "redirect_uris": redirect_uris,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": "openid profile email offline_access",
        });
        self.register_client(&client);
    }

    /// Makes a client of this metadata (RFC 7591 §2), or gives it other metadata.
    pub fn register_client(&mut self, client: &Value) {
        let stdin = self.stdin.as_mut().expect("a running server");
        writeln!(stdin, "{client}").expect("the server listens");
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("an answer");
            if line["client"] == client["client_id"] {
                return;
            }
            self.record.push(line);
        }
    }

    /// Opens the authorization request at `url` as a person with a fresh browser does, and returns the
    /// address that the server sends the browser back to, before it is opened.
    pub fn visit(url: &Url, wish: Wish) -> Url {
        let mut visit = Visit::of(url);
        match wish {
            Wish::Approve(name) => {
                visit.submit(&[("login", name), ("password", "of no matter")]);
                visit.submit(&[]);
            }
            Wish::Cancel => visit.cancel(),
        }
        visit.landed()
    }

    /// What a browser shows that opens `url` and follows where it leads on that server.
    pub fn page(url: &Url) -> String {
        Visit::of(url).page()
    }

    /// The status with which it answers when `client` (ID and secret) sends a refresh token.
    pub fn status_of_refresh(&self, client: (&str, &str), refresh_token: &str) -> u16 {
        visit::status_of_refresh(&self.url("/token"), client, refresh_token)
    }

    /// The status with which `endpoint` answers a bearer token.
    pub fn status_for(&self, endpoint: &str, access_token: &str) -> u16 {
        visit::status_with_token(&self.url(endpoint), access_token)
    }

    /// Everything that it said until now.
    pub fn record(&mut self) -> &[Value] {
        self.record.extend(self.lines.try_iter());
        &self.record
    }

    /// How often it told of `event`.
    pub fn count(&mut self, event: &str) -> usize {
        let record = self.record().iter();
        record.filter(|line| line["event"] == event).count()
    }

    /// The requests to `path` that it answered with `status`.
    pub fn requests(&mut self, path: &str, status: u16) -> usize {
        let record = self.record().iter();
        record
            .filter(|line| line["path"] == path && line["status"] == status)
            .count()
    }

    /// Ends the server and returns everything that it said.
    pub fn stop(mut self) -> Vec<Value> {
        drop(self.stdin.take());
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.record.push(line);
        }
        let status = self.child.wait().expect("an end");
        assert!(status.success(), "the server ended with {status}");
        std::mem::take(&mut self.record)
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The lines as they come; the channel closes with the pipe.
fn heard(lines: impl BufRead + Send + 'static) -> Receiver<Value> {
    let (say, hear) = channel();
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if say.send(value).is_err() {
                return;
            }
        }
    });
    hear
}
