//! The exit status of every outcome, and how a failure is told.

use std::process::ExitCode;

use proofkey_core::connection::{Finding, Severity};
use proofkey_core::proofkey::Rejected;
use proofkey_core::system::files::FileError;
use proofkey_core::{Code, Problem};

use crate::output::Output;

/// Checked and found wanting.
pub(crate) const WANTING: u8 = 1;

/// What was given is not right.
pub(crate) const INVALID: u8 = 2;

/// The other side refused.
pub(crate) const REFUSED: u8 = 3;

/// A problem, with all findings when it is about input.
pub(crate) struct Failure {
    problems: Vec<Problem>,
    findings: Vec<Finding>,
}

impl Failure {
    pub(crate) fn invalid(summary: impl Into<String>, remedy: impl Into<String>) -> Self {
        Problem::new(Code::DraftInvalid, summary, remedy).into()
    }

    pub(crate) fn internal(detail: &str) -> Self {
        Problem::new(
            Code::Internal,
            format!("Proofkey could not start ({detail})."),
            "Report this with what you did.",
        )
        .into()
    }

    pub(crate) fn cancelled() -> Self {
        Problem::new(Code::Cancelled, "Cancelled.", "Nothing was left half done.").into()
    }

    /// Prints the failure and turns it into the exit status.
    pub(crate) fn report(&self, output: &Output) -> ExitCode {
        for finding in &self.findings {
            output.finding(finding);
        }
        for problem in &self.problems {
            output.problem(problem);
        }
        ExitCode::from(
            self.problems
                .first()
                .map_or(70, |problem| status(problem.code)),
        )
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
            findings: Vec::new(),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            findings: Vec::new(),
        }
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        let mut findings = rejected.findings;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.retain(|finding| finding.severity != Severity::Note);
        Self {
            problems: vec![rejected.problem],
            findings,
        }
    }
}

/// The frozen table of the command line's contract.
fn status(code: Code) -> u8 {
    match code {
        Code::ExportNotValidated => WANTING,
        Code::DraftInvalid
        | Code::NotFound
        | Code::AlreadyExists
        | Code::ExportNotRepresentable
        | Code::ConfirmationMissing => INVALID,
        Code::TokenRefused
        | Code::ApiRefused
        | Code::ResponseMalformed
        | Code::AuthorizationRequired
        | Code::AuthorizationDenied
        | Code::AuthorizationInvalid
        | Code::WrongAccount => REFUSED,
        Code::AuthorizationTimedOut
        | Code::ListenerFailed
        | Code::ServerUnreachable
        | Code::UserAgentUnavailable
        | Code::ClipboardUnavailable
        | Code::FileFailed => 4,
        Code::SecretMissing | Code::VaultUnavailable | Code::VaultDenied => 5,
        Code::Cancelled => 130,
        Code::Internal => 70,
    }
}
