//! An authorization validator that is written in Express, as a process beside a test, right or with
//! planted mistakes. `tests/validator-express/server.mjs` names them.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a peer that cannot go on ends the test"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// Nothing on this machine takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running validator; it ends with its standard input, at the latest when this is dropped.
pub struct ExpressValidator {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    port: u16,
}

impl ExpressValidator {
    /// The one account that it knows, as it is written into a file for the laboratory.
    pub const AUTH: &str =
        r#"{"auth":{"username":"pat@acme.example","password":"q7Wd-605b32dd-Lm4x-Zt81Vn"}}"#;
    /// The secret in [`Self::AUTH`].
    pub const PASSWORD: &str = "q7Wd-605b32dd-Lm4x-Zt81Vn";
    /// What it returns as `token`.
    pub const TOKEN: &str = "tk-123456789-Jq5Rw8Yb2Ks";

    /// Starts it with these mistakes; with `caller_token`, callers have to show it as a bearer token.
    ///
    /// `None` when it cannot run here and nobody demanded that it does: `make test` installs it and
    /// sets `PROOFKEY_TEST_NODE`; then a missing Node or package is a failure.
    pub fn start(mistakes: &[&str], caller_token: Option<&str>) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("validator-express");
        match Self::launch(&folder, mistakes, caller_token) {
            Ok(server) => Some(server),
            Err(reason) if std::env::var_os("PROOFKEY_TEST_NODE").is_some() => panic!("{reason}"),
            Err(reason) => {
                eprintln!("skipped: {reason}");
                None
            }
        }
    }

    /// Where it validates.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/authorization", self.port)
    }

    /// Ends it and returns a line for each request that it answered.
    pub fn stop(mut self) -> Vec<Value> {
        drop(self.stdin.take());
        let mut record = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            record.push(line);
        }
        let status = self.child.wait().expect("an end");
        assert!(status.success(), "the validator ended with {status}");
        record
    }

    fn launch(
        folder: &Path,
        mistakes: &[&str],
        caller_token: Option<&str>,
    ) -> Result<Self, String> {
        if !folder.join("node_modules/express").is_dir() {
            return Err("express is not installed; run `npm ci` in tests/validator-express".into());
        }
        let mut command = Command::new("node");
        command.args(["server.mjs", "--mistakes", &mistakes.join(",")]);
        if let Some(token) = caller_token {
            command.args(["--caller-token", token]);
        }
        let mut child = command
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
            return Err(format!(
                "the validator ended before it listened: {complaint}"
            ));
        };
        let port = first["port"].as_u64().and_then(|port| port.try_into().ok());
        Ok(Self {
            child,
            stdin,
            lines,
            port: port.expect("a port"),
        })
    }
}

impl Drop for ExpressValidator {
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
