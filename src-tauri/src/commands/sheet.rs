//! The Talkdesk sheet. The page gets its text; credentials go to the clipboard past it.

use proofkey_core::border::{
    SecretCopied, SecretMember, SheetAdditions, SheetOutcome, TalkdeskSheet,
};
use proofkey_core::export::sheet::SheetFormat;
use proofkey_core::{Code, Problem};
use tauri::{Runtime, State, WebviewWindow};

use crate::dialogs;
use crate::state::Desk;

#[tauri::command(async)]
pub(crate) fn talkdesk_sheet(
    desk: State<'_, Desk>,
    id: &str,
    additions: SheetAdditions,
) -> Result<TalkdeskSheet, Problem> {
    desk.proofkey()?.talkdesk_sheet(id, &additions)
}

/// `None` when the dialog was dismissed.
#[tauri::command]
pub(crate) async fn save_sheet<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
    id: String,
    additions: SheetAdditions,
) -> Result<Option<SheetOutcome>, Problem> {
    let proofkey = desk.proofkey()?;
    // Refuses before a dialog is shown for nothing.
    proofkey.talkdesk_sheet(&id, &additions)?;
    let suggested = proofkey.sheet_file_name(&id, SheetFormat::Html)?;
    let Some(path) = dialogs::place_for_sheet(&window, &suggested).await? else {
        return Ok(None);
    };
    // The dialog itself asks before an existing file is replaced.
    proofkey
        .sheet_to(&id, &additions, &path, true)
        .await
        .map(Some)
}

/// Opens the system's print dialog for what the page shows.
#[tauri::command]
pub(crate) fn print_sheet<R: Runtime>(window: WebviewWindow<R>) -> Result<(), Problem> {
    window.print().map_err(|error| {
        Problem::new(
            Code::FileFailed,
            format!("The print dialog could not be opened ({error})."),
            "Save the sheet as HTML and print it from a browser.",
        )
    })
}

/// Puts a credential that the sheet names on the clipboard for a while (docs/adr/0010).
#[tauri::command]
pub(crate) async fn copy_secret(
    desk: State<'_, Desk>,
    id: String,
    member: SecretMember,
) -> Result<SecretCopied, Problem> {
    let secret = desk.proofkey()?.sheet_secret(&id, member).await?;
    desk.clipboard.lend(secret).await
}
