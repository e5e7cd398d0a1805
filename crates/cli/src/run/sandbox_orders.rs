//! `proofkey sandbox emit-event` and its neighbours: what a running practice server is told to do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::system::files::{Replace, write_private};
use proofkey_core::{Code, Problem};
use proofkey_sandbox::{
    Descriptor, EmittedEvent, EventOrder, Order, OrderFailed, Outcome, Sandbox, Spelling,
};
use serde::Serialize;

use super::sandbox::io_failure;
use crate::args::{EmitEvent, Global, RegisterKey, SandboxOrder};
use crate::environment;
use crate::exit::Failure;
use crate::output::Output;

/// An event that was written into files.
#[derive(Serialize)]
struct Written {
    id: String,
    kind: &'static str,
    file: String,
    headers_file: String,
}

/// Does what `order` says with the practice server that runs for this folder.
pub(crate) async fn run(
    global: &Global,
    order: &SandboxOrder,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match order {
        SandboxOrder::Key { account } => print_key(account, output)?,
        SandboxOrder::EmitEvent(wanted) => {
            let outcome = told(global, &Order::EmitEvent(order_of(wanted))).await?;
            handed_over(outcome, &wanted.out, output)?;
        }
        SandboxOrder::TakeEvents { out } => {
            let outcome = told(global, &Order::TakeEvents).await?;
            handed_over(outcome, out, output)?;
        }
        SandboxOrder::RotateSignatureKey => {
            told(global, &Order::RotateSignatureKey).await?;
            output.talk("From the next event on, another key signs.");
        }
        SandboxOrder::RegisterKey(wanted) => {
            told(global, &registration(wanted)?).await?;
            output.talk("The key is registered, until the practice server stops.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Its key is the same in every sandbox, so none has to run.
fn print_key(account: &str, output: &Output) -> Result<(), Failure> {
    let mut accounts = Sandbox::every_account().into_iter();
    let found = accounts.find(|one| one.account == account);
    let key = found.and_then(|one| one.key).ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            format!("No practice account “{account}” has a key."),
            "wallace, omnicorp and tessier have one; \"proofkey sandbox\" lists all accounts.",
        )
    })?;
    output.data(&key, || key.private_key.clone())
}

fn order_of(wanted: &EmitEvent) -> EventOrder {
    EventOrder {
        kind: wanted.kind,
        account: wanted.account.clone(),
        spelling: if wanted.other_names {
            Spelling::Table
        } else {
            Spelling::Sample
        },
        curve: wanted.curve,
        spoilt: wanted.spoil,
        compromised: wanted.compromised,
        same_client_id: wanted.same_client_id,
    }
}

fn registration(wanted: &RegisterKey) -> Result<Order, Failure> {
    let algorithm = SigningAlgorithm::from_name(&wanted.alg).ok_or_else(|| {
        let known = SigningAlgorithm::ALL.map(SigningAlgorithm::name).join(", ");
        Problem::new(
            Code::DraftInvalid,
            format!(
                "“{}” is not an algorithm that a key signs with.",
                wanted.alg
            ),
            format!("Use one of {known}."),
        )
    })?;
    let key = std::fs::read_to_string(&wanted.file)
        .map_err(|error| io_failure("The key could not be read", &error))?;
    Ok(Order::RegisterKey {
        account: wanted.account.clone(),
        key,
        algorithm,
        key_id: wanted.key_id.clone(),
    })
}

/// What came of `order`; fails where no practice server runs, or where it refuses.
async fn told(global: &Global, order: &Order) -> Result<Outcome, Failure> {
    let folder = environment::config_dir(global)?;
    let running = Descriptor::read(&folder).ok().flatten();
    let refused = |reason: String| -> Failure {
        let remedy = "Look at what \"proofkey sandbox\" prints, and try again.";
        Problem::new(Code::DraftInvalid, reason, remedy).into()
    };
    match running {
        None => Err(nobody()),
        Some(running) => match running.order(order).await {
            Ok(Outcome::Refused(reason)) => Err(refused(reason)),
            Ok(outcome) => Ok(outcome),
            Err(OrderFailed::Unreachable(_)) => Err(nobody()),
            Err(failed @ OrderFailed::NotUnderstood) => Err(refused(failed.to_string())),
        },
    }
}

fn nobody() -> Failure {
    Problem::new(
        Code::NotFound,
        "No practice server runs for this folder.",
        "Start one in another terminal with \"proofkey sandbox\".",
    )
    .into()
}

/// Writes the events, each into a file of its own with its headers beside it.
fn handed_over(outcome: Outcome, folder: &Path, output: &Output) -> Result<(), Failure> {
    let events = match outcome {
        Outcome::Events(events) => events,
        Outcome::Done | Outcome::Refused(_) => Vec::new(),
    };
    let mut written = Vec::new();
    for event in &events {
        let files = write(event, folder);
        written.push(files?);
    }
    output.data(&written, || said(&written))
}

/// For the owner alone, as real ones should be kept: they hold credentials.
fn write(event: &EmittedEvent, folder: &Path) -> Result<Written, Failure> {
    let name = format!("{}-{}", event.kind, event.id);
    let (file, headers_file) = (
        folder.join(format!("{name}.json")),
        folder.join(format!("{name}.headers")),
    );
    let mut headers = String::new();
    for (name, value) in &event.headers {
        let _infallible = writeln!(headers, "{name}: {value}");
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| io_failure("The folder of the events could not be made", &error))?;
    write_private(&file, event.body.as_bytes(), Replace::Existing)?;
    write_private(&headers_file, headers.as_bytes(), Replace::Existing)?;
    Ok(Written {
        id: event.id.clone(),
        kind: event.kind.name(),
        file: file.display().to_string(),
        headers_file: headers_file.display().to_string(),
    })
}

fn said(written: &[Written]) -> String {
    if written.is_empty() {
        return "No events wait.".to_owned();
    }
    let mut text = String::new();
    for one in written {
        let _infallible = writeln!(
            text,
            "{}\n  {}\n  {}\nTake it in with:\n  proofkey talkdesk import-event {} --headers-file {} --practice",
            one.kind, one.file, one.headers_file, one.file, one.headers_file
        );
    }
    text
}
