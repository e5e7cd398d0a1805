//! A place to run `proofkey` in: its own folders, a sealed vault, and a practice Talkdesk.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use age::secrecy::ExposeSecret;
use proofkey_sandbox::{Options, Sandbox};
use proofkey_tests::Browser;
use tokio::runtime::Runtime;

/// Everything a run needs; the sandbox answers while this lives.
pub(crate) struct Stage {
    _runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    folder: tempfile::TempDir,
    ca_file: PathBuf,
}

impl Stage {
    pub(crate) fn set() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let sandbox = runtime
            .block_on(Sandbox::start(Options::default()))
            .expect("a sandbox");
        let folder = tempfile::tempdir().expect("a folder");
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, sandbox.ca_pem()).expect("the CA file");
        let identity = age::x25519::Identity::generate();
        std::fs::write(
            folder.path().join("identity"),
            identity.to_string().expose_secret(),
        )
        .expect("an identity");
        let stage = Self {
            _runtime: runtime,
            sandbox,
            folder,
            ca_file,
        };
        let identity = stage.path("identity").display().to_string();
        stage
            .run(&["vault", "create", "--identity", &identity], None)
            .succeeded();
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `proofkey` with the stage's folders, vault and network.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.outside(arguments);
        command
            .arg("--ca-file")
            .arg(&self.ca_file)
            .arg("--connect-to")
            .arg(self.sandbox.connect_to());
        command
    }

    /// The same, without the network that leads every address to the sandbox.
    pub(crate) fn outside(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofkey"));
        command
            .args(arguments)
            .arg("--config-dir")
            .arg(self.path("config"))
            .arg("--vault")
            .arg(format!("file:{}", self.path("vault.age").display()))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("PROOFKEY_VAULT_IDENTITY_FILE", self.path("identity"));
        command
    }

    /// Runs it to its end, with `stdin` if given.
    pub(crate) fn run(&self, arguments: &[&str], stdin: Option<&str>) -> Ran {
        Self::ran(self.command(arguments), stdin)
    }

    pub(crate) fn ran(mut command: Command, stdin: Option<&str>) -> Ran {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("proofkey starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        // A command that refuses at once may not wait for its input.
        let _unread = pipe.write_all(stdin.unwrap_or_default().as_bytes());
        drop(pipe);
        Ran(child.wait_with_output().expect("proofkey ends"))
    }

    /// The practice account `name`.
    pub(crate) fn account(&self, name: &str) -> proofkey_core::border::PracticeAccount {
        self.sandbox
            .accounts()
            .into_iter()
            .find(|account| account.account == name)
            .expect("a practice account")
    }

    /// Adds a connection that a person has to approve; JSON comes back.
    pub(crate) fn add_for_approval(&self, connection: &str, account: &str, more: &[&str]) -> Ran {
        let more: Vec<&str> = more.iter().copied().chain(["--json"]).collect();
        self.add_with(connection, account, &more)
    }

    /// The same, as a person sees it.
    pub(crate) fn add_in_words(&self, connection: &str, account: &str) -> Ran {
        self.add_with(connection, account, &[])
    }

    fn add_with(&self, connection: &str, account: &str, more: &[&str]) -> Ran {
        let account = self.account(account);
        let (name, region) = (
            format!("account={}", account.account),
            format!("region={}", account.region),
        );
        let mut arguments = vec![
            "connection",
            "add",
            connection,
            "--provider",
            "talkdesk",
            "--grant",
            "authorization_code",
            "--var",
            &name,
            "--var",
            &region,
            "--client-id",
            &account.client_id,
            "--client-secret-stdin",
        ];
        for scope in ["openid", "refresh_token", "account:read"] {
            arguments.extend(["--scope", scope]);
        }
        arguments.extend(more);
        self.run(&arguments, Some(&account.client_secret))
    }

    /// The browser of a person at this stage.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.sandbox.address(), self.sandbox.ca_pem())
    }

    /// A program that notes its arguments, one a line, and does nothing.
    pub(crate) fn stub_browser(&self) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let stub = self.path("stub-browser");
        let argv = self.path("argv");
        let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {}\n", argv.display());
        std::fs::write(&stub, script).expect("a script");
        let runnable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&stub, runnable).expect("it may run");
        stub
    }

    /// Files below the configuration folder that only a write under way has.
    pub(crate) fn temporary_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("config/connections")).expect("a folder");
        entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .filter(|name| name.contains("tmp") || name.starts_with('.'))
            .collect()
    }

    /// Adds a connection for a practice account without proving it.
    pub(crate) fn add(&self, connection: &str, account: &str) -> Ran {
        let account = self.account(account);
        self.run(
            &[
                "connection",
                "add",
                connection,
                "--provider",
                "talkdesk",
                "--var",
                &format!("account={}", account.account),
                "--var",
                &format!("region={}", account.region),
                "--client-id",
                &account.client_id,
                "--client-secret-stdin",
                "--scope",
                "account:read",
                "--no-validate",
            ],
            Some(&account.client_secret),
        )
    }
}

/// What a run left behind.
pub(crate) struct Ran(Output);

impl Ran {
    /// Of a run whose standard error was read meanwhile.
    pub(crate) fn new(output: Output, stderr: String) -> Self {
        Self(Output {
            stderr: stderr.into_bytes(),
            ..output
        })
    }

    pub(crate) fn status(&self) -> i32 {
        self.0.status.code().expect("proofkey ended by itself")
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("text")
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("text")
    }

    /// Everything it printed.
    pub(crate) fn all(&self) -> Vec<u8> {
        [self.0.stdout.as_slice(), &self.0.stderr].concat()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.stdout).expect("one JSON document")
    }

    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.status(), 0, "{}\n{}", self.stdout(), self.stderr());
        self
    }

    pub(crate) fn failed_with(self, status: i32) -> Self {
        assert_eq!(
            self.status(),
            status,
            "{}\n{}",
            self.stdout(),
            self.stderr()
        );
        self
    }
}

/// The text of a file.
pub(crate) fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text file")
}
