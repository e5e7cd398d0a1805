//! The only reader of environment variables, and the only writer of logs.

use std::fs::OpenOptions;
use std::path::PathBuf;

use tracing_subscriber::filter::LevelFilter;

use proofkey_core::system::browser::Session;
use proofkey_core::{Code, Problem};

use crate::args::Global;
use crate::exit::Failure;

/// Where connections are kept when `--config-dir` does not say.
pub(crate) fn config_dir(global: &Global) -> Result<PathBuf, Failure> {
    if let Some(dir) = &global.config_dir {
        return Ok(dir.clone());
    }
    directories::ProjectDirs::from("dev", "proofkey", "proofkey")
        .map(|dirs| dirs.config_dir().to_owned())
        .ok_or_else(|| {
            Failure::invalid(
                "There is no home folder to keep connections in.",
                "Name a folder with --config-dir.",
            )
        })
}

/// The file that holds the passphrase of a sealed vault, for machines without a person.
pub(crate) fn passphrase_file() -> Option<PathBuf> {
    variable("PROOFKEY_VAULT_PASSPHRASE_FILE").map(PathBuf::from)
}

/// The age identity file that opens a sealed vault.
pub(crate) fn identity_file() -> Option<PathBuf> {
    variable("PROOFKEY_VAULT_IDENTITY_FILE").map(PathBuf::from)
}

/// Where a browser could appear.
pub(crate) fn session() -> Session {
    Session {
        display: variable("WAYLAND_DISPLAY")
            .or_else(|| variable("DISPLAY"))
            .is_some(),
        browser: variable("BROWSER"),
    }
}

/// The socket on which whoever started this service wants to hear how it is (`sd_notify`).
pub(crate) fn notify_socket() -> Option<String> {
    variable("NOTIFY_SOCKET")
}

#[expect(
    clippy::disallowed_methods,
    reason = "this module is where the command line reads it"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Starts the log when `--log` asks for one: one JSON line an event, mode 0600, never a secret.
pub(crate) fn start_log(global: &Global) -> Result<(), Failure> {
    let Some(path) = &global.log else {
        return Ok(());
    };
    let level = match global.verbose {
        0 => LevelFilter::INFO,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| {
        Problem::new(
            Code::FileFailed,
            format!(
                "The log file {} could not be opened: {error}.",
                path.display()
            ),
            "Choose another file with --log.",
        )
    })?;
    // Only our own events: libraries may log headers at TRACE.
    let filter = tracing_subscriber::filter::Targets::new()
        .with_target("proofkey", level)
        .with_target("proofkey_core", level)
        .with_target("proofkey_sandbox", level)
        .with_target("proofkey_validator", level);
    let subscriber = {
        use tracing_subscriber::layer::SubscriberExt;
        let layer = tracing_subscriber::fmt::layer()
            .json()
            .with_writer(std::sync::Mutex::new(file));
        tracing_subscriber::registry().with(filter).with(layer)
    };
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|error| Failure::internal(&format!("no log: {error}")))
}
