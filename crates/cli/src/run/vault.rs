//! `proofkey vault ...`

use std::path::PathBuf;
use std::process::ExitCode;

use proofkey_core::Problem;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use serde_json::json;

use crate::args::{Global, Vault, VaultChoice};
use crate::exit::Failure;
use crate::output::Output;
use crate::{host, prompt};

pub(crate) async fn run(
    global: &Global,
    what: &Vault,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Vault::Create { identity } => create(global, identity.as_ref(), output).await,
        Vault::Status => {
            let proofkey = host::open(global, output).await?;
            let status = proofkey.vault_status().await;
            output.data(&status, || super::doctor::vault_text(&status))?;
            Ok(if status.working {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(5)
            })
        }
    }
}

async fn create(
    global: &Global,
    identity: Option<&PathBuf>,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let VaultChoice::SealedFile(path) = &global.vault else {
        return Err(Failure::invalid(
            "The keychain needs no creating.",
            "Name the sealed file to create: --vault file:PATH.",
        ));
    };
    let key = match identity {
        Some(file) => SealedKey::Identity(host::text_of(file).map_err(Problem::from)?),
        None => match crate::environment::passphrase_file() {
            Some(_) => host::key().map_err(Problem::from)?,
            None => SealedKey::Passphrase(prompt::new_passphrase().await?),
        },
    };
    SealedFile::create(path, &key)?;
    output.data(&json!({ "created": path }), || {
        format!("Created {}. Keep its passphrase or identity safe: without it nobody can open the file.", path.display())
    })?;
    Ok(ExitCode::SUCCESS)
}
