//! One lock for all processes of one folder, held by the kernel and freed by it when a process dies.

use std::fs::File;
use std::time::Duration;

use crate::connection::ConnectionId;
use crate::error::{Code, Problem};
use crate::system::files;

use super::{EVENTS_LOCK, LOCK, Store};

/// How long a write waits for another one. Writes take milliseconds; only one that waits for a
/// person at a keychain prompt takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The right to decide and write; given back when dropped.
#[derive(Debug)]
pub struct Locked<'a> {
    pub(super) store: &'a Store,
    _file: File,
}

/// The right to spend the refresh token of one connection, or to ask for a token with its secrets;
/// given back when dropped, and by the kernel when the process dies.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Store {
    /// Waits for the turn of this process to renew the token of `id`. Others hold it for as long as
    /// one request to a server takes.
    pub fn take_turn(&self, id: &ConnectionId, patience: Duration) -> Result<Turn, Problem> {
        let file = files::lock_file(&self.turn_path(id), patience)?.ok_or_else(|| {
            Problem::new(
                Code::FileFailed,
                "Another Proofkey is still asking for a token of this connection.",
                "Try again in a moment. Nothing was changed.",
            )
        })?;
        Ok(Turn { _file: file })
    }

    /// Waits for the turn of this process to take in an event: the same one may be delivered twice at
    /// once.
    pub fn take_event_turn(&self, patience: Duration) -> Result<Turn, Problem> {
        let path = self.root.join(EVENTS_LOCK);
        let file = files::lock_file(&path, patience)?.ok_or_else(|| {
            Problem::new(
                Code::FileFailed,
                "Another Proofkey is still taking in an event.",
                "Try again in a moment. Nothing was changed.",
            )
        })?;
        Ok(Turn { _file: file })
    }

    /// Removes the file of a turn that is held: its connection is gone. Those who wait for it find
    /// that out, and where an open file cannot be removed it stays, empty.
    pub fn end_turn(&self, id: &ConnectionId, turn: Turn) -> Result<(), Problem> {
        if cfg!(unix) {
            files::remove(&self.turn_path(id))?;
        }
        drop(turn);
        Ok(())
    }

    /// Waits for its turn; fails with words when another Proofkey does not finish.
    pub fn lock(&self) -> Result<Locked<'_>, Problem> {
        self.lock_within(PATIENCE)
    }

    /// As [`Store::lock`], with the caller's own patience.
    pub fn lock_within(&self, patience: Duration) -> Result<Locked<'_>, Problem> {
        let path = self.root.join(LOCK);
        let file = files::lock_file(&path, patience)?.ok_or_else(|| {
            Problem::new(
                Code::FileFailed,
                "Another Proofkey is busy with the same connections.",
                "Finish what it asks for, or close it, and try again. Nothing was changed.",
            )
        })?;
        Ok(Locked {
            store: self,
            _file: file,
        })
    }
}
