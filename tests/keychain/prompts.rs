//! A locked keychain and the person in front of it.

use std::time::{Duration, Instant};

use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::{Vault, VaultError};
use proofkey_tests::{document, secret_of};

use crate::stage::{PASSWORD, answer_prompt, lock_login, name, on_desktop, open};

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
