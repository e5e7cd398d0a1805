//! The window: it decodes what the page asks, calls core, and encodes the answer.

mod commands;
mod environment;
mod progress;
mod state;
mod window;

use std::error::Error;
use std::process::ExitCode;

use tauri::{App, Builder, Manager, Runtime};

use crate::state::Desk;

/// Our bug, as the command line says it (`EX_SOFTWARE`).
const INTERNAL: u8 = 70;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    quiet_panics();
    let opened = environment::automation().map_err(Into::into).and_then(open);
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The window could not be opened: {error}.");
            ExitCode::from(INTERNAL)
        }
    }
}

fn open(automated: bool) -> Result<(), Box<dyn Error>> {
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| window::show(app),
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::remembered());
    furnish(builder)
        .setup(move |app| furnish_desk(app, automated))
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Adds every command; generic so that tests can use a runtime without a display.
fn furnish<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.invoke_handler(commands::handler())
}

fn furnish_desk<R: Runtime>(app: &mut App<R>, automated: bool) -> Result<(), Box<dyn Error>> {
    let desk = Desk::open(&environment::config_dir()?)?;
    let theme = state::theme_of(&desk.proofkey.settings().unwrap_or_default());
    app.manage(desk);
    window::open(app.handle(), theme, automated)?;
    Ok(())
}

/// A panic says where it was and never what it held.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, ToString::to_string);
        eprintln!("Proofkey met a fault of its own at {place}. Please report it.");
    }));
}
