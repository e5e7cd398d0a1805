//! Generations that stand beside the current one while credentials are replaced.

use jiff::Timestamp;
use proofkey_core::Code;
use proofkey_core::connection::custody::{self, Exchange};
use proofkey_core::connection::{
    Connection, GenerationRole, HeldGeneration, Leaving, RotationReason, Store,
};
use proofkey_core::secret::Secret;
use proofkey_core::vault::{Generation, Vault};
use proofkey_tests::{MemoryVault, document, secret_of};

use crate::stage::{create, names};

fn waiting() -> HeldGeneration {
    HeldGeneration {
        generation: Generation::FIRST,
        role: GenerationRole::Incoming,
        reason: RotationReason::Routine,
        signing: None,
        since: Timestamp::UNIX_EPOCH,
        ends_at: None,
        replaced_by: None,
    }
}

fn exchange(generation: u32, role: GenerationRole) -> Exchange {
    Exchange {
        generation: Generation(generation),
        left: Leaving {
            role,
            reason: RotationReason::Routine,
            since: Timestamp::UNIX_EPOCH,
            ends_at: None,
        },
        moves_approval: false,
    }
}

fn secrets(vault: &dyn Vault, connection: &Connection) -> String {
    let read = custody::read_document(vault, connection).expect("secrets");
    secret_of(&read).to_owned()
}

/// Every generation that the file names is in the vault with its own secret, and nothing else is.
fn assert_named(store: &Store, vault: &MemoryVault, connection: &Connection) -> Connection {
    custody::reconcile(store, vault).expect("reconciled");
    let stored = store.load(&connection.id).expect("there");
    let mut named: Vec<String> = (stored.named_generations())
        .map(|generation| format!("{}.{}", stored.id, generation.0))
        .collect();
    named.sort();
    assert_eq!(names(vault), named);
    for held in &stored.generations {
        let candidate = stored.with_generation(held);
        assert_eq!(
            secrets(vault, &candidate),
            format!("secret {}", held.generation.0)
        );
    }
    assert_eq!(
        secrets(vault, &stored),
        format!("secret {}", stored.secrets.0)
    );
    stored
}

#[test]
fn a_held_generation_stays_through_changes_renewals_and_restarts() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let first = create(&store, &vault, "acme");
    let held = custody::hold_generation(&store, &vault, &first, waiting(), &document("secret 2"))
        .expect("held");
    assert_eq!(held.secrets, Generation::FIRST);
    assert_named(&store, &vault, &held);
    let second = custody::hold_generation(&store, &vault, &held, waiting(), &document("x"));
    assert_eq!(second.expect_err("one is enough").code, Code::AlreadyExists);
    // A change of the current secrets takes a number of its own and leaves what is held alone.
    let changed = custody::save_with_secrets(
        &store,
        &vault,
        &first,
        &document("secret 3"),
        Some(first.secrets),
    )
    .expect("saved");
    assert_eq!(changed.secrets, Generation(3));
    assert_named(&store, &vault, &changed);
    let replaced = custody::replace_document(&store, &vault, &changed, |document| {
        document.client_secret = Some(Secret::new("secret 4".to_owned()));
    })
    .expect("replaced");
    assert_eq!(replaced.secrets, Generation(4));
    assert_named(&store, &vault, &replaced);
    custody::remove_with_secrets(&store, &vault, &first.id).expect("removed");
    assert!(names(&vault).is_empty());
}

#[test]
fn a_number_is_never_given_to_other_secrets() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let first = create(&store, &vault, "acme");
    let hold = |connection: &Connection, secret: &str| {
        custody::hold_generation(&store, &vault, connection, waiting(), &document(secret))
            .expect("held")
    };
    let second = hold(&first, "secret 2");
    let dropped =
        custody::drop_generation(&store, &vault, &second, Generation(2)).expect("dropped");
    let dropped = dropped.connection;
    let third = hold(&dropped, "secret 3");
    assert_eq!(third.generations[0].generation, Generation(3));
    let switched = custody::exchange_generations(
        &store,
        &vault,
        &third,
        &exchange(3, GenerationRole::Outgoing),
    )
    .expect("switched");
    assert_eq!(switched.secrets, Generation(3));
    let back = custody::exchange_generations(
        &store,
        &vault,
        &switched,
        &exchange(1, GenerationRole::Incoming),
    )
    .expect("back");
    let dropped = custody::drop_generation(&store, &vault, &back, Generation(3)).expect("dropped");
    let dropped = dropped.connection;
    let fourth = hold(&dropped, "secret 4");
    assert_eq!(fourth.generations[0].generation, Generation(4));
    assert_named(&store, &vault, &fourth);
}

#[test]
fn a_vault_that_fails_at_any_call_of_a_replacement_leaves_old_or_new_and_no_orphan() {
    for call in 0..14 {
        let home = tempfile::tempdir().expect("directory");
        let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
        let first = create(&store, &vault, "acme");
        vault.fail_after(call);
        let held =
            custody::hold_generation(&store, &vault, &first, waiting(), &document("secret 2"));
        vault.fail_after(usize::MAX);
        let stored = assert_named(&store, &vault, &first);
        assert_eq!(
            stored.generations.len(),
            usize::from(held.is_ok()),
            "call {call}"
        );
        if held.is_err() {
            continue;
        }
        vault.fail_after(call);
        let switch = exchange(2, GenerationRole::Outgoing);
        let switched = custody::exchange_generations(&store, &vault, &stored, &switch);
        vault.fail_after(usize::MAX);
        let stored = assert_named(&store, &vault, &first);
        assert_eq!(
            stored.secrets == Generation(2),
            switched.is_ok(),
            "call {call}"
        );
        let old = stored.generations[0].generation;
        vault.fail_after(call);
        let dropped = custody::drop_generation(&store, &vault, &stored, old);
        vault.fail_after(usize::MAX);
        let stored = assert_named(&store, &vault, &first);
        assert_eq!(
            stored.generations.is_empty(),
            dropped.is_ok(),
            "call {call}"
        );
    }
}

#[test]
fn an_approval_goes_with_the_current_credentials_and_back() {
    let home = tempfile::tempdir().expect("directory");
    let (store, vault) = (Store::open(home.path()).expect("store"), MemoryVault::new());
    let first = create(&store, &vault, "acme");
    custody::renew_document(&store, &vault, &first, |document| {
        document.refresh_token = Some(Secret::new("refresh 1".to_owned()));
    })
    .expect("renewed");
    let refresh = |connection: &Connection| {
        let read = custody::read_document(&vault, connection).expect("secrets");
        read.refresh_token.map(|token| token.expose().to_owned())
    };
    let held = custody::hold_generation(&store, &vault, &first, waiting(), &document("secret 2"))
        .expect("held");
    let there = Exchange {
        moves_approval: true,
        ..exchange(2, GenerationRole::Outgoing)
    };
    let switched = custody::exchange_generations(&store, &vault, &held, &there).expect("switched");
    assert_eq!(refresh(&switched).as_deref(), Some("refresh 1"));
    let old = switched.with_generation(&switched.generations[0]);
    assert_eq!(refresh(&old), None);
    // It was spent meanwhile: what goes back is the one that is current now.
    custody::renew_document(&store, &vault, &switched, |document| {
        document.refresh_token = Some(Secret::new("refresh 2".to_owned()));
    })
    .expect("renewed");
    let back = Exchange {
        moves_approval: true,
        ..exchange(1, GenerationRole::Incoming)
    };
    let undone = custody::exchange_generations(&store, &vault, &switched, &back).expect("undone");
    assert_eq!(refresh(&undone).as_deref(), Some("refresh 2"));
    assert_named(&store, &vault, &undone);
}
