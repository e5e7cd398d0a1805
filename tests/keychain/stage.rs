//! The desktop's keychain and its prompt, one test at a time.

use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use proofkey_core::connection::ConnectionId;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::{Generation, SecretName};

pub(crate) const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// The password that `scripts/with-desktop` gives the keychain, key by key.
pub(crate) const PASSWORD: &[&str] = &["p", "r", "o", "o", "f", "k", "e", "y", "Return"];

/// One keychain for all tests: while one locks it, the others wait.
pub(crate) static DESKTOP: Mutex<()> = Mutex::new(());

/// Runs `test` with the desktop's keychain, or says that it was not run.
pub(crate) fn on_desktop(test: impl FnOnce()) {
    if std::env::var_os("PROOFKEY_TEST_DESKTOP").is_none() {
        eprintln!("not run: start it by scripts/with-desktop --display");
        return;
    }
    let _turn = DESKTOP
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    test();
}

pub(crate) fn open() -> Keychain {
    Keychain::open(Duration::from_secs(10)).expect("a keychain")
}

pub(crate) fn name(id: &str) -> SecretName {
    SecretName {
        connection: ConnectionId::from_name(id),
        generation: Generation::FIRST,
    }
}

pub(crate) fn gdbus(arguments: &[&str]) -> String {
    let output = Command::new("gdbus")
        .args(arguments)
        .output()
        .expect("gdbus");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

pub(crate) fn lock_login() {
    gdbus(&[
        "call",
        "--session",
        "--dest",
        "org.freedesktop.secrets",
        "--object-path",
        "/org/freedesktop/secrets",
        "--method",
        "org.freedesktop.Secret.Service.Lock",
        &format!("['{LOGIN}']"),
    ]);
}

/// Types into the prompt once it has a window, as a person would.
pub(crate) fn answer_prompt(keys: &[&str]) {
    // The last key closes the window under its hands, which it reports as a failure.
    Command::new("xdotool")
        .args([
            "search",
            "--sync",
            "--onlyvisible",
            "--class",
            "gcr-prompter",
        ])
        .args(["windowfocus", "--sync"])
        .arg("key")
        .args(keys)
        .stderr(Stdio::null())
        .status()
        .expect("xdotool");
    await_no_prompt();
}

/// The next prompt must not be confused with one that is still being taken away.
pub(crate) fn await_no_prompt() {
    let started = Instant::now();
    let visible = || {
        Command::new("xdotool")
            .args(["search", "--onlyvisible", "--class", "gcr-prompter"])
            .output()
            .expect("xdotool")
            .status
            .success()
    };
    while visible() {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the prompt stays"
        );
    }
}

/// A process that ends with the test.
pub(crate) struct Ending(pub(crate) Child);

impl Drop for Ending {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
