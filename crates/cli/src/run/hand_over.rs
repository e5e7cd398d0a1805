//! `proofkey export` and `proofkey import`.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::export::SecretsChoice;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::{Code, Problem, Secret};

use super::{proof, sheet};
use crate::args::{Export, Import};
use crate::exit::Failure;
use crate::output::Output;
use crate::prompt;

/// A config file is small; more is not one.
const LARGEST_IMPORT: usize = 1 << 20;

pub(crate) async fn export(
    proofkey: &Proofkey,
    options: &Export,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let secrets = SecretsChoice::from(options.secrets);
    let Some(format) = options.format.config_file() else {
        return sheet::export(proofkey, options, output).await;
    };
    sheet::refuse_its_options(options)?;
    let Some(path) = &options.output else {
        let rendered = proofkey.export_text(&options.name, format, secrets).await?;
        output.raw(rendered.text().trim_end())?;
        return Ok(ExitCode::SUCCESS);
    };
    let outcome = proofkey
        .export_to(&options.name, format, secrets, path, options.force)
        .await
        .map_err(name_the_option)?;
    output.data(&outcome, || {
        let secrets = if outcome.holds_secrets {
            "It holds the client ID and the client secret in plain text."
        } else {
            "It holds no secret; it says where they are kept."
        };
        format!(
            "Written to {} (mode {}) and read back. {secrets}",
            outcome.path, outcome.mode
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Core says that a file may be replaced; only this door knows how to say so.
pub(super) fn name_the_option(problem: Problem) -> Problem {
    if problem.code != Code::AlreadyExists {
        return problem;
    }
    Problem {
        remedy: "Choose another name, or add --force to replace it.".to_owned(),
        ..problem
    }
}

pub(crate) async fn import(
    proofkey: &Proofkey,
    options: &Import,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let imported = proofkey.read_import(&text_of(&options.file)?)?;
    let needs_client = imported.draft.client_id.is_none() || imported.draft.client_secret.is_none();
    let client = if needs_client {
        Some(client_of(options).await?)
    } else {
        None
    };
    let view = proofkey
        .import(imported, options.name.clone(), client, &options.accept_host)
        .await?;
    output.talk(&format!("Imported as “{}” ({}).", view.name, view.id));
    if options.no_validate {
        output.data(&view, || {
            format!("Not proven yet. Run \"proofkey validate {}\".", view.id)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    proof::prove_and_print(proofkey, &view.id, output).await
}

/// Client ID and secret for a file that only refers to them.
async fn client_of(options: &Import) -> Result<(Secret, Secret), Failure> {
    let client_id = options.client_id.clone().ok_or_else(|| {
        Failure::from(
            Problem::new(
                Code::DraftInvalid,
                "The file holds no client ID and no client secret.",
                "Add --client-id ID; the secret is then asked for, or read with --client-secret-file.",
            )
            .at("client_id"),
        )
    })?;
    let client_secret = match &options.client_secret_file {
        Some(path) => prompt::secret_from_file(path)?,
        None => prompt::secret("Client secret".to_owned()).await?,
    };
    Ok((Secret::new(client_id), client_secret))
}

fn text_of(path: &Path) -> Result<Vec<u8>, Failure> {
    if path != Path::new("-") {
        return Ok(proofkey_core::system::files::read_bounded(
            path,
            LARGEST_IMPORT,
        )?);
    }
    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST_IMPORT as u64 + 1)
        .read_to_end(&mut text)
        .map_err(|error| {
            Problem::new(
                Code::FileFailed,
                format!("Standard input could not be read: {error}."),
                "Try again.",
            )
        })?;
    Ok(text)
}
