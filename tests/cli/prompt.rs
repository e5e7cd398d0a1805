//! What a person sees when a secret is asked for: nothing of it.

use std::process::Command;

use crate::stage::Stage;

/// Runs a program on a terminal of its own, types one line when it asks, and prints what the terminal
/// showed. Python's standard library has the pseudo-terminal; the tests need Python anyway.
const ON_A_TERMINAL: &str = r"
import os, pty, select, sys, termios
line, command = sys.argv[1].encode() + b'\n', sys.argv[2:]
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
        # A person types later than this: the prompt is written just before the echo is switched off.
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            os.sched_yield()
        os.write(terminal, line)
        typed = True
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
";

#[test]
fn a_secret_that_is_asked_for_is_not_echoed() {
    let stage = Stage::set();
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
        .arg(&acme.client_secret)
        .arg(run.get_program());
    terminal.args(run.get_args()).env_clear();
    for (name, value) in run.get_envs() {
        if let Some(value) = value {
            terminal.env(name, value);
        }
    }
    let ran = terminal.output().expect("python3 runs");
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
