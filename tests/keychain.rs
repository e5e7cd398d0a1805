//! The Secret Service itself: a real daemon on a bus of its own, in all its moods.
//!
//! `scripts/with-desktop --display cargo test -p proofkey-tests --test keychain`

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use proofkey_core::connection::ConnectionId;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::{Generation, SecretName, Vault, VaultError};
use proofkey_tests::{Actor, document, secret_of};

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// The password that `scripts/with-desktop` gives the keychain, key by key.
const PASSWORD: &[&str] = &["p", "r", "o", "o", "f", "k", "e", "y", "Return"];

/// One keychain for all tests: while one locks it, the others wait.
static DESKTOP: Mutex<()> = Mutex::new(());

/// Runs `test` with the desktop's keychain, or says that it was not run.
fn on_desktop(test: impl FnOnce()) {
    if std::env::var_os("PROOFKEY_TEST_DESKTOP").is_none() {
        eprintln!("not run: start it by scripts/with-desktop --display");
        return;
    }
    let _turn = DESKTOP
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    test();
}

fn open() -> Keychain {
    Keychain::open(Duration::from_secs(10)).expect("a keychain")
}

fn name(id: &str) -> SecretName {
    SecretName {
        connection: ConnectionId::from_name(id),
        generation: Generation::FIRST,
    }
}

fn gdbus(arguments: &[&str]) -> String {
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

fn lock_login() {
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
fn answer_prompt(keys: &[&str]) {
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
fn await_no_prompt() {
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

#[test]
fn documents_up_to_64_kib_come_back_and_are_listed_and_removed() {
    on_desktop(|| {
        let keychain = open();
        keychain.probe().expect("working");
        for bytes in [0, 1, 1279, 1281, 2560, 8192, 65536] {
            let secret = "\u{1f511}x".repeat(bytes / 5) + &"y".repeat(bytes % 5);
            keychain
                .write(&name("sizes"), &document(&secret))
                .expect("written");
            let read = open().read(&name("sizes")).expect("read").expect("there");
            assert_eq!(secret_of(&read), secret);
            assert_eq!(keychain.list().expect("listed"), [name("sizes")]);
        }
        keychain.remove(&name("sizes")).expect("removed");
        keychain
            .remove(&name("sizes"))
            .expect("removing nothing succeeds");
        assert!(keychain.read(&name("sizes")).expect("read").is_none());
        assert!(keychain.list().expect("listed").is_empty());
        assert_eq!(keychain.sweep().expect("swept"), 0);
    });
}

#[test]
fn the_secret_does_not_travel_over_the_bus_in_the_clear() {
    on_desktop(|| {
        let canary = "travels-encrypted-4711";
        let mut monitor = Ending(
            Command::new("dbus-monitor")
                .args(["--session", "--binary"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("dbus-monitor"),
        );
        let mut heard = monitor.0.stdout.take().expect("piped");
        // It says something as soon as it listens.
        let mut first = [0_u8; 1];
        std::io::Read::read_exact(&mut heard, &mut first).expect("listening");
        let keychain = open();
        keychain
            .write(&name("secret-on-the-bus"), &document(canary))
            .expect("written");
        let read = keychain
            .read(&name("secret-on-the-bus"))
            .expect("read")
            .expect("there");
        assert_eq!(secret_of(&read), canary);
        keychain
            .remove(&name("secret-on-the-bus"))
            .expect("removed");
        // The monitor hears messages in their order: what comes after this mark was after all of it.
        let mark = "end-of-the-eavesdropping";
        gdbus(&[
            "emit",
            "--session",
            "--object-path",
            "/mark",
            "--signal",
            "dev.proofkey.Mark.Here",
            &format!("'{mark}'"),
        ]);
        let mut all = Vec::new();
        let mut piece = [0_u8; 4096];
        while !contains(&all, mark) {
            let count = std::io::Read::read(&mut heard, &mut piece).expect("heard");
            assert!(count > 0, "the monitor ended");
            all.extend_from_slice(&piece[..count]);
        }
        assert!(
            contains(&all, "secret-on-the-bus"),
            "the monitor heard nothing of it"
        );
        assert!(contains(&all, "dh-ietf1024-sha256-aes128-cbc-pkcs7"));
        assert!(
            !contains(&all, canary),
            "the secret was readable on the bus"
        );
    });
}

#[test]
fn a_locked_keychain_that_nobody_unlocks_is_locked_after_the_deadline() {
    on_desktop(|| {
        let patient = open();
        patient
            .write(&name("kept"), &document("still here"))
            .expect("written");
        lock_login();
        let hasty = Keychain::open(Duration::from_millis(1500)).expect("found");
        let started = Instant::now();
        for _ in 0..2 {
            let read = hasty.read(&name("kept")).map(|_| ());
            assert!(matches!(read, Err(VaultError::Locked)), "{read:?}");
            assert!(matches!(hasty.list(), Err(VaultError::Locked)));
        }
        assert!(
            started.elapsed() < Duration::from_secs(12),
            "{:?}",
            started.elapsed()
        );
        assert!(matches!(
            hasty.write(&name("kept"), &document("new")),
            Err(VaultError::Locked)
        ));
        // The one prompt of all these calls is still there for the person to answer.
        answer_prompt(PASSWORD);
        let read = hasty.read(&name("kept")).expect("unlocked").expect("there");
        assert_eq!(secret_of(&read), "still here");
        patient.remove(&name("kept")).expect("removed");
    });
}

#[test]
fn a_dismissed_prompt_is_a_denial_and_the_next_call_asks_again() {
    on_desktop(|| {
        let keychain = open();
        lock_login();
        std::thread::scope(|scope| {
            scope.spawn(|| answer_prompt(&["Escape"]));
            assert!(matches!(keychain.list(), Err(VaultError::Denied)));
        });
        std::thread::scope(|scope| {
            scope.spawn(|| answer_prompt(PASSWORD));
            assert!(keychain.list().expect("unlocked").is_empty());
        });
    });
}

#[test]
fn no_bus_and_a_bus_without_a_keychain_are_unavailable() {
    on_desktop(|| {
        let home = tempfile::tempdir().expect("directory");
        let config = home.path().to_str().expect("text");
        let nowhere = format!("unix:path={config}/nowhere");
        let arguments = ["keychain:5000", config, "list"];
        let said = Actor::on_bus(ACTOR, &nowhere, &arguments).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no session bus"), "{said}");

        let bus = Bus::without_services(home.path());
        let said = Actor::on_bus(ACTOR, &bus.address, &arguments).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no keychain on the session bus"), "{said}");
    });
}

#[test]
fn a_keychain_without_a_default_collection_is_unavailable_and_not_empty() {
    on_desktop(|| {
        let home = tempfile::tempdir().expect("directory");
        let config = home.path().to_str().expect("text");
        let bus = Bus::without_services(home.path());
        let _daemon = Ending(
            Command::new("gnome-keyring-daemon")
                .args(["--foreground", "--components=secrets"])
                .arg(format!("--control-directory={config}/control"))
                .env("HOME", home.path())
                .env("XDG_RUNTIME_DIR", home.path())
                .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("gnome-keyring-daemon"),
        );
        gdbus(&[
            "wait",
            "--address",
            &bus.address,
            "--timeout",
            "10",
            "org.freedesktop.secrets",
        ]);
        let said = Actor::on_bus(ACTOR, &bus.address, &["keychain:5000", config, "list"]).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no default collection"), "{said}");
    });
}

/// A process that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A session bus that starts no service by itself.
struct Bus {
    address: String,
    _daemon: Ending,
}

impl Bus {
    fn without_services(home: &Path) -> Self {
        let config = home.join("bus.conf");
        let listen = format!("unix:path={}", home.join("bus").display());
        fs::write(
            &config,
            format!(
                "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
                 \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\
                 <busconfig><type>session</type><listen>{listen}</listen>\
                 <policy context=\"default\"><allow send_destination=\"*\"/>\
                 <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"
            ),
        )
        .expect("written");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("an address");
        Self {
            address: address.trim().to_owned(),
            _daemon: Ending(daemon),
        }
    }
}

fn contains(all: &[u8], text: &str) -> bool {
    all.windows(text.len())
        .any(|window| window == text.as_bytes())
}
