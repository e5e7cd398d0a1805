//! What lives as long as the window: the engine, the practice Talkdesk, and the approvals and proofs that
//! run.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use proofkey_core::border::Settings;
use proofkey_core::ports::UserAgent;
use proofkey_core::proofkey::{Host, Proofkey};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::vault::Vault;
use proofkey_core::{Code, Problem};

use crate::approvals::Approvals;
use crate::chosen_key::ChosenKey;
use crate::clipboard::Clipboard;
use crate::events::ChosenEvents;
use crate::practice::Practice;
use crate::proofs::Proofs;
use crate::validator::Validator;

/// The value behind every command.
pub(crate) struct Desk {
    config_dir: PathBuf,
    vault: Arc<dyn Vault>,
    opened: OnceLock<Arc<Proofkey>>,
    pub(crate) practice: Practice,
    pub(crate) approvals: Approvals,
    pub(crate) proofs: Proofs,
    /// Of validators; one at a time.
    pub(crate) trials: Proofs,
    pub(crate) validator: Validator,
    pub(crate) clipboard: Clipboard,
    pub(crate) events: ChosenEvents,
    pub(crate) chosen_key: ChosenKey,
    pub(crate) browser: Arc<dyn UserAgent>,
    /// The file that was last chosen in the dialog for certificate authorities.
    chosen_ca_file: Mutex<Option<String>>,
}

impl Desk {
    pub(crate) fn new(
        config_dir: PathBuf,
        vault: Arc<dyn Vault>,
        browser: Arc<dyn UserAgent>,
    ) -> Self {
        Self {
            config_dir,
            vault,
            opened: OnceLock::new(),
            practice: Practice::default(),
            approvals: Approvals::default(),
            proofs: Proofs::named("proof"),
            trials: Proofs::named("trial"),
            validator: Validator::default(),
            clipboard: Clipboard::system(),
            events: ChosenEvents::default(),
            chosen_key: ChosenKey::default(),
            browser,
            chosen_ca_file: Mutex::new(None),
        }
    }

    /// The engine. A folder that cannot be opened is a problem of the call that needed it, so that the
    /// page can show it, and the next call tries again.
    pub(crate) fn proofkey(&self) -> Result<&Arc<Proofkey>, Problem> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let opened = Proofkey::open(Host {
            config_dir: self.config_dir.clone(),
            vault: Arc::clone(&self.vault),
            clock: Arc::new(SystemClock),
            connect_to: Vec::new(),
            extra_roots: Vec::new(),
            deadlines: Deadlines::default(),
        })?;
        Ok(self.opened.get_or_init(|| Arc::new(opened)))
    }

    pub(crate) fn remember_ca_file(&self, path: &str) {
        let mut chosen = self
            .chosen_ca_file
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *chosen = Some(path.to_owned());
    }

    /// A page names no files: the one in `settings` was chosen in the dialog, or is the one in use.
    pub(crate) fn refuse_foreign_ca_file(&self, settings: &Settings) -> Result<(), Problem> {
        let chosen = self
            .chosen_ca_file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if settings.ca_file.is_none()
            || settings.ca_file == chosen
            || settings.ca_file == self.proofkey()?.settings()?.ca_file
        {
            return Ok(());
        }
        Err(Problem::new(
            Code::FileFailed,
            "This file was not chosen in the file dialog.",
            "Choose the file with certificate authorities again.",
        )
        .at("ca_file"))
    }
}
