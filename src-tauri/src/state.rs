//! What the window holds while it is open.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use proofkey_core::border::{PracticeView, Settings, Theme};
use proofkey_core::proofkey::{Host, PracticeNetwork, Proofkey};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::connect_to::ConnectTo;
use proofkey_core::system::network::Deadlines;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::{LazyVault, VaultDescription};
use proofkey_core::{Code, Problem};
use proofkey_sandbox::{Options, Sandbox};
use tokio::task::AbortHandle;

/// How long a person may look at a keychain's prompt.
const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(60);

/// The engine, the practice Talkdesk and the proofs under way.
pub(crate) struct Desk {
    pub(crate) proofkey: Arc<Proofkey>,
    practice: tokio::sync::Mutex<Option<Sandbox>>,
    proofs: Mutex<HashMap<String, AbortHandle>>,
}

impl Desk {
    pub(crate) fn open(config_dir: &Path) -> Result<Self, Problem> {
        let vault = LazyVault::new(
            VaultDescription {
                name: "System keychain".to_owned(),
                protection: "Opened when it is first needed.".to_owned(),
            },
            || Ok(Box::new(Keychain::open(KEYCHAIN_PATIENCE)?)),
        );
        let proofkey = Proofkey::open(Host {
            config_dir: config_dir.to_owned(),
            vault: Arc::new(vault),
            clock: Arc::new(SystemClock),
            connect_to: Vec::new(),
            extra_roots: Vec::new(),
            deadlines: Deadlines::default(),
        })?;
        Ok(Self {
            proofkey: Arc::new(proofkey),
            practice: tokio::sync::Mutex::new(None),
            proofs: Mutex::new(HashMap::new()),
        })
    }

    pub(crate) async fn practice_view(&self) -> PracticeView {
        view_of(self.practice.lock().await.as_ref())
    }

    /// Starts the practice Talkdesk unless it runs already.
    pub(crate) async fn start_practice(&self) -> Result<PracticeView, Problem> {
        let mut practice = self.practice.lock().await;
        if practice.is_none() {
            let mut sandbox = Sandbox::start(Options::default())
                .await
                .map_err(|e| failed(&e))?;
            sandbox
                .publish(self.proofkey.config_dir())
                .map_err(|e| failed(&e))?;
            self.proofkey.set_practice(Some(PracticeNetwork {
                connect_to: vec![sandbox.connect_to().parse::<ConnectTo>()?],
                roots: roots_from_pem(sandbox.ca_pem().as_bytes())?,
            }));
            *practice = Some(sandbox);
        }
        Ok(view_of(practice.as_ref()))
    }

    pub(crate) async fn stop_practice(&self) -> Result<PracticeView, Problem> {
        self.proofkey.set_practice(None);
        if let Some(sandbox) = self.practice.lock().await.take() {
            sandbox.stop().await.map_err(|e| failed(&e))?;
        }
        Ok(view_of(None))
    }

    /// Remembers how to stop the proof of a connection; an earlier one of the same is stopped.
    pub(crate) fn watch_proof(&self, connection: &str, handle: AbortHandle) {
        if let Some(earlier) = self.proofs().insert(connection.to_owned(), handle) {
            earlier.abort();
        }
    }

    pub(crate) fn cancel_proof(&self, connection: &str) {
        if let Some(handle) = self.proofs().remove(connection) {
            handle.abort();
        }
    }

    fn proofs(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The window's theme; `None` follows the system.
pub(crate) fn theme_of(settings: &Settings) -> Option<tauri::Theme> {
    match settings.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

fn view_of(sandbox: Option<&Sandbox>) -> PracticeView {
    PracticeView {
        running: sandbox.is_some(),
        address: sandbox.map(|sandbox| sandbox.address().to_string()),
        accounts: sandbox.map(Sandbox::accounts).unwrap_or_default(),
    }
}

fn failed(error: &std::io::Error) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("The practice Talkdesk could not be started or stopped: {error}."),
        "Try again; if it happens again, restart Proofkey.",
    )
}
