//! Proofs and trials that run: what the page sees of them, and how a person stops one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use proofkey_core::Problem;
use proofkey_core::border::ProofEvent;
use proofkey_core::check::{Check, CheckId};
use proofkey_core::laboratory::{TrialEvent, TrialWatcher};
use proofkey_core::ports::Progress;
use tauri::ipc::Channel;
use tokio::task::AbortHandle;

use crate::stopped;

/// The running proofs by connection, one each.
pub(crate) struct Proofs {
    /// Names one of them for people: "proof".
    what: &'static str,
    running: Mutex<HashMap<String, AbortHandle>>,
}

impl Proofs {
    pub(crate) fn named(what: &'static str) -> Self {
        Self {
            what,
            running: Mutex::default(),
        }
    }

    /// Runs `proof` as a task of its own until it ends or is cancelled. A newer proof of the same
    /// connection takes its place.
    pub(crate) async fn run<T: Send + 'static, E: From<Problem> + Send + 'static>(
        &self,
        connection: &str,
        proof: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E> {
        let task = tokio::spawn(proof);
        let handle = task.abort_handle();
        let id = handle.id();
        if let Some(earlier) = self.running().insert(connection.to_owned(), handle) {
            earlier.abort();
        }
        let outcome = task.await;
        let mut running = self.running();
        if running
            .get(connection)
            .is_some_and(|current| current.id() == id)
        {
            running.remove(connection);
        }
        outcome.unwrap_or_else(|ended| Err(stopped::problem(self.what, &ended).into()))
    }

    /// Stops the proof of a connection; when none runs there is nothing to do.
    pub(crate) fn cancel(&self, connection: &str) {
        if let Some(task) = self.running().remove(connection) {
            task.abort();
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands every step of a proof to the channel that the page opened for it.
pub(crate) struct PageProgress(pub(crate) Channel<ProofEvent>);

impl PageProgress {
    fn say(&self, event: ProofEvent) {
        if let Err(error) = self.0.send(event) {
            // The window was closed; the proof itself goes on and its report is kept.
            tracing::debug!(%error, "nobody watches the proof");
        }
    }
}

/// The same for a trial of a validator.
pub(crate) struct PageTrial(pub(crate) Channel<TrialEvent>);

impl TrialWatcher for PageTrial {
    fn say(&self, event: TrialEvent) {
        if let Err(error) = self.0.send(event) {
            tracing::debug!(%error, "nobody watches the trial");
        }
    }
}

impl Progress for PageProgress {
    fn started(&self, id: CheckId) {
        self.say(ProofEvent::Started { id });
    }

    fn finished(&self, check: &Check) {
        self.say(ProofEvent::Finished {
            check: check.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use proofkey_core::Code;

    use super::*;

    async fn soon<T>(work: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(10), work)
            .await
            .expect("it ends")
    }

    #[tokio::test]
    async fn a_cancelled_proof_ends_and_the_next_one_runs() {
        let proofs = Proofs::named("proof");
        let (stopped, ()) = soon(async {
            tokio::join!(
                proofs.run("acme", pending::<Result<(), Problem>>()),
                async {
                    proofs.cancel("acme");
                }
            )
        })
        .await;
        assert_eq!(stopped.unwrap_err().code, Code::Cancelled);
        proofs.cancel("acme");
        assert_eq!(
            soon(proofs.run("acme", ready(Ok::<_, Problem>(7))))
                .await
                .unwrap(),
            7
        );
    }

    #[tokio::test]
    async fn a_newer_proof_takes_the_place_of_the_one_that_runs() {
        let proofs = Proofs::named("proof");
        let (older, newer) = soon(async {
            tokio::join!(
                proofs.run("acme", pending::<Result<u8, Problem>>()),
                proofs.run("acme", ready(Ok::<_, Problem>(2)))
            )
        })
        .await;
        assert_eq!(older.unwrap_err().code, Code::Cancelled);
        assert_eq!(newer.unwrap(), 2);
        assert!(proofs.running().is_empty());
    }

    #[tokio::test]
    async fn a_panic_of_a_proof_is_a_problem_that_the_page_can_show() {
        let proofs = Proofs::named("proof");
        let outcome = soon(proofs.run("acme", async {
            panic!("on purpose") as Result<(), Problem>
        }))
        .await;
        assert_eq!(outcome.unwrap_err().code, Code::Internal);
    }
}
