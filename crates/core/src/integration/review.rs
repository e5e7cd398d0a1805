//! Whether an integration holds together; everything that is wrong comes at once.

mod bound;
mod judges;
mod names;
mod sign_in;
#[cfg(test)]
mod tests;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(super) use self::bound::Bound;
use super::Integration;
use super::file::IntegrationFile;
use super::own;
use super::places::Places;
use super::presents::Presents;
use crate::connection::Finding;
use crate::provider::{self, Catalogue, Grant, Provider};

/// As [`Integration::of`].
pub(super) fn review(
    file: &IntegrationFile,
    catalogue: &Catalogue,
) -> Result<Integration, Vec<Finding>> {
    let mut review = Review {
        file,
        findings: Vec::new(),
    };
    let returns = review.names();
    let made = review.system(catalogue);
    match (made, review.findings) {
        (Some(system), findings) if findings.is_empty() => Ok(Integration {
            path: file.path.clone(),
            provider: system.provider,
            presents: system.presents,
            scopes: file.scopes.clone(),
            fixed: system.fixed,
            fields: system.bound.into_fields(file),
            returns,
            unknown_fields: file.unknown_fields,
            probes: system.probes,
            in_flight: file.in_flight,
            timeout: file
                .timeout_ms
                .map(|longest| Duration::from_millis(longest.into())),
            places: Places::default(),
        }),
        (_, findings) => Err(findings),
    }
}

pub(super) struct Review<'a> {
    pub(super) file: &'a IntegrationFile,
    pub(super) findings: Vec<Finding>,
}

/// What is asked, and what the fields are for.
pub(super) struct System {
    pub(super) provider: Arc<Provider>,
    pub(super) presents: Presents,
    pub(super) fixed: BTreeMap<String, String>,
    pub(super) bound: Bound,
    pub(super) probes: Vec<usize>,
}

impl Review<'_> {
    fn system(&mut self, catalogue: &Catalogue) -> Option<System> {
        let system = self.found(catalogue)?;
        self.judges(&system);
        Some(system)
    }

    fn found(&mut self, catalogue: &Catalogue) -> Option<System> {
        match (&self.file.provider, &self.file.upstream) {
            (Some(id), None) => match catalogue.shared(id) {
                Ok(provider) => self.known(provider),
                Err(problem) => {
                    self.wrong("provider", problem.summary, problem.remedy);
                    None
                }
            },
            (None, Some(upstream)) => own::system(self, upstream),
            (Some(_), Some(_)) => {
                self.wrong(
                    "upstream",
                    "There is a provider and a call of one's own.",
                    "Keep one: provider = \"...\", or [integration.upstream].",
                );
                None
            }
            (None, None) => {
                self.wrong(
                    "provider",
                    "Nothing says which system is asked.",
                    "Add provider = \"...\" with the id of a provider, or [integration.upstream].",
                );
                None
            }
        }
    }

    fn known(&mut self, provider: Arc<Provider>) -> Option<System> {
        if provider.grants.iter().all(|&grant| grant == Grant::None) {
            self.asks_nothing(&provider);
            return None;
        }
        let before = self.findings.len();
        let mut bound = Bound::default();
        self.variables(&provider, &mut bound);
        let grant = self.grant(&provider)?;
        let presents = self.presents(&provider, grant, &mut bound)?;
        let probes = self.probes(&provider, grant, &presents, &bound);
        if self.findings.len() == before {
            self.sample(&provider, &bound);
        }
        Some(System {
            fixed: self.file.fixed.clone(),
            provider,
            presents,
            bound,
            probes,
        })
    }

    /// The provider's calls that these fields can make, the best first.
    fn probes(
        &mut self,
        provider: &Provider,
        grant: Grant,
        presents: &Presents,
        bound: &Bound,
    ) -> Vec<usize> {
        let is_token = matches!(presents, Presents::Token { .. });
        let sample = self.sampled(provider, bound);
        let fits = |probe: &provider::Probe| {
            let of_the_grant = probe.grant.is_none_or(|only| only == grant || is_token);
            let asked_for =
                |scope: &String| self.file.scopes.is_empty() || self.file.scopes.contains(scope);
            of_the_grant
                && probe.scope.as_ref().is_none_or(asked_for)
                && provider::probe_path(provider, &sample, &probe.path).is_some()
        };
        let probes = provider.probes.iter().enumerate();
        let fitting: Vec<usize> = probes
            .filter_map(|(index, probe)| fits(probe).then_some(index))
            .collect();
        let needed = !matches!(presents, Presents::Client(_)) || !self.file.returns.is_empty();
        if fitting.is_empty() && needed {
            let empty = provider
                .probes
                .iter()
                .find_map(|probe| provider::empty_variable(provider, &sample, &probe.path));
            let remedy = match empty {
                Some(variable) => format!(
                    "Add fixed.{}, for example {}.",
                    variable.name, variable.example
                ),
                None => {
                    "Choose other scopes, or describe a call in [integration.upstream].".to_owned()
                }
            };
            let summary = format!(
                "No call of {} fits, so nothing could be tried.",
                provider.name
            );
            self.wrong("provider", summary, remedy);
        }
        fitting
    }

    pub(super) fn wrong(
        &mut self,
        field: impl Into<String>,
        summary: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.findings
            .push(Finding::blocking(field, summary, remedy));
    }
}
