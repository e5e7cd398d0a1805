//! Opens Proofkey the way the arguments say.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::proofkey::{Host, Proofkey, read_roots};
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::connect_to::ConnectTo;
use proofkey_core::system::files::read_bounded;
use proofkey_core::system::network::{Deadlines, Kept, Network, NetworkSettings};
use proofkey_core::vault::keychain::Keychain;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_core::vault::{LazyVault, Vault, VaultDescription, VaultError};
use proofkey_core::{Code, Problem, Secret};
use proofkey_sandbox::Descriptor;

use crate::args::{Global, VaultChoice};
use crate::exit::Failure;
use crate::output::Output;
use crate::{environment, prompt};

/// How long a person may look at a keychain's prompt.
const KEYCHAIN_PATIENCE: Duration = Duration::from_mins(1);

/// Opens the engine; practice connections work when a practice server runs.
pub(crate) async fn open(global: &Global, output: &Output) -> Result<Proofkey, Failure> {
    let config_dir = environment::config_dir(global)?;
    let connect_to = connect_to(global)?;
    let extra_roots = match &global.ca_file {
        Some(path) => read_roots(path)?,
        None => Vec::new(),
    };
    let proofkey = Proofkey::open(Host {
        config_dir: config_dir.clone(),
        vault: vault(&global.vault),
        clock: Arc::new(SystemClock),
        connect_to,
        extra_roots,
        deadlines: Deadlines::default(),
    })?;
    output.aside(
        "A provider file of yours has mistakes and is left out; \"proofkey doctor\" names them.",
        &proofkey.catalogue_problems(),
    );
    if let Some(running) = Descriptor::announced(&config_dir).await {
        proofkey.set_practice(Some(running.network()?));
    }
    Ok(proofkey)
}

/// The providers of a service, and what is wrong with files of the person's own, which are left out then. Fails
/// when the folder that is named is not there.
pub(crate) fn service_catalogue(global: &Global) -> Result<(Catalogue, Vec<Problem>), Problem> {
    let Some(dir) = &global.config_dir else {
        return Ok((Catalogue::built_in(), Vec::new()));
    };
    if !dir.is_dir() {
        return Err(Problem::new(
            Code::DraftInvalid,
            format!(
                "The folder of --config-dir is not there: {}.",
                dir.display()
            ),
            "Check the path.",
        ));
    }
    Ok(Catalogue::load(&dir.join("providers")))
}

/// The way of a service to its systems: connections are kept, since one service asks the same few again and
/// again.
pub(crate) fn service_network(global: &Global) -> Result<Network, Failure> {
    let extra_roots = match &global.ca_file {
        Some(path) => read_roots(path)?,
        None => Vec::new(),
    };
    let network = Network::new(NetworkSettings {
        connect_to: connect_to(global)?,
        extra_roots,
        deadlines: Deadlines::of_service(),
        kept: Some(Kept::default()),
        ..NetworkSettings::default()
    })?;
    Ok(network)
}

fn connect_to(global: &Global) -> Result<Vec<ConnectTo>, Failure> {
    let (read, wrong): (Vec<_>, Vec<_>) = global
        .connect_to
        .iter()
        .map(|text| text.parse::<ConnectTo>())
        .partition(Result::is_ok);
    let problems: Vec<Problem> = wrong.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() {
        Ok(read.into_iter().filter_map(Result::ok).collect())
    } else {
        Err(problems.into())
    }
}

fn vault(choice: &VaultChoice) -> Arc<dyn Vault> {
    match choice {
        VaultChoice::Keychain => Arc::new(LazyVault::new(
            VaultDescription {
                name: "System keychain".to_owned(),
                protection: "Opened when it is first needed.".to_owned(),
            },
            || Ok(Box::new(Keychain::open(KEYCHAIN_PATIENCE)?)),
        )),
        VaultChoice::SealedFile(path) => {
            let path = path.clone();
            Arc::new(LazyVault::new(
                VaultDescription {
                    name: format!("Sealed file {}", path.display()),
                    protection: "Encrypted with age; opened when it is first needed.".to_owned(),
                },
                move || Ok(Box::new(SealedFile::open(&path, &key()?)?)),
            ))
        }
    }
}

/// The key of a sealed vault: an identity file, a passphrase file, or a person who is asked.
pub(crate) fn key() -> Result<SealedKey, VaultError> {
    if let Some(path) = environment::identity_file() {
        return Ok(SealedKey::Identity(text_of(&path)?));
    }
    if let Some(path) = environment::passphrase_file() {
        let text = text_of(&path)?;
        let line = text.expose().lines().next().unwrap_or_default();
        return Ok(SealedKey::Passphrase(Secret::new(line.to_owned())));
    }
    prompt::passphrase("Passphrase of the vault")
        .map(SealedKey::Passphrase)
        .map_err(|_| VaultError::SealedFile {
            reason: "nobody is there to enter its passphrase".to_owned(),
            remedy: "Name a file in PROOFKEY_VAULT_PASSPHRASE_FILE or PROOFKEY_VAULT_IDENTITY_FILE, \
                     or run this in a terminal.",
        })
}

/// A small text file, as a secret.
pub(crate) fn text_of(path: &Path) -> Result<Secret, VaultError> {
    let unusable = |reason: String| VaultError::SealedFile {
        reason: reason.trim_end_matches('.').to_owned(),
        remedy: "Name a text file that exists and that you may read.",
    };
    let bytes = read_bounded(path, 64 * 1024).map_err(|error| unusable(error.to_string()))?;
    std::str::from_utf8(&bytes)
        .map(|text| Secret::new(text.to_owned()))
        .map_err(|_| unusable(format!("{} is not a text file", path.display())))
}
