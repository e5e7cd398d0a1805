//! Events of an app: chosen in a native dialog or dropped on the window, read here, shown without their
//! credentials, and taken in when the person says so.

use std::sync::Arc;

use proofkey_core::Problem;
use proofkey_core::border::{ConnectionView, EventDrop, EventImported, EventPreview};
use proofkey_core::connection::InstallationState;
use proofkey_core::proofkey::{EventImport, Rejected};
use tauri::ipc::Channel;
use tauri::{Runtime, State, WebviewWindow};

use crate::dialogs;
use crate::state::Desk;

/// From now on a dropped file is read, until `forget_event`.
#[tauri::command]
pub(crate) fn watch_event_drops(desk: State<'_, Desk>, drops: Channel<EventDrop>) {
    desk.events.watch(drops);
}

/// The name of the file; `None` when the dialog was dismissed.
#[tauri::command]
pub(crate) async fn choose_event<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
) -> Result<Option<String>, Problem> {
    let chosen = dialogs::file_with_event(&window).await?;
    chosen.map(|path| desk.events.take_in(&path)).transpose()
}

/// What the chosen event says, and whether `headers` sign it.
#[tauri::command]
pub(crate) async fn preview_event(
    desk: State<'_, Desk>,
    headers: String,
    practice: bool,
) -> Result<EventPreview, Problem> {
    let proofkey = Arc::clone(desk.proofkey()?);
    if practice {
        desk.practice.start(&proofkey).await?;
    }
    let received = desk.events.received(&headers, practice)?;
    proofkey.preview_event(&received).await
}

/// `unsigned` says that the person wants it without a signature, `looked_at` which event they were shown,
/// and `account` whose event they expect.
#[tauri::command]
pub(crate) async fn import_event(
    desk: State<'_, Desk>,
    headers: String,
    practice: bool,
    name: Option<String>,
    account: Option<String>,
    unsigned: bool,
    looked_at: String,
) -> Result<EventImported, Rejected> {
    let proofkey = Arc::clone(desk.proofkey()?);
    if practice {
        desk.practice.start(&proofkey).await?;
    }
    let received = desk.events.received(&headers, practice)?;
    let import = EventImport {
        name,
        account,
        unsigned,
        looked_at: Some(looked_at),
        ..EventImport::default()
    };
    let imported = proofkey.import_event(&received, import).await?;
    desk.events.forget();
    Ok(imported)
}

/// Wipes the chosen event.
#[tauri::command]
pub(crate) fn forget_event(desk: State<'_, Desk>) {
    desk.events.forget();
}

#[tauri::command]
pub(crate) async fn answer_installation(
    desk: State<'_, Desk>,
    id: String,
    answer: InstallationState,
    reason: Option<String>,
) -> Result<ConnectionView, Problem> {
    let proofkey = desk.proofkey()?;
    if proofkey.find(&id)?.practice {
        desk.practice.start(proofkey).await?;
    }
    proofkey
        .answer_installation(&id, answer, reason.as_deref())
        .await
}
