//! The window: it decodes what the page asks, calls core, and encodes the answer.

mod approvals;
mod chosen_key;
mod clipboard;
mod commands;
mod dialogs;
mod environment;
mod events;
mod log;
mod practice;
mod proofs;
mod state;
mod stop;
mod stopped;
mod validator;
mod window;

#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::system::browser::SystemBrowser;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::{LazyVault, Vault, VaultDescription};
use tauri::{AppHandle, Builder, Manager as _, RunEvent, Runtime};

use crate::environment::Start;
use crate::state::Desk;
use crate::stop::Stop;

/// How long a person may look at a keychain's prompt.
const KEYCHAIN_PATIENCE: Duration = Duration::from_mins(1);

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    match open() {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.speak(),
    }
}

fn open() -> Result<(), Stop> {
    let start = Start::read()?;
    log::say_only_where_a_panic_was();
    if let Some(path) = &start.log {
        log::start(path)?;
    }
    keep_memory_out_of_core_files();
    let config_dir = start
        .config_dir
        .or_else(environment::usual_config_dir)
        .ok_or_else(|| {
            Stop::world(
                "There is no home folder to keep connections in. Name a folder with --config-dir.",
            )
        })?;
    let browser = SystemBrowser::new(environment::session());
    let desk = Desk::new(config_dir, keychain(), Arc::new(browser));
    let app = furnish(Builder::default(), desk, start.automation)
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| window::show(app),
        ))
        .plugin(window::remembered())
        .plugin(tauri_plugin_dialog::init())
        .build(tauri::generate_context!())
        .map_err(|error| Stop::world(format!("The window could not be opened: {error}.")))?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            let desk = app.state::<Desk>();
            desk.clipboard.end();
            desk.approvals.end();
            end_refreshes(app);
            tauri::async_runtime::block_on(desk.validator.stop());
            end_practice(app);
        }
    });
    Ok(())
}

/// Everything but the plugins of a real desktop, so that tests can use a runtime without a screen.
fn furnish<R: Runtime>(builder: Builder<R>, desk: Desk, automation: bool) -> Builder<R> {
    builder
        .manage(desk)
        .invoke_handler(commands::handler())
        .setup(move |app| {
            // Settings that cannot be read are the page's first news; the window opens all the same.
            let settings = app
                .state::<Desk>()
                .proofkey()
                .and_then(|proofkey| proofkey.settings());
            Ok(window::open(
                app.handle(),
                settings.unwrap_or_default().theme,
                automation,
            )?)
        })
}

/// A refresh whose answer nobody reads is a refresh token lost.
fn end_refreshes<R: Runtime>(app: &AppHandle<R>) {
    let desk = app.state::<Desk>();
    if let Ok(proofkey) = desk.proofkey() {
        tauri::async_runtime::block_on(proofkey.refreshes().ended());
    }
}

/// The practice Talkdesk is announced in a file, which must not outlive it.
fn end_practice<R: Runtime>(app: &AppHandle<R>) {
    let desk = app.state::<Desk>();
    let Ok(proofkey) = desk.proofkey() else {
        return;
    };
    if let Err(problem) = tauri::async_runtime::block_on(desk.practice.stop(proofkey)) {
        tracing::warn!(%problem, "the practice Talkdesk did not end in order");
    }
}

fn keychain() -> Arc<dyn Vault> {
    Arc::new(LazyVault::new(
        VaultDescription {
            name: "System keychain".to_owned(),
            protection: "Opened when it is first needed.".to_owned(),
        },
        || Ok(Box::new(Keychain::open(KEYCHAIN_PATIENCE)?)),
    ))
}

/// A crash must not write secrets to the disk.
#[cfg(unix)]
fn keep_memory_out_of_core_files() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core files stay possible");
    }
}

#[cfg(not(unix))]
fn keep_memory_out_of_core_files() {}
