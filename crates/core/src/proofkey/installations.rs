//! Answering an installation of an app: only ever because a person asked for it.

use super::Proofkey;
use crate::border::ConnectionView;
use crate::connection::{InstallationAnswer, InstallationState};
use crate::error::{Code, Problem};
use crate::probe::Presented;
use crate::talkdesk::{self, INSTALLATION_SCOPE};

impl Proofkey {
    /// Approves or rejects the installation that the connection's credentials are of, and notes it.
    ///
    /// `DraftInvalid` when no event made the connection, or when its tokens lack the scope that this
    /// takes; `ApiRefused` quotes the API. It is sent once, whatever comes of it.
    pub async fn answer_installation(
        &self,
        name: &str,
        state: InstallationState,
        reason: Option<&str>,
    ) -> Result<ConnectionView, Problem> {
        let connection = self.find(name)?;
        let installation = connection.installation.as_ref().ok_or_else(|| {
            Problem::new(
                Code::DraftInvalid,
                format!(
                    "“{}” does not come from an installation of an app.",
                    connection.name
                ),
                "Import the event app.installed of that installation first.",
            )
            .at("name")
        })?;
        let token = self.access_token(name, 30).await?;
        let lacks = |scopes: &Vec<String>| !scopes.iter().any(|it| it == INSTALLATION_SCOPE);
        if token.scopes.as_ref().is_some_and(lacks) {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!("The connection's tokens lack the scope {INSTALLATION_SCOPE}."),
                format!(
                    "Give the app the scope {INSTALLATION_SCOPE}, ask for it in this connection, and try \
                     again."
                ),
            )
            .at("scopes"));
        }
        let (Some(api_base), Some(header)) = (&token.api_base, &token.header) else {
            return Err(Problem::new(
                Code::DraftInvalid,
                "The addresses of the connection cannot be worked out.",
                "Open the connection, check its account and region, and try again.",
            ));
        };
        let presented = Presented::Token {
            header,
            token: &token.access_token,
        };
        let network = self.network(connection.practice)?;
        talkdesk::set_installation_state(
            &network,
            api_base,
            &presented,
            installation,
            state,
            reason,
        )
        .await?;
        let at = self.host.clock.now();
        let noted = self.store.edit(&connection.id, |stored| {
            if let Some(installation) = &mut stored.installation {
                installation.answer = Some(InstallationAnswer { state, at });
            }
            Ok(())
        })?;
        Ok(self.view_with_report(&noted))
    }
}
