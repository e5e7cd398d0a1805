//! Keys of clients that sign. Only public halves go to the page.

use proofkey_core::Problem;
use proofkey_core::border::{ChosenFile, KeptKeys, KeyView, NewKey};
use tauri::{Runtime, State, WebviewWindow};

use crate::dialogs;
use crate::state::Desk;

#[tauri::command(async)]
pub(crate) fn kept_keys(desk: State<'_, Desk>) -> Result<KeptKeys, Problem> {
    desk.proofkey()?.kept_keys()
}

#[tauri::command]
pub(crate) async fn make_key(desk: State<'_, Desk>, new: NewKey) -> Result<KeyView, Problem> {
    desk.proofkey()?.make_key(new).await
}

#[tauri::command]
pub(crate) async fn remove_key(desk: State<'_, Desk>, id: String) -> Result<(), Problem> {
    desk.proofkey()?.remove_key(&id).await
}

/// The public half of the key of a connection, or of a kept one.
#[tauri::command]
pub(crate) async fn public_key(desk: State<'_, Desk>, id: String) -> Result<KeyView, Problem> {
    desk.proofkey()?.public_key(&id).await
}

/// `None` when the dialog was dismissed.
#[tauri::command]
pub(crate) async fn choose_private_key<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
) -> Result<Option<ChosenFile>, Problem> {
    let Some(path) = dialogs::file_with_key(&window).await? else {
        return Ok(None);
    };
    desk.chosen_key.take(&path).map(Some)
}
