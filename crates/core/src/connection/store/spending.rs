//! The journal of refresh tokens: before one is sent, its fingerprint is noted here, so that a crash
//! between the server's answer and the vault never makes Proofkey send a spent token again.
//!
//! One file a connection, `renewals/{id}.spent`.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::connection::ConnectionId;
use crate::error::{Code, Problem};
use crate::system::files::{self, Replace};

use super::writing::cannot_express;
use super::{FILE_LIMIT, Store, read_if_there};

/// The last refresh token that was sent without a kept answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// Tells whether a token is the one; the token cannot be found out from it.
    pub fingerprint: String,
    pub at: Timestamp,
    pub fate: Fate,
}

/// What became of it, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It was sent, or was about to be.
    Sent,
    /// The server does not take it any more.
    Refused,
}

impl Store {
    /// What was noted last. `FileFailed` when the note cannot be read.
    pub fn spending(&self, id: &ConnectionId) -> Result<Option<Spending>, Problem> {
        let path = self.spending_path(id);
        let Some(content) = read_if_there(&path, FILE_LIMIT)? else {
            return Ok(None);
        };
        serde_json::from_slice(&content).map(Some).map_err(|_| {
            Problem::new(
                Code::FileFailed,
                format!(
                    "The note {} of a refresh cannot be understood.",
                    path.display()
                ),
                "Authorize the connection again, or remove the file if you are sure that no refresh was interrupted.",
            )
        })
    }

    /// Notes a token before it is sent; on disk before this returns. Only in its [`super::Turn`].
    pub fn note_spending(&self, id: &ConnectionId, spending: &Spending) -> Result<(), Problem> {
        let text = serde_json::to_vec(spending).map_err(|error| cannot_express(&error))?;
        // Leftovers of writers are swept under this lock.
        let _locked = self.lock()?;
        files::write_private(&self.spending_path(id), &text, Replace::Existing)?;
        Ok(())
    }

    /// The answer is kept, or the token was not taken.
    pub fn forget_spending(&self, id: &ConnectionId) -> Result<(), Problem> {
        files::remove(&self.spending_path(id))?;
        Ok(())
    }

    pub(super) fn spending_path(&self, id: &ConnectionId) -> PathBuf {
        self.renewals().join(format!("{id}.spent"))
    }
}
