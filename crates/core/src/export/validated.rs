//! The only thing that can be exported: a connection together with the proof of this very content.

use url::Url;

use super::TestCall;
use crate::check::{self, CheckId, CheckStatus, Report, Verdict};
use crate::connection::{Connection, ResolvedEndpoints};
use crate::error::{Code, Problem};
use crate::probe;
use crate::provider::{self, Provider};

/// A connection that passed its proof and was not changed since.
///
/// It can only be made by [`ValidatedConnection::new`], and every exporting function asks for it.
pub struct ValidatedConnection<'a> {
    pub(super) connection: &'a Connection,
    pub(super) provider: &'a Provider,
    pub(super) report: &'a Report,
    pub(super) endpoints: ResolvedEndpoints,
}

impl<'a> ValidatedConnection<'a> {
    /// Pairs a connection with its proof.
    ///
    /// `Code::ExportNotValidated` says what to do when the report did not pass, is of another
    /// connection or provider, or of an earlier content; `Code::DraftInvalid` when the addresses can
    /// no longer be worked out.
    pub fn new(
        connection: &'a Connection,
        provider: &'a Provider,
        report: &'a Report,
    ) -> Result<Self, Problem> {
        let belongs = report.connection == connection.id.as_str()
            && report.provider == connection.provider
            && provider.id == connection.provider;
        if !belongs {
            return Err(not_validated(
                "The stored proof belongs to another connection.",
            ));
        }
        if report.content_id != check::content_id(connection, provider) {
            return Err(not_validated(
                "The connection, or its provider file, was changed after it was last proven.",
            ));
        }
        if report.verdict != Verdict::Passed || !all_passed(report) {
            return Err(not_validated("The last proof of the connection failed."));
        }
        let mut endpoints = provider::endpoints(provider, &connection.variables)?;
        // What was proven is the API that the token led to.
        let proven = report.api_base.as_deref();
        endpoints.api_base = provider::proven_base(provider, &endpoints, proven);
        Ok(Self {
            connection,
            provider,
            report,
            endpoints,
        })
    }

    pub fn connection(&self) -> &Connection {
        self.connection
    }

    /// Where the API is: as the answer of the proof said, where the provider lets it say so.
    pub(super) fn api_base(&self) -> Url {
        provider::proven_base(
            self.provider,
            &self.endpoints,
            self.report.api_base.as_deref(),
        )
    }

    /// The call by which the proof tried the API, when the API answered it.
    pub(super) fn test_call(&self) -> Option<TestCall> {
        let answered = self.report.check(CheckId::Api).is_some_and(|check| {
            matches!(check.status, CheckStatus::Passed | CheckStatus::Warning)
        });
        let granted = self.report.granted_scopes.as_deref();
        let probe = check::best_probe(self.provider, self.connection, granted);
        let probe = probe.filter(|_| answered)?;
        let variables = &self.connection.variables;
        let url = probe::url(self.provider, variables, &self.api_base(), probe)?;
        Some(TestCall {
            url: url.to_string(),
            headers: probe.headers.clone(),
        })
    }
}

/// A report from a file could claim a verdict that its own checks do not bear out.
fn all_passed(report: &Report) -> bool {
    CheckId::ALL.into_iter().all(|id| {
        report.check(id).is_some_and(|check| {
            matches!(
                check.status,
                CheckStatus::Passed | CheckStatus::Warning | CheckStatus::Skipped
            )
        })
    })
}

fn not_validated(summary: &str) -> Problem {
    Problem::new(
        Code::ExportNotValidated,
        summary,
        "Validate the connection, then export it.",
    )
}
