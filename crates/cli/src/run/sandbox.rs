//! `proofkey sandbox`: the practice Talkdesk, or another system, until Ctrl-C.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::{PracticeAccount, PracticeIssuer, PracticePerson, PracticeView};
use proofkey_core::{Code, Problem};
use proofkey_sandbox::{Descriptor, Fault, Options, Sandbox};

use super::{practice_peer, sandbox_orders};
use crate::args::{Global, Sandbox as Arguments};
use crate::exit::Failure;
use crate::output::Output;
use crate::{environment, host};

pub(crate) async fn run(
    global: &Global,
    options: &Arguments,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if let Some(order) = &options.order {
        return sandbox_orders::run(global, order, output).await;
    }
    if options.fault.iter().any(|text| text == "list") {
        let names: Vec<String> = Fault::all().map(|fault| fault.to_string()).collect();
        output.data(&names, || names.join("\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let config_dir = environment::config_dir(global)?;
    std::fs::create_dir_all(&config_dir)
        .map_err(|error| io_failure("The folder could not be made", &error))?;
    refuse_a_second(&config_dir).await?;
    if let Some(id) = &options.provider {
        let proofkey = host::open(global, output).await?;
        return practice_peer::run(&proofkey, id, options, output).await;
    }
    let mut sandbox = Sandbox::start(Options {
        port: options.port,
        ..Options::default()
    })
    .await
    .map_err(|error| io_failure("The practice Talkdesk could not be started", &error))?;
    set_faults(&sandbox, &options.fault)?;
    sandbox
        .publish(&config_dir)
        .map_err(|error| io_failure("Its address could not be written down", &error))?;
    let view = sandbox.view();
    output.data(&view, || introduction(&view))?;
    asked_to_end()
        .await
        .map_err(|error| io_failure("Ctrl-C cannot be waited for", &error))?;
    sandbox
        .stop()
        .await
        .map_err(|error| io_failure("The practice Talkdesk did not stop cleanly", &error))?;
    output.talk("The practice Talkdesk has stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Commands find the practice server by what one file of the folder says: a second one would hide
/// the first.
async fn refuse_a_second(config_dir: &Path) -> Result<(), Failure> {
    match Descriptor::read(config_dir) {
        Ok(Some(running)) if running.answers().await => Err(Problem::new(
            Code::AlreadyExists,
            format!(
                "A practice server is running for this folder already, on 127.0.0.1:{}.",
                running.port
            ),
            "Use that one, stop it first, or name another folder with --config-dir.",
        )
        .into()),
        // What cannot be read, or is gone, is replaced.
        _ => Ok(()),
    }
}

/// All faults of the command line, or everything that is wrong with them.
fn set_faults(sandbox: &Sandbox, texts: &[String]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for text in texts {
        let set = text
            .split_once('=')
            .ok_or_else(|| "It has no fault. Write ACCOUNT=FAULT".to_owned())
            .and_then(|(target, name)| {
                let fault = name.parse::<Fault>().map_err(|error| error.to_string())?;
                sandbox
                    .set_fault(target, fault)
                    .map_err(|error| error.to_string())
            });
        if let Err(reason) = set {
            problems.push(Problem::new(
                Code::DraftInvalid,
                format!("--fault {text}: {}.", reason.trim_end_matches('.')),
                "For example --fault acme=slow. \"proofkey sandbox --fault list\" prints all faults.",
            ));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}

/// Waits for Ctrl-C, or for what "kill" sends.
pub(super) async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

fn introduction(view: &PracticeView) -> String {
    let address = view.address.as_deref().unwrap_or_default();
    let mut text =
        format!("A practice Talkdesk is listening on {address}. Nothing here is real.\n");
    if let Some(first) = view.accounts.first() {
        let _infallible = writeln!(
            text,
            "\nConnect to it from another terminal:\n{}",
            adding("Rehearsal", first, &["account:read"])
        );
    }
    if let Some((account, person)) = first_approved(&view.accounts) {
        text.push_str(&approving(account, person));
    }
    if let Some(one) = view.accounts.iter().find(|one| one.key.is_some()) {
        text.push_str(&signing(one));
        text.push_str(&installing(one));
    }
    text.push_str("\nAccounts\n");
    for one in &view.accounts {
        let _infallible = writeln!(
            text,
            "  {:<10} {:<4} {}",
            one.account, one.region, one.lesson
        );
        card(
            &mut text,
            &one.client_id,
            &one.client_secret,
            one.person.as_ref(),
        );
        if let Some(key) = &one.key {
            let _infallible = writeln!(
                text,
                "  {:<15} key     {}, id {}; \"proofkey sandbox key {}\" prints it",
                "",
                key.algorithm.name(),
                key.key_id,
                one.account
            );
        }
    }
    if let Some(issuer) = &view.issuer {
        text.push_str(&beside(issuer));
    }
    text.push_str("\nCtrl-C stops it.");
    text
}

/// The first account where a person signs in.
fn first_approved(accounts: &[PracticeAccount]) -> Option<(&PracticeAccount, &PracticePerson)> {
    accounts
        .iter()
        .find_map(|one| one.person.as_ref().map(|person| (one, person)))
}

fn approving(account: &PracticeAccount, person: &PracticePerson) -> String {
    format!(
        "\nOr have a person approve. In the browser that opens, {}:\n{} \\\n    \
         --grant authorization_code\n  proofkey authorize Approval\n",
        who(person),
        adding(
            "Approval",
            account,
            &["openid", "refresh_token", "account:read"]
        )
    )
}

/// With the private key in the place of the secret.
fn signing(account: &PracticeAccount) -> String {
    let key = account.key.as_ref();
    format!(
        "\nOr have a client sign its requests:\n  \
         proofkey sandbox key {name} | proofkey connection add Signed --practice \\\n    \
         --provider talkdesk --var account={name} --var region={} --client-id {} \\\n    \
         --auth private_key_jwt --private-key-file - --key-id {} --scope account:read\n",
        account.region,
        account.client_id,
        key.map_or("", |key| key.key_id.as_str()),
        name = account.account,
    )
}

/// An app on `AppConnect` gets its credentials in an event.
fn installing(account: &PracticeAccount) -> String {
    format!(
        "\nOr be an app on AppConnect, whose client signs. This writes the event that brings its\n\
         credentials, and says how to take it in:\n  \
         proofkey sandbox emit-event app.installed --account {}\n",
        account.account
    )
}

/// The server that has what Talkdesk has not.
fn beside(issuer: &PracticeIssuer) -> String {
    let mut text = format!(
        "\nBeside Talkdesk, a server of which only the address has to be known:\n  \
         proofkey providers new --practice --issuer {}\n",
        issuer.issuer
    );
    card(
        &mut text,
        &issuer.client_id,
        &issuer.client_secret,
        Some(&issuer.person),
    );
    text
}

/// What has to be entered; all of it is public.
fn card(text: &mut String, client_id: &str, secret: &str, person: Option<&PracticePerson>) {
    let _infallible = writeln!(text, "  {:<15} ID      {client_id}", "");
    let _infallible = writeln!(text, "  {:<15} secret  {}", "", visible_ends(secret));
    if let Some(person) = person {
        let _infallible = writeln!(text, "  {:<15} {}", "", who(person));
    }
}

/// Whom to sign in as.
pub(super) fn who(person: &PracticePerson) -> String {
    format!("sign in as {} with {}", person.email, person.password)
}

/// In quotation marks when a blank at its end is the lesson: nobody could copy what cannot be seen.
fn visible_ends(secret: &str) -> String {
    if secret.trim() == secret {
        secret.to_owned()
    } else {
        format!("'{secret}'")
    }
}

/// A whole command to paste. The secret is public: it opens nothing but this sandbox.
fn adding(name: &str, one: &PracticeAccount, scopes: &[&str]) -> String {
    let scopes: Vec<String> = scopes
        .iter()
        .map(|scope| format!("--scope {scope}"))
        .collect();
    format!(
        "  printf %s '{}' | proofkey connection add {name} --practice --provider talkdesk \\\n    \
         --var account={} --var region={} --client-id {} --client-secret-stdin {}",
        one.client_secret,
        one.account,
        one.region,
        one.client_id,
        scopes.join(" ")
    )
}

pub(super) fn io_failure(what: &str, error: &std::io::Error) -> Failure {
    Problem::new(
        Code::FileFailed,
        format!("{what}: {error}."),
        "Choose another port with --port, or another folder with --config-dir.",
    )
    .into()
}
