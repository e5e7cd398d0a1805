//! The system's own file dialogs. They are opened from here only, so that the page names no files.

use std::path::PathBuf;

use proofkey_core::{Code, Problem};
use tauri::{Manager as _, Runtime, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

/// Where to write an export; `None` when the dialog was dismissed.
pub(crate) async fn place_for_export<R: Runtime>(
    window: &WebviewWindow<R>,
    suggested: &str,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Export the connection")
        .set_file_name(suggested);
    let (answer, answered) = oneshot::channel();
    // Sending fails only when nobody waits for the answer any more.
    dialog.save_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// Where to write a Talkdesk sheet; `None` when the dialog was dismissed.
pub(crate) async fn place_for_sheet<R: Runtime>(
    window: &WebviewWindow<R>,
    suggested: &str,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Save the Talkdesk sheet")
        .add_filter("Page to print (HTML)", &["html"])
        .add_filter("Markdown", &["md"])
        .set_file_name(suggested);
    let (answer, answered) = oneshot::channel();
    dialog.save_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// Where to write the configuration of a validator; `None` when the dialog was dismissed.
pub(crate) async fn place_for_validator<R: Runtime>(
    window: &WebviewWindow<R>,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Save the configuration of a validator")
        .add_filter("Configurations (TOML)", &["toml"])
        .set_file_name("validator.toml");
    let (answer, answered) = oneshot::channel();
    dialog.save_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// A file with certificate authorities; `None` when the dialog was dismissed.
pub(crate) async fn file_with_authorities<R: Runtime>(
    window: &WebviewWindow<R>,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Choose a file with certificate authorities")
        .add_filter("Certificates (PEM)", &["pem", "crt", "cer"])
        .add_filter("All files", &["*"]);
    let (answer, answered) = oneshot::channel();
    dialog.pick_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// The body of an event; `None` when the dialog was dismissed.
pub(crate) async fn file_with_event<R: Runtime>(
    window: &WebviewWindow<R>,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Choose the event's file")
        .add_filter("Events (JSON)", &["json", "txt"])
        .add_filter("All files", &["*"]);
    let (answer, answered) = oneshot::channel();
    dialog.pick_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// The configuration of a validator; `None` when the dialog was dismissed.
pub(crate) async fn file_with_validator<R: Runtime>(
    window: &WebviewWindow<R>,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Open the configuration of a validator")
        .add_filter("Configurations (TOML)", &["toml"])
        .add_filter("All files", &["*"]);
    let (answer, answered) = oneshot::channel();
    dialog.pick_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

/// A file with a private key; `None` when the dialog was dismissed.
pub(crate) async fn file_with_key<R: Runtime>(
    window: &WebviewWindow<R>,
) -> Result<Option<PathBuf>, Problem> {
    let dialog = over(window)
        .set_title("Choose a private key")
        .add_filter("Keys", &["pem", "key", "p8", "jwk", "json", "txt"])
        .add_filter("All files", &["*"]);
    let (answer, answered) = oneshot::channel();
    dialog.pick_file(move |chosen| drop(answer.send(chosen)));
    path_of(answered.await)
}

fn over<R: Runtime>(window: &WebviewWindow<R>) -> FileDialogBuilder<R> {
    window.app_handle().dialog().file().set_parent(window)
}

/// A dialog that ended without an answer was dismissed.
fn path_of(
    answer: Result<Option<FilePath>, oneshot::error::RecvError>,
) -> Result<Option<PathBuf>, Problem> {
    let Ok(Some(chosen)) = answer else {
        return Ok(None);
    };
    chosen.into_path().map(Some).map_err(|_| {
        Problem::new(
            Code::FileFailed,
            "This place is not a folder of this computer.",
            "Choose a folder of this computer.",
        )
    })
}
