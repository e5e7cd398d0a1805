//! Whether a server takes the credentials of a client, asked without spending what a person approved.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::prove::{Run, Subject};
use super::reach::host;
use super::report::{Check, CheckId, Report};
use crate::connection::ResolvedEndpoints;
use crate::error::{Problem, Quoted};
use crate::oauth::refresh::{self, Refresh};
use crate::oauth::{Client, Dialect, TokenError, TokenErrorKind};
use crate::ports::{Clock, Progress};
use crate::provider::ClientAuthentication;
use crate::secret::Secret;
use crate::signing_key::SigningKey;
use crate::system::network::Network;
use crate::system::threads::blocking;
use crate::vault::{SecretDocument, Vault};

/// No server ever issued it. Whoever is asked to refresh with it looks at the client first (RFC 6749 §6)
/// and refuses either that or the token.
const NO_TOKEN: &str = "proofkey-asks-about-the-client-and-not-about-this-token";

/// In the place of a client secret, and long enough to sign with (RFC 7518 §3.2).
const WRONG: &str = "proofkey-asks-whether-wrong-credentials-are-refused";

/// What a token endpoint says of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientStanding {
    /// It knows the client by these credentials.
    Taken,
    /// RFC 6749 §5.2 `invalid_client`, or status 401.
    Refused(Box<Quoted>),
    /// It said neither; the sentence says what it said.
    Unclear(String),
}

/// As [`super::prove`] for a connection that a person approved, with credentials that are not current
/// yet: the approval is not touched, so that scope, API and account stay for the proof that follows the
/// switch. It may not stand for that proof.
pub async fn rehearse(
    subject: &Subject<'_>,
    network: &Network,
    vault: Arc<dyn Vault>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Report {
    let mut run = Run::open(subject, network, clock, progress);
    if let Some((endpoints, _)) = run.configuration() {
        // `None` only says that a check failed; the journal has it.
        let _ = run.rehearse(&endpoints).await;
        run.journal.skip_to(CheckId::Vault);
        run.vault(vault).await;
    }
    run.journal.close(clock.now())
}

/// Asks the token endpoint with a refresh token that nobody was given.
///
/// A server that refuses the token has not necessarily looked at the client before it. So what it says of
/// the token counts only once it has refused a client with wrong credentials in the same place.
pub async fn standing_of_client(
    subject: &Subject<'_>,
    network: &Network,
    clock: &dyn Clock,
    endpoints: &ResolvedEndpoints,
) -> ClientStanding {
    let standing = asked(subject, network, clock, endpoints).await;
    if standing != ClientStanding::Taken {
        return standing;
    }
    let wrong = match wrong_credentials(subject).await {
        Ok(wrong) => wrong,
        Err(problem) => return ClientStanding::Unclear(problem.summary),
    };
    let control = Subject {
        secrets: &wrong,
        ..*subject
    };
    match asked(&control, network, clock, endpoints).await {
        ClientStanding::Refused(_) => ClientStanding::Taken,
        ClientStanding::Taken => ClientStanding::Unclear(format!(
            "{} answers wrong credentials in the same way, so that it cannot be told whether it takes these.",
            subject.terms().name()
        )),
        unclear @ ClientStanding::Unclear(_) => unclear,
    }
}

async fn asked(
    subject: &Subject<'_>,
    network: &Network,
    clock: &dyn Clock,
    endpoints: &ResolvedEndpoints,
) -> ClientStanding {
    let token_url = endpoints.front_door();
    let client = Client::of(
        subject.provider,
        endpoints,
        subject.connection,
        subject.secrets,
    );
    let client = match client {
        Ok(client) => client,
        Err(problem) => return ClientStanding::Unclear(problem.summary),
    };
    let made_up = Secret::new(NO_TOKEN.to_owned());
    let parameters = BTreeMap::new();
    let request = Refresh {
        token_url,
        client,
        refresh_token: &made_up,
        parameters: &parameters,
        dialect: Dialect::from(subject.provider),
    };
    match refresh::request(network, clock, &request).await {
        // Whatever it gave, it knows the client.
        Ok(_) => ClientStanding::Taken,
        Err(error) => clock_at_fault(subject, &error).unwrap_or_else(|| judge(&error)),
    }
}

/// What was signed by a clock that is off says nothing about client and key.
fn clock_at_fault(subject: &Subject<'_>, error: &TokenError) -> Option<ClientStanding> {
    let clock = super::clock::Clock::of_error(error).worth_a_warning();
    let clock = clock.filter(|clock| subject.terms().signs() && !clock.corrected)?;
    let refused = error.quoted().is_some();
    refused.then(|| ClientStanding::Unclear(clock.unclear()))
}

/// The same client, with a secret or key that nobody gave it; a public client has only its ID to be wrong.
async fn wrong_credentials(subject: &Subject<'_>) -> Result<SecretDocument, Problem> {
    let mut wrong = subject.secrets.duplicate();
    let made_up = || Secret::new(WRONG.to_owned());
    match (
        subject.connection.client_authentication,
        &subject.connection.signing,
    ) {
        (ClientAuthentication::PrivateKeyJwt, Some(signing)) => {
            let algorithm = signing.algorithm;
            let made = move || SigningKey::generate(algorithm)?.to_pkcs8_pem();
            wrong.private_key = Some(blocking(made).await?);
        }
        (ClientAuthentication::None, _) => wrong.client_id = made_up(),
        _ => wrong.client_secret = Some(made_up()),
    }
    Ok(wrong)
}

fn judge(error: &TokenError) -> ClientStanding {
    let quoted = match &error.kind {
        TokenErrorKind::Refused(quoted) | TokenErrorKind::OkWithError(quoted) => quoted,
        kind => return ClientStanding::Unclear(format!("The token endpoint did not say: {kind}.")),
    };
    match quoted.error.as_deref() {
        Some("invalid_grant") => ClientStanding::Taken,
        Some("invalid_client") => ClientStanding::Refused(quoted.clone()),
        // RFC 6749 §5.2: the client is known, and may not use this grant.
        Some("unauthorized_client") => ClientStanding::Unclear(
            "The client may not refresh tokens, which says nothing about its credentials."
                .to_owned(),
        ),
        _ if error.status == Some(401) => ClientStanding::Refused(quoted.clone()),
        Some(other) => ClientStanding::Unclear(format!(
            "The token endpoint answered {other}, which says nothing about the client."
        )),
        None => {
            ClientStanding::Unclear("The token endpoint refused without saying why.".to_owned())
        }
    }
}

impl Run<'_> {
    async fn rehearse(&mut self, endpoints: &ResolvedEndpoints) -> Option<()> {
        let url = endpoints.front_door();
        self.reach(url).await?;
        let begun = self.journal.begin(CheckId::Token);
        let standing = standing_of_client(self.subject, self.network, self.clock, endpoints).await;
        self.journal.end(begun, said(self.subject, url, standing))?;
        for id in [CheckId::Scope, CheckId::Api, CheckId::Account] {
            let begun = self.journal.begin(id);
            let later = "Proven after the switch, with the approval as it is then.";
            self.journal.end(begun, Check::skipped(id, later))?;
        }
        Some(())
    }
}

fn said(subject: &Subject<'_>, url: &Url, standing: ClientStanding) -> Check {
    let (name, host) = (subject.terms().name(), host(url));
    let credentials = subject.terms().credentials().in_a_sentence();
    let check = match standing {
        ClientStanding::Taken => Check::passed(
            CheckId::Token,
            format!(
                "{name} takes the new {credentials}. The approval was not touched; it moves to them with the \
                 switch."
            ),
        ),
        ClientStanding::Refused(quoted) => Check::failed(
            CheckId::Token,
            format!("{name} does not take the new {credentials}."),
        )
        .remedied_by("Compare them with what the provider shows, and begin the replacement again.")
        .with_some("status", quoted.status)
        .with_some("error", quoted.error.as_deref())
        .with_some("error_description", quoted.description.as_deref()),
        ClientStanding::Unclear(why) => Check::failed(CheckId::Token, why).remedied_by(
            "Try again in a few minutes; the current credentials go on working. If it stays so, undo the \
             replacement and enter the new ones by editing the connection: the approval stays, and a proof \
             with it follows.",
        ),
    };
    check
        .with("host", host)
        .resting(Some(super::approved::STANDARD))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, error: Option<&str>) -> TokenError {
        TokenError {
            kind: TokenErrorKind::Refused(Box::new(Quoted {
                status: Some(status),
                error: error.map(str::to_owned),
                description: None,
            })),
            status: Some(status),
            clock_skew_seconds: None,
            clock_corrected: false,
        }
    }

    #[test]
    fn only_a_word_about_the_client_says_something_about_the_client() {
        assert_eq!(
            judge(&refused(400, Some("invalid_grant"))),
            ClientStanding::Taken
        );
        for dead in [
            refused(401, Some("invalid_client")),
            refused(400, Some("invalid_client")),
            refused(401, None),
        ] {
            assert!(matches!(judge(&dead), ClientStanding::Refused(_)));
        }
        for open in [refused(400, Some("invalid_request")), refused(400, None)] {
            assert!(matches!(judge(&open), ClientStanding::Unclear(_)));
        }
    }
}
