//! Pasting on a terminal: wrong addresses are asked for again, and Ctrl-C ends the wait.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use proofkey_tests::Decision;
use url::Url;

use crate::approval::ACCOUNT;
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
const PROMPT: &str = "landed on: ";

#[test]
fn a_wrong_paste_is_asked_for_again_and_the_right_one_connects() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut terminal =
        Terminal::start(&stage, &["authorize", "oceanic", "--no-browser", "--paste"]);
    let shown = terminal.until(PROMPT);
    let url = address_in(&shown);
    terminal.enter("https://evil.example/?code=4711&state=1");
    let told = terminal.until(PROMPT);
    assert!(told.contains("cannot be used"), "{told}");
    let person = stage
        .account(ACCOUNT)
        .person
        .expect("somebody who signs in");
    let landing = stage.browser().approve(
        url.as_str(),
        &person.email,
        &person.password,
        Decision::Approve,
    );
    terminal.enter(landing.as_str());
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    for words in ["Ada Lovelace approved “oceanic”", "Proven on"] {
        assert!(rest.contains(words), "{words}: {rest}");
    }
}

#[test]
fn ctrl_c_at_the_paste_prompt_closes_everything() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut terminal =
        Terminal::start(&stage, &["authorize", "oceanic", "--no-browser", "--paste"]);
    let url = address_in(&terminal.until(PROMPT));
    let (_, back) = url
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .expect("a redirect URI");
    let port = Url::parse(&back)
        .expect("an address")
        .port()
        .expect("a port");
    drop(TcpStream::connect(("127.0.0.1", port)).expect("it listens"));
    terminal.press("\u{3}");
    let (rest, status) = terminal.end();
    assert_eq!(status, 130, "{rest}");
    assert!(rest.contains("Cancelled"), "{rest}");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

/// The address to open, which stands on a line of its own.
fn address_in(shown: &str) -> Url {
    let line = shown
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("https://"));
    Url::parse(line.unwrap_or_else(|| panic!("no address in {shown}"))).expect("an address")
}

/// A program on a terminal.
struct Terminal {
    bridge: Child,
    screen: ChildStdout,
}

impl Terminal {
    fn start(stage: &Stage, arguments: &[&str]) -> Self {
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
    fn until(&mut self, words: &str) -> String {
        let mut shown = Vec::new();
        let mut byte = [0];
        while !shown.ends_with(words.as_bytes()) {
            let read = self.screen.read(&mut byte).expect("the terminal");
            assert!(read > 0, "it ended: {}", String::from_utf8_lossy(&shown));
            shown.extend(byte);
        }
        String::from_utf8(shown).expect("text")
    }

    fn enter(&mut self, line: &str) {
        self.press(&format!("{line}\n"));
    }

    fn press(&mut self, keys: &str) {
        let keyboard = self.bridge.stdin.as_mut().expect("a pipe");
        keyboard
            .write_all(keys.as_bytes())
            .and_then(|()| keyboard.flush())
            .expect("typed");
    }

    /// What it shows until it ends, and its exit status.
    fn end(mut self) -> (String, i32) {
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
