//! A lock between processes, held by the kernel and freed by it when a process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{FileError, private};

/// Locks the file at `path`, which is made for its owner alone when it is missing, until the returned
/// file is dropped. `None` when another holds it for longer than `patience`.
pub fn lock_file(path: &Path, patience: Duration) -> Result<Option<File>, FileError> {
    loop {
        let Some(file) = lock_once(path, patience)? else {
            return Ok(None);
        };
        // Its last holder may have removed it, and another process locked a new one of that name.
        if private::is_at(&file, path).map_err(|error| FileError::new("lock", path, error))? {
            return Ok(Some(file));
        }
    }
}

fn lock_once(path: &Path, patience: Duration) -> Result<Option<File>, FileError> {
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

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
