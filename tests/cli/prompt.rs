//! What a person sees when a secret is asked for: nothing of it.

use std::process::{Command, Output};

use crate::stage::Stage;

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

/// Adds a connection on a terminal, and types `line` when the secret is asked for.
fn add_on_a_terminal(stage: &Stage, line: &str) -> Output {
    let acme = stage.account("acme");
    let run = stage.command(&[
        "connection",
        "add",
        "asked",
        "--provider",
        "talkdesk",
        "--var",
        "account=acme",
        "--var",
        "region=auto",
        "--client-id",
        &acme.client_id,
    ]);
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
