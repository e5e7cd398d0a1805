//! One lock for all processes of one folder, held by the kernel and freed by it when a process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::{Code, Problem};
use crate::system::files::FileError;

use super::{LOCK, Store};

/// How long a write waits for another one. Writes take milliseconds; only one that waits for a
/// person at a keychain prompt takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The right to decide and write; given back when dropped.
#[derive(Debug)]
pub struct Locked<'a> {
    pub(super) store: &'a Store,
    _file: File,
}

impl Store {
    /// Waits for its turn; fails with words when another Proofkey does not finish.
    pub fn lock(&self) -> Result<Locked<'_>, Problem> {
        self.lock_within(PATIENCE)
    }

    /// As [`Store::lock`], with the caller's own patience.
    pub fn lock_within(&self, patience: Duration) -> Result<Locked<'_>, Problem> {
        let path = self.root.join(LOCK);
        let file = acquire(&path, patience)?.ok_or_else(|| {
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

/// The locked file, or `None` when the deadline passed.
pub(crate) fn acquire(path: &Path, patience: Duration) -> Result<Option<File>, FileError> {
    let failed = |error| FileError::new("lock", path, error);
    let file = open_private(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => return Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // The kernel can wait for a lock, but not until a deadline. A thread that gets it too late finds
    // nobody to hand it to, and dropping the file frees it.
    let (sender, receiver) = mpsc::sync_channel(0);
    thread::Builder::new()
        .name("lock".to_owned())
        .spawn(move || drop(sender.send(file.lock().map(|()| file))))
        .map_err(failed)?;
    match receiver.recv_timeout(patience) {
        Ok(locked) => locked.map(Some).map_err(failed),
        Err(_) => Ok(None),
    }
}

fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
