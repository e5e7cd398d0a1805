//! Trying an authorization validator while the page watches, and running one on this computer.

use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::{LocalValidatorView, SuggestedIntegration, TrialWish};
use proofkey_core::laboratory::{TrialEvent, TrialReport};
use tauri::ipc::Channel;
use tauri::{Runtime, State, WebviewWindow};

use crate::dialogs;
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

#[tauri::command]
pub(crate) async fn validator_status(
    desk: State<'_, Desk>,
) -> Result<LocalValidatorView, Vec<Problem>> {
    Ok(desk.validator.view().await)
}

/// What a validator for the product of the connection `id` asks for, and its configuration.
#[tauri::command(async)]
pub(crate) fn suggested_integration(
    desk: State<'_, Desk>,
    id: &str,
) -> Result<SuggestedIntegration, Vec<Problem>> {
    desk.proofkey()?.suggested_integration(id)
}

/// Where the configuration was written; `None` when the dialog was dismissed.
#[tauri::command]
pub(crate) async fn save_suggested_integration<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
    id: String,
) -> Result<Option<String>, Vec<Problem>> {
    let proofkey = desk.proofkey()?;
    // Refuses before a dialog is shown for nothing.
    proofkey.suggested_integration(&id)?;
    let Some(path) = dialogs::place_for_validator(&window).await? else {
        return Ok(None);
    };
    // The dialog itself asks before an existing file is replaced.
    let written = proofkey.suggested_integration_to(&id, &path).await?;
    Ok(Some(written))
}

/// For the provider of the connection `id`; a practice connection starts the practice server if need be.
#[tauri::command]
pub(crate) async fn validator_start(
    desk: State<'_, Desk>,
    id: String,
) -> Result<LocalValidatorView, Vec<Problem>> {
    let proofkey = desk.proofkey()?;
    if proofkey.find(&id)?.practice {
        desk.practice.start(proofkey).await?;
    }
    desk.validator.start_for(proofkey, &id).await
}

/// From a configuration that the person chooses; `None` when the dialog was dismissed.
#[tauri::command]
pub(crate) async fn choose_validator<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
) -> Result<Option<LocalValidatorView>, Vec<Problem>> {
    let Some(path) = dialogs::file_with_validator(&window).await? else {
        return Ok(None);
    };
    let view = desk.validator.start_from(desk.proofkey()?, &path).await?;
    Ok(Some(view))
}

#[tauri::command]
pub(crate) async fn validator_stop(
    desk: State<'_, Desk>,
) -> Result<LocalValidatorView, Vec<Problem>> {
    desk.validator.stop().await;
    Ok(desk.validator.view().await)
}
