//! `proofkey export` and `proofkey import`.

use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::ExportState;
use proofkey_core::connection::credentials::Credentials;
use proofkey_core::export::SecretsChoice;
use proofkey_core::proofkey::{Accepted, Entered, Proofkey, Rejected};
use proofkey_core::{Code, Problem, Secret};
use zeroize::Zeroizing;

use super::{private_key, proof, sheet, sign_in};
use crate::args::{Export, Import};
use crate::exit::{Failure, WANTING};
use crate::output::Output;
use crate::prompt;

/// A config file is small; more is not one.
const LARGEST_IMPORT: usize = 1 << 20;

pub(crate) async fn export(
    proofkey: &Proofkey,
    options: &Export,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if let Some(path) = &options.check {
        return check(proofkey, &options.name, path, output);
    }
    let secrets = SecretsChoice::from(options.secrets);
    let Some(format) = options.format.of_an_export() else {
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
            "It holds secrets in plain text."
        } else {
            "It holds no secret."
        };
        format!(
            "Written to {} (mode {}) and read back. {secrets}",
            outcome.path, outcome.mode
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

fn check(
    proofkey: &Proofkey,
    name: &str,
    path: &Path,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let standing = proofkey.check_export(name, &text_of(path)?)?;
    output.data(&standing, || match &standing.remedy {
        Some(remedy) => format!("{} {remedy}", standing.summary),
        None => standing.summary.clone(),
    })?;
    Ok(match standing.state {
        ExportState::Current => ExitCode::SUCCESS,
        ExportState::Stale | ExportState::Unknown => ExitCode::from(WANTING),
    })
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

/// Core says that something must be accepted; only this door knows how to say so.
fn name_the_acceptance(rejected: Rejected) -> Rejected {
    if rejected.problem.code != Code::ConfirmationMissing {
        return rejected;
    }
    let problem = Problem {
        remedy: "Accept each one with --accept-host HOST or --accept-parameter NAME=VALUE if you trust it, or remove it from the file.".to_owned(),
        ..rejected.problem
    };
    Rejected {
        problem,
        ..rejected
    }
}

pub(crate) async fn import(
    proofkey: &Proofkey,
    options: &Import,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let imported = proofkey.read_import(&text_of(&options.file)?)?;
    let provider = proofkey.provider(&imported.draft.provider)?;
    let entered = entered(proofkey, options, imported.lacking(&provider)).await?;
    let given = sign_in::Given::of_import(&entered);
    let accepted = Accepted {
        hosts: options.accept_host.clone(),
        parameters: options.accept_parameter.clone(),
    };
    let view = proofkey
        .import(imported, options.name.clone(), entered, &accepted)
        .await
        .map_err(name_the_acceptance)
        .map_err(|rejected| sign_in::name_the_options(rejected, &given))?;
    output.talk(&format!("Imported as “{}” ({}).", view.name, view.id));
    if options.no_validate {
        output.data(&view, || {
            format!("Not proven yet. Run \"proofkey validate {}\".", view.id)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    proof::prove_and_print(proofkey, &view.id, output).await
}

/// The credentials of a file that only refers to them.
async fn entered(
    proofkey: &Proofkey,
    options: &Import,
    lacking: Credentials<'_>,
) -> Result<Entered, Failure> {
    // A file that came on standard input leaves nobody there to type.
    let someone = prompt::is_on_a_terminal() && options.file != Path::new("-");
    let identifier = match (lacking.identifier, &options.client_id) {
        (None, _) => None,
        (Some(_), Some(given)) => Some(Secret::new(given.clone())),
        (Some(asked), None) if someone => Some(prompt::identifier(asked.label).await?),
        (Some(asked), None) => return Err(without(asked.label, lacking.secret.is_some())),
    };
    let secret = match (lacking.secret, &options.client_secret_file) {
        (None, _) => None,
        (Some(_), Some(path)) => Some(prompt::secret_from_file(path)?),
        (Some(asked), None) => Some(prompt::secret(asked.label.to_owned()).await?),
    };
    let mut signing = private_key::read(&options.signing)?;
    private_key::open(proofkey, &mut signing, someone && lacking.key.is_some()).await?;
    Ok(Entered {
        identifier,
        secret,
        signing,
    })
}

fn without(label: &str, needs_secret: bool) -> Failure {
    let remedy = if needs_secret {
        "Add --client-id ID; the secret is then asked for, or read with --client-secret-file."
    } else {
        "Add --client-id ID."
    };
    let summary = format!("The file holds no {label}.");
    Problem::new(Code::DraftInvalid, summary, remedy)
        .at("client_id")
        .into()
}

fn text_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path != Path::new("-") {
        return Ok(proofkey_core::system::files::read_bounded(
            path,
            LARGEST_IMPORT,
        )?);
    }
    let text = prompt::all_of_stdin(LARGEST_IMPORT)?;
    text.ok_or_else(|| {
        Failure::invalid(
            "What came on standard input is far larger than a config file.",
            "Give a file that Proofkey exported.",
        )
    })
}
