//! The age-encrypted file as a vault.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::fs;
use std::io::Write;
use std::path::Path;

use proofkey_core::connection::ConnectionId;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_core::vault::{Generation, SecretName, Vault, VaultError};
use proofkey_core::{Code, Secret};
use proofkey_tests::{IDENTITY, document, secret_of};

const OTHER_IDENTITY: &str =
    "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSHPQZKR";

fn name(id: &str) -> SecretName {
    SecretName {
        connection: ConnectionId::from_name(id),
        generation: Generation::FIRST,
    }
}

fn passphrase(text: &str) -> SealedKey {
    SealedKey::Passphrase(Secret::new(text.to_owned()))
}

fn identity(text: &str) -> SealedKey {
    SealedKey::Identity(Secret::new(format!(
        "# created: today\n# public key: age1...\n{text}\n"
    )))
}

fn filled(path: &Path) {
    let vault = SealedFile::create(path, &identity(IDENTITY)).expect("made");
    vault
        .write(&name("acme"), &document("correct horse"))
        .expect("written");
}

#[test]
fn documents_of_any_size_come_back_from_another_process() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    filled(&path);
    let vault = SealedFile::open(&path, &identity(IDENTITY)).expect("opened");
    vault
        .write(&name("big"), &document(&"\u{1f511}\"\\\n".repeat(9000)))
        .expect("written");
    vault.probe().expect("working");
    let again = SealedFile::open(&path, &identity(IDENTITY)).expect("opened");
    assert_eq!(again.list().expect("listed"), [name("acme"), name("big")]);
    let read = again.read(&name("big")).expect("read").expect("there");
    assert_eq!(secret_of(&read), "\u{1f511}\"\\\n".repeat(9000));
    again.remove(&name("acme")).expect("removed");
    assert!(vault.read(&name("acme")).expect("read").is_none());
    vault
        .remove(&name("acme"))
        .expect("removing nothing succeeds");
}

#[test]
fn the_file_holds_no_plain_text_and_is_its_owners_alone() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    filled(&path);
    for entry in fs::read_dir(home.path()).expect("listed") {
        let path = entry.expect("entry").path();
        let content = fs::read(&path).expect("read");
        for canary in ["correct horse", "client-id", "acme"] {
            let found = content
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {}", path.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
    }
}

#[test]
fn a_wrong_passphrase_is_told_apart_from_a_damaged_file() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    let vault = SealedFile::create(&path, &passphrase("one")).expect("made");
    vault.write(&name("acme"), &document("s")).expect("written");
    let again = SealedFile::open(&path, &passphrase("one")).expect("opened");
    assert!(again.read(&name("acme")).expect("read").is_some());
    for key in [passphrase("two"), identity(IDENTITY)] {
        assert!(matches!(
            SealedFile::open(&path, &key),
            Err(VaultError::WrongKey)
        ));
    }
    fs::write(&path, "not an age file").expect("damaged");
    let opened = SealedFile::open(&path, &passphrase("one"));
    assert!(matches!(opened, Err(VaultError::Corrupt { .. })));
}

#[test]
fn another_identity_does_not_open_it_and_a_file_without_one_is_named() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    filled(&path);
    let other = age::x25519::Identity::generate();
    let other = age::secrecy::ExposeSecret::expose_secret(&other.to_string()).to_owned();
    for key in [identity(&other), passphrase("one")] {
        assert!(matches!(
            SealedFile::open(&path, &key),
            Err(VaultError::WrongKey)
        ));
    }
    for key in [
        identity(""),
        identity("AGE-PLUGIN-YUBIKEY-1QQ"),
        identity(OTHER_IDENTITY),
        passphrase(""),
    ] {
        assert!(matches!(
            SealedFile::open(&path, &key),
            Err(VaultError::SealedFile { .. })
        ));
    }
}

#[test]
fn nothing_is_made_over_an_existing_file_or_opened_where_there_is_none() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    let opened = SealedFile::open(&path, &identity(IDENTITY));
    assert!(matches!(opened, Err(VaultError::SealedFile { .. })));
    filled(&path);
    let made = SealedFile::create(&path, &identity(IDENTITY));
    assert_eq!(
        made.err().map(|problem| problem.code),
        Some(Code::AlreadyExists)
    );
    let vault = SealedFile::open(&path, &identity(IDENTITY)).expect("opened");
    assert!(vault.read(&name("acme")).expect("read").is_some());
}

#[test]
fn every_flipped_byte_and_every_shorter_length_is_noticed() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    filled(&path);
    let whole = fs::read(&path).expect("read");
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        for damaged in [&flipped[..], &whole[..at]] {
            fs::write(&path, damaged).expect("damaged");
            let opened = SealedFile::open(&path, &identity(IDENTITY));
            let noticed = matches!(
                opened,
                Err(VaultError::Corrupt { .. } | VaultError::WrongKey)
            );
            assert!(noticed, "byte {at}");
        }
    }
}

#[test]
fn a_file_that_asks_for_hours_of_work_is_refused_at_once() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    SealedFile::create(&path, &passphrase("one")).expect("made");
    let sealed = fs::read(&path).expect("read");
    let line = sealed
        .iter()
        .skip(22)
        .position(|byte| *byte == b'\n')
        .expect("a stanza")
        + 22;
    assert_eq!(&sealed[line - 3..line], b" 17");
    for factor in ["21", "23", "63"] {
        let mut costly = sealed.clone();
        costly.splice(line - 2..line, factor.bytes());
        fs::write(&path, &costly).expect("written");
        let opened = SealedFile::open(&path, &passphrase("one"));
        let Err(VaultError::Corrupt { reason }) = opened else {
            panic!("factor {factor} was accepted");
        };
        assert!(reason.contains("more work"), "{reason}");
    }
}

#[test]
fn content_of_a_newer_version_is_not_guessed() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    let recipient = IDENTITY
        .parse::<age::x25519::Identity>()
        .expect("identity")
        .to_public();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .expect("one");
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).expect("begun");
    writer
        .write_all(br#"{"version":2,"vaults":[]}"#)
        .expect("written");
    writer.finish().expect("finished");
    fs::write(&path, sealed).expect("kept");
    let Err(VaultError::Corrupt { reason }) = SealedFile::open(&path, &identity(IDENTITY)) else {
        panic!("it was guessed");
    };
    assert!(reason.contains("newer"), "{reason}");
}
