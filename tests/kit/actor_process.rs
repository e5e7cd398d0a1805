//! The process that `actor.rs` is, seen from a test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// An age identity that opens nothing but the sealed files of tests.
pub const IDENTITY: &str =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

/// A running actor. Dropping it kills it.
pub struct Actor {
    child: Child,
    words: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
}

impl Actor {
    /// Starts `program` (`CARGO_BIN_EXE_proofkey-actor`) with what `actor.rs` expects.
    pub fn start<A: AsRef<OsStr>>(program: &str, arguments: &[A]) -> Self {
        Self::of(Command::new(program).args(arguments))
    }

    /// As [`Actor::start`], on another session bus.
    pub fn on_bus<A: AsRef<OsStr>>(program: &str, bus: &str, arguments: &[A]) -> Self {
        let mut command = Command::new(program);
        Self::of(command.args(arguments).env("DBUS_SESSION_BUS_ADDRESS", bus))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the actor did not start: {error}"));
        let Some(stdout) = child.stdout.take() else {
            panic!("the actor has no standard output");
        };
        Self {
            words: child.stdin.take(),
            child,
            lines: BufReader::new(stdout),
        }
    }

    /// Says a line to it.
    pub fn tell(&mut self, line: &str) {
        if let Some(words) = &mut self.words {
            // Who has ended hears nothing, and says nothing either.
            drop(writeln!(words, "{line}").and_then(|()| words.flush()));
        }
    }

    /// The next line that it says; empty when it has ended.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        // What cannot be heard is as good as silence.
        drop(self.lines.read_line(&mut line));
        line.trim_end().to_owned()
    }

    /// SIGKILL, wherever it is, and its end.
    pub fn kill(mut self) {
        self.end();
    }

    /// Whether it ended well by itself.
    pub fn succeeded(mut self) -> bool {
        drop(self.words.take());
        self.child.wait().is_ok_and(|status| status.success())
    }

    fn end(&mut self) {
        // It may have ended by itself, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        self.end();
    }
}

/// How the actor names a sealed file beside the connections.
pub fn sealed(path: &Path) -> String {
    format!("sealed:{}", path.display())
}
