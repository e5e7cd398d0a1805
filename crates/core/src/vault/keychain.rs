//! The keychain of the system, as a [`Vault`].
//!
//! One thread owns the connection to it, because a call may wait for a person at a prompt and the
//! store behind it serves one call at a time. Callers wait on a channel, with a deadline.

mod items;
#[cfg(target_os = "linux")]
#[path = "keychain/linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "keychain/macos.rs"]
mod platform;
#[cfg(target_os = "windows")]
#[path = "keychain/windows.rs"]
mod platform;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::parts::{ItemStore, Parts};
use super::{SecretDocument, SecretName, Vault, VaultDescription, VaultError};
use items::Items;
use platform::Access;

/// Under which our items are found: the service of the Secret Service and of the macOS Keychain.
pub const SERVICE: &str = "dev.proofkey";

/// How much longer than its deadline a call may take to say that the deadline passed.
const GRACE: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The person's keychain. It is opened once and asked from any thread.
pub struct Keychain {
    jobs: mpsc::Sender<Job>,
    deadline: Duration,
}

/// What lives on the thread that talks to the keychain.
struct Worker {
    access: Access,
    items: Option<Items>,
    /// The first connection to the store. Its key exchange takes as long as everything else together,
    /// so it is made while the keychain is looked for.
    connecting: Option<thread::JoinHandle<Result<Items, VaultError>>>,
}

impl Keychain {
    /// Finds the keychain; no prompt is shown yet. A call that needs the person to unlock it waits
    /// until `deadline` and then answers [`VaultError::Locked`].
    ///
    /// `Unavailable` when there is no session bus, no keychain on it, or no default collection.
    pub fn open(deadline: Duration) -> Result<Self, VaultError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || work(&queue))
            .map_err(|error| unavailable(format!("no thread could be started for it: {error}")))?;
        let keychain = Self { jobs, deadline };
        keychain.ask(|worker, until| worker.access.find(until))?;
        Ok(keychain)
    }

    /// Asks with the keychain unlocked.
    fn with_parts<T: Send + 'static>(
        &self,
        question: impl Fn(&Parts<Items>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        self.ask(move |worker, until| {
            worker.access.unlock(until)?;
            worker.with_items(|items| question(&Parts::over(items.clone(), platform::ITEM_LIMIT)))
        })
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Worker, Instant) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let until = Instant::now() + self.deadline;
        let (sender, answer) = mpsc::sync_channel(1);
        let job = move |worker: &mut Worker| {
            // Somebody who has given up must not find later that it was done after all.
            if Instant::now() < until {
                drop(sender.send(question(worker, until)));
            }
        };
        let gone = || unavailable("the thread that talks to it has ended".to_owned());
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        match answer.recv_timeout(self.deadline + GRACE) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
                if Instant::now() >= until =>
            {
                let seconds = self.deadline.as_secs();
                Err(unavailable(format!(
                    "it did not answer within {seconds} seconds"
                )))
            }
            Err(_) => Err(gone()),
        }
    }
}

impl Vault for Keychain {
    fn read(&self, name: &SecretName) -> Result<Option<SecretDocument>, VaultError> {
        let name = name.clone();
        self.with_parts(move |parts| parts.read(&name))
    }

    fn write(&self, name: &SecretName, document: &SecretDocument) -> Result<(), VaultError> {
        let (name, document) = (name.clone(), document.duplicate());
        self.with_parts(move |parts| parts.write(&name, &document))
    }

    fn remove(&self, name: &SecretName) -> Result<(), VaultError> {
        let name = name.clone();
        self.with_parts(move |parts| parts.remove(&name))
    }

    fn list(&self) -> Result<Vec<SecretName>, VaultError> {
        self.with_parts(Parts::list)
    }

    fn sweep(&self) -> Result<usize, VaultError> {
        self.with_parts(Parts::sweep)
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.ask(|worker, until| {
            worker.access.unlock(until)?;
            worker.with_items(probe)
        })
    }

    fn description(&self) -> VaultDescription {
        VaultDescription {
            name: platform::NAME.to_owned(),
            protection: platform::PROTECTION.to_owned(),
        }
    }
}

impl Worker {
    /// Asks over the open connection. A connection from before may have died with the keychain that
    /// it led to, so it gets one more try over a new one.
    fn with_items<T>(
        &mut self,
        question: impl Fn(&Items) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        if let Some(items) = self.items.take().or_else(|| self.connected()) {
            match question(&items) {
                Err(VaultError::Unavailable { .. }) => {}
                answer => {
                    self.items = Some(items);
                    return answer;
                }
            }
        }
        question(self.items.insert(Items::connect()?))
    }

    /// What came of the first connection; a failed one is made again by whoever needs it.
    fn connected(&mut self) -> Option<Items> {
        self.connecting.take()?.join().ok()?.ok()
    }
}

fn work(queue: &mpsc::Receiver<Job>) {
    let mut worker = Worker {
        access: Access::new(),
        items: None,
        connecting: Some(thread::spawn(Items::connect)),
    };
    while let Ok(job) = queue.recv() {
        job(&mut worker);
    }
}

/// Writes, reads and deletes an item that no other probe uses.
fn probe(items: &Items) -> Result<(), VaultError> {
    static PROBES: AtomicU32 = AtomicU32::new(0);
    let number = PROBES.fetch_add(1, Ordering::Relaxed);
    let account = format!("probe-{}-{number}", std::process::id());
    items.set(&account, b"proofkey")?;
    let kept = items.get(&account);
    items.delete(&account)?;
    if kept?.is_some_and(|kept| *kept == b"proofkey") && items.get(&account)?.is_none() {
        return Ok(());
    }
    Err(VaultError::Corrupt {
        reason: "a trial item was not kept as it was stored".to_owned(),
    })
}

fn unavailable(reason: String) -> VaultError {
    VaultError::Unavailable { reason }
}
