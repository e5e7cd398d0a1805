//! A person's approval: the page starts it, watches it, and can always come back to it.

use std::sync::Arc;
use std::time::Duration;

use proofkey_core::border::{AuthorizationEvent, Consent};
use proofkey_core::connection::Redirect;
use proofkey_core::proofkey::AuthorizeOptions;
use proofkey_core::{Problem, Secret};
use tauri::State;
use tauri::ipc::Channel;

use crate::state::Desk;

/// How long a person may take in the browser; the page shows the time that is left.
const PATIENCE: Duration = Duration::from_mins(5);

#[tauri::command(async)]
pub(crate) fn propose_redirect(desk: State<'_, Desk>, provider: &str) -> Result<Redirect, Problem> {
    desk.proofkey()?.propose_redirect(provider)
}

/// Starts an approval, or joins the one that runs; a practice connection finds or starts a practice server
/// if need be.
#[tauri::command]
pub(crate) async fn begin_authorization(
    desk: State<'_, Desk>,
    id: String,
    accept_person: bool,
    events: Channel<AuthorizationEvent>,
) -> Result<Consent, Problem> {
    let proofkey = Arc::clone(desk.proofkey()?);
    let connection = proofkey.find(&id)?;
    if connection.practice {
        desk.practice.start(&proofkey).await?;
    }
    let browser = Arc::clone(&desk.browser);
    let name = connection.id.to_string();
    desk.approvals
        .join(connection.id.as_str(), events, |lines| async move {
            let options = AuthorizeOptions {
                open_browser: true,
                port: None,
                timeout: PATIENCE,
                accept_person,
            };
            proofkey
                .authorize(&name, &options, &*browser, &lines.watcher, lines.pasted)
                .await
        })
        .await
}

#[tauri::command]
pub(crate) fn authorization_running(desk: State<'_, Desk>, id: &str) -> bool {
    desk.approvals.is_running(id)
}

#[tauri::command]
pub(crate) async fn paste_redirect(
    desk: State<'_, Desk>,
    id: String,
    address: Secret,
) -> Result<(), Problem> {
    desk.approvals.paste(&id, address).await
}

#[tauri::command(async)]
pub(crate) fn open_browser_again(desk: State<'_, Desk>, id: &str) -> Result<(), Problem> {
    desk.browser.open(&desk.approvals.url(id)?)
}

#[tauri::command]
pub(crate) async fn cancel_authorization(desk: State<'_, Desk>, id: String) -> Result<(), Problem> {
    desk.approvals.cancel(&id).await;
    Ok(())
}

/// Keeps tokens that the vault did not take; nobody has to approve again.
#[tauri::command]
pub(crate) async fn retry_keeping(desk: State<'_, Desk>, id: String) -> Result<Consent, Problem> {
    desk.proofkey()?.retry_keeping(&id).await
}
