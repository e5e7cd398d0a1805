//! What other regions say about an account, as evidence in the verdicts.

use super::report::{Cause, Check, RemedyAction};
use super::wording::{list, quoted};
use crate::border::{RegionSighting, Sighting};

/// The sightings of an account in all regions, seen from the region that the connection names.
#[derive(Clone, Copy, Default)]
pub(super) struct Elsewhere<'a> {
    pub account: Option<&'a str>,
    /// Region id of the connection.
    pub here: Option<&'a str>,
    /// Empty when no region was asked.
    pub sightings: &'a [RegionSighting],
}

impl Elsewhere<'_> {
    /// The connection's own region knows the account.
    pub(super) fn found_here(&self) -> bool {
        self.of(Sighting::Found)
            .any(|sighting| self.is_here(sighting))
    }

    /// The account answers in another region: the first such region, with a way to switch to it.
    pub(super) fn cause(&self) -> Option<Cause> {
        let there = self
            .of(Sighting::Found)
            .find(|sighting| !self.is_here(sighting))?;
        let account = quoted(self.account.unwrap_or("the account"), 63);
        let summary = match self.here_label() {
            Some(here) if !self.found_here() => format!(
                "The account {account} answers in {}, and not in {here}.",
                there.label
            ),
            _ => format!("An account {account} answers in {} as well.", there.label),
        };
        Some(
            Cause::new(
                summary,
                format!(
                    "Switch this connection to {}, then validate again.",
                    there.label
                ),
            )
            .doing(RemedyAction::SwitchRegion {
                region: there.region.clone(),
            }),
        )
    }

    /// No region that answered knows the account.
    pub(super) fn nowhere(&self) -> Option<Cause> {
        let asked: Vec<&str> = self
            .of(Sighting::Absent)
            .map(|sighting| sighting.label.as_str())
            .collect();
        let found = self.of(Sighting::Found).next().is_some();
        let absent_here = self.of(Sighting::Absent).any(|it| self.is_here(it));
        (absent_here && !found).then(|| {
            Cause::new(
                format!(
                    "The account name is probably mistyped: {} does not seem to exist in {}.",
                    quoted(self.account.unwrap_or("the account"), 63),
                    list(asked)
                ),
                "Compare it, letter by letter, with the address you see when you sign in, or paste that address.",
            )
        })
    }

    /// Adds what each region did to the evidence of `check`.
    pub(super) fn describe(&self, check: Check) -> Check {
        self.sightings.iter().fold(check, |check, sighting| {
            check.with(&format!("region_{}", sighting.region), &sighting.detail)
        })
    }

    fn of(&self, sighting: Sighting) -> impl Iterator<Item = &RegionSighting> {
        self.sightings
            .iter()
            .filter(move |it| it.sighting == sighting)
    }

    fn is_here(&self, sighting: &RegionSighting) -> bool {
        Some(sighting.region.as_str()) == self.here
    }

    fn here_label(&self) -> Option<&str> {
        self.sightings
            .iter()
            .find(|sighting| self.is_here(sighting))
            .map(|sighting| sighting.label.as_str())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::check) fn sighting(region: &str, sighting: Sighting) -> RegionSighting {
        RegionSighting {
            region: region.to_owned(),
            label: region.to_ascii_uppercase(),
            sighting,
            detail: "it answered".to_owned(),
        }
    }

    fn seen_from_us(sightings: &[RegionSighting]) -> Elsewhere<'_> {
        Elsewhere {
            account: Some("acme"),
            here: Some("us"),
            sightings,
        }
    }

    #[test]
    fn an_account_in_another_region_only_is_the_wrong_region() {
        let sightings = [
            sighting("us", Sighting::Absent),
            sighting("eu", Sighting::Found),
        ];
        let elsewhere = seen_from_us(&sightings);
        let cause = elsewhere.cause().expect("a cause");
        assert_eq!(
            cause.summary,
            "The account “acme” answers in EU, and not in US."
        );
        assert_eq!(
            cause.action,
            Some(RemedyAction::SwitchRegion {
                region: "eu".to_owned()
            })
        );
        assert!(elsewhere.nowhere().is_none());
        assert!(!elsewhere.found_here());
    }

    #[test]
    fn an_account_in_both_regions_is_said_so() {
        let sightings = [
            sighting("us", Sighting::Found),
            sighting("eu", Sighting::Found),
        ];
        let elsewhere = seen_from_us(&sightings);
        assert!(elsewhere.found_here());
        assert!(
            elsewhere
                .cause()
                .expect("a cause")
                .summary
                .contains("as well")
        );
    }

    #[test]
    fn an_account_that_no_region_knows_is_mistyped() {
        let sightings = [
            sighting("us", Sighting::Absent),
            sighting("eu", Sighting::Unclear),
        ];
        let elsewhere = seen_from_us(&sightings);
        assert!(elsewhere.cause().is_none());
        assert!(elsewhere.nowhere().is_some());
    }

    #[test]
    fn regions_that_could_not_be_asked_prove_nothing() {
        let sightings = [
            sighting("us", Sighting::Unclear),
            sighting("eu", Sighting::Unclear),
        ];
        let elsewhere = seen_from_us(&sightings);
        assert!(elsewhere.cause().is_none());
        assert!(elsewhere.nowhere().is_none());
    }
}
