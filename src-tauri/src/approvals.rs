//! Approvals that run: one a connection, however often the page asks for it or is loaded again.

mod told;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proofkey_core::border::{AuthorizationEvent, Consent};
use proofkey_core::ports::AuthorizationWatcher;
use proofkey_core::proofkey::PastedAddress;
use proofkey_core::{Code, Problem, Secret};
use tauri::Url;
use tauri::ipc::Channel;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use crate::approvals::told::Told;
use crate::stopped;

/// How an approval ended.
pub(crate) type Outcome = Result<Consent, Problem>;

/// The running approvals by connection.
#[derive(Clone, Default)]
pub(crate) struct Approvals {
    running: Arc<Mutex<HashMap<String, Arc<Approval>>>>,
}

/// One approval that runs. The page may come and go; it ends by itself, by [`Approvals::cancel`], or
/// with the window.
pub(crate) struct Approval {
    task: AbortHandle,
    told: Arc<Told>,
    addresses: mpsc::Sender<PastedAddress>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// What a flow is given: whom to tell, and where pasted addresses come from.
pub(crate) struct Lines {
    pub(crate) watcher: PageWatcher,
    pub(crate) pasted: mpsc::Receiver<PastedAddress>,
}

/// Hands every event of an approval to the pages that watch it.
pub(crate) struct PageWatcher(Arc<Told>);

impl AuthorizationWatcher for PageWatcher {
    fn say(&self, event: AuthorizationEvent) {
        self.0.say(event);
    }
}

impl Approvals {
    /// Watches the approval of `connection` on `events` until it ends. When none runs, `flow` starts
    /// one; when one runs, that one is joined, and what it said so far is said again (rule B16).
    pub(crate) async fn join<F>(
        &self,
        connection: &str,
        events: Channel<AuthorizationEvent>,
        flow: impl FnOnce(Lines) -> F,
    ) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let approval = {
            let mut running = self.running();
            match running.get(connection) {
                Some(approval) => Arc::clone(approval),
                None => self.start(&mut running, connection, flow),
            }
        };
        approval.told.watched_by(events);
        approval.outcome().await
    }

    /// Whether an approval of `connection` runs, which a page that was loaded again can join.
    pub(crate) fn is_running(&self, connection: &str) -> bool {
        self.running().contains_key(connection)
    }

    /// Hands an address that a person pasted to the flow, which looks at it as closely as at any
    /// other. A wrong one is answered with its problem and ends nothing.
    pub(crate) async fn paste(&self, connection: &str, address: Secret) -> Result<(), Problem> {
        let addresses = self.of(connection)?.addresses.clone();
        let (answer, judged) = oneshot::channel();
        addresses
            .send(PastedAddress { address, answer })
            .await
            .map_err(|_| none_runs())?;
        judged.await.map_err(|_| none_runs())?
    }

    /// The authorization request of a running approval, to be opened once more.
    pub(crate) fn url(&self, connection: &str) -> Result<Url, Problem> {
        let waiting = self.of(connection)?.told.waiting();
        waiting
            .and_then(|waiting| waiting.url.parse().ok())
            .ok_or_else(none_runs)
    }

    /// Ends an approval and waits until everything of it is closed; when none runs there is nothing
    /// to do.
    pub(crate) async fn cancel(&self, connection: &str) {
        let Ok(approval) = self.of(connection) else {
            return;
        };
        approval.task.abort();
        // How it ended is told to those who joined it.
        drop(approval.outcome().await);
    }

    /// Ends all of them, because the window is gone.
    pub(crate) fn end(&self) {
        for approval in self.running().values() {
            approval.task.abort();
        }
    }

    fn start<F>(
        &self,
        running: &mut HashMap<String, Arc<Approval>>,
        connection: &str,
        flow: impl FnOnce(Lines) -> F,
    ) -> Arc<Approval>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let told = Arc::new(Told::default());
        let (addresses, pasted) = mpsc::channel(1);
        let (ended, outcome) = watch::channel(None);
        let watcher = PageWatcher(Arc::clone(&told));
        let task = tokio::spawn(flow(Lines { watcher, pasted }));
        let approval = Arc::new(Approval {
            task: task.abort_handle(),
            told,
            addresses,
            outcome,
        });
        running.insert(connection.to_owned(), Arc::clone(&approval));
        let (approvals, connection) = (self.clone(), connection.to_owned());
        // A page that is gone must not take the end of its approval with it.
        tokio::spawn(async move {
            let outcome = task
                .await
                .unwrap_or_else(|ended| Err(stopped::problem("sign-in", &ended)));
            // Out of the way first, so that whoever hears of the end can begin anew.
            approvals.running().remove(&connection);
            ended.send_replace(Some(outcome));
        });
        approval
    }

    fn of(&self, connection: &str) -> Result<Arc<Approval>, Problem> {
        self.running()
            .get(connection)
            .cloned()
            .ok_or_else(none_runs)
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Arc<Approval>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Approval {
    async fn outcome(&self) -> Outcome {
        let mut outcome = self.outcome.clone();
        match outcome.wait_for(Option::is_some).await {
            Ok(ended) => ended.clone().unwrap_or_else(|| Err(none_runs())),
            // Only a runtime that shuts down drops the sender before it has said anything.
            Err(_) => Err(none_runs()),
        }
    }
}

fn none_runs() -> Problem {
    Problem::new(
        Code::NotFound,
        "This sign-in has ended.",
        "Start it again with Authorize.",
    )
}

#[cfg(test)]
mod tests;
