//! A credential on the clipboard, and off it again (docs/adr/0010). The page asks for it by name and
//! never sees it.

mod board;

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use proofkey_core::border::SecretCopied;
use proofkey_core::{Code, Problem, Secret};
use sha2::{Digest as _, Sha256};

pub(crate) use board::{Board, system_board};

/// Long enough to find the field, short enough to forget nothing there.
const PATIENCE: Duration = Duration::from_secs(30);
/// Another program may have the clipboard open just then: it is asked again, but not for ever.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);
/// A clipboard that does not answer must not keep the program from ending.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
const LAST_TRIES: u32 = 8;
const LAST_PAUSE: Duration = Duration::from_millis(200);

type Open = fn() -> Result<Box<dyn Board>, Problem>;

/// What was put there last, and when it goes.
pub(crate) struct Clipboard {
    place: Arc<Mutex<Place>>,
    patience: Duration,
}

struct Place {
    /// Opened when it is first needed and kept: on X11 whoever copied has to answer those who paste.
    board: Option<Box<dyn Board>>,
    open: Open,
    held: Option<Held>,
    copies: u64,
}

/// A credential that is ours to take off. Only its digest is kept.
struct Held {
    digest: [u8; 32],
    copy: u64,
}

impl Clipboard {
    pub(crate) fn new(open: Open, patience: Duration) -> Self {
        let place = Place {
            board: None,
            open,
            held: None,
            copies: 0,
        };
        Self {
            place: Arc::new(Mutex::new(place)),
            patience,
        }
    }

    pub(crate) fn system() -> Self {
        Self::new(system_board, PATIENCE)
    }

    /// Puts `secret` on the clipboard, and takes it off again later unless something else stands there
    /// by then. `Code::ClipboardUnavailable` when there is none.
    pub(crate) async fn lend(&self, secret: Secret) -> Result<SecretCopied, Problem> {
        let place = Arc::clone(&self.place);
        let copy = off_the_main_thread(move || locked(&place).put(&secret)).await?;
        let (place, patience) = (Arc::clone(&self.place), self.patience);
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(patience).await;
            take_off_in_time(place, copy).await;
        });
        Ok(SecretCopied {
            cleared_in_seconds: u32::try_from(self.patience.as_secs()).unwrap_or(u32::MAX),
        })
    }

    /// Takes off what is still there, because nobody will do it later.
    pub(crate) fn end(&self) {
        let place = Arc::clone(&self.place);
        let (done, ended) = mpsc::channel();
        // Another program may be asked what it copied, and on X11 that may be this very thread.
        std::thread::spawn(move || {
            end_with(&place);
            if done.send(()).is_err() {
                tracing::warn!("the clipboard answered too late");
            }
        });
        if ended.recv_timeout(LAST_PATIENCE).is_err() {
            tracing::warn!("the clipboard did not answer at the end");
        }
    }
}

impl Place {
    fn put(&mut self, secret: &Secret) -> Result<u64, Problem> {
        let board = match &mut self.board {
            Some(board) => board,
            empty => empty.insert((self.open)()?),
        };
        board.put(secret.expose())?;
        self.copies += 1;
        self.held = Some(Held {
            digest: Sha256::digest(secret.expose()).into(),
            copy: self.copies,
        });
        Ok(self.copies)
    }

    /// Clears the clipboard when it still holds what was put there: by this `copy`, or by any. Until
    /// that is certain it stays ours to take off, and the problem says why it is not.
    fn take_off(&mut self, copy: Option<u64>) -> Result<(), Problem> {
        let due = |held: &&Held| copy.is_none_or(|copy| held.copy == copy);
        let (Some(held), Some(board)) = (self.held.as_ref().filter(due), &mut self.board) else {
            return Ok(());
        };
        let still_there = board
            .text()?
            .is_some_and(|text| Sha256::digest(text.as_bytes()).as_slice() == held.digest);
        if still_there {
            board.clear()?;
        }
        self.held = None;
        Ok(())
    }
}

async fn take_off_in_time(place: Arc<Mutex<Place>>, copy: u64) {
    for _ in 0..TRIES {
        let place = Arc::clone(&place);
        let tried = off_the_main_thread(move || locked(&place).take_off(Some(copy))).await;
        let Err(problem) = tried else { return };
        tracing::warn!(%problem, "a credential is still on the clipboard");
        tokio::time::sleep(PAUSE).await;
    }
}

fn end_with(place: &Mutex<Place>) {
    for _ in 0..LAST_TRIES {
        // The lock is not kept while nothing is asked.
        let tried = locked(place).take_off(None);
        let Err(problem) = tried else { return };
        tracing::warn!(%problem, "a credential is still on the clipboard");
        #[expect(
            clippy::disallowed_methods,
            reason = "another program holds the clipboard, and nothing tells when it lets go"
        )]
        std::thread::sleep(LAST_PAUSE);
    }
}

fn locked(place: &Mutex<Place>) -> std::sync::MutexGuard<'_, Place> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clipboard may wait for another program.
async fn off_the_main_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tauri::async_runtime::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(unavailable("the attempt broke off")))
}

fn unavailable(reason: &str) -> Problem {
    Problem::new(
        Code::ClipboardUnavailable,
        format!("The clipboard of this computer could not be used ({reason})."),
        "Nothing was copied. Take the value from the keychain, where the sheet says it is kept.",
    )
}

#[cfg(test)]
mod tests;
