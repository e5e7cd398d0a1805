//! `proofkey validate` and `proofkey token`.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use proofkey_core::Problem;
use proofkey_core::check::{Check, CheckId, Report, Verdict};
use proofkey_core::ports::Progress;
use proofkey_core::proofkey::Proofkey;
use serde_json::json;

use crate::args::{Token, Validate};
use crate::exit::{Failure, WANTING};
use crate::output::{Output, report_text};

pub(crate) async fn validate(
    proofkey: &Proofkey,
    options: &Validate,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match &options.name {
        Some(name) => prove_and_print(proofkey, name, output).await,
        None => prove_all(proofkey, output).await,
    }
}

/// Proves one connection and prints its report; the status says whether it passed.
pub(crate) async fn prove_and_print(
    proofkey: &Proofkey,
    name: &str,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let title = proofkey.find(name)?.name;
    let report = prove(proofkey, name, output).await?;
    output.data(&report, || report_text(&title, &report))?;
    Ok(status_of([&report]))
}

/// Proves one connection while a person may watch.
pub(crate) async fn prove(
    proofkey: &Proofkey,
    name: &str,
    output: &Output,
) -> Result<Report, Problem> {
    proofkey.validate(name, &Ticker::new(output)).await
}

async fn prove_all(proofkey: &Proofkey, output: &Output) -> Result<ExitCode, Failure> {
    let all = proofkey.connections()?;
    let (mut reports, mut problems) = (Vec::new(), Vec::new());
    let mut text = String::new();
    for view in &all.connections {
        match prove(proofkey, &view.id, output).await {
            Ok(report) => {
                text.push_str(&report_text(&view.name, &report));
                text.push_str("\n\n");
                reports.push(report);
            }
            // One that cannot be tried, such as practice without the sandbox, keeps no other back.
            Err(problem) => problems.push(Problem {
                summary: format!("“{}”: {}", view.name, problem.summary),
                ..problem
            }),
        }
    }
    output.data(&reports, || {
        if all.connections.is_empty() {
            "There are no connections to prove.".to_owned()
        } else {
            text
        }
    })?;
    if problems.is_empty() {
        Ok(status_of(&reports))
    } else {
        Err(problems.into())
    }
}

pub(crate) async fn token(
    proofkey: &Proofkey,
    options: &Token,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let issued = proofkey
        .access_token(&options.name, options.min_ttl)
        .await?;
    if let Some(problem) = &issued.unkept {
        output.talk(&format!(
            "The token could not be kept, so the next one comes from the server again. {} {}",
            problem.summary, problem.remedy
        ));
    }
    // The one command whose purpose is to hand the token to its caller (house rule 2).
    let document = json!({
        "access_token": issued.access_token.expose(),
        "token_type": "Bearer",
        "expires_at": issued.expires_at,
        "scopes": issued.scopes,
        "api_base": issued.api_base,
        "header": issued.header,
        "cached": issued.cached,
    });
    output.data(&document, || issued.access_token.expose().to_owned())?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn status_of<'a>(reports: impl IntoIterator<Item = &'a Report>) -> ExitCode {
    if reports
        .into_iter()
        .all(|report| report.verdict == Verdict::Passed)
    {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(WANTING)
    }
}

/// Tells a person who watches how far a proof is, on one line that vanishes: the report says it all
/// again. Where nobody watches, nothing is said.
pub(super) struct Ticker {
    watched: bool,
    done: AtomicUsize,
}

impl Ticker {
    pub(super) fn new(output: &Output) -> Self {
        Self {
            watched: output.is_watched(),
            done: AtomicUsize::new(0),
        }
    }

    fn show(&self, text: &str) {
        if self.watched {
            // Carriage return and "erase to the end of the line" (ECMA-48 EL).
            // A terminal that went away is no reason to stop a proof, and `eprint!` would panic.
            let _unheard = write!(std::io::stderr().lock(), "\r\x1b[K{text}");
        }
    }
}

impl Progress for Ticker {
    fn started(&self, id: CheckId) {
        let at = self.done.load(Ordering::Relaxed) + 1;
        self.show(&format!("[{at}/{}] {}", CheckId::ALL.len(), stage(id)));
    }

    fn finished(&self, _check: &Check) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.show("");
    }
}

fn stage(id: CheckId) -> &'static str {
    match id {
        CheckId::Configuration => "Looking at the values",
        CheckId::Dns => "Looking up the name",
        CheckId::Tcp => "Connecting",
        CheckId::Tls => "Checking the certificate",
        CheckId::Token => "Asking for a token",
        CheckId::Scope => "Comparing the scopes",
        CheckId::Api => "Calling the API",
        CheckId::Account => "Comparing the account",
        CheckId::Vault => "Reading the secret back from the vault",
    }
}
