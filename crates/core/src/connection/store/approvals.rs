//! What is kept beside a connection about its approval; no token is in it.

use crate::border::AuthorizationRecord;
use crate::connection::ConnectionId;
use crate::error::{Code, Problem};
use crate::system::files::{self, FileError, Replace};

use super::writing::cannot_express;
use super::{FILE_LIMIT, Store, read_if_there};

impl Store {
    /// The record of a connection's approval, if there is one. `FileFailed` when it cannot be read.
    pub fn authorization(&self, id: &ConnectionId) -> Result<Option<AuthorizationRecord>, Problem> {
        self.read_authorization(id)?.transpose().map_err(|error| {
            Problem::new(
                Code::FileFailed,
                format!(
                    "The record {} of an approval cannot be understood: {error}.",
                    self.authorization_path(id).display()
                ),
                "Authorize the connection again to make a new record.",
            )
        })
    }

    /// Keeps `record` in place of the last one. `NotFound` when the connection was removed meanwhile.
    pub fn keep_authorization(
        &self,
        id: &ConnectionId,
        record: &AuthorizationRecord,
    ) -> Result<(), Problem> {
        self.edit_authorization(id, |stored| record.clone_into(stored))
    }

    /// Changes the record; `change` sees what is stored now, or an empty one. Nothing is written when
    /// nothing changed. One that cannot be understood is set aside and counts as empty.
    /// `NotFound` when the connection was removed meanwhile, `FileFailed` when the record cannot be
    /// read.
    pub fn edit_authorization(
        &self,
        id: &ConnectionId,
        change: impl FnOnce(&mut AuthorizationRecord),
    ) -> Result<(), Problem> {
        let _locked = self.lock()?;
        self.load(id)?;
        let stored = match self.read_authorization(id)? {
            Some(Err(_)) => {
                let path = self.authorization_path(id);
                files::set_aside(&path, &self.broken_authorization_path(id))?;
                None
            }
            understood => understood.and_then(Result::ok),
        };
        let mut record = stored.clone().unwrap_or_default();
        change(&mut record);
        if stored.as_ref() == Some(&record) {
            return Ok(());
        }
        let text = serde_json::to_vec_pretty(&record).map_err(|error| cannot_express(&error))?;
        files::write_private(&self.authorization_path(id), &text, Replace::Existing)?;
        Ok(())
    }

    /// What is there, whether it can be understood or not.
    fn read_authorization(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<serde_json::Result<AuthorizationRecord>>, FileError> {
        let content = read_if_there(&self.authorization_path(id), FILE_LIMIT)?;
        Ok(content.map(|content| serde_json::from_slice(&content)))
    }
}
