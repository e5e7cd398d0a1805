//! Proving a connection while the page watches.

use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::ProofEvent;
use proofkey_core::check::Report;
use tauri::State;
use tauri::ipc::Channel;

use crate::proofs::PageProgress;
use crate::state::Desk;

/// Runs the checks; a practice connection finds or starts a practice server if need be.
#[tauri::command]
pub(crate) async fn validate(
    desk: State<'_, Desk>,
    id: String,
    events: Channel<ProofEvent>,
) -> Result<Report, Problem> {
    let proofkey = Arc::clone(desk.proofkey()?);
    if proofkey.find(&id)?.practice {
        desk.practice.start(&proofkey).await?;
    }
    let connection = id.clone();
    let proof = async move { proofkey.validate(&connection, &PageProgress(events)).await };
    desk.proofs.run(&id, proof).await
}

#[tauri::command]
pub(crate) fn cancel_validation(desk: State<'_, Desk>, id: &str) {
    desk.proofs.cancel(id);
}
