//! Proving a connection while the page watches.

use std::sync::Arc;

use proofkey_core::border::ProofEvent;
use proofkey_core::check::Report;
use proofkey_core::{Code, Problem};
use tauri::State;
use tauri::ipc::Channel;

use crate::progress::PageProgress;
use crate::state::Desk;

/// Runs the checks; a practice connection starts the practice Talkdesk if need be.
#[tauri::command]
pub(crate) async fn validate(
    desk: State<'_, Desk>,
    id: String,
    events: Channel<ProofEvent>,
) -> Result<Report, Problem> {
    if desk.proofkey.find(&id)?.practice {
        desk.start_practice().await?;
    }
    let proofkey = Arc::clone(&desk.proofkey);
    let connection = id.clone();
    let running =
        tokio::spawn(async move { proofkey.validate(&connection, &PageProgress(events)).await });
    desk.watch_proof(&id, running.abort_handle());
    running.await.unwrap_or_else(|stopped| {
        Err(if stopped.is_cancelled() {
            Problem::new(
                Code::Cancelled,
                "The proof was cancelled.",
                "Start it again at any time.",
            )
        } else {
            Problem::new(
                Code::Internal,
                "The proof stopped unexpectedly.",
                "Try again; when it happens again, report it with what you did.",
            )
        })
    })
}

#[tauri::command]
pub(crate) fn cancel_validation(desk: State<'_, Desk>, id: &str) {
    desk.cancel_proof(id);
}
