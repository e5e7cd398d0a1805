//! A running proof, stage by stage, into the page.

use proofkey_core::border::ProofEvent;
use proofkey_core::check::{Check, CheckId};
use proofkey_core::ports::Progress;
use tauri::ipc::Channel;

/// Sends each stage through the channel that the page opened for this proof.
pub(crate) struct PageProgress(pub(crate) Channel<ProofEvent>);

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

impl PageProgress {
    fn say(&self, event: ProofEvent) {
        if let Err(error) = self.0.send(event) {
            // The window was closed; the proof itself goes on and its report is kept.
            tracing::debug!(%error, "nobody watches the proof");
        }
    }
}
