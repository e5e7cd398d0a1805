//! What a cause of a failed check offers to do, done.

use super::Proofkey;
use super::approval::approval_survives;
use super::connections::refuse_another_client_while_held;
use super::regions::region_variable;
use crate::border::ConnectionView;
use crate::check::RemedyAction;
use crate::connection::credentials::credentials;
use crate::connection::{Connection, hygiene};
use crate::error::{Code, Problem};
use crate::provider::{self, Provider};
use crate::vault::SecretDocument;

impl Proofkey {
    /// Does what a cause of a failed check offered. The connection is unproven afterwards.
    ///
    /// [`Code::DraftInvalid`] when there is nothing to do or nothing it could lead to; the connection
    /// and its proof then stay as they are.
    pub async fn apply_remedy(
        &self,
        name: &str,
        action: RemedyAction,
    ) -> Result<ConnectionView, Problem> {
        let (old, _turn) = self.settled(name).await?;
        let mut document = self.secrets_of(&old).await?;
        let mut connection = self.successor(&old);
        let provider = &self.provider(&old.provider)?;
        let asked = credentials(provider, old.grant, old.client_authentication);
        let tidied_secret = matches!(action, RemedyAction::TidyClientSecret);
        if matches!(
            action,
            RemedyAction::TidyClientId | RemedyAction::SwapCredentials
        ) {
            refuse_another_client_while_held(&old)?;
        }
        match action {
            RemedyAction::TidyClientSecret => {
                let label = asked.secret.map_or("Client secret", |asked| asked.label);
                tidy_client_secret(&mut document, label)?;
            }
            RemedyAction::TidyClientId => {
                let label = asked.identifier.map_or("Client ID", |asked| asked.label);
                tidy_client_id(&mut document, label)?;
            }
            RemedyAction::SwapCredentials => swap_credentials(&mut document)?,
            RemedyAction::Authorize => {
                return Err(Problem::new(
                    Code::DraftInvalid,
                    "Only a person can approve, in the browser.",
                    format!(
                        "Authorize it in the window, or run \"proofkey authorize {}\".",
                        old.id
                    ),
                ));
            }
            RemedyAction::SwitchRegion { region } => {
                switch_region(provider, &mut connection, region)?;
            }
        }
        // The same client, with its secret written right, was approved; another one was not.
        let survives = tidied_secret && approval_survives(&old, &connection);
        if !survives {
            document.forget_approval();
        }
        document.cached_token = None;
        let connection = self.save(connection, document, Some(old.secrets)).await?;
        self.carry_approval(&old, &connection, survives)?;
        Ok(self.view_with_report(&connection))
    }
}

fn tidy_client_secret(document: &mut SecretDocument, label: &str) -> Result<(), Problem> {
    let tidied =
        hygiene::tidy(document.required_client_secret()?).ok_or_else(|| nothing_to_tidy(label))?;
    document.client_secret = Some(tidied);
    Ok(())
}

fn tidy_client_id(document: &mut SecretDocument, label: &str) -> Result<(), Problem> {
    document.client_id =
        hygiene::tidy(&document.client_id).ok_or_else(|| nothing_to_tidy(label))?;
    Ok(())
}

fn swap_credentials(document: &mut SecretDocument) -> Result<(), Problem> {
    document.required_client_secret()?;
    if let Some(secret) = document.client_secret.take() {
        document.client_secret = Some(std::mem::replace(&mut document.client_id, secret));
    }
    Ok(())
}

fn switch_region(
    provider: &Provider,
    connection: &mut Connection,
    region: String,
) -> Result<(), Problem> {
    if !provider.regions.iter().any(|known| known.id == region) {
        return Err(Problem::new(
            Code::DraftInvalid,
            "There is no such region.",
            "Choose one of the provider's regions.",
        ));
    }
    let variable = region_variable(provider).to_owned();
    connection.variables.insert(variable, region);
    // Some regions ask for addresses that this connection does not have.
    provider::endpoints(provider, &connection.variables).map(drop)
}

fn nothing_to_tidy(what: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("There is nothing to tidy in “{what}”: it was changed since the proof."),
        "Validate again to see what is wrong now.",
    )
}
