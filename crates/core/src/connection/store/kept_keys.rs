//! Key pairs that wait for a connection: one JSON file a key, `keys/{id}.json`.

use std::path::PathBuf;

use crate::connection::{ConnectionId, KeptKey};
use crate::error::{Code, Problem};
use crate::system::files::{self, Replace};

use super::writing::cannot_express;
use super::{FILE_LIMIT, Locked, Store, read_if_there};

const SUFFIX: &str = ".json";

impl Store {
    /// Every kept key, in order of their ids; a file that cannot be read is a problem of its own.
    pub fn kept_keys(&self) -> Result<Vec<Result<KeptKey, Problem>>, Problem> {
        let names = files::file_names(&self.keys())?;
        let ids = names
            .iter()
            .filter_map(|name| ConnectionId::parse(name.strip_suffix(SUFFIX)?).ok());
        Ok(ids
            .filter_map(|id| self.kept_key(&id).transpose())
            .collect())
    }

    /// One kept key, if there is one of that id. `FileFailed` when its file cannot be understood.
    pub fn kept_key(&self, id: &ConnectionId) -> Result<Option<KeptKey>, Problem> {
        let path = self.kept_key_path(id);
        let Some(content) = read_if_there(&path, FILE_LIMIT)? else {
            return Ok(None);
        };
        let unclear = |reason: &str| {
            Problem::new(
                Code::FileFailed,
                format!("{} cannot be used: {reason}.", path.display()),
                "The file was left as it is. Put a copy back, or move it away.",
            )
        };
        let key: KeptKey =
            serde_json::from_slice(&content).map_err(|error| unclear(&error.to_string()))?;
        if key.version != 1 {
            return Err(unclear("it was written by another version of Proofkey"));
        }
        if key.id != *id {
            return Err(unclear("it describes another key"));
        }
        Ok(Some(key))
    }

    pub(super) fn kept_key_path(&self, id: &ConnectionId) -> PathBuf {
        self.keys().join(format!("{id}{SUFFIX}"))
    }
}

impl Locked<'_> {
    /// Writes the file of a kept key, whole.
    pub(in crate::connection) fn save_kept_key(&self, key: &KeptKey) -> Result<(), Problem> {
        let text = serde_json::to_vec_pretty(key).map_err(|error| cannot_express(&error))?;
        let path = self.store.kept_key_path(&key.id);
        files::write_private(&path, &text, Replace::Existing)?;
        Ok(())
    }

    /// Removes the file of a kept key; removing what is not there succeeds.
    pub(in crate::connection) fn remove_kept_key(&self, id: &ConnectionId) -> Result<(), Problem> {
        files::remove(&self.store.kept_key_path(id))?;
        Ok(())
    }
}
