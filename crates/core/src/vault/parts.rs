//! Documents larger than one item of a keychain may be.
//!
//! A document that fits is one item named `{connection}.{generation}`. A larger one is cut into parts
//! named `{connection}.{generation}.{batch}.{number}`, written under a fresh batch first; then the item
//! without batch, the head, is switched to name that batch; then older parts are removed. So a reader
//! finds the old document or the new one.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::{SecretDocument, SecretName, VaultError};

/// How a head begins that names parts. A document begins with a brace.
const HEAD: &str = "parts:1";

/// No document of ours is larger: a token or key takes a few KiB.
const DOCUMENT_LIMIT: usize = 1 << 20;

/// The bytes of one item, wiped when dropped.
pub type Item = Zeroizing<Vec<u8>>;

/// What a keychain can do, by name of item.
pub trait ItemStore {
    /// `None` when the store works and has no such item.
    fn get(&self, account: &str) -> Result<Option<Item>, VaultError>;
    fn set(&self, account: &str, value: &[u8]) -> Result<(), VaultError>;
    /// Deleting what is not there succeeds.
    fn delete(&self, account: &str) -> Result<(), VaultError>;
    /// The names of all our items.
    fn search(&self) -> Result<Vec<String>, VaultError>;
}

/// Documents over items of at most `limit` bytes each.
pub struct Parts<S> {
    items: S,
    limit: Option<usize>,
}

/// What a head says about its parts.
struct Head {
    batch: u32,
    count: usize,
    bytes: usize,
}

impl<S: ItemStore> Parts<S> {
    /// `limit: None` never splits.
    pub fn over(items: S, limit: Option<usize>) -> Self {
        Self { items, limit }
    }

    pub fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        let Some(text) = self.read_text(&name.to_string())? else {
            return Ok(None);
        };
        SecretDocument::from_json(&text)
            .map(Some)
            .ok_or_else(|| corrupt("it is not a document this version of Proofkey can read"))
    }

    /// Writes, reads back and compares. One writer at a time: the lock of the store sees to it.
    pub fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        let text = document.to_json();
        if text.len() > DOCUMENT_LIMIT {
            return Err(VaultError::TooLarge { bytes: text.len() });
        }
        let account = name.to_string();
        let batch = self.write_text(&account, text.as_bytes())?;
        let kept = self.read_text(&account)?;
        if kept.is_none_or(|kept| *kept != *text) {
            return Err(corrupt("the read-back differs"));
        }
        self.remove_parts(&account, batch)
    }

    /// Removes the head, then every part.
    pub fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        let account = name.to_string();
        self.items.delete(&account)?;
        self.remove_parts(&account, None)
    }

    /// Documents, and what is left of them: a name is listed too when only parts of it remain.
    pub fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        let accounts = self.items.search()?;
        let names: BTreeSet<SecretName> = accounts.iter().filter_map(|text| named(text)).collect();
        Ok(names.into_iter().collect())
    }

    /// Removes parts that no head names; says how many.
    pub fn sweep(&self) -> Result<usize, VaultError> {
        let mut swept = 0;
        for account in self.items.search()? {
            let Some((head, batch)) = split_part(&account) else {
                continue;
            };
            if self.head(head)?.is_none_or(|head| head.batch != batch) {
                self.items.delete(&account)?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    fn read_text(&self, account: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let Some(item) = self.items.get(account)? else {
            return Ok(None);
        };
        let Some(head) = Head::parse(&item) else {
            return text_of(item).map(Some);
        };
        let mut whole = Zeroizing::new(Vec::with_capacity(head.bytes.min(DOCUMENT_LIMIT)));
        for number in 0..head.count {
            let part = self.items.get(&part_name(account, head.batch, number))?;
            whole.extend_from_slice(&part.ok_or_else(|| corrupt("a part of it is missing"))?);
            if whole.len() > DOCUMENT_LIMIT {
                return Err(corrupt("it is larger than any document of Proofkey"));
            }
        }
        if whole.len() != head.bytes {
            return Err(corrupt("a part of it has another size"));
        }
        text_of(whole).map(Some)
    }

    /// The batch that the document was split into, if it was.
    fn write_text(&self, account: &str, text: &[u8]) -> Result<Option<u32>, VaultError> {
        let Some(limit) = self.limit.filter(|limit| text.len() > *limit) else {
            return self.items.set(account, text).map(|()| None);
        };
        let batch = self.fresh_batch(account)?;
        let mut count = 0;
        for part in text.chunks(limit) {
            let name = part_name(account, batch, count);
            self.items.set(&name, part)?;
            // A head must never name a part that the keychain did not keep.
            if self.items.get(&name)?.is_none_or(|kept| *kept != part) {
                return Err(corrupt("the read-back differs"));
            }
            count += 1;
        }
        let head = format!("{HEAD}:{batch}:{count}:{}", text.len());
        self.items.set(account, head.as_bytes())?;
        Ok(Some(batch))
    }

    /// One more than any batch of which a part exists, finished or not.
    fn fresh_batch(&self, account: &str) -> Result<u32, VaultError> {
        let found = self.items.search()?;
        let of_this = found.iter().filter_map(|name| split_part(name));
        let batches = of_this.filter_map(|(head, batch)| (head == account).then_some(batch));
        Ok(batches.max().unwrap_or(0).saturating_add(1))
    }

    fn remove_parts(&self, account: &str, keep: Option<u32>) -> Result<(), VaultError> {
        if self.limit.is_none() {
            return Ok(());
        }
        for found in self.items.search()? {
            if split_part(&found)
                .is_some_and(|(head, batch)| head == account && Some(batch) != keep)
            {
                self.items.delete(&found)?;
            }
        }
        Ok(())
    }

    fn head(&self, account: &str) -> Result<Option<Head>, VaultError> {
        Ok(self.items.get(account)?.and_then(|item| Head::parse(&item)))
    }
}

impl Head {
    fn parse(item: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(item).ok()?;
        let mut fields = text.strip_prefix(HEAD)?.strip_prefix(':')?.split(':');
        let head = Self {
            batch: fields.next()?.parse().ok()?,
            count: fields.next()?.parse().ok()?,
            bytes: fields.next()?.parse().ok()?,
        };
        fields.next().is_none().then_some(head)
    }
}

fn part_name(account: &str, batch: u32, number: usize) -> String {
    format!("{account}.{batch}.{number}")
}

/// Head and batch of the name of a part. Connection ids hold no dot.
fn split_part(account: &str) -> Option<(&str, u32)> {
    let (rest, _number) = account.rsplit_once('.')?;
    let (head, batch) = rest.rsplit_once('.')?;
    Some((head, batch.parse().ok()?)).filter(|_| head.contains('.'))
}

/// The document that an item belongs to; `None` for items that are not ours.
fn named(account: &str) -> Option<SecretName> {
    let head = split_part(account).map_or(account, |(head, _batch)| head);
    SecretName::parse(head)
}

fn text_of(mut bytes: Item) -> Result<Zeroizing<String>, VaultError> {
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            // Whatever it is, it came out of a vault.
            drop(Zeroizing::new(error.into_bytes()));
            Err(corrupt("it is not text"))
        }
    }
}

fn corrupt(reason: &str) -> VaultError {
    VaultError::Corrupt {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use super::*;
    use crate::connection::ConnectionId;
    use crate::secret::Secret;
    use crate::vault::Generation;

    const LIMIT: usize = 256;

    /// Items in memory that refuse what is too large and fail one call when told to.
    #[derive(Default)]
    struct SmallItems {
        items: RefCell<BTreeMap<String, Vec<u8>>>,
        calls: Cell<usize>,
        fail_at: Cell<Option<usize>>,
    }

    impl SmallItems {
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
            assert!(value.len() <= LIMIT, "{} bytes", value.len());
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
}
