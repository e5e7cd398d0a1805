//! `proofkey talkdesk import-event`, `verify-event` and `installation`.

use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::{EventImported, EventSigner, EventVerdict};
use proofkey_core::connection::{Finding, InstallationState, Severity};
use proofkey_core::proofkey::{EventImport, Proofkey, Rejected};
use proofkey_core::system::files::read_bounded;
use proofkey_core::talkdesk::{
    EventHeaders, EventKind, EventRefusal, LARGEST_EVENT, ReceivedEvent, SignatureForm,
};
use proofkey_core::{Code, Problem};

use super::proof;
use crate::args::{AnswerInstallation, Delivery, ImportEvent, Talkdesk};
use crate::exit::{Failure, WANTING};
use crate::output::{Output, event_facts};
use crate::prompt;

/// Headers are a few lines.
const LARGEST_HEADERS: usize = 64 * 1024;

pub(crate) async fn run(
    proofkey: &Proofkey,
    what: &Talkdesk,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Talkdesk::ImportEvent(options) => import(proofkey, options, output).await,
        Talkdesk::VerifyEvent(delivery) => verify(proofkey, delivery, output).await,
        Talkdesk::Installation(options) => answer(proofkey, options, output).await,
    }
}

/// An answer of either kind is data; only what keeps from finding it out is a failure.
async fn verify(
    proofkey: &Proofkey,
    delivery: &Delivery,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let judged = match received(delivery) {
        Ok(received) => proofkey.verify_event(&received).await,
        Err(problem) => Err(problem),
    };
    match judged {
        Ok(signer) => {
            let said = signed_by(&signer);
            output.data(&EventVerdict::Signed { signer }, || said)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) if is_an_answer(&problem) => {
            let problem = unsigned(problem, "");
            output.problem(&problem);
            output.document(&EventVerdict::Refused { problem })?;
            Ok(ExitCode::from(WANTING))
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Whether it is about the event or its headers, and not about what was asked of Proofkey.
fn is_an_answer(problem: &Problem) -> bool {
    let of_the_event = matches!(problem.field.as_deref(), Some("event" | "headers"));
    of_the_event && problem.code != Code::FileFailed
}

async fn import(
    proofkey: &Proofkey,
    options: &ImportEvent,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let received = received(&options.delivery)?;
    if let Some(exposed) = &received.exposed {
        let (summary, remedy) = (&exposed.summary, &exposed.remedy);
        output.finding(&Finding::new(Severity::Warning, "event", summary, remedy));
    }
    let import = EventImport {
        looked_at: None,
        name: options.name.clone(),
        account: expected_account(proofkey, options, &received, output).await?,
        unsigned: options.unsigned,
        scopes: options.scopes.clone(),
        compromised: options.compromised,
    };
    let imported = proofkey
        .import_event(&received, import)
        .await
        .map_err(name_the_option)?;
    output.talk(&taken_in(&imported));
    let id = &imported.connection.id;
    if imported.kind == EventKind::CredentialsRotated {
        output.data(&imported, || {
            format!(
                "The new credentials wait beside those in use. Run \"proofkey rotate prove {id}\", then \
                 \"proofkey rotate switch {id}\"."
            )
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.no_validate {
        output.data(&imported, || {
            format!("Not proven yet. Run \"proofkey validate {id}\".")
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let status = proof::prove_and_print(proofkey, id, output).await?;
    output.talk(&format!(
        "Talkdesk waits seven days for an answer to the installation, if the app was set up to give one: \
         \"proofkey talkdesk installation {id} approve\" or \"reject\"."
    ));
    Ok(status)
}

/// Whose event it has to be. Who is there is shown account, app and event, and types the account, so that
/// the event of another customer is noticed; what is refused anyway is not asked about.
async fn expected_account(
    proofkey: &Proofkey,
    options: &ImportEvent,
    received: &ReceivedEvent,
    output: &Output,
) -> Result<Option<String>, Failure> {
    if options.account.is_some() || !prompt::is_on_a_terminal() {
        return Ok(options.account.clone());
    }
    let preview = proofkey.preview_event(received).await?;
    let may_come = match &preview.verdict {
        EventVerdict::Signed { .. } => true,
        EventVerdict::Unsigned => options.unsigned,
        EventVerdict::Refused { .. } => false,
    };
    let asks = may_come && preview.hindrance.is_none() && preview.kind == EventKind::Installed;
    let Some(account) = preview.account.as_deref().filter(|_| asks) else {
        return Ok(None);
    };
    output.talk(&event_facts(&preview));
    if prompt::confirm("Type the account name to import it:", account)? {
        return Ok(Some(account.to_owned()));
    }
    let remedy = "If it is the event that you expect, type its account name when asked, or give it with \
                  --account.";
    Err(Problem::new(Code::ConfirmationMissing, "Nothing was imported.", remedy).into())
}

fn taken_in(imported: &EventImported) -> String {
    let view = &imported.connection;
    let signature = match &imported.signer {
        Some(signer) => signed_by(signer),
        None => "Nobody signed the event.".to_owned(),
    };
    format!(
        "{signature}\n{} “{}” ({}). The credentials are in the vault.",
        match imported.kind {
            EventKind::CredentialsRotated => "New credentials for",
            _ => "Imported as",
        },
        view.name,
        view.id
    )
}

fn signed_by(signer: &EventSigner) -> String {
    let form = match signer.form {
        SignatureForm::Der => "DER",
        SignatureForm::Raw => "raw r and s",
    };
    // A key of the practice server says nothing of the real host.
    let whose = if signer.practice {
        "the practice server"
    } else {
        &signer.host
    };
    format!(
        "Signed with the key {} of {whose} ({}, SHA-512, {form}).",
        signer.key_id, signer.curve
    )
}

fn name_the_option(rejected: Rejected) -> Rejected {
    let taken_anyway = " If you know where the file comes from and want it without them, add --unsigned. Nothing \
                        was stored.";
    Rejected {
        problem: unsigned(rejected.problem, taken_anyway),
        ..rejected
    }
}

/// Core says that an event came without a signature; only this door knows how to give one.
fn unsigned(problem: Problem, otherwise: &str) -> Problem {
    if problem.code != Code::ConfirmationMissing {
        return problem;
    }
    Problem {
        remedy: format!("Give the headers with --header or --headers-file.{otherwise}"),
        ..problem
    }
}

async fn answer(
    proofkey: &Proofkey,
    options: &AnswerInstallation,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let state = InstallationState::from(options.answer);
    let view = proofkey
        .answer_installation(&options.name, state, options.reason.as_deref())
        .await?;
    output.data(&view, || match state {
        InstallationState::Approve => "The installation was approved.".to_owned(),
        InstallationState::Reject => "The installation was rejected.".to_owned(),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn received(delivery: &Delivery) -> Result<ReceivedEvent, Problem> {
    let headers = headers(delivery)?;
    let (provider, practice) = (&delivery.provider, delivery.practice);
    if delivery.file != Path::new("-") {
        return ReceivedEvent::read_file(provider.clone(), practice, headers, &delivery.file);
    }
    let body = prompt::all_of_stdin(LARGEST_EVENT)?.ok_or(EventRefusal::TooLarge)?;
    Ok(ReceivedEvent::new(
        provider.clone(),
        practice,
        headers,
        body,
    )?)
}

fn headers(delivery: &Delivery) -> Result<EventHeaders, Problem> {
    let mut text = String::new();
    if let Some(path) = &delivery.headers_file {
        let bytes = read_bounded(path, LARGEST_HEADERS)?;
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    let given = delivery.header.iter().map(String::as_str);
    Ok(EventHeaders::read(text.lines().chain(given))?)
}
