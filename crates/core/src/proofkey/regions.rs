//! Where an account is: from what was typed, and by asking the regions.

use super::Proofkey;
use super::connections::Rejected;
use super::names::account_variable;
use crate::border::{Located, RegionSighting, Sighting};
use crate::check;
use crate::connection::{ConnectionDraft, Finding};
use crate::error::{Code, Problem};
use crate::provider::{Provider, VariableKind, locate, locate_variable};

impl Proofkey {
    /// What a typed account name or pasted address says.
    pub fn locate(&self, provider: &str, input: &str) -> Result<Located, Problem> {
        Ok(locate(&*self.provider(provider)?, input))
    }

    /// What a value typed or pasted for the variable `name` says; the value found is in `account`.
    pub fn locate_variable(
        &self,
        provider: &str,
        name: &str,
        input: &str,
    ) -> Result<Located, Problem> {
        Ok(locate_variable(&*self.provider(provider)?, name, input))
    }

    /// Replaces values that were typed or pasted as an address by what the variable stands for in it,
    /// and sets the region that the address names unless the draft has one. What cannot be understood
    /// stays as it is, for [`Proofkey::review`] to say why. What was changed is told, for people.
    pub fn take_address(&self, draft: &mut ConnectionDraft) -> Result<Vec<Finding>, Problem> {
        let provider = &self.provider(&draft.provider)?;
        let mut notes = Vec::new();
        for (name, typed) in draft.variables.clone() {
            let located = locate_variable(provider, &name, &typed);
            let Some(value) = located.account else {
                continue;
            };
            notes.extend(located.findings);
            draft.variables.insert(name, value);
            if let Some(region) = located.region {
                draft
                    .variables
                    .entry(region_variable(provider).to_owned())
                    .or_insert(region);
            }
        }
        Ok(notes)
    }

    /// Asks each region's public address whether the account exists. No secret is sent.
    pub async fn detect_regions(
        &self,
        provider: &str,
        account: &str,
        practice: bool,
    ) -> Result<Vec<RegionSighting>, Problem> {
        let provider = &self.provider(provider)?;
        let network = self.network(practice)?;
        Ok(check::detect_regions(&network, provider, account).await)
    }

    /// Replaces region "auto" by the one region that answers for the account. Nobody is asked before
    /// everything else in the draft is right.
    pub(super) async fn settle_region(
        &self,
        draft: &mut ConnectionDraft,
        changing: Option<&str>,
    ) -> Result<(), Rejected> {
        let provider = &self.provider(&draft.provider)?;
        let variable = region_variable(provider);
        if draft.variables.get(variable).map(String::as_str) != Some("auto") {
            return Ok(());
        }
        self.refuse_blocked(draft, changing, &[&format!("variables.{variable}")])?;
        let account = draft
            .variables
            .get(account_variable(provider))
            .cloned()
            .unwrap_or_default();
        let sightings = self
            .detect_regions(&draft.provider, &account, draft.practice)
            .await?;
        let mut found = sightings
            .iter()
            .filter(|sighting| sighting.sighting == Sighting::Found);
        match (found.next(), found.next()) {
            (Some(only), None) => {
                draft
                    .variables
                    .insert(variable.to_owned(), only.region.clone());
                Ok(())
            }
            (first, _) => Err(unsettled(&sightings, first.is_some(), variable).into()),
        }
    }
}

pub(super) fn region_variable(provider: &Provider) -> &str {
    provider
        .variables
        .iter()
        .find(|variable| variable.kind == VariableKind::Region)
        .map_or("region", |variable| variable.name.as_str())
}

fn unsettled(sightings: &[RegionSighting], several: bool, variable: &str) -> Problem {
    let answers: Vec<String> = sightings
        .iter()
        .map(|sighting| format!("{}: {}", sighting.label, sighting.detail))
        .collect();
    let summary = if several {
        "The account answers in more than one region."
    } else {
        "No region answers for this account."
    };
    Problem::new(
        Code::DraftInvalid,
        summary,
        format!(
            "Choose the region yourself. What each said: {}",
            answers.join(" ")
        ),
    )
    .at(format!("variables.{variable}"))
}
