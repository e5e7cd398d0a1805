//! The practice Talkdesk.

use proofkey_core::Problem;
use proofkey_core::border::PracticeView;
use tauri::State;

use crate::state::Desk;

#[tauri::command]
pub(crate) async fn practice_status(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    Ok(desk.practice_view().await)
}

#[tauri::command]
pub(crate) async fn practice_start(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    desk.start_practice().await
}

#[tauri::command]
pub(crate) async fn practice_stop(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    desk.stop_practice().await
}
