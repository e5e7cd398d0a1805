//! A process that is killed at any moment leaves the old state or the new one, and no secret that
//! nobody knows of.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use proofkey_core::Code;
use proofkey_core::Secret;
use proofkey_core::connection::{Connection, ConnectionId, Store, custody};
use proofkey_core::vault::Vault;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_tests::{Actor, IDENTITY, document, sample, sealed, secret_of};

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");

/// Moments between none and the length of a few saves, spread evenly by the golden ratio.
fn moment(number: u32, longest: Duration) -> Duration {
    longest.mul_f64((f64::from(number) * 0.618_033_988_75).fract())
}

/// Lets the actor work for a while and kills it wherever it is then.
fn kill_after(arguments: &[&str], moment: Duration) {
    let mut actor = Actor::start(ACTOR, arguments);
    assert_eq!(actor.line(), "ready");
    let (_alive, never) = mpsc::channel::<()>();
    // Nothing is awaited: the moment itself is what is tried.
    assert!(never.recv_timeout(moment).is_err());
    actor.kill();
}

/// The connection, if it is there, fits its secret, and the vault holds nothing else of it.
fn assert_whole(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> bool {
    custody::reconcile(store, vault).expect("reconciled");
    let listing = store.list().expect("listed");
    assert!(listing.unreadable.is_empty(), "{:?}", listing.unreadable);
    let mut held = vault.list().expect("listed");
    held.retain(|name| name.connection == *id);
    let connection = match store.load(id) {
        Ok(connection) => connection,
        Err(problem) => {
            assert_eq!(problem.code, Code::NotFound, "{problem}");
            assert!(held.is_empty(), "orphans: {held:?}");
            return false;
        }
    };
    let secrets = custody::read_document(vault, &connection).expect("secrets");
    let number = connection.name.strip_prefix("name ").expect("a number");
    assert_eq!(secret_of(&secrets), format!("secret {number}"));
    assert_eq!(held.len(), 1, "orphans: {held:?}");
    for file in ["config", "config/connections", "config/intents"] {
        let path = store.config_dir().parent().expect("home").join(file);
        assert_eq!(leftovers(&path), 0, "{file}");
    }
    true
}

fn leftovers(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory)
        .expect("listed")
        .filter_map(Result::ok);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".proofkey-")).count()
}

/// How long one to two of them take here, so that kills fall into every step.
fn length_of_saves(store: &Store, vault: &dyn Vault) -> Duration {
    let started = Instant::now();
    for _ in 0..3 {
        let saved =
            custody::save_with_secrets(store, vault, &sample("trial"), &document("s"), None)
                .expect("saved");
        custody::remove_with_secrets(store, vault, &saved.id).expect("removed");
    }
    started.elapsed() / 2
}

fn first(store: &Store, vault: &dyn Vault, id: &str) -> ConnectionId {
    let mut connection = sample(id);
    "name 1".clone_into(&mut connection.name);
    custody::save_with_secrets(store, vault, &connection, &document("secret 1"), None)
        .expect("saved")
        .id
}

#[test]
fn two_hundred_and_twenty_kills_while_saving_leave_old_or_new() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let store = Store::open(&home.path().join("config")).expect("store");
    let longest = length_of_saves(&store, &vault);
    let changing = first(&store, &vault, "changing");
    let going = ConnectionId::from_name("going");
    let (name, config) = (sealed(&path), home.path().join("config"));
    let config = config.to_str().expect("text");
    let (mut here, mut gone, mut generations) = (0, 0, 0);
    for number in 0..220 {
        if number % 2 == 0 {
            let before = store.load(&changing).expect("there").secrets.0;
            kill_after(
                &[&name, config, "change", "changing"],
                moment(number, longest),
            );
            assert!(assert_whole(&store, &vault, &changing), "kill {number}");
            generations += store.load(&changing).expect("there").secrets.0 - before;
        } else {
            kill_after(
                &[&name, config, "come-and-go", "going"],
                moment(number, longest),
            );
            if assert_whole(&store, &vault, &going) {
                here += 1;
                custody::remove_with_secrets(&store, &vault, &going).expect("removed");
            } else {
                gone += 1;
            }
        }
        assert_eq!(leftovers(home.path()), 0);
    }
    // Kills fell before, into and after saves, else this proves nothing.
    assert!(
        here > 0 && gone > 0 && generations > 0,
        "{here} {gone} {generations}"
    );
}

/// Every generation that the file names is in the vault with its own secret, and nothing else is.
fn assert_named(store: &Store, vault: &dyn Vault, id: &ConnectionId) -> Connection {
    custody::reconcile(store, vault).expect("reconciled");
    let connection = store.load(id).expect("there");
    let mut held = vault.list().expect("listed");
    held.retain(|name| name.connection == *id);
    let mut held: Vec<_> = held.into_iter().map(|name| name.generation).collect();
    let mut named: Vec<_> = connection.named_generations().collect();
    held.sort();
    named.sort();
    assert_eq!(held, named);
    let others = connection.generations.iter();
    for one in others
        .map(|held| connection.with_generation(held))
        .chain([connection.clone()])
    {
        let secrets = custody::read_document(vault, &one).expect("secrets");
        assert_eq!(secret_of(&secrets), format!("secret {}", one.secrets.0));
    }
    connection
}

#[test]
fn a_hundred_and_twenty_kills_while_credentials_are_replaced_leave_what_the_file_names() {
    let home = tempfile::tempdir().expect("directory");
    let path = home.path().join("vault.age");
    let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
    let vault = SealedFile::create(&path, &key).expect("made");
    let store = Store::open(&home.path().join("config")).expect("store");
    let longest = length_of_saves(&store, &vault);
    let id = first(&store, &vault, "turning");
    let (name, config) = (sealed(&path), home.path().join("config"));
    let config = config.to_str().expect("text");
    let (mut waited, mut kept, mut alone) = (0, 0, 0);
    for number in 0..120 {
        kill_after(
            &[&name, config, "rotate", "turning"],
            moment(number, longest),
        );
        let connection = assert_named(&store, &vault, &id);
        match (connection.incoming(), connection.outgoing()) {
            (Some(_), _) => waited += 1,
            (None, Some(_)) => kept += 1,
            (None, None) => alone += 1,
        }
    }
    // Kills fell into every step, else this proves nothing.
    assert!(
        waited > 0 && kept > 0 && alone > 0,
        "{waited} {kept} {alone}"
    );
}

#[test]
fn kills_while_saving_into_a_real_keychain_leave_old_or_new() {
    if std::env::var_os("PROOFKEY_TEST_DESKTOP").is_none() {
        eprintln!("not run: start it by scripts/with-desktop");
        return;
    }
    let home = tempfile::tempdir().expect("directory");
    let vault = Keychain::open(Duration::from_secs(10)).expect("keychain");
    let store = Store::open(&home.path().join("config")).expect("store");
    let longest = length_of_saves(&store, &vault);
    let id = first(&store, &vault, "killed");
    let config = home.path().join("config");
    let config = config.to_str().expect("text");
    for number in 0..30 {
        kill_after(
            &["keychain:10000", config, "change", id.as_str()],
            moment(number, longest),
        );
        assert!(assert_whole(&store, &vault, &id), "kill {number}");
    }
}
