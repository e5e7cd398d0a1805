//! Items of the platform's keychain, through the stores of the keyring project. The store object is
//! used directly, never the process-wide default, which anything could replace by a mock.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::super::VaultError;
use super::super::parts::{Item, ItemStore};
use super::{SERVICE, platform};

#[derive(Clone)]
pub(super) struct Items {
    store: Arc<CredentialStore>,
}

impl Items {
    pub(super) fn connect() -> Result<Self, VaultError> {
        let store = platform::store().map_err(|error| ours(&error))?;
        Ok(Self { store })
    }

    fn entry(&self, account: &str) -> Result<Entry, VaultError> {
        let modifiers = platform::modifiers(account);
        let modifiers: HashMap<&str, &str> = modifiers
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        self.store
            .build(SERVICE, account, Some(&modifiers))
            .map_err(|error| ours(&error))
    }
}

impl ItemStore for Items {
    fn get(&self, account: &str) -> Result<Option<Item>, VaultError> {
        match self.entry(account)?.get_secret() {
            Ok(value) => Ok(Some(Zeroizing::new(value))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(ours(&error)),
        }
    }

    fn set(&self, account: &str, value: &[u8]) -> Result<(), VaultError> {
        match self.entry(account)?.set_secret(value) {
            Err(Error::Ambiguous(several)) => {
                delete_all(several)?;
                let again = self.entry(account)?.set_secret(value);
                again.map_err(|error| ours(&error))
            }
            Err(Error::TooLong(..)) => Err(VaultError::TooLarge { bytes: value.len() }),
            outcome => outcome.map_err(|error| ours(&error)),
        }
    }

    fn delete(&self, account: &str) -> Result<(), VaultError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(several)) => delete_all(several),
            Err(error) => Err(ours(&error)),
        }
    }

    fn search(&self) -> Result<Vec<String>, VaultError> {
        let query = HashMap::from([platform::QUERY]);
        let found = self.store.search(&query).map_err(|error| ours(&error))?;
        Ok(found
            .iter()
            .filter_map(Entry::get_specifiers)
            .filter_map(|(service, account)| (service == SERVICE).then_some(account))
            .collect())
    }
}

fn delete_all(entries: Vec<Entry>) -> Result<(), VaultError> {
    for entry in entries {
        match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => {}
            Err(error) => return Err(ours(&error)),
        }
    }
    Ok(())
}

/// The platform's error in our words. Errors that carry what was read are never printed.
fn ours(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Denied,
        Error::PlatformFailure(cause) => VaultError::Unavailable {
            reason: format!("the system reported: {cause}"),
        },
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            VaultError::Corrupt {
                reason: "an item is malformed".to_owned(),
            }
        }
        Error::Ambiguous(_) => VaultError::Corrupt {
            reason: "there are several items of the same name".to_owned(),
        },
        other => VaultError::Unavailable {
            reason: format!("the system's keychain does not work as expected: {other}"),
        },
    }
}
