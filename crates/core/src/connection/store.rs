//! Connections, reports, settings and the unfinished draft, as files of one folder.
//!
//! Readers need no lock, because every file is replaced in one step. Whoever decides something from
//! what is there and writes it back holds [`Locked`].

mod approvals;
mod intents;
mod kept_keys;
mod listing;
mod lock;
mod spending;
mod writing;

use std::path::{Path, PathBuf};

use crate::border::Settings;
use crate::check::Report;
use crate::connection::{Connection, ConnectionId};
use crate::error::{Code, Problem};
use crate::system::files::{self, FileError};
use crate::vault::Generation;

pub use listing::{Listing, Unreadable};
pub use lock::{Locked, Turn};
pub use spending::{Fate, Spending};

/// More than any real file of ours; a larger one is somebody else's.
const FILE_LIMIT: usize = 1 << 20;
/// What a wizard may want to keep.
const DRAFT_LIMIT: usize = 64 << 10;

const CONNECTIONS: &str = "connections";
const INTENTS: &str = "intents";
const KEYS: &str = "keys";
const RENEWALS: &str = "renewals";
const DRAFT: &str = "wizard-draft.json";
const SETTINGS: &str = "settings.toml";
const LOCK: &str = "lock";
const EVENTS_LOCK: &str = "events.lock";

/// The folder where Proofkey keeps everything that is no secret.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// Makes the folders where they are missing, for their owner alone. `FileFailed` when it cannot.
    pub fn open(config_dir: &Path) -> Result<Self, Problem> {
        let store = Self {
            root: config_dir.to_owned(),
        };
        // A folder that was there before, perhaps one that others use as well, keeps its access
        // rules: everything of ours in it has its own.
        if !store.root.is_dir() {
            files::private_directory(&store.root)?;
        }
        files::private_directory(&store.connections())?;
        files::private_directory(&store.intents())?;
        files::private_directory(&store.keys())?;
        files::private_directory(&store.renewals())?;
        Ok(store)
    }

    pub fn config_dir(&self) -> &Path {
        &self.root
    }

    /// The connection's file, whether it exists or not.
    pub fn connection_path(&self, id: &ConnectionId) -> PathBuf {
        self.connections().join(format!("{id}.toml"))
    }

    /// Every connection that can be read, and every file that cannot with the reason.
    pub fn list(&self) -> Result<Listing, Problem> {
        Listing::of(&self.connections())
    }

    /// One connection; `NotFound` when there is none, `FileFailed` when its file cannot be read.
    pub fn load(&self, id: &ConnectionId) -> Result<Connection, Problem> {
        let path = self.connection_path(id);
        match listing::read_connection(&path, id) {
            Ok(connection) => Ok(connection),
            Err(unreadable) if unreadable.missing => Err(Problem::new(
                Code::NotFound,
                format!("There is no connection called {id}."),
                "List the connections to see their names.",
            )),
            Err(unreadable) => Err(unreadable.problem()),
        }
    }

    /// The last report of a connection, if one was kept.
    pub fn report(&self, id: &ConnectionId) -> Result<Option<Report>, Problem> {
        read_report(&self.report_path(id))
    }

    /// The last report of a generation that is held beside the current one.
    pub fn held_report(
        &self,
        id: &ConnectionId,
        generation: Generation,
    ) -> Result<Option<Report>, Problem> {
        read_report(&self.held_report_path(id, generation))
    }

    /// What the wizard kept when it was left, as it gave it.
    pub fn draft(&self) -> Result<Option<String>, Problem> {
        let path = self.root.join(DRAFT);
        let Some(content) = read_if_there(&path, DRAFT_LIMIT)? else {
            return Ok(None);
        };
        String::from_utf8(content).map(Some).map_err(|_| {
            Problem::new(
                Code::FileFailed,
                format!("The kept draft {} is not text.", path.display()),
                "Discard the draft and start again.",
            )
        })
    }

    /// The settings; those of a new installation when there is no file.
    pub fn settings(&self) -> Result<Settings, Problem> {
        let path = self.root.join(SETTINGS);
        let Some(content) = read_if_there(&path, FILE_LIMIT)? else {
            return Ok(Settings::default());
        };
        let text = String::from_utf8_lossy(&content);
        toml::from_str(&text).map_err(|error| {
            Problem::new(
                Code::FileFailed,
                format!(
                    "The settings {} cannot be understood: {}.",
                    path.display(),
                    error.message()
                ),
                "Correct the file, or remove it to start with the usual settings.",
            )
        })
    }

    fn connections(&self) -> PathBuf {
        self.root.join(CONNECTIONS)
    }

    fn intents(&self) -> PathBuf {
        self.root.join(INTENTS)
    }

    fn keys(&self) -> PathBuf {
        self.root.join(KEYS)
    }

    fn renewals(&self) -> PathBuf {
        self.root.join(RENEWALS)
    }

    fn turn_path(&self, id: &ConnectionId) -> PathBuf {
        self.renewals().join(format!("{id}.lock"))
    }

    fn authorization_path(&self, id: &ConnectionId) -> PathBuf {
        self.connections().join(format!("{id}.authorization.json"))
    }

    fn broken_authorization_path(&self, id: &ConnectionId) -> PathBuf {
        let name = format!("{id}.authorization.json.broken");
        self.connections().join(name)
    }

    fn held_report_path(&self, id: &ConnectionId, generation: Generation) -> PathBuf {
        let name = format!("{id}.generation-{}.report.json", generation.0);
        self.connections().join(name)
    }

    fn report_path(&self, id: &ConnectionId) -> PathBuf {
        self.connections().join(format!("{id}.report.json"))
    }
}

fn read_if_there(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, FileError> {
    match files::read_bounded(path, limit) {
        Ok(mut content) => Ok(Some(std::mem::take(&mut *content))),
        Err(error) if error.not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_report(path: &Path) -> Result<Option<Report>, Problem> {
    let Some(content) = read_if_there(path, FILE_LIMIT)? else {
        return Ok(None);
    };
    serde_json::from_slice(&content).map(Some).map_err(|error| {
        Problem::new(
            Code::FileFailed,
            format!(
                "The report {} cannot be understood: {error}.",
                path.display()
            ),
            "Validate the connection again to make a new report.",
        )
    })
}
