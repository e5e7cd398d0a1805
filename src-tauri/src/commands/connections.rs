//! Stored connections.

use proofkey_core::Problem;
use proofkey_core::border::{ConnectionPage, ConnectionView, Removal};
use proofkey_core::check::RemedyAction;
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::proofkey::{Connections, Rejected};
use tauri::State;

use crate::state::Desk;

#[tauri::command]
pub(crate) async fn add_connection(
    desk: State<'_, Desk>,
    mut draft: ConnectionDraft,
    chosen_key: Option<u32>,
) -> Result<ConnectionView, Rejected> {
    desk.chosen_key.fill(&mut draft.signing, chosen_key)?;
    let added = desk.proofkey()?.add(draft).await?;
    desk.chosen_key.forget();
    Ok(added)
}

#[tauri::command]
pub(crate) async fn change_connection(
    desk: State<'_, Desk>,
    id: String,
    mut draft: ConnectionDraft,
    chosen_key: Option<u32>,
) -> Result<ConnectionView, Rejected> {
    desk.chosen_key.fill(&mut draft.signing, chosen_key)?;
    let changed = desk.proofkey()?.change(&id, draft).await?;
    desk.chosen_key.forget();
    // What a person approves now would be for the connection as it was.
    desk.approvals.cancel(&id).await;
    Ok(changed)
}

#[tauri::command(async)]
pub(crate) fn connections(desk: State<'_, Desk>) -> Result<Connections, Problem> {
    desk.proofkey()?.connections()
}

#[tauri::command(async)]
pub(crate) fn connection_page(desk: State<'_, Desk>, id: &str) -> Result<ConnectionPage, Problem> {
    desk.proofkey()?.page(id)
}

#[tauri::command(async)]
pub(crate) fn rename_connection(
    desk: State<'_, Desk>,
    id: &str,
    name: &str,
) -> Result<ConnectionView, Problem> {
    desk.proofkey()?.rename(id, name)
}

#[tauri::command]
pub(crate) async fn remove_connection(
    desk: State<'_, Desk>,
    id: String,
) -> Result<Removal, Problem> {
    desk.approvals.cancel(&id).await;
    desk.proofs.cancel(&id);
    desk.proofkey()?.remove(&id).await
}

#[tauri::command]
pub(crate) async fn apply_remedy(
    desk: State<'_, Desk>,
    id: String,
    action: RemedyAction,
) -> Result<ConnectionView, Problem> {
    desk.proofkey()?.apply_remedy(&id, action).await
}
