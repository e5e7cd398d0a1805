//! What the doors call: one value that knows the catalogue, the store, the vault and the network.
//!
//! Each method does one thing that a person would name: add a connection, prove it, export it. Vault
//! and file calls run on threads of their own, because a keychain may wait for a person.

mod approval;
mod authorize;
mod call;
mod connections;
mod credentials;
mod events;
mod exported;
mod front_door;
mod hand_over;
mod installations;
mod issuers;
mod keys;
mod laboratory;
mod names;
mod proof;
mod redirects;
mod regions;
mod remedies;
mod removal;
mod rotation;
mod sheet;
mod signing;
mod token;
mod views;
mod withdrawal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls_pki_types::CertificateDer;
use url::Url;

pub use authorize::{AuthorizeOptions, PastedAddress};
pub use connections::{Connections, Rejected, Unreadable};
pub use events::EventImport;
pub use hand_over::{Accepted, Entered};
pub use issuers::Addresses;
pub use token::IssuedToken;

use crate::border::{ProviderView, Settings, VaultStatus};
use crate::connection::custody;
use crate::connection::store::Store;
use crate::error::{Code, Problem};
use crate::oauth::jwks::KeyCache;
use crate::ports::Clock;
use crate::provider::{Catalogue, Provider};
use crate::renewal::{UnderWay, UnsavedTokens};
use crate::system::connect_to::ConnectTo;
use crate::system::network::{Deadlines, Network, NetworkSettings};
pub(crate) use crate::system::threads::blocking;
use crate::system::tls::roots_from_pem;
use crate::talkdesk::EventKeys;
use crate::vault::Vault;

/// The folder of the user's own provider files.
const PROVIDERS: &str = "providers";

/// What a door hands in when it opens Proofkey.
pub struct Host {
    /// Where connections, reports and settings are kept.
    pub config_dir: PathBuf,
    pub vault: Arc<dyn Vault>,
    pub clock: Arc<dyn Clock>,
    /// `--connect-to` of this run.
    pub connect_to: Vec<ConnectTo>,
    /// `--ca-file` of this run, already read.
    pub extra_roots: Vec<CertificateDer<'static>>,
    pub deadlines: Deadlines,
}

/// Where the practice Talkdesk listens, and the authority that signed its certificates.
#[derive(Clone)]
pub struct PracticeNetwork {
    pub connect_to: Vec<ConnectTo>,
    pub roots: Vec<CertificateDer<'static>>,
}

/// The engine, opened on one configuration folder.
pub struct Proofkey {
    host: Host,
    catalogue: RwLock<Loaded>,
    store: Arc<Store>,
    practice: RwLock<Option<PracticeNetwork>>,
    /// Tokens that the vault did not take.
    unsaved: Arc<UnsavedTokens>,
    under_way: UnderWay,
    keys: Arc<KeyCache>,
    practice_keys: Arc<KeyCache>,
    event_keys: EventKeys,
    practice_event_keys: EventKeys,
}

/// The providers as they were last read.
struct Loaded {
    catalogue: Arc<Catalogue>,
    problems: Vec<Problem>,
}

impl Proofkey {
    /// Opens the configuration folder, creating it (mode 0700) when it is not there.
    ///
    /// Fails with [`Code::FileFailed`] when the folder cannot be made or read.
    pub fn open(host: Host) -> Result<Self, Problem> {
        let store = Arc::new(Store::open(&host.config_dir)?);
        let catalogue = RwLock::new(Loaded::from(&host.config_dir));
        Ok(Self {
            host,
            catalogue,
            store,
            practice: RwLock::new(None),
            unsaved: Arc::default(),
            under_way: UnderWay::default(),
            keys: Arc::default(),
            practice_keys: Arc::default(),
            event_keys: EventKeys::default(),
            practice_event_keys: EventKeys::default(),
        })
    }

    /// All providers as they were last read.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        let loaded = self.catalogue.read();
        Arc::clone(&loaded.unwrap_or_else(PoisonError::into_inner).catalogue)
    }

    /// All providers by id, with where each came from and what is due today.
    pub fn provider_views(&self) -> Vec<ProviderView> {
        self.catalogue().views(self.host.clock.now())
    }

    /// The provider of that id; [`Code::NotFound`] with those there are when there is none.
    pub fn provider(&self, id: &str) -> Result<Arc<Provider>, Problem> {
        self.catalogue().shared(id)
    }

    /// What is wrong with the user's own provider files; those files are left out.
    pub fn catalogue_problems(&self) -> Vec<Problem> {
        let loaded = self.catalogue.read();
        let loaded = loaded.unwrap_or_else(PoisonError::into_inner);
        loaded.problems.clone()
    }

    /// Reads the user's own provider files again: another process may have written one.
    pub fn reload_catalogue(&self) {
        let loaded = Loaded::from(&self.host.config_dir);
        *self
            .catalogue
            .write()
            .unwrap_or_else(PoisonError::into_inner) = loaded;
    }

    /// The signing keys that servers published. In practice the same address is another server.
    pub(crate) fn keys(&self, practice: bool) -> &Arc<KeyCache> {
        if practice {
            &self.practice_keys
        } else {
            &self.keys
        }
    }

    pub fn config_dir(&self) -> &Path {
        &self.host.config_dir
    }

    pub fn settings(&self) -> Result<Settings, Problem> {
        self.store.settings()
    }

    /// Keeps `settings` after a look at the files and addresses they name.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), Problem> {
        if let Some(path) = &settings.ca_file {
            read_roots(Path::new(path)).map_err(|problem| problem.at("ca_file"))?;
        }
        self.network_with(settings, None)?;
        self.store.save_settings(settings)
    }

    /// Whether the settings can be read and what they name can be used.
    pub fn check_settings(&self) -> Result<(), Problem> {
        self.network_with(&self.settings()?, None).map(drop)
    }

    /// Makes the practice Talkdesk reachable for practice connections, or unreachable again.
    pub fn set_practice(&self, practice: Option<PracticeNetwork>) {
        *self
            .practice
            .write()
            .unwrap_or_else(PoisonError::into_inner) = practice;
        self.practice_keys.forget();
        self.practice_event_keys.forget();
    }

    /// Keeps what was typed in an unfinished wizard; `None` forgets it. It holds no secret.
    pub fn keep_wizard_draft(&self, draft: Option<&str>) -> Result<(), Problem> {
        match draft {
            Some(text) => self.store.keep_draft(text),
            None => self.store.discard_draft(),
        }
    }

    pub fn wizard_draft(&self) -> Result<Option<String>, Problem> {
        self.store.draft()
    }

    /// Tries the vault with a throw-away item, and puts leftovers of interrupted work right.
    pub async fn vault_status(&self) -> VaultStatus {
        let store = Arc::clone(&self.store);
        let vault = Arc::clone(&self.host.vault);
        let outcome = blocking(move || {
            vault.probe()?;
            custody::reconcile(&store, vault.as_ref())
        })
        .await;
        let description = self.host.vault.description();
        match outcome {
            Ok(reconciled) => VaultStatus {
                description,
                working: true,
                summary: None,
                remedy: None,
                reconciled,
            },
            Err(problem) => VaultStatus {
                description,
                working: false,
                summary: Some(problem.summary),
                remedy: Some(problem.remedy),
                reconciled: Vec::new(),
            },
        }
    }

    /// The network for a connection: with the settings' proxy and authorities, or, for practice, only
    /// this machine.
    pub(crate) fn network(&self, practice: bool) -> Result<Network, Problem> {
        if !practice {
            return self.network_with(&self.settings()?, None);
        }
        let network = self
            .practice
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(network) = network else {
            return Err(no_practice());
        };
        self.network_with(&self.settings()?, Some(network))
    }

    /// `url` as a browser reaches it: practice has a door of its own, everything else is where it is.
    ///
    /// `ServerUnreachable` when practice has no such door: the address bears the name of the real
    /// provider, and would lead a person there.
    pub(crate) fn for_browser(&self, practice: bool, url: Url) -> Result<Url, Problem> {
        if !practice {
            return Ok(url);
        }
        let network = self.practice.read().unwrap_or_else(PoisonError::into_inner);
        network
            .as_ref()
            .and_then(|network| front_door::front_door(network, &url))
            .ok_or_else(no_practice)
    }

    fn network_with(
        &self,
        settings: &Settings,
        practice: Option<PracticeNetwork>,
    ) -> Result<Network, Problem> {
        let loopback_only = practice.is_some();
        let (connect_to, extra_roots) = if let Some(network) = practice {
            (network.connect_to, network.roots)
        } else {
            let mut roots = self.host.extra_roots.clone();
            if let Some(path) = &settings.ca_file {
                roots.extend(read_roots(Path::new(path))?);
            }
            (self.host.connect_to.clone(), roots)
        };
        Network::new(NetworkSettings {
            connect_to,
            extra_roots,
            proxy: settings.proxy.clone(),
            loopback_only,
            deadlines: self.host.deadlines,
            kept: None,
        })
    }
}

impl Loaded {
    fn from(config_dir: &Path) -> Self {
        let (catalogue, problems) = Catalogue::load(&config_dir.join(PROVIDERS));
        Self {
            catalogue: Arc::new(catalogue),
            problems,
        }
    }
}

fn no_practice() -> Problem {
    Problem::new(
        Code::ServerUnreachable,
        "This is practice, and no practice server is running.",
        "Start practice in the window, or run \"proofkey sandbox\" in another terminal, and try again.",
    )
}

/// The certificate authorities in a PEM file.
pub fn read_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let bytes = crate::system::files::read_bounded(path, 1 << 20)?;
    roots_from_pem(&bytes)
}
