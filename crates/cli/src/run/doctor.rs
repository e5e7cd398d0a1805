//! `proofkey doctor`: is this machine ready?

use std::fmt::Write;
use std::process::ExitCode;

use proofkey_core::border::VaultStatus;
use proofkey_core::proofkey::Proofkey;
use proofkey_sandbox::Descriptor;
use serde_json::json;

use crate::exit::{Failure, WANTING};
use crate::output::Output;

pub(crate) async fn run(proofkey: &Proofkey, output: &Output) -> Result<ExitCode, Failure> {
    let vault = proofkey.vault_status().await;
    let all = proofkey.connections()?;
    let practice = match Descriptor::read(proofkey.config_dir()) {
        Ok(Some(descriptor)) => descriptor.answers().await,
        Ok(None) | Err(_) => false,
    };
    let problems = proofkey.catalogue_problems();
    let ready = vault.working && all.unreadable.is_empty() && problems.is_empty();
    let document = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "config_dir": proofkey.config_dir(),
        "vault": vault,
        "connections": all.connections.len(),
        "unreadable": all.unreadable,
        "provider_problems": problems,
        "practice_running": practice,
        "ready": ready,
    });
    output.data(&document, || {
        let mut text = format!(
            "Proofkey {}\nConfiguration   {}\n{}",
            env!("CARGO_PKG_VERSION"),
            proofkey.config_dir().display(),
            vault_text(&vault)
        );
        let _infallible = writeln!(text, "Connections     {}", all.connections.len());
        for file in &all.unreadable {
            let _infallible = writeln!(text, "Left alone      {} ({})", file.path, file.reason);
        }
        for problem in problems {
            let _infallible = writeln!(
                text,
                "Provider file   {} {}",
                problem.summary, problem.remedy
            );
        }
        let _infallible = writeln!(
            text,
            "Practice        {}",
            if practice { "running" } else { "not running" }
        );
        text.push_str(if ready {
            "Everything is ready."
        } else {
            "Something needs your attention."
        });
        text
    })?;
    Ok(if ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(WANTING)
    })
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
