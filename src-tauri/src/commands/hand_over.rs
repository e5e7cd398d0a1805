//! Export. The page chooses format and secrets; where the file goes is chosen in a native dialog.

use proofkey_core::Problem;
use proofkey_core::border::{ExportOutcome, ExportPreview};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use tauri::{Runtime, State, WebviewWindow};

use crate::dialogs;
use crate::state::Desk;

#[tauri::command(async)]
pub(crate) fn export_preview(
    desk: State<'_, Desk>,
    id: &str,
    format: ExportFormat,
    secrets: Option<SecretsChoice>,
) -> Result<ExportPreview, Problem> {
    desk.proofkey()?
        .export_preview(id, format, secrets.unwrap_or_default())
}

/// `None` when the dialog was dismissed. Plain secrets need the connection's name in `confirmation`.
#[tauri::command]
pub(crate) async fn export_to_file<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
    id: String,
    format: ExportFormat,
    secrets: SecretsChoice,
    confirmation: Option<String>,
) -> Result<Option<ExportOutcome>, Problem> {
    let proofkey = desk.proofkey()?;
    if secrets == SecretsChoice::Plain {
        proofkey.confirm_plain(&id, confirmation.as_deref().unwrap_or_default())?;
    }
    // Refuses before a dialog is shown for nothing.
    let suggested = proofkey
        .export_preview(&id, format, SecretsChoice::Redacted)?
        .file_name;
    let Some(path) = dialogs::place_for_export(&window, &suggested).await? else {
        return Ok(None);
    };
    // The dialog itself asks before an existing file is replaced.
    proofkey
        .export_to(&id, format, secrets, &path, true)
        .await
        .map(Some)
}
