//! What a person is asked for on a terminal: whatever the arguments leave out, and nothing of a secret is
//! seen.

use std::process::{Command, Output};

use crate::stage::Stage;
use crate::terminal::Terminal;

/// Runs a program on a terminal of its own, types one line when it asks, and prints what the terminal
/// showed. Python's standard library has the pseudo-terminal; the tests need Python anyway.
const ON_A_TERMINAL: &str = r"
import os, pty, select, sys, termios
line, command = sys.argv[1].encode(), sys.argv[2:]
if line != b'\x03':
    line += b'\n'
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown, typed = b'', False
while True:
    ready, _, _ = select.select([terminal], [], [], 30)
    if not ready:
        sys.exit('nothing happened for 30 seconds')
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not typed and b'not shown' in shown:
        # At once: the echo must be off before the prompt is shown.
        os.write(terminal, line)
        typed = True
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.stdout.write('echo on' if termios.tcgetattr(terminal)[3] & termios.ECHO else 'echo off')
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status))
";

#[test]
fn a_secret_that_is_asked_for_is_not_echoed() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    let ran = add_on_a_terminal(&stage, &acme.client_secret);
    let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success(),
        "{shown}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(shown.contains("Client secret (not shown)"), "{shown}");
    assert!(
        shown.contains("Proven"),
        "the region was found and the secret arrived: {shown}"
    );
    assert!(
        !shown.contains(&acme.client_secret),
        "the terminal showed the secret"
    );
}

#[test]
fn ctrl_c_at_the_prompt_ends_with_130_and_leaves_the_terminal_as_it_was() {
    let stage = Stage::set();
    let ran = add_on_a_terminal(&stage, "\u{3}");
    let shown = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert_eq!(ran.status.code(), Some(130), "{shown}");
    assert!(shown.contains("Cancelled"), "{shown}");
    assert!(shown.ends_with("echo on"), "{shown}");
    assert!(
        stage
            .sandbox
            .records()
            .iter()
            .all(|record| record.body.is_empty())
    );
}

#[test]
fn a_client_id_that_was_left_out_is_asked_for_before_the_secret() {
    let stage = Stage::set();
    let acme = stage.account("acme");
    let mut terminal = Terminal::start(&stage, &ADD);
    terminal.until("Client ID: ");
    terminal.enter(&acme.client_id);
    let shown = terminal.until("Client secret (not shown): ");
    assert!(shown.contains(&acme.client_id), "it may be seen: {shown}");
    terminal.enter(&acme.client_secret);
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    assert!(rest.contains("Proven"), "{rest}");
    assert!(!rest.contains(&acme.client_secret), "{rest}");
    let shown = stage
        .run(&["connection", "show", "asked"], None)
        .succeeded();
    assert!(
        !shown.stdout().contains(&acme.client_id),
        "kept in the vault"
    );
}

#[test]
fn an_empty_answer_is_told_before_the_secret_is_asked_for() {
    let stage = Stage::set();
    let mut terminal = Terminal::start(&stage, &ADD);
    terminal.until("Client ID: ");
    terminal.enter("");
    let (rest, status) = terminal.end();
    assert_eq!(status, 2, "{rest}");
    assert!(rest.contains("The client ID is missing."), "{rest}");
    assert!(!rest.contains("not shown"), "{rest}");
    assert!(stage.sandbox.records().is_empty(), "nobody was asked");
}

#[test]
fn a_user_name_is_asked_for_by_the_name_that_the_system_has_for_it() {
    let stage = Stage::set();
    #[rustfmt::skip]
    let mut terminal = Terminal::start(&stage, &[
        "connection", "add", "Desk", "--provider", "zendesk-token", "--var", "subdomain=acme",
        "--no-validate",
    ]);
    terminal.until("E-mail address: ");
    terminal.enter("agent@acme.example");
    terminal.until("API token (not shown): ");
    terminal.enter("abcdefghij0123456789");
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    let key = [
        "connection",
        "add",
        "Key",
        "--provider",
        "freshdesk",
        "--var",
        "domain=acme",
    ];
    let mut terminal = Terminal::start(&stage, &[&key[..], &["--no-validate"]].concat());
    let shown = terminal.until(" (not shown): ");
    assert!(shown.starts_with("API key"), "nothing else: {shown}");
    terminal.enter("abcdefghij0123456789");
    assert_eq!(terminal.end().1, 0);
}

#[test]
fn where_nobody_can_be_asked_the_option_is_named() {
    let stage = Stage::set();
    for more in [&["--client-secret-stdin"][..], &[]] {
        let arguments = [&ADD[..], more].concat();
        let told = stage
            .run(&arguments, Some("a-secret-of-some-length"))
            .failed_with(2)
            .stderr();
        assert!(
            told.contains("client_id: The client ID is missing."),
            "{told}"
        );
        assert!(told.contains("Add --client-id ID."), "{told}");
    }
    assert!(stage.sandbox.records().is_empty(), "nobody was asked");
}

/// Everything but the client ID and the secret.
#[rustfmt::skip]
const ADD: [&str; 9] = [
    "connection", "add", "asked", "--provider", "talkdesk", "--var", "account=acme", "--var",
    "region=auto",
];

/// Adds a connection on a terminal, and types `line` when the secret is asked for.
fn add_on_a_terminal(stage: &Stage, line: &str) -> Output {
    let acme = stage.account("acme");
    let run = stage.command(&[&ADD[..], &["--client-id", &acme.client_id]].concat());
    let mut terminal = Command::new("python3");
    terminal
        .arg("-c")
        .arg(ON_A_TERMINAL)
        .arg(line)
        .arg(run.get_program());
    terminal.args(run.get_args()).env_clear();
    for (name, value) in run.get_envs() {
        if let Some(value) = value {
            terminal.env(name, value);
        }
    }
    terminal.output().expect("python3 runs")
}
