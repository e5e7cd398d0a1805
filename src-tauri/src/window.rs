//! The one window, and what its page may not do: leave, open others, or download.

use proofkey_core::border::Theme;
use tauri::plugin::TauriPlugin;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Manager as _, Runtime, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_plugin_window_state::StateFlags;

use crate::state::Desk;

/// Its label, which the capability names.
pub(crate) const MAIN: &str = "main";

/// Opens the window as `tauri.conf.json` describes it.
///
/// The web view keeps nothing on the disk, and such a view cannot be driven by `WebDriver`; with
/// `automation` it is an ordinary one.
pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    theme: Theme,
    automation: bool,
) -> tauri::Result<()> {
    let described = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN);
    let described = described.ok_or(tauri::Error::WindowNotFound)?;
    let window = WebviewWindowBuilder::from_config(app, described)?
        .theme(scheme(theme))
        .incognito(!automation)
        .on_navigation(is_own_page)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .on_download(|_webview, _event| false)
        .build()?;
    let events = app.state::<Desk>().events.clone();
    // Files are dropped on the window and not on its page, which could read them.
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(drag) = event {
            events.dragged(drag);
        }
    });
    Ok(())
}

/// Gives the window's frame the colours that the person chose.
pub(crate) fn dress<R: Runtime>(window: &WebviewWindow<R>, theme: Theme) {
    if let Err(error) = window.set_theme(scheme(theme)) {
        tracing::warn!(%error, "the frame keeps its colours until the window is opened again");
    }
}

/// Brings the window to the front when the program is started a second time.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = outcome {
            tracing::warn!(%error, "the window did not come to the front");
        }
    }
}

/// Size and place are kept from one start to the next.
pub(crate) fn remembered<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// `None` follows the system.
fn scheme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The page is embedded in the program; Windows serves it as `http://tauri.localhost`.
fn is_own_page(url: &Url) -> bool {
    let own = matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    );
    own && url.port().is_none() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_cannot_leave_itself() {
        for own in [
            "tauri://localhost",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
        ] {
            assert!(is_own_page(&Url::parse(own).unwrap()), "{own}");
        }
        for other in [
            "https://example.com/",
            "http://tauri.localhost.example/",
            "https://tauri.localhost:8443/",
            "tauri://localhost.example/",
            "tauri://user@localhost/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:blank",
            "blob:tauri://localhost/x",
            "http://127.0.0.1/",
        ] {
            assert!(!is_own_page(&Url::parse(other).unwrap()), "{other}");
        }
    }
}
