//! Where an account is: from what was typed, and by asking the regions.

use super::Proofkey;
use super::connections::Rejected;
use super::names::account_variable;
use crate::border::{Located, RegionSighting, Sighting};
use crate::check;
use crate::connection::ConnectionDraft;
use crate::error::{Code, Problem};
use crate::provider::{Provider, VariableKind, locate};

impl Proofkey {
    /// What a typed account name or pasted address says.
    pub fn locate(&self, provider: &str, input: &str) -> Result<Located, Problem> {
        Ok(locate(&*self.provider(provider)?, input))
    }

    /// Replaces an account that was typed or pasted as an address by the account name in it, and sets
    /// the region that the address names unless the draft has one. What cannot be understood stays as
    /// it is, for [`Proofkey::review`] to say why.
    pub fn take_address(&self, draft: &mut ConnectionDraft) -> Result<(), Problem> {
        let provider = &self.provider(&draft.provider)?;
        let variable = account_variable(provider);
        let Some(typed) = draft.variables.get(variable) else {
            return Ok(());
        };
        let located = locate(provider, typed);
        let Some(account) = located.account else {
            return Ok(());
        };
        draft.variables.insert(variable.to_owned(), account);
        if let Some(region) = located.region {
            draft
                .variables
                .entry(region_variable(provider).to_owned())
                .or_insert(region);
        }
        Ok(())
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
