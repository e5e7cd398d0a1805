//! The window: it decodes what the page asks, calls core, and encodes the answer.

mod window;

use std::process::ExitCode;

/// Our bug, as the command line says it (`EX_SOFTWARE`).
const INTERNAL: u8 = 70;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| window::show(app),
        ))
        .plugin(window::remembered())
        .setup(|app| Ok(window::open(app.handle())?))
        .run(tauri::generate_context!());
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The window could not be opened: {error}.");
            ExitCode::from(INTERNAL)
        }
    }
}
