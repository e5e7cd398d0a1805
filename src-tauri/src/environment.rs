//! The only reader of the environment.

use std::path::PathBuf;

/// Where connections and settings are kept: the same folder as the command line's.
pub(crate) fn config_dir() -> Result<PathBuf, String> {
    directories::ProjectDirs::from("dev", "proofkey", "proofkey")
        .map(|dirs| dirs.config_dir().to_owned())
        .ok_or_else(|| "there is no home folder to keep connections in".to_owned())
}

/// Whether this run is driven by WebDriver. With `TAURI_WEBVIEW_AUTOMATION` set, any program of the
/// same user could drive the window and read what is typed, so a shipped build refuses to start.
pub(crate) fn automation() -> Result<bool, String> {
    let asked = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some();
    let allowed = cfg!(debug_assertions) || cfg!(feature = "automation");
    if asked && !allowed {
        return Err(
            "TAURI_WEBVIEW_AUTOMATION is set, which would let other programs drive this window; \
             remove it and start again"
                .to_owned(),
        );
    }
    Ok(asked)
}
