//! A connection and its secrets change together, whatever the vault does.

use proofkey_core::connection::{Store, custody};
use proofkey_core::vault::{
    CachedToken, Generation, SecretDocument, SecretName, Vault, VaultDescription, VaultError,
};
use proofkey_core::{Code, Secret};
use proofkey_tests::{MemoryVault, Mood, document};

use crate::stage::{create, names, state};

#[test]
fn a_change_moves_to_a_new_generation_and_the_old_secret_is_gone() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let first = create(&store, &vault, "acme");
    let second = custody::save_with_secrets(
        &store,
        &vault,
        &first,
        &document("secret 2"),
        Some(first.secrets),
    )
    .expect("saved");
    assert_eq!(second.secrets, Generation(2));
    assert_eq!(names(&vault), ["acme.2"]);
    let stale = custody::save_with_secrets(
        &store,
        &vault,
        &first,
        &document("lost update"),
        Some(first.secrets),
    );
    assert_eq!(stale.expect_err("refused").code, Code::AlreadyExists);
    assert_eq!(
        state(&store, &vault, &first.id),
        Some(("acme".to_owned(), "secret 2".to_owned()))
    );
    custody::remove_with_secrets(&store, &vault, &first.id).expect("removed");
    assert!(names(&vault).is_empty());
    assert!(store.list().expect("listed").connections.is_empty());
    let again = custody::remove_with_secrets(&store, &vault, &first.id);
    assert_eq!(again.expect_err("gone").code, Code::NotFound);
}

#[test]
fn a_vault_that_fails_at_any_call_leaves_old_or_new_and_no_orphan() {
    for call in 0..12 {
        let home = tempfile::tempdir().expect("directory");
        let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
        let mut connection = create(&store, &vault, "acme");
        let before = state(&store, &vault, &connection.id);
        "new".clone_into(&mut connection.name);
        vault.fail_after(call);
        let outcome = custody::save_with_secrets(
            &store,
            &vault,
            &connection,
            &document("secret 2"),
            Some(connection.secrets),
        );
        vault.fail_after(usize::MAX);
        let after = state(&store, &vault, &connection.id);
        match outcome {
            Ok(_) => assert_eq!(after, Some(("new".to_owned(), "secret 2".to_owned()))),
            Err(_) => assert_eq!(after, before, "call {call}"),
        }
        custody::reconcile(&store, &vault).expect("reconciled");
        assert_eq!(state(&store, &vault, &connection.id), after);
        assert_eq!(names(&vault).len(), 1, "call {call}");

        vault.fail_after(call);
        let removed = custody::remove_with_secrets(&store, &vault, &connection.id);
        vault.fail_after(usize::MAX);
        assert_eq!(
            state(&store, &vault, &connection.id).is_none(),
            removed.is_ok()
        );
        custody::reconcile(&store, &vault).expect("reconciled");
        assert_eq!(names(&vault).is_empty(), removed.is_ok(), "call {call}");
    }
}

#[test]
fn every_mood_of_the_vault_is_told_apart_and_changes_nothing() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    for (mood, code) in [
        (Mood::Locked, Code::VaultDenied),
        (Mood::Denied, Code::VaultDenied),
        (Mood::Absent, Code::VaultUnavailable),
        (Mood::Lies, Code::VaultUnavailable),
    ] {
        vault.set_mood(mood);
        let changed =
            custody::save_with_secrets(&store, &vault, &saved, &document("x"), Some(saved.secrets));
        assert_eq!(changed.expect_err("failed").code, code);
        let removed = custody::remove_with_secrets(&store, &vault, &saved.id);
        assert_eq!(removed.expect_err("failed").code, code);
        let reconciled = custody::reconcile(&store, &vault);
        assert_eq!(reconciled.expect_err("failed").code, code);
        vault.set_mood(Mood::Working);
        assert_eq!(
            state(&store, &vault, &saved.id),
            Some(("acme".to_owned(), "secret 1".to_owned()))
        );
    }
}

#[test]
fn a_missing_secret_is_reported_and_its_connection_kept() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    vault
        .remove(&SecretName {
            connection: saved.id.clone(),
            generation: saved.secrets,
        })
        .expect("removed");
    let words = custody::reconcile(&store, &vault).expect("reconciled");
    assert_eq!(words.len(), 1);
    assert!(words[0].contains("acme"), "{words:?}");
    assert_eq!(store.load(&saved.id), Ok(saved.clone()));
    let read = custody::read_document(&vault, &saved)
        .err()
        .expect("missing");
    assert_eq!(read.code, Code::SecretMissing);
}

type Change<'a> = Box<dyn FnOnce(&MemoryVault) + Send + 'a>;

/// Somebody changes the connection while the vault is being read.
struct Interrupted<'a> {
    vault: MemoryVault,
    meanwhile: std::sync::Mutex<Option<Change<'a>>>,
}

impl Vault for Interrupted<'_> {
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        let meanwhile = self.meanwhile.lock().expect("whole").take();
        let found = self.vault.read(name);
        if let Some(meanwhile) = meanwhile {
            meanwhile(&self.vault);
        }
        found
    }

    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        self.vault.write(name, document)
    }

    fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        self.vault.remove(name)
    }

    fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        self.vault.list()
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.vault.probe()
    }

    fn description(&self) -> VaultDescription {
        self.vault.description()
    }
}

#[test]
fn a_token_of_the_old_secrets_is_never_put_beside_new_ones() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let saved = create(&store, &vault, "acme");
    let change = |vault: &MemoryVault| {
        let document = document("secret 2");
        custody::save_with_secrets(&store, vault, &saved, &document, Some(saved.secrets))
            .expect("changed");
    };
    let vault = Interrupted {
        vault,
        meanwhile: std::sync::Mutex::new(Some(Box::new(change))),
    };
    let token = CachedToken {
        access_token: Secret::new("of the old secrets".to_owned()),
        expires_at: None,
        scopes: None,
        obtained_at: None,
        api_base: None,
    };
    custody::keep_token(&store, &vault, &saved, token).expect("not of use any more");
    let changed = store.load(&saved.id).expect("there");
    assert_eq!(changed.secrets, Generation(2));
    let document = custody::read_document(&vault, &changed).expect("read");
    assert!(document.cached_token.is_none());
}
