//! The practice server.

use proofkey_core::Problem;
use proofkey_core::border::PracticeView;
use tauri::State;

use crate::state::Desk;

#[tauri::command]
pub(crate) async fn practice_status(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    desk.practice.view(desk.proofkey()?).await
}

#[tauri::command]
pub(crate) async fn practice_start(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    desk.practice.start(desk.proofkey()?).await
}

#[tauri::command]
pub(crate) async fn practice_stop(desk: State<'_, Desk>) -> Result<PracticeView, Problem> {
    desk.practice.stop(desk.proofkey()?).await
}
