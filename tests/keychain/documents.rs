//! What is written comes back, and does not travel in the clear.

use std::process::{Command, Stdio};

use proofkey_core::vault::Vault;
use proofkey_tests::{document, secret_of};

use crate::stage::{Ending, gdbus, name, on_desktop, open};

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

fn contains(all: &[u8], text: &str) -> bool {
    all.windows(text.len())
        .any(|window| window == text.as_bytes())
}
