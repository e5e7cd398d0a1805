//! Settings, the vault in use, and what this program is.

use proofkey_core::Problem;
use proofkey_core::border::{About, Settings, VaultStatus};
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use crate::state::{Desk, theme_of};

#[tauri::command(async)]
pub(crate) fn settings(desk: State<'_, Desk>) -> Result<Settings, Problem> {
    desk.proofkey.settings()
}

#[tauri::command(async)]
pub(crate) fn save_settings<R: Runtime>(
    app: AppHandle<R>,
    desk: State<'_, Desk>,
    settings: Settings,
) -> Result<(), Problem> {
    desk.proofkey.save_settings(&settings)?;
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.set_theme(theme_of(&settings))
    {
        tracing::warn!(%error, "the window keeps its theme until it is opened again");
    }
    Ok(())
}

/// The path of a PEM file, chosen in a native dialog; `None` when it was dismissed.
#[tauri::command]
pub(crate) async fn choose_ca_file<R: Runtime>(app: AppHandle<R>) -> Option<String> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Choose a file with certificate authorities")
        .add_filter("PEM certificates", &["pem", "crt", "cer"])
        .pick_file(move |path| {
            // The window was closed meanwhile: nobody waits for the answer.
            let _unheard = chosen.send(path);
        });
    let path = answer.await.ok().flatten()?.into_path().ok()?;
    Some(path.display().to_string())
}

#[tauri::command]
pub(crate) async fn vault_status(desk: State<'_, Desk>) -> Result<VaultStatus, Problem> {
    Ok(desk.proofkey.vault_status().await)
}

#[tauri::command]
pub(crate) fn about(desk: State<'_, Desk>) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_dir: desk.proofkey.config_dir().display().to_string(),
        license: env!("CARGO_PKG_LICENSE").to_owned(),
    }
}
