//! Reading connection files, strictly: what cannot be understood is named, never guessed or dropped.

use std::path::{Path, PathBuf};

use crate::connection::{Connection, ConnectionId};
use crate::error::{Code, Problem};
use crate::system::files;

use super::{FILE_LIMIT, Store};

/// The shape of connection files that this program writes.
const VERSION: i64 = 1;

/// The last line of a connection file. TOML that was cut off between two lines is still TOML.
pub(super) const LAST_LINE: &str = "# End of the connection; without this line it was cut off.";

/// What is in the folder of connections.
#[derive(Debug, Default)]
pub struct Listing {
    /// Sorted by id.
    pub connections: Vec<Connection>,
    /// Files that were left as they are.
    pub unreadable: Vec<Unreadable>,
}

/// A connection file that this program cannot use and does not touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub path: PathBuf,
    /// What is wrong with it, as the end of a sentence.
    pub reason: String,
    pub(super) missing: bool,
}

impl Store {
    /// Refuses a name that a connection other than `except` bears as its name or its id
    /// (`AlreadyExists`). It stays free only while the lock is held.
    pub fn name_is_free(&self, name: &str, except: Option<&ConnectionId>) -> Result<(), Problem> {
        let taken = self.list()?.connections.iter().any(|other| {
            Some(&other.id) != except && (other.name == name || other.id.as_str() == name)
        });
        if !taken {
            return Ok(());
        }
        Err(Problem::new(
            Code::AlreadyExists,
            format!("There is a connection named “{name}” already."),
            "Choose another name, or change that connection.",
        )
        .at("name"))
    }
}

impl Listing {
    pub(super) fn of(directory: &Path) -> Result<Self, Problem> {
        let mut listing = Self::default();
        for name in files::file_names(directory)? {
            let Some(stem) = name.strip_suffix(".toml") else {
                continue;
            };
            let path = directory.join(&name);
            let read = match ConnectionId::parse(stem) {
                Ok(id) => read_connection(&path, &id),
                Err(_) => Err(Unreadable::because(
                    &path,
                    "its name is not that of a connection",
                )),
            };
            match read {
                Ok(connection) => listing.connections.push(connection),
                // It was removed between the listing and the reading.
                Err(unreadable) if unreadable.missing => {}
                Err(unreadable) => listing.unreadable.push(unreadable),
            }
        }
        Ok(listing)
    }
}

impl Unreadable {
    /// For people: the path, the reason and a way on.
    pub fn problem(&self) -> Problem {
        Problem::new(
            Code::FileFailed,
            format!("{} cannot be used: {}.", self.path.display(), self.reason),
            "The file was left as it is. Correct it, put a copy back, or move it away.",
        )
    }

    fn because(path: &Path, reason: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            reason: reason.into(),
            missing: false,
        }
    }
}

/// Reads the connection `id` from `path`.
pub(super) fn read_connection(path: &Path, id: &ConnectionId) -> Result<Connection, Unreadable> {
    let content = files::read_bounded(path, FILE_LIMIT).map_err(|error| Unreadable {
        missing: error.not_found(),
        ..Unreadable::because(path, without_full_stop(&error.to_string()))
    })?;
    let connection = parse(&content).map_err(|reason| Unreadable::because(path, reason))?;
    if connection.id != *id {
        let reason = format!("it describes the connection {}", connection.id);
        return Err(Unreadable::because(path, reason));
    }
    Ok(connection)
}

fn parse(content: &[u8]) -> Result<Connection, String> {
    // A file full of zeros is what some file systems leave after a power failure.
    if content.iter().all(|byte| *byte == 0) {
        return Err("it is empty or was emptied by a crash".to_owned());
    }
    let text = std::str::from_utf8(content).map_err(|_| "it is not text".to_owned())?;
    if !text.trim_end().ends_with(LAST_LINE) {
        return Err("its last line is missing, so it may have been cut off".to_owned());
    }
    let table: toml::Table = text.parse().map_err(|error| describe(text, &error))?;
    match table.get("version").and_then(toml::Value::as_integer) {
        Some(VERSION) => toml::from_str(text).map_err(|error| describe(text, &error)),
        Some(newer) if newer > VERSION => Err(format!(
            "it was written by a newer Proofkey (version {newer})"
        )),
        _ => Err("it does not say its version".to_owned()),
    }
}

fn describe(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim_end_matches('.').replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}

fn without_full_stop(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}
