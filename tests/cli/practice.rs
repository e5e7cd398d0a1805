//! `proofkey sandbox`, and what it tells a person to paste.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};

use proofkey_tests::Decision;

use crate::approval::{ACCOUNT, Approval};
use crate::stage::Stage;

/// `proofkey sandbox`, ready; it is ended with this.
pub(crate) struct Practice {
    child: Child,
    said: String,
}

impl Practice {
    pub(crate) fn start(stage: &Stage) -> Self {
        let mut child = stage
            .command(&["sandbox"])
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
    fn commands(&self, introduction: &str) -> String {
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

/// A shell where `proofkey` is the one of the stage.
fn shell(stage: &Stage, commands: &str) -> Command {
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
