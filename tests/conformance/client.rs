//! `proofkey` as a person at a terminal runs it, with a browser beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use age::secrecy::ExposeSecret;
use proofkey_sandbox::Sandbox;
use proofkey_tests::{Browser, Decision};
use serde_json::Value;
use url::Url;

/// The id of the provider that is made from the issuer.
const PROVIDER: &str = "practice";
const CONNECTION: &str = "conformance";

/// A folder of one's own, and the way to the server.
pub(crate) struct Client<'a> {
    sandbox: &'a Sandbox,
    folder: tempfile::TempDir,
}

/// How a run of `proofkey` ended.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl<'a> Client<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), sandbox.ca_pem()).expect("the CA file");
        let identity = age::x25519::Identity::generate();
        std::fs::write(
            folder.path().join("identity"),
            identity.to_string().expose_secret(),
        )
        .expect("an identity");
        let client = Self { sandbox, folder };
        let identity = client.path("identity").display().to_string();
        let created = client.run(&["vault", "create", "--identity", &identity], "");
        assert_eq!(created.status, 0, "{}", created.stderr);
        client
    }

    /// Makes a provider of the server's metadata.
    pub(crate) fn discover(&self) -> Ended {
        let issuer = self.sandbox.issuer().issuer;
        self.run(
            &["providers", "new", "--issuer", &issuer, "--id", PROVIDER],
            "",
        )
    }

    pub(crate) fn add(&self) -> Ended {
        let card = self.sandbox.issuer();
        let mut arguments = vec![
            "connection",
            "add",
            CONNECTION,
            "--provider",
            PROVIDER,
            "--grant",
            "authorization_code",
            "--client-id",
            &card.client_id,
            "--client-secret-stdin",
            "--no-validate",
        ];
        for scope in ["openid", "profile", "email", "offline_access"] {
            arguments.extend(["--scope", scope]);
        }
        self.run(&arguments, &card.client_secret)
    }

    /// Authorizes, with a person who approves in a browser that follows every redirect. `patience` is
    /// how long `proofkey` waits for an answer that it believes.
    pub(crate) fn authorize(&self, patience: &str) -> Ended {
        let arguments = [
            "authorize",
            CONNECTION,
            "--no-browser",
            "--json",
            "--timeout",
            patience,
        ];
        let mut child = self.spawn(&arguments);
        drop(child.stdin.take());
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut said = String::new();
        if let Some(url) = way_there(&mut stderr, &mut said) {
            let browser = Browser::new(self.sandbox.address(), self.sandbox.ca_pem());
            let person = self.sandbox.issuer().person;
            let landing = browser.approve(&url, &person.email, &person.password, Decision::Approve);
            shown(&browser, &landing);
        }
        stderr.read_to_string(&mut said).expect("text");
        ended(child, said)
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ended {
        let mut child = self.spawn(arguments);
        let mut pipe = child.stdin.take().expect("a pipe");
        // A command that refuses at once may not wait for its input.
        let _unread = pipe.write_all(stdin.as_bytes());
        drop(pipe);
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        ended(child, said)
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_proofkey"))
            .args(arguments)
            .arg("--config-dir")
            .arg(self.path("config"))
            .arg("--vault")
            .arg(format!("file:{}", self.path("vault.age").display()))
            .arg("--ca-file")
            .arg(self.path("ca.pem"))
            .arg("--connect-to")
            .arg(self.sandbox.connect_to())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("PROOFKEY_VAULT_IDENTITY_FILE", self.path("identity"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("proofkey starts")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The address to open, when there is one to be opened.
fn way_there(stderr: &mut impl BufRead, said: &mut String) -> Option<String> {
    loop {
        let from = said.len();
        if stderr.read_line(said).expect("text") == 0 {
            return None;
        }
        // What is no event is a problem, and the end.
        let event: Value = serde_json::from_str(&said[from..]).ok()?;
        if event["event"] == "waiting" {
            return event["url"].as_str().map(str::to_owned);
        }
    }
}

/// The page that the person lands on, which is there whatever it says.
fn shown(browser: &Browser, landing: &Url) {
    let page = browser.get(landing);
    assert!(
        page.body.contains("Proofkey"),
        "{} {}",
        page.status,
        page.body
    );
}

fn ended(child: Child, stderr: String) -> Ended {
    let Output { status, stdout, .. } = child.wait_with_output().expect("proofkey ends");
    Ended {
        status: status.code().expect("proofkey ended by itself"),
        stdout: String::from_utf8(stdout).expect("text"),
        stderr,
    }
}
