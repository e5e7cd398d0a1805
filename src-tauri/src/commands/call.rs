//! A call to the API of a connection.

use proofkey_core::Problem;
use proofkey_core::border::{ApiAnswer, ApiCall};
use tauri::State;

use crate::state::Desk;

/// Sends one call to the connection's API and nowhere else; a practice connection starts the practice
/// Talkdesk if need be.
#[tauri::command]
pub(crate) async fn try_call(
    desk: State<'_, Desk>,
    id: String,
    call: ApiCall,
) -> Result<ApiAnswer, Vec<Problem>> {
    let proofkey = desk.proofkey()?;
    if proofkey.find(&id)?.practice {
        desk.practice.start(proofkey).await?;
    }
    proofkey.try_call(&id, &call).await
}
