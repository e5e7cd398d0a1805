//! Splitting, with a failure at every single call.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::connection::ConnectionId;
use crate::secret::Secret;
use crate::signing_key::{KeyDefect, SigningKey};
use crate::vault::Generation;

const LIMIT: usize = 256;

/// What the Windows Credential Manager takes in one item.
const WINDOWS: usize = 2560;

/// Items in memory that refuse what is too large and fail one call when told to.
struct SmallItems {
    limit: usize,
    items: RefCell<BTreeMap<String, Vec<u8>>>,
    calls: Cell<usize>,
    fail_at: Cell<Option<usize>>,
}

impl Default for SmallItems {
    fn default() -> Self {
        Self::of(LIMIT)
    }
}

impl SmallItems {
    fn of(limit: usize) -> Self {
        Self {
            limit,
            items: RefCell::default(),
            calls: Cell::default(),
            fail_at: Cell::default(),
        }
    }

    fn call(&self) -> Result<(), VaultError> {
        self.calls.set(self.calls.get() + 1);
        if self.fail_at.get() == Some(self.calls.get()) {
            return Err(VaultError::Denied);
        }
        Ok(())
    }

    fn fail_at(&self, call: Option<usize>) {
        self.calls.set(0);
        self.fail_at.set(call);
    }
}

impl ItemStore for &SmallItems {
    fn get(&self, account: &str) -> Result<Option<Item>, VaultError> {
        self.call()?;
        Ok(self
            .items
            .borrow()
            .get(account)
            .cloned()
            .map(Zeroizing::new))
    }

    fn set(&self, account: &str, value: &[u8]) -> Result<(), VaultError> {
        self.call()?;
        assert!(value.len() <= self.limit, "{} bytes", value.len());
        self.items
            .borrow_mut()
            .insert(account.to_owned(), value.to_vec());
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), VaultError> {
        self.call()?;
        self.items.borrow_mut().remove(account);
        Ok(())
    }

    fn search(&self) -> Result<Vec<String>, VaultError> {
        self.call()?;
        Ok(self.items.borrow().keys().cloned().collect())
    }
}

fn name() -> SecretName {
    SecretName {
        connection: ConnectionId::from_name("acme"),
        generation: Generation::FIRST,
    }
}

fn document(fill: char, bytes: usize) -> SecretDocument {
    let secret = fill.to_string().repeat(bytes);
    SecretDocument::new(Secret::new("id".to_owned()), Some(Secret::new(secret)))
}

fn secret_in<S: ItemStore>(parts: &Parts<S>) -> Option<String> {
    let document = parts.read(&name()).expect("readable")?;
    Some(document.client_secret.expect("kept").expose().to_owned())
}

#[test]
fn every_size_around_the_limit_comes_back_and_leaves_nothing_else() {
    for bytes in [
        0, 1, 199, 200, 210, 217, 218, 219, 220, 255, 256, 257, 511, 512, 513, 8192, 65536,
    ] {
        let items = SmallItems::default();
        let parts = Parts::over(&items, Some(LIMIT));
        parts
            .write(&name(), &document('a', bytes))
            .expect("written");
        assert_eq!(secret_in(&parts).expect("there").len(), bytes);
        assert_eq!(parts.list().expect("listed"), [name()]);
        parts.remove(&name()).expect("removed");
        assert!(items.items.borrow().is_empty());
    }
}

/// RSA with 4096 bits is the longest key that people have; its PEM alone is larger than an item of Windows.
#[test]
fn the_longest_key_is_kept_where_items_are_as_small_as_those_of_windows() {
    let pair = RsaKeyPair::generate(KeySize::Rsa4096).expect("a key");
    let der = AsDer::<Pkcs8V1Der<'static>>::as_der(&pair).expect("PKCS#8");
    let text = Secret::new(STANDARD.encode(der.as_ref()));
    let key = SigningKey::read(&text, None).map_err(KeyDefect::summary);
    let pem = key.expect("read").to_pkcs8_pem().expect("PEM");
    assert!(pem.expose().len() > WINDOWS);

    let items = SmallItems::of(WINDOWS);
    let parts = Parts::over(&items, Some(WINDOWS));
    let mut kept = document('s', 400);
    kept.private_key = Some(pem.duplicate());
    parts.write(&name(), &kept).expect("written");
    let read = parts.read(&name()).expect("readable").expect("there");
    let same =
        |one: Option<&Secret>, other: &Secret| one.map(Secret::expose) == Some(other.expose());
    assert!(same(read.private_key.as_ref(), &pem));
    assert!(same(
        read.client_secret.as_ref(),
        &Secret::new("s".repeat(400))
    ));
    // A shorter key in its place leaves no part of the longer one behind.
    let before = items.items.borrow().len();
    parts.write(&name(), &document('s', 400)).expect("written");
    assert!(items.items.borrow().len() < before);
    parts.remove(&name()).expect("removed");
    assert!(items.items.borrow().is_empty());
}

#[test]
fn a_failure_at_any_call_leaves_the_old_document_or_the_new_one() {
    for (old, new) in [(10, 900), (900, 10), (900, 1200), (1200, 900)] {
        let mut finished = false;
        for call in 1..200 {
            let items = SmallItems::default();
            let parts = Parts::over(&items, Some(LIMIT));
            parts.write(&name(), &document('o', old)).expect("written");
            items.fail_at(Some(call));
            let outcome = parts.write(&name(), &document('n', new));
            items.fail_at(None);
            let found = secret_in(&parts).expect("there");
            assert!(
                found == "o".repeat(old) || found == "n".repeat(new),
                "call {call}"
            );
            parts.sweep().expect("swept");
            assert_eq!(secret_in(&parts), Some(found));
            parts.remove(&name()).expect("removed");
            assert!(items.items.borrow().is_empty(), "call {call}");
            finished |= outcome.is_ok();
        }
        assert!(finished);
    }
}

#[test]
fn a_failed_removal_can_be_repeated_until_nothing_is_left() {
    for call in 1..20 {
        let items = SmallItems::default();
        let parts = Parts::over(&items, Some(LIMIT));
        parts.write(&name(), &document('a', 900)).expect("written");
        items.fail_at(Some(call));
        let outcome = parts.remove(&name());
        items.fail_at(None);
        if outcome.is_err() {
            assert_eq!(parts.list().expect("listed"), [name()]);
        }
        parts.remove(&name()).expect("removed");
        assert!(items.items.borrow().is_empty());
    }
}

#[test]
fn a_part_that_is_gone_or_cut_is_told_apart_from_no_document() {
    let items = SmallItems::default();
    let parts = Parts::over(&items, Some(LIMIT));
    parts.write(&name(), &document('a', 900)).expect("written");
    items
        .items
        .borrow_mut()
        .insert("acme.1.1.1".to_owned(), b"short".to_vec());
    assert!(matches!(
        parts.read(&name()),
        Err(VaultError::Corrupt { .. })
    ));
    items.items.borrow_mut().remove("acme.1.1.1");
    assert!(matches!(
        parts.read(&name()),
        Err(VaultError::Corrupt { .. })
    ));
}

#[test]
fn a_document_beyond_reason_is_refused_before_anything_is_written() {
    let items = SmallItems::default();
    let parts = Parts::over(&items, Some(LIMIT));
    let outcome = parts.write(&name(), &document('a', DOCUMENT_LIMIT));
    assert!(matches!(outcome, Err(VaultError::TooLarge { .. })));
    assert!(items.items.borrow().is_empty());
}
