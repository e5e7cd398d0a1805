//! `proofkey sandbox`, and what it tells a person to paste.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};

use proofkey_core::border::PracticePerson;
use proofkey_tests::Decision;

use crate::approval::{ACCOUNT, Approval};
use crate::stage::Stage;

/// `proofkey sandbox`, ready; it is ended with this.
pub(crate) struct Practice {
    child: Child,
    pub(crate) said: String,
}

impl Practice {
    pub(crate) fn start(stage: &Stage) -> Self {
        Self::start_with(stage, &["sandbox"])
    }

    /// As the system of a provider file.
    pub(crate) fn of(stage: &Stage, provider: &str, more: &[&str]) -> Self {
        let fixed = ["sandbox", "--provider", provider];
        Self::start_with(stage, &[&fixed[..], more].concat())
    }

    fn start_with(stage: &Stage, arguments: &[&str]) -> Self {
        let mut child = stage
            .outside(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            let line = lines.next().expect("it says when it is ready");
            said.push_str(&line.expect("text"));
            said.push('\n');
        }
        Self { child, said }
    }

    /// The indented lines after the one that begins with `introduction`.
    pub(crate) fn commands(&self, introduction: &str) -> String {
        let lines = self.said.lines();
        let after = lines.skip_while(|line| !line.starts_with(introduction));
        let commands = after.skip(1).take_while(|line| line.starts_with("  "));
        commands.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

#[test]
fn what_it_prints_can_be_pasted_up_to_an_approval() {
    let stage = Stage::set();
    let practice = Practice::start(&stage);
    let commands = practice.commands("Connect to it");
    Stage::ran(shell(&stage, &commands), None).succeeded();

    let commands = practice.commands("Or have a person approve");
    let (add, authorize) = commands.rsplit_once('\n').expect("two commands");
    Stage::ran(shell(&stage, add), None).succeeded();
    let authorize = format!("{authorize} --no-browser --json");
    let approval = Approval::of(shell(&stage, &authorize));
    approval.decide(&stage, ACCOUNT, Decision::Approve);
    let document = approval.end().succeeded().json();
    assert_eq!(document["report"]["verdict"], "passed");
    let person = stage.account(ACCOUNT).person.expect("who signs in");
    let told = format!("sign in as {} with {}", person.email, person.password);
    assert!(practice.said.contains(&told), "{}", practice.said);
}

#[test]
fn a_system_without_tokens_is_played_and_its_values_are_checked_first() {
    let stage = Stage::set();
    let practice = Practice::of(&stage, "freshdesk", &[]);
    Stage::ran(shell(&stage, &practice.commands("Connect to it")), None).succeeded();
    let second = ["sandbox", "--provider", "zendesk"];
    let second = Stage::ran(stage.outside(&second), None).failed_with(2);
    assert!(second.stderr().contains("running for this folder already"));
    drop(practice);
    for (var, told) in [
        ("subdomain=a.b", "ubdomain"),
        ("no_such=thing", "no_such"),
        ("subdomain", "has no value"),
    ] {
        let wrong = ["sandbox", "--provider", "zendesk", "--var", var];
        let wrong = Stage::ran(stage.outside(&wrong), None).failed_with(2);
        assert!(wrong.stderr().contains(told), "{}", wrong.stderr());
    }
    let no_such = ["sandbox", "--provider", "no-such-system"];
    let refused = Stage::ran(stage.outside(&no_such), None);
    assert!(refused.stderr().contains("no-such-system"));
}

#[test]
fn where_only_https_is_taken_the_address_is_pasted() {
    let stage = Stage::set();
    let practice = Practice::of(&stage, "intercom", &[]);
    let commands = practice.commands("end on does not open");
    let (add, authorize) = commands.rsplit_once('\n').expect("two commands");
    Stage::ran(shell(&stage, add), None).succeeded();
    let authorize = format!("{authorize} --no-browser --json");
    let mut approval = Approval::of(shell(&stage, &authorize));
    let landing = approval.landing_of(&stage, &person_of(&practice), Decision::Approve);
    approval.paste(landing.as_str());
    let document = approval.end().succeeded().json();
    assert_eq!(document["report"]["verdict"], "passed");
}

/// Who is named in what was printed.
pub(crate) fn person_of(practice: &Practice) -> PracticePerson {
    let told = practice.said.lines().find_map(|line| {
        let (_, told) = line.split_once("person ")?;
        told.trim_start().strip_prefix("sign in as ")
    });
    let (email, password) = told
        .and_then(|told| told.split_once(" with "))
        .expect("a person");
    PracticePerson {
        name: String::new(),
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

/// A shell where `proofkey` is the one of the stage.
pub(crate) fn shell(stage: &Stage, commands: &str) -> Command {
    let proofkey = stage.outside(&[]);
    let options: Vec<String> = proofkey
        .get_args()
        .map(|argument| format!("'{}'", argument.display()))
        .collect();
    let program = proofkey.get_program().display();
    let script = format!("#!/bin/sh\nexec '{program}' \"$@\" {}\n", options.join(" "));
    let folder = stage.path("bin");
    std::fs::create_dir_all(&folder).expect("a folder");
    let wrapper = folder.join("proofkey");
    std::fs::write(&wrapper, script).expect("a script");
    let runnable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&wrapper, runnable).expect("it may run");

    let mut command = Command::new("/bin/sh");
    command.args(["-euc", commands]).env_clear();
    for (name, value) in proofkey.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    command
}
