//! A terminal with somebody at it.

use std::io::{Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::stage::Stage;

/// Runs a program on a terminal of its own, and stands between that and two pipes. Python's standard
/// library has the pseudo-terminal; the tests need Python anyway.
const BRIDGE: &str = r"
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
sources = [terminal, 0]
while True:
    ready, _, _ = select.select(sources, [], [], 60)
    if not ready:
        sys.exit('nothing happened for 60 seconds')
    if 0 in ready:
        typed = os.read(0, 4096)
        if typed:
            os.write(terminal, typed)
        else:
            sources.remove(0)
    if terminal in ready:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        os.write(1, part)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
";

/// A program on a terminal.
pub(crate) struct Terminal {
    bridge: Child,
    screen: ChildStdout,
}

impl Terminal {
    pub(crate) fn start(stage: &Stage, arguments: &[&str]) -> Self {
        let run = stage.command(arguments);
        let mut bridge = Command::new("python3");
        bridge.arg("-c").arg(BRIDGE).arg(run.get_program());
        bridge.args(run.get_args()).env_clear();
        for (name, value) in run.get_envs() {
            if let Some(value) = value {
                bridge.env(name, value);
            }
        }
        let mut bridge = bridge
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let screen = bridge.stdout.take().expect("a pipe");
        Self { bridge, screen }
    }

    /// What the terminal shows until `words`.
    pub(crate) fn until(&mut self, words: &str) -> String {
        let mut shown = Vec::new();
        let mut byte = [0];
        while !shown.ends_with(words.as_bytes()) {
            let read = self.screen.read(&mut byte).expect("the terminal");
            assert!(read > 0, "it ended: {}", String::from_utf8_lossy(&shown));
            shown.extend(byte);
        }
        String::from_utf8(shown).expect("text")
    }

    pub(crate) fn enter(&mut self, line: &str) {
        self.press(&format!("{line}\n"));
    }

    pub(crate) fn press(&mut self, keys: &str) {
        let keyboard = self.bridge.stdin.as_mut().expect("a pipe");
        keyboard
            .write_all(keys.as_bytes())
            .and_then(|()| keyboard.flush())
            .expect("typed");
    }

    /// What it shows until it ends, and its exit status.
    pub(crate) fn end(mut self) -> (String, i32) {
        let mut shown = String::new();
        self.screen.read_to_string(&mut shown).expect("text");
        let status = self.bridge.wait().expect("an end");
        (shown, status.code().expect("it ended by itself"))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        drop(self.bridge.kill());
        drop(self.bridge.wait());
    }
}
