//! A log, only when asked for, and what is said about a panic.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::stop::Stop;

/// Writes one JSON line an event to `path`, which only the person can read.
pub(crate) fn start(path: &Path) -> Result<(), Stop> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| {
        Stop::world(format!(
            "The log file {} could not be opened: {error}.",
            path.display()
        ))
    })?;
    // Only our own events: libraries may log headers at this level.
    let ours = Targets::new()
        .with_target("proofkey_core", LevelFilter::DEBUG)
        .with_target("proofkey_sandbox", LevelFilter::DEBUG)
        .with_target("proofkey_desktop", LevelFilter::DEBUG);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(Mutex::new(file));
    tracing_subscriber::registry()
        .with(ours)
        .with(lines)
        .try_init()
        .map_err(|error| Stop::world(format!("The log could not be started: {error}.")))
}

/// A panic's own words may quote a value, so only its place is said.
pub(crate) fn say_only_where_a_panic_was() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(%place, "a step of Proofkey stopped unexpectedly");
        eprintln!(
            "A step of Proofkey stopped unexpectedly at {place}. Report this place with what you did."
        );
    }));
}
