//! Many at once: locks, ids and edits of processes that share a folder.

use std::path::Path;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::connection::{Store, custody};
use proofkey_core::vault::Vault;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_tests::{Actor, IDENTITY, sealed};

use crate::stage::create;

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");

#[test]
fn a_busy_folder_is_said_so_after_the_deadline() {
    let home = tempfile::tempdir().expect("directory");
    let store = Store::open(home.path()).expect("store");
    let held = store.lock().expect("locked");
    let problem = store
        .lock_within(Duration::from_millis(50))
        .expect_err("busy");
    assert!(problem.summary.contains("busy"), "{problem}");
    drop(held);
    store
        .lock_within(Duration::from_secs(10))
        .expect("free again");
}

#[test]
fn eight_processes_lose_no_edit_of_file_or_secret() {
    let home = tempfile::tempdir().expect("directory");
    let config = home.path().join("config");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let store = Store::open(&config).expect("store");
    let saved = create(&store, &vault, "acme");
    let config = config.to_str().expect("text").to_owned();
    let vault_name = sealed(&path);
    let arguments = [&vault_name, &config, "count", "acme", "50"];
    let actors: Vec<Actor> = (0..8).map(|_| Actor::start(ACTOR, &arguments)).collect();
    for actor in actors {
        assert!(actor.succeeded());
    }
    let counted = store.load(&saved.id).expect("there");
    assert_eq!(counted.variables["count"], "400");
    let secrets = custody::read_document(&vault, &counted).expect("there");
    assert_eq!(
        secrets.cached_token.expect("kept").access_token.expose(),
        "400"
    );
}

#[test]
fn processes_whose_names_make_the_same_id_get_ids_of_their_own() {
    let home = tempfile::tempdir().expect("directory");
    // Not "acme": that is the id of one of the others by then, and no name may be another's id.
    let (outcomes, store, vault) =
        created_at_once(home.path(), ["Acme", "acme!", "acme!!", "acme!!!"], 5);
    assert_eq!(outcomes, [true; 4]);
    assert_eq!(store.list().expect("listed").connections.len(), 20);
    assert_eq!(vault.list().expect("listed").len(), 20);
}

#[test]
fn of_processes_that_create_the_same_name_at_once_one_gets_it() {
    let home = tempfile::tempdir().expect("directory");
    let (outcomes, store, vault) = created_at_once(home.path(), ["acme"; 4], 1);
    assert_eq!(outcomes.iter().filter(|created| **created).count(), 1);
    assert_eq!(store.list().expect("listed").connections.len(), 1);
    assert_eq!(vault.list().expect("listed").len(), 1);
}

/// Starts a process for each name that creates `times` connections, and says which of them did.
fn created_at_once(home: &Path, names: [&str; 4], times: usize) -> ([bool; 4], Store, SealedFile) {
    let config = home.join("config");
    let path = home.join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let (sealed, config) = (sealed(&path), config.to_str().expect("text").to_owned());
    let times = times.to_string();
    let actors =
        names.map(|name| Actor::start(ACTOR, &[&*sealed, &*config, "create", name, &*times]));
    let outcomes = actors.map(Actor::succeeded);
    (
        outcomes,
        Store::open(config.as_ref()).expect("store"),
        vault,
    )
}
