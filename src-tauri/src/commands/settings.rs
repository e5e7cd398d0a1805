//! Settings, the vault in use, and what this program is.

use proofkey_core::border::{About, Settings, VaultStatus};
use proofkey_core::{Code, Problem};
use tauri::{Runtime, State, WebviewWindow};

use crate::state::Desk;
use crate::{dialogs, window};

#[tauri::command(async)]
pub(crate) fn settings(desk: State<'_, Desk>) -> Result<Settings, Problem> {
    desk.proofkey()?.settings()
}

#[tauri::command(async)]
pub(crate) fn save_settings<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
    settings: Settings,
) -> Result<(), Problem> {
    desk.refuse_foreign_ca_file(&settings)?;
    desk.proofkey()?.save_settings(&settings)?;
    window::dress(&window, settings.theme);
    Ok(())
}

/// The path of a PEM file, chosen in a native dialog; `None` when it was dismissed.
#[tauri::command]
pub(crate) async fn choose_ca_file<R: Runtime>(
    desk: State<'_, Desk>,
    window: WebviewWindow<R>,
) -> Result<Option<String>, Problem> {
    let Some(path) = dialogs::file_with_authorities(&window).await? else {
        return Ok(None);
    };
    let path = path.into_os_string().into_string().map_err(|_| {
        Problem::new(
            Code::FileFailed,
            "The path of this file has characters that cannot be kept.",
            "Move the file to a folder with a simpler name and choose it again.",
        )
    })?;
    desk.remember_ca_file(&path);
    Ok(Some(path))
}

#[tauri::command]
pub(crate) async fn vault_status(desk: State<'_, Desk>) -> Result<VaultStatus, Problem> {
    Ok(desk.proofkey()?.vault_status().await)
}

#[tauri::command(async)]
pub(crate) fn about(desk: State<'_, Desk>) -> Result<About, Problem> {
    Ok(About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_dir: desk.proofkey()?.config_dir().display().to_string(),
        license: env!("CARGO_PKG_LICENSE").to_owned(),
    })
}
