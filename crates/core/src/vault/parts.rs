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
mod tests;
