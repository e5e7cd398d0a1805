//! `proofkey rotate ...`

use std::process::ExitCode;

use proofkey_core::border::{ConnectionView, Retirement};
use proofkey_core::connection::credentials::credentials;
use proofkey_core::connection::{NewCredentials, RotationReason, SigningDraft};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::Grant;
use proofkey_core::vault::Generation;
use proofkey_core::{Code, Problem, Secret};

use super::private_key;
use super::proof::{self, Ticker};
use crate::args::{Begin, Retire, Rotate, Signing};
use crate::exit::{Failure, WANTING};
use crate::output::{Output, report_text, rotation};
use crate::prompt;

pub(crate) async fn run(
    proofkey: &Proofkey,
    what: &Rotate,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Rotate::Begin(options) => begin(proofkey, options, output).await,
        Rotate::Status(rotated) => {
            let view = proofkey.page(&rotated.name)?.connection;
            tell(output, &view, None)
        }
        Rotate::Prove(rotated) => prove(proofkey, &rotated.name, output).await,
        Rotate::Switch(rotated) => switch(proofkey, &rotated.name, output).await,
        Rotate::Undo(rotated) => {
            let undone = proofkey.undo_rotation(&rotated.name).await?;
            say(output, &undone.notes);
            tell(output, &undone.connection, Some("Undone."))
        }
        Rotate::Retire(options) => retire(proofkey, options, output).await,
        Rotate::Acknowledge { name, yes } => acknowledge(proofkey, name, *yes, output).await,
    }
}

async fn begin(proofkey: &Proofkey, options: &Begin, output: &Output) -> Result<ExitCode, Failure> {
    let new = entered(proofkey, options).await?;
    let reason = if options.compromised {
        RotationReason::Compromise
    } else {
        RotationReason::Routine
    };
    let view = proofkey
        .begin_rotation(&options.name, new, reason, options.ends_at)
        .await?;
    output.talk(&format!(
        "The new credentials of “{}” are kept beside the current ones, which go on working.",
        view.name
    ));
    if options.no_prove {
        return tell(output, &view, None);
    }
    prove(proofkey, &view.id, output).await
}

/// What the arguments give; the secret is asked for when they do not say where it is.
async fn entered(proofkey: &Proofkey, options: &Begin) -> Result<NewCredentials, Failure> {
    let connection = proofkey.find(&options.name)?;
    let provider = proofkey.provider(&connection.provider)?;
    let asked = credentials(
        &provider,
        connection.grant,
        connection.client_authentication,
    );
    let client_secret = match (asked.secret, &options.client_secret_file) {
        (None, _) => None,
        (Some(_), Some(path)) => Some(prompt::secret_from_file(path)?),
        (Some(_), None) if options.client_secret_stdin => Some(prompt::secret_from_stdin()?),
        (Some(asked), None) => Some(prompt::secret(format!("New {}", asked.label)).await?),
    };
    let signing = match asked.key {
        Some(_) => Some(new_key(proofkey, &options.signing).await?),
        None => None,
    };
    Ok(NewCredentials {
        client_id: options.client_id.clone().map(Secret::new),
        client_secret,
        signing,
        ..NewCredentials::default()
    })
}

async fn new_key(proofkey: &Proofkey, options: &Signing) -> Result<SigningDraft, Failure> {
    if !options.names_a_key() {
        return Err(Failure::invalid(
            "Which key is the new one?",
            "Name its file with --private-key-file, or a key of “proofkey key new” with --key.",
        ));
    }
    let mut draft = private_key::read(options)?;
    private_key::open(proofkey, &mut draft, prompt::is_on_a_terminal()).await?;
    Ok(draft)
}

async fn prove(proofkey: &Proofkey, name: &str, output: &Output) -> Result<ExitCode, Failure> {
    let title = proofkey.find(name)?.name;
    let report = proofkey.prove_incoming(name, &Ticker::new(output)).await?;
    output.data(&report, || {
        format!(
            "{}\n(with the new credentials)",
            report_text(&title, &report)
        )
    })?;
    if report.verdict == proofkey_core::check::Verdict::Passed {
        output.talk(&format!(
            "Make them the current ones with \"proofkey rotate switch {}\".",
            report.connection
        ));
    }
    Ok(proof::status_of([&report]))
}

async fn switch(proofkey: &Proofkey, name: &str, output: &Output) -> Result<ExitCode, Failure> {
    let view = proofkey
        .switch(name)
        .await
        .map_err(|problem| name_the_command(problem, name))?;
    if view.grant != Grant::AuthorizationCode {
        return tell(
            output,
            &view,
            Some("The new credentials are the current ones now."),
        );
    }
    // The rehearsal left the approval alone; this is the first time that both meet.
    output.talk("The new credentials are the current ones now, and the approval goes with them.");
    proof::prove_and_print(proofkey, &view.id, output).await
}

async fn retire(
    proofkey: &Proofkey,
    options: &Retire,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let retirement = if options.without_proof {
        forget(proofkey, options).await?
    } else {
        proofkey.retire(&options.name).await?
    };
    say(output, &retirement.notes);
    output.data(&retirement, || match &retirement.remedy {
        Some(remedy) => format!("{} {remedy}", retirement.summary),
        None => retirement.summary.clone(),
    })?;
    Ok(if retirement.forgotten {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(WANTING)
    })
}

/// Without asking the provider, so the person is asked.
async fn forget(proofkey: &Proofkey, options: &Retire) -> Result<Retirement, Failure> {
    let connection = proofkey.find(&options.name)?;
    let id = connection.id.as_str();
    let question = format!(
        "The provider is not asked, and what is forgotten of “{}” cannot be brought back. Type {id} to \
         confirm:",
        connection.name
    );
    if !options.yes && !prompt::confirm(&question, id)? {
        return Err(Problem::new(
            Code::ConfirmationMissing,
            "Nothing was forgotten.",
            format!("Type {id} when asked, or add --yes."),
        )
        .into());
    }
    let generation = options.generation.map(Generation);
    let forgotten = proofkey.forget_without_proof(id, generation).await;
    Ok(forgotten.map_err(name_the_generation)?)
}

async fn acknowledge(
    proofkey: &Proofkey,
    name: &str,
    yes: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let connection = proofkey.find(name)?;
    let question = format!(
        "The provider ends the old credentials of “{}” at once, and there is no way back to them. Type {} \
         to confirm:",
        connection.name, connection.id
    );
    if !yes && !prompt::confirm(&question, connection.id.as_str())? {
        return Err(Problem::new(
            Code::ConfirmationMissing,
            "Nothing was sent.",
            format!("Type {} when asked, or add --yes.", connection.id),
        )
        .into());
    }
    let view = proofkey
        .acknowledge_rotation(connection.id.as_str())
        .await?;
    let told = format!(
        "{} was told that the new credentials are in use.",
        view.provider_name
    );
    tell(output, &view, Some(&told))
}

fn tell(output: &Output, view: &ConnectionView, done: Option<&str>) -> Result<ExitCode, Failure> {
    output.data(view, || match done {
        Some(done) => format!("{done}\n{}", rotation(view)),
        None => rotation(view),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn say(output: &Output, notes: &[String]) {
    for note in notes {
        output.talk(note);
    }
}

/// Core says that one has to be chosen; only this door knows how.
fn name_the_generation(problem: Problem) -> Problem {
    if problem.code != Code::DraftInvalid {
        return problem;
    }
    Problem {
        remedy: "Say which of them to forget with --generation.".to_owned(),
        ..problem
    }
}

/// Core says that a proof is missing; only this door knows how to say where to get it.
fn name_the_command(problem: Problem, name: &str) -> Problem {
    if problem.code != Code::ExportNotValidated {
        return problem;
    }
    Problem {
        remedy: format!("Run \"proofkey rotate prove {name}\" first."),
        ..problem
    }
}
