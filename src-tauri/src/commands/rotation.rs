//! Replacing the credentials of a connection.

use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::{ConnectionView, ProofEvent, Retirement, Undone};
use proofkey_core::check::Report;
use proofkey_core::connection::{NewCredentials, RotationReason};
use proofkey_core::proofkey::{Proofkey, Rejected};
use proofkey_core::vault::Generation;
use tauri::State;
use tauri::ipc::Channel;

use crate::proofs::PageProgress;
use crate::state::Desk;

#[tauri::command]
pub(crate) async fn begin_rotation(
    desk: State<'_, Desk>,
    id: String,
    mut new: NewCredentials,
    reason: RotationReason,
    chosen_key: Option<u32>,
) -> Result<ConnectionView, Rejected> {
    if let Some(signing) = &mut new.signing {
        desk.chosen_key.fill(signing, chosen_key)?;
    }
    let view = desk
        .proofkey()?
        .begin_rotation(&id, new, reason, None)
        .await?;
    desk.chosen_key.forget();
    Ok(view)
}

/// Runs the checks with the credentials that wait.
#[tauri::command]
pub(crate) async fn prove_incoming(
    desk: State<'_, Desk>,
    id: String,
    events: Channel<ProofEvent>,
) -> Result<Report, Problem> {
    let proofkey = reachable(&desk, &id).await?;
    let connection = id.clone();
    let proof = async move {
        proofkey
            .prove_incoming(&connection, &PageProgress(events))
            .await
    };
    desk.proofs.run(&id, proof).await
}

#[tauri::command]
pub(crate) async fn switch_credentials(
    desk: State<'_, Desk>,
    id: String,
) -> Result<ConnectionView, Problem> {
    desk.proofkey()?.switch(&id).await
}

#[tauri::command]
pub(crate) async fn undo_rotation(desk: State<'_, Desk>, id: String) -> Result<Undone, Problem> {
    reachable(&desk, &id).await?.undo_rotation(&id).await
}

/// Without asking the provider: the page asks the person.
#[tauri::command]
pub(crate) async fn forget_credentials(
    desk: State<'_, Desk>,
    id: String,
    generation: Generation,
) -> Result<Retirement, Problem> {
    let proofkey = desk.proofkey()?;
    proofkey.forget_without_proof(&id, Some(generation)).await
}

#[tauri::command]
pub(crate) async fn retire_credentials(
    desk: State<'_, Desk>,
    id: String,
) -> Result<Retirement, Problem> {
    reachable(&desk, &id).await?.retire(&id).await
}

#[tauri::command]
pub(crate) async fn acknowledge_rotation(
    desk: State<'_, Desk>,
    id: String,
) -> Result<ConnectionView, Problem> {
    reachable(&desk, &id).await?.acknowledge_rotation(&id).await
}

/// A practice connection starts the practice Talkdesk if need be.
async fn reachable(desk: &Desk, id: &str) -> Result<Arc<Proofkey>, Problem> {
    let proofkey = Arc::clone(desk.proofkey()?);
    if proofkey.find(id)?.practice {
        desk.practice.start(&proofkey).await?;
    }
    Ok(proofkey)
}
