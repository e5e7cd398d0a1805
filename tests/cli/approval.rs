//! `proofkey authorize`, driven from a test: read what it says, and be the person in the browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use proofkey_core::border::PracticePerson;
use proofkey_tests::{Decision, Page};
use serde_json::Value;
use url::Url;

use crate::stage::{Ran, Stage};

/// Where everything works.
pub(crate) const ACCOUNT: &str = "oceanic";
const PATIENCE: Duration = Duration::from_mins(1);

/// `proofkey authorize` that waits for a person.
pub(crate) struct Approval {
    pub(crate) child: Child,
    stderr: BufReader<ChildStderr>,
    said: String,
    pub(crate) stdin: Option<std::process::ChildStdin>,
    /// The event that tells the address.
    pub(crate) waiting: Value,
}

impl Approval {
    pub(crate) fn begin(stage: &Stage, connection: &str, options: &[&str]) -> Self {
        let mut arguments = vec!["authorize", connection, "--no-browser", "--json"];
        arguments.extend(options);
        Self::of(stage.command(&arguments))
    }

    /// Runs `command` until it waits for the person.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("proofkey starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut said = String::new();
        let waiting = loop {
            let from = said.len();
            let read = stderr.read_line(&mut said).expect("text");
            assert!(read > 0, "it ended before it waited: {said}");
            let event: Value = serde_json::from_str(&said[from..]).expect("one event a line");
            if event["event"] == "waiting" {
                break event;
            }
        };
        let stdin = child.stdin.take();
        Self {
            child,
            stderr,
            said,
            stdin,
            waiting,
        }
    }

    /// Signs in and decides in a browser, and shows the page that the person ends on.
    pub(crate) fn decide(&self, stage: &Stage, account: &str, decision: Decision) -> Page {
        let landing = self.landing(stage, account, decision);
        stage.browser().get(&landing)
    }

    /// The same, as far as the address that the browser is sent back to.
    pub(crate) fn landing(&self, stage: &Stage, account: &str, decision: Decision) -> Url {
        let person = stage
            .account(account)
            .person
            .expect("somebody who signs in");
        self.landing_of(stage, &person, decision)
    }

    /// The same, for a person of the server beside Talkdesk.
    pub(crate) fn landing_of(
        &self,
        stage: &Stage,
        person: &PracticePerson,
        decision: Decision,
    ) -> Url {
        let url = self.waiting["url"].as_str().expect("an address");
        let browser = stage.browser();
        browser.approve(url, &person.email, &person.password, decision)
    }

    pub(crate) fn paste(&mut self, address: &str) {
        let mut pipe = self.stdin.take().expect("a pipe");
        writeln!(pipe, "{address}").expect("pasted");
    }

    /// Where it listens.
    pub(crate) fn listener(&self) -> String {
        let uri = self.waiting["redirect_uri"].as_str().expect("an address");
        let uri = Url::parse(uri).expect("an address");
        format!("127.0.0.1:{}", uri.port().expect("a port"))
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        drop(self.stdin.take());
        let (sender, ended) = mpsc::channel();
        let id = self.child.id();
        std::thread::spawn(move || {
            let mut rest = String::new();
            self.stderr.read_to_string(&mut rest).expect("text");
            let output = self.child.wait_with_output().expect("proofkey ends");
            drop(sender.send(Ran::new(output, self.said + &rest)));
        });
        ended
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("process {id} has not ended"))
    }
}
