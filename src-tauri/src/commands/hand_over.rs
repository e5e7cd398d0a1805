//! Export. The page chooses format and secrets; where the file goes is chosen in a native dialog.

use proofkey_core::Problem;
use proofkey_core::border::{ExportOutcome, ExportPreview};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use crate::state::Desk;

#[tauri::command(async)]
pub(crate) fn export_preview(
    desk: State<'_, Desk>,
    id: &str,
    format: ExportFormat,
    secrets: Option<SecretsChoice>,
) -> Result<ExportPreview, Problem> {
    desk.proofkey
        .export_preview(id, format, secrets.unwrap_or_default())
}

/// `None` when the dialog was dismissed. Plain secrets need the connection's name in `confirmation`.
#[tauri::command]
pub(crate) async fn export_to_file<R: Runtime>(
    app: AppHandle<R>,
    desk: State<'_, Desk>,
    id: String,
    format: ExportFormat,
    secrets: SecretsChoice,
    confirmation: Option<String>,
) -> Result<Option<ExportOutcome>, Problem> {
    if secrets == SecretsChoice::Plain {
        desk.proofkey
            .confirm_plain(&id, confirmation.as_deref().unwrap_or_default())?;
    }
    // Refuses before a dialog is shown for nothing.
    let suggested = desk
        .proofkey
        .export_preview(&id, format, SecretsChoice::Redacted)?
        .file_name;
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Export the connection")
        .set_file_name(suggested)
        .save_file(move |path| {
            // The window was closed meanwhile: nobody waits for the answer.
            let _unheard = chosen.send(path);
        });
    let Some(path) = answer
        .await
        .ok()
        .flatten()
        .and_then(|path| path.into_path().ok())
    else {
        return Ok(None);
    };
    // The dialog itself asks before an existing file is replaced.
    desk.proofkey
        .export_to(&id, format, secrets, &path, true)
        .await
        .map(Some)
}
