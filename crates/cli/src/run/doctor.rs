//! `proofkey doctor`: is this machine ready?

use std::fmt::Write;
use std::process::ExitCode;

use proofkey_core::Problem;
use proofkey_core::border::{AuthorizationStanding, ConnectionView, Standing, VaultStatus};
use proofkey_core::proofkey::{Connections, Proofkey};
use proofkey_sandbox::Descriptor;
use serde::Serialize;
use serde_json::json;

use crate::exit::{Failure, WANTING};
use crate::output::Output;

pub(crate) async fn run(proofkey: &Proofkey, output: &Output) -> Result<ExitCode, Failure> {
    let vault = proofkey.vault_status().await;
    let all = proofkey.connections()?;
    let practice = Descriptor::announced(proofkey.config_dir()).await.is_some();
    let settings = proofkey.check_settings().err();
    let problems = &proofkey.catalogue_problems();
    let unapproved: Vec<Unapproved> = all.connections.iter().filter_map(unapproved).collect();
    let unproven = unproven(&all);
    let ready = vault.working
        && settings.is_none()
        && all.unreadable.is_empty()
        && problems.is_empty()
        && unapproved.is_empty();
    let document = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "config_dir": proofkey.config_dir(),
        "vault": vault,
        "connections": all.connections.len(),
        "unreadable": all.unreadable,
        "unproven": unproven,
        "unapproved": unapproved,
        "provider_problems": problems,
        "settings_problem": settings,
        "practice_running": practice,
        "ready": ready,
    });
    output.data(&document, || {
        let mut lines = format!(
            "Proofkey {}\nConfiguration   {}\n{}",
            env!("CARGO_PKG_VERSION"),
            proofkey.config_dir().display(),
            vault_text(&vault)
        );
        lines.push_str(&files_text(&all, problems, settings.as_ref()));
        lines.push_str(&proofs_text(&unproven));
        lines.push_str(&approvals_text(&unapproved));
        lines.push_str(if practice {
            "Practice        running\n"
        } else {
            "Practice        not running\n"
        });
        lines.push_str(if ready {
            "This machine is ready."
        } else {
            "Something needs your attention."
        });
        lines
    })?;
    Ok(if ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(WANTING)
    })
}

/// What the configuration folder holds, and what in it cannot be used.
fn files_text(all: &Connections, providers: &[Problem], settings: Option<&Problem>) -> String {
    let mut text = format!("Connections     {}\n", all.connections.len());
    for file in &all.unreadable {
        let _infallible = writeln!(text, "Left alone      {} ({})", file.path, file.reason);
    }
    let named = providers.iter().map(|problem| ("Provider file", problem));
    for (what, problem) in named.chain(settings.map(|problem| ("Settings", problem))) {
        let _infallible = writeln!(text, "{what:<15} {} {}", problem.summary, problem.remedy);
    }
    text
}

/// The ids of connections that their last proof says nothing good of, but for those that wait for an
/// approval first. Grey is no fault of the machine.
fn unproven(all: &Connections) -> Vec<&str> {
    let views = all.connections.iter();
    views
        .filter(|view| view.standing != Standing::Proven && unapproved(view).is_none())
        .map(|view| view.id.as_str())
        .collect()
}

fn proofs_text(unproven: &[&str]) -> String {
    match unproven {
        [] => String::new(),
        [id] => format!("Not proven      {id}: run \"proofkey validate {id}\"\n"),
        ids => format!(
            "Not proven      {}: run \"proofkey validate --all\"\n",
            ids.join(", ")
        ),
    }
}

/// A connection that hands out no token until a person has approved.
#[derive(Serialize)]
struct Unapproved<'a> {
    id: &'a str,
    standing: AuthorizationStanding,
}

fn unapproved(view: &ConnectionView) -> Option<Unapproved<'_>> {
    let standing = view.authorization.as_ref()?.standing;
    (standing != AuthorizationStanding::Authorized).then_some(Unapproved {
        id: &view.id,
        standing,
    })
}

fn approvals_text(unapproved: &[Unapproved<'_>]) -> String {
    let mut text = String::new();
    for one in unapproved {
        let what = match one.standing {
            AuthorizationStanding::SignInAgain => "has ended",
            AuthorizationStanding::Required | AuthorizationStanding::Authorized => "is missing",
        };
        let _infallible = writeln!(
            text,
            "Approval        of {} {what}: run \"proofkey authorize {}\"",
            one.id, one.id
        );
    }
    text
}

pub(crate) fn vault_text(status: &VaultStatus) -> String {
    let mut text = format!(
        "Vault           {}\n                {}\n",
        status.description.name, status.description.protection
    );
    if status.working {
        text.push_str("                An item was written, read back and removed.\n");
    }
    for line in [&status.summary, &status.remedy].into_iter().flatten() {
        let _infallible = writeln!(text, "                {line}");
    }
    for line in &status.reconciled {
        let _infallible = writeln!(text, "Put right       {line}");
    }
    text
}
