//! The credentials of an event: a new connection, or those that wait beside the ones in use.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{EventImport, Placed};
use crate::border::ConnectionView;
use crate::connection::{
    ConnectionDraft, Installation, NewCredentials, RotationReason, Severity, SigningDraft,
};
use crate::error::Problem;
use crate::proofkey::Proofkey;
use crate::proofkey::connections::{Brought, Rejected};
use crate::proofkey::rotation::{InVain, Useless};
use crate::provider::{ClientAuthentication, Grant, SigningAlgorithm};
use crate::talkdesk::{self, AppEvent, EventCredentials, EventRefusal, KeyPair, ReceivedEvent};

impl Proofkey {
    pub(super) async fn installed(
        &self,
        received: &ReceivedEvent,
        placed: &Placed,
        installation: Installation,
        credentials: EventCredentials,
        import: EventImport,
    ) -> Result<ConnectionView, Rejected> {
        let provider = &placed.provider;
        let variables = talkdesk::variables(provider, &placed.event, &placed.root)?;
        let signs = credentials.key.is_some();
        let signing = credentials.key.map(signing).transpose()?;
        let (used, spare) = if signs {
            (None, credentials.client_secret)
        } else {
            (credentials.client_secret, None)
        };
        let draft = ConnectionDraft {
            name: import.name.unwrap_or_default(),
            provider: provider.id.clone(),
            grant: Grant::ClientCredentials,
            client_authentication: if signs {
                ClientAuthentication::PrivateKeyJwt
            } else {
                ClientAuthentication::ClientSecretBasic
            },
            basic_encoding: None,
            scopes: import.scopes,
            practice: received.practice,
            redirect: None,
            parameters: BTreeMap::new(),
            variables,
            client_id: Some(credentials.client_id),
            client_secret: used,
            signing: signing.unwrap_or_default(),
            service_token: None,
        };
        let brought = Brought {
            installation: Some(installation),
            client_secret: spare,
        };
        (self.add_brought(draft, brought).await).map_err(of_the_event)
    }

    /// Puts new credentials beside those in use; they are proven before they take their place.
    pub(super) async fn rotated(
        &self,
        received: &ReceivedEvent,
        event: &AppEvent,
        credentials: EventCredentials,
        compromised: bool,
    ) -> Result<ConnectionView, Rejected> {
        let concerned = self.concerned(received, event)?;
        let connection = concerned.ok_or(EventRefusal::NoSuchInstallation)?;
        let signing = credentials.key.map(signing).transpose()?;
        let signs = connection.client_authentication == ClientAuthentication::PrivateKeyJwt;
        let (used, spare) = match credentials.client_secret {
            secret if signs => (None, secret),
            secret => (secret, None),
        };
        let new = NewCredentials {
            client_id: Some(credentials.client_id),
            client_secret: used,
            signing: signing.filter(|_| signs),
            spare_secret: spare,
        };
        let (reason, ends_at) = if compromised {
            (RotationReason::Compromise, event.created_at)
        } else {
            let provider = self.provider(&received.provider)?;
            let grace = provider.rotation.grace_seconds;
            let ends = event.created_at.zip(grace).and_then(|(at, grace)| {
                at.checked_add(SignedDuration::from_secs(grace.into())).ok()
            });
            (RotationReason::Routine, ends)
        };
        let id = connection.id.as_str();
        let begun = self.begin_brought(id, new, (reason, ends_at), brought_in_vain);
        begun.await.map_err(of_the_event)?;
        let noted = self.store.edit(&connection.id, |stored| {
            if let Some(installation) = &mut stored.installation {
                installation.events.push(event.id.clone());
                installation.newest_event_at = event.created_at.or(installation.newest_event_at);
            }
            Ok(())
        })?;
        Ok(self.view_with_report(&noted))
    }
}

/// Nobody typed what an event brings, so nobody can type it better.
fn brought_in_vain(useless: &Useless<'_>) -> Problem {
    let name = useless.connection.name.clone();
    let refusal = match useless.why {
        InVain::InUse => EventRefusal::NothingNew(name),
        InVain::StaysCompromised => {
            let stays = if useless.connection.signing.is_some() {
                "key"
            } else {
                "secret"
            };
            EventRefusal::StaysCompromised { name, stays }
        }
    };
    refusal.into()
}

/// What is wrong with values that nobody typed is said of the event; name and scopes were chosen by a
/// person.
fn of_the_event(rejected: Rejected) -> Rejected {
    let brought = |field: &str| field.starts_with("client_") || field.starts_with("signing.");
    let mut findings = rejected.findings.iter();
    let finding = findings.find(|it| it.severity == Severity::Blocking && brought(&it.field));
    match finding {
        Some(finding) => EventRefusal::Unusable(finding.summary.clone()).into(),
        None => rejected,
    }
}

fn signing(pair: KeyPair) -> Result<SigningDraft, EventRefusal> {
    let algorithm = pair
        .algorithm
        .map(|name| SigningAlgorithm::from_name(&name).ok_or(EventRefusal::Odd("key_algorithm")))
        .transpose()?;
    Ok(SigningDraft {
        private_key: Some(pair.private_key),
        key_id: pair.key_id,
        algorithm,
        public_key: pair.public_key,
        ..SigningDraft::default()
    })
}
