//! A place where a shell runs a script, and the server that it asks.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::Secret;
use proofkey_core::export::{self, Document, ExportSecrets, Rendered, TestCall};
use proofkey_core::provider::ClientAuthentication;
use proofkey_core::vault::SecretDocument;
use proofkey_tests::{Proven, RawPeer, json_answer};
use url::form_urlencoded;

use super::ID;

/// A server on loopback, and a folder with the programs that a script may start.
pub(super) struct Stage {
    pub(super) peer: RawPeer,
    pub(super) home: tempfile::TempDir,
}

pub(super) struct Ran(pub(super) Output);

impl Ran {
    pub(super) fn prints(&self, expected: &str) {
        let told = String::from_utf8_lossy(&self.0.stderr);
        assert!(self.0.status.success(), "the script failed: {told}");
        assert_eq!(String::from_utf8_lossy(&self.0.stdout).trim_end(), expected);
    }
}

impl Stage {
    /// The answers come in this order.
    pub(super) async fn set(answers: &[(u16, &str)]) -> Self {
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
    pub(super) fn program(&self, name: &str, body: &str) {
        let path = self.home.path().join("bin").join(name);
        let log = self.home.path().join(format!("{name}.arguments"));
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\n{body}\n",
            log.display()
        );
        fs::write(&path, text).expect("a program");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    pub(super) fn arguments(&self, program: &str) -> String {
        fs::read_to_string(self.home.path().join(format!("{program}.arguments"))).expect("a log")
    }

    pub(super) fn plain(&self, secret: &str) -> Document {
        let secret = Some(Secret::new(secret.to_owned()));
        let stored = SecretDocument::new(Secret::new(ID.to_owned()), secret);
        self.at_home(ExportSecrets::Plain(&stored))
    }

    pub(super) fn redacted(&self) -> Document {
        self.at_home(ExportSecrets::Redacted(Proven::acme().reference()))
    }

    pub(super) fn at_home(&self, secrets: ExportSecrets<'_>) -> Document {
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

    pub(super) fn run(&self, shell: &str, script: &Rendered, input: &str) -> Ran {
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

    pub(super) fn ran_nothing_else(&self) {
        let entries = fs::read_dir(self.home.path().join("work")).expect("a folder");
        let entries: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
        assert_eq!(entries, Vec::<PathBuf>::new());
        let arguments = self.arguments("curl");
        let expected =
            "--silent\n--show-error\n--fail-with-body\n--globoff\n--no-location\n--config\n-\n";
        assert_eq!(arguments.replace(expected, ""), "");
    }

    pub(super) fn client_of_the_token_request(
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

    pub(super) fn header(&self, request: usize, name: &str) -> String {
        let request = &self.peer.request_texts()[request];
        let head = request.split("\r\n\r\n").next().expect("a head");
        head.split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }

    pub(super) fn body(&self, request: usize) -> String {
        let request = &self.peer.request_texts()[request];
        let (_, body) = request.split_once("\r\n\r\n").expect("a body");
        body.to_owned()
    }
}
