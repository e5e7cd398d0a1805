//! Trying an authorization validator while the page watches.

use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::TrialWish;
use proofkey_core::laboratory::{TrialEvent, TrialReport};
use tauri::State;
use tauri::ipc::Channel;

use crate::proofs::PageTrial;
use crate::state::Desk;

/// One trial runs at a time, under this name.
const TRIAL: &str = "validator";

/// Sends what Talkdesk sends to the validator that was named, and nothing anywhere else.
#[tauri::command]
pub(crate) async fn try_validator(
    desk: State<'_, Desk>,
    wish: TrialWish,
    events: Channel<TrialEvent>,
) -> Result<TrialReport, Vec<Problem>> {
    let proofkey = Arc::clone(desk.proofkey()?);
    let trial = async move {
        let watcher = PageTrial(events);
        proofkey.try_validator_as_wished(&wish, &watcher).await
    };
    desk.trials.run(TRIAL, trial).await
}

#[tauri::command]
pub(crate) fn cancel_trial(desk: State<'_, Desk>) {
    desk.trials.cancel(TRIAL);
}
