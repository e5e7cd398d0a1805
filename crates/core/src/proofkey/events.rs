//! Taking in an event about an app: who signed it, what it says, and the connection that it makes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use url::Url;

use super::connections::Brought;
use super::{Proofkey, Rejected, blocking};
use crate::border::{ConnectionView, EventImported, EventPreview, EventSigner, EventVerdict};
use crate::connection::{
    Connection, ConnectionDraft, Installation, NewCredentials, RotationReason, SigningDraft,
};
use crate::error::{Code, Problem};
use crate::provider::{
    ClientAuthentication, Grant, Provider, SigningAlgorithm, endpoints, region_label,
};
use crate::talkdesk::{
    self, AppEvent, EventCredentials, EventKeys, EventKind, EventRefusal, KeyPair, ReceivedEvent,
};

/// How long one event waits for another one: a fetch of a key takes at most some seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// How an event is taken in.
#[derive(Clone, Debug, Default)]
pub struct EventImport {
    /// For the new connection; suggested when it is left out.
    pub name: Option<String>,
    /// Refuses an event of any other account.
    pub account: Option<String>,
    /// Digest of the event that a person looked at; any other one is refused. The command line looks at
    /// nothing before.
    pub looked_at: Option<String>,
    /// A person said plainly that it may be taken without a signature. One that does not fit is refused
    /// all the same.
    pub unsigned: bool,
    /// Empty asks for everything that the app was granted.
    pub scopes: Vec<String>,
    /// For new credentials: the old ones ended at once, because somebody else may have them.
    pub compromised: bool,
}

/// An event that was read and whose root link is the provider's.
struct Placed {
    event: AppEvent,
    provider: Arc<Provider>,
    root: Url,
}

impl Proofkey {
    /// Who signed exactly these bytes. The key comes from the API that the event's root link names, after
    /// that host was compared with the provider's own.
    ///
    /// Every reason why nobody can be named is an [`EventRefusal`], as its problem; `ServerUnreachable`
    /// when the key could not be fetched.
    pub async fn verify_event(&self, received: &ReceivedEvent) -> Result<EventSigner, Problem> {
        let placed = self.placed(received)?;
        self.signer(received, &placed).await
    }

    /// What the event says and whether it is believed. Nothing is stored.
    pub async fn preview_event(&self, received: &ReceivedEvent) -> Result<EventPreview, Problem> {
        let placed = self.placed(received)?;
        let verdict = if received.headers.signature.is_none() {
            EventVerdict::Unsigned
        } else {
            match self.signer(received, &placed).await {
                Ok(signer) => EventVerdict::Signed { signer },
                Err(problem) => EventVerdict::Refused { problem },
            }
        };
        self.preview(received, &placed, verdict)
    }

    /// Makes a ready connection of an event, unproven until [`Proofkey::validate`].
    ///
    /// Nothing is stored unless everything about the event is right: form, root link, account, signature,
    /// and that it was not taken in before. `ConfirmationMissing` for an event without a signature, unless
    /// `import.unsigned` says that a person wants it.
    pub async fn import_event(
        &self,
        received: &ReceivedEvent,
        import: EventImport,
    ) -> Result<EventImported, Rejected> {
        if (import.looked_at.as_ref()).is_some_and(|seen| *seen != received.digest()) {
            return Err(another_event().into());
        }
        let mut placed = self.placed(received)?;
        let store = Arc::clone(&self.store);
        // The same event may be delivered twice at once.
        let _turn = blocking(move || store.take_event_turn(PATIENCE)).await?;
        let installation = self.admitted(received, &placed, import.account.as_deref())?;
        let signer = match self.signer(received, &placed).await {
            Ok(signer) => Some(signer),
            Err(_) if import.unsigned && received.headers.signature.is_none() => None,
            Err(problem) => return Err(problem.into()),
        };
        let credentials = placed.event.credentials.take();
        let credentials = credentials.ok_or(EventRefusal::Missing("client_id"))?;
        let connection = match placed.event.kind {
            EventKind::CredentialsRotated => {
                self.rotated(received, &placed.event, credentials, import.compromised)
                    .await?
            }
            _ => {
                self.installed(received, &placed, installation, credentials, import)
                    .await?
            }
        };
        Ok(EventImported {
            kind: placed.event.kind,
            connection,
            signer,
        })
    }

    fn placed(&self, received: &ReceivedEvent) -> Result<Placed, Problem> {
        let provider = self.provider(&received.provider)?;
        let event = AppEvent::read(received.body())?;
        let root = talkdesk::api_root(&provider, &event)?;
        Ok(Placed {
            event,
            provider,
            root,
        })
    }

    async fn signer(
        &self,
        received: &ReceivedEvent,
        placed: &Placed,
    ) -> Result<EventSigner, Problem> {
        let headers = &received.headers;
        let signature = headers.signature.as_deref().ok_or(EventRefusal::Unsigned)?;
        let asked = headers.key_id.as_deref().unwrap_or(talkdesk::LATEST);
        let network = self.network(received.practice)?;
        let clock = self.host.clock.as_ref();
        let keys = self.event_keys(received.practice);
        let key = keys.key(&network, clock, &placed.root, asked).await?;
        let form = talkdesk::verify(&key, signature, received.body())?;
        if let Some(ended) = key.expires_at.filter(|end| *end <= clock.now()) {
            return Err(EventRefusal::KeyEnded {
                key_id: key.id,
                ended: ended.to_string(),
            }
            .into());
        }
        Ok(EventSigner {
            key_id: key.id,
            curve: key.curve.name().to_owned(),
            form,
            host: placed.root.host_str().unwrap_or_default().to_owned(),
            key_ends_at: key.expires_at,
            practice: received.practice,
        })
    }

    fn event_keys(&self, practice: bool) -> &EventKeys {
        if practice {
            &self.practice_event_keys
        } else {
            &self.event_keys
        }
    }

    /// The event's installation, when an event about it may be taken in now.
    fn admitted(
        &self,
        received: &ReceivedEvent,
        placed: &Placed,
        account: Option<&str>,
    ) -> Result<Installation, Problem> {
        let event = &placed.event;
        if !event.kind.brings_credentials() {
            return Err(EventRefusal::NothingToImport(event.kind.sentence()).into());
        }
        let [app_id, installation_id, account_id] = event.installation()?;
        let found = event.account_name.as_deref().unwrap_or_default();
        if let Some(expected) = account.filter(|it| !it.eq_ignore_ascii_case(found)) {
            return Err(EventRefusal::OtherAccount {
                found: found.to_owned(),
                expected: expected.to_owned(),
            }
            .into());
        }
        let known = self.installations(received)?;
        for (connection, installation) in &known {
            if installation.events.contains(&event.id) {
                return Err(EventRefusal::Replayed(connection.name.clone()).into());
            }
            let same = installation.installation_id == installation_id;
            if same && installation.account_id != account_id {
                return Err(EventRefusal::OtherAccount {
                    found: account_id.to_owned(),
                    expected: installation.account_id.clone(),
                }
                .into());
            }
            let newest = installation.newest_event_at;
            if same && newest.is_some_and(|newest| event.created_at.is_none_or(|at| at < newest)) {
                return Err(EventRefusal::Overtaken(connection.name.clone()).into());
            }
            if same && event.kind == EventKind::Installed {
                return Err(EventRefusal::AlreadyInstalled(connection.name.clone()).into());
            }
        }
        if event.kind == EventKind::CredentialsRotated && self.concerned(received, event)?.is_none()
        {
            return Err(EventRefusal::NoSuchInstallation.into());
        }
        Ok(Installation {
            app_id: app_id.to_owned(),
            installation_id: installation_id.to_owned(),
            account_id: account_id.to_owned(),
            events: vec![event.id.clone()],
            newest_event_at: event.created_at,
            answer: None,
        })
    }

    /// The connections of the same provider that events made, with their installations.
    fn installations(
        &self,
        received: &ReceivedEvent,
    ) -> Result<Vec<(Connection, Installation)>, Problem> {
        let mut all = self.store.list()?.connections;
        all.retain(|it| it.provider == received.provider && it.practice == received.practice);
        let installed = |connection: Connection| {
            let installation = connection.installation.clone()?;
            Some((connection, installation))
        };
        Ok(all.into_iter().filter_map(installed).collect())
    }

    async fn installed(
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
        self.add_brought(draft, brought).await
    }

    /// Puts new credentials beside those in use; they are proven before they take their place.
    async fn rotated(
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
        self.begin_rotation(id, new, reason, ends_at).await?;
        let noted = self.store.edit(&connection.id, |stored| {
            if let Some(installation) = &mut stored.installation {
                installation.events.push(event.id.clone());
                installation.newest_event_at = event.created_at.or(installation.newest_event_at);
            }
            Ok(())
        })?;
        Ok(self.view_with_report(&noted))
    }

    /// The connection of the installation that the event is about.
    fn concerned(
        &self,
        received: &ReceivedEvent,
        event: &AppEvent,
    ) -> Result<Option<Connection>, Problem> {
        let mut known = self.installations(received)?.into_iter();
        let same = |it: &Installation| {
            event.installation_id.as_ref() == Some(&it.installation_id)
                && event.app_id.as_ref() == Some(&it.app_id)
        };
        Ok(known
            .find(|(_, it)| same(it))
            .map(|(connection, _)| connection))
    }

    fn preview(
        &self,
        received: &ReceivedEvent,
        placed: &Placed,
        verdict: EventVerdict,
    ) -> Result<EventPreview, Problem> {
        let event = &placed.event;
        let variables = talkdesk::variables(&placed.provider, event, &placed.root);
        let admitted = self.admitted(received, placed, None);
        let hindrance = admitted.err().or_else(|| variables.as_ref().err().cloned());
        let variables = variables.unwrap_or_default();
        let resolved = endpoints(&placed.provider, &variables).ok();
        let credentials = event.credentials.as_ref();
        let key = credentials.and_then(|it| it.key.as_ref());
        let concerned = self.concerned(received, event)?.map(|it| it.name);
        Ok(EventPreview {
            kind: event.kind,
            says: event.kind.sentence().to_owned(),
            event_id: event.id.clone(),
            created_at: event.created_at,
            app_id: event.app_id.clone(),
            app_version: event.app_version_name.as_deref().map(shown),
            installation_id: event.installation_id.clone(),
            account: event.account_name.as_deref().map(shown),
            region_label: region_label(&placed.provider, &variables).map(str::to_owned),
            api_base: placed.root.to_string(),
            token_url: resolved.and_then(|it| Some(it.token?.to_string())),
            has_client_secret: credentials.is_some_and(|it| it.client_secret.is_some()),
            has_private_key: key.is_some(),
            key_id: key.and_then(|it| it.key_id.as_deref()).map(shown),
            algorithm: key.and_then(|it| it.algorithm.as_deref()).map(shown),
            verdict,
            hindrance,
            connection: concerned,
            practice: received.practice,
            digest: received.digest(),
        })
    }
}

fn another_event() -> Problem {
    Problem::new(
        Code::ConfirmationMissing,
        "Another file was chosen since you looked at this event.",
        "Look at what it says, then import it. Nothing was stored.",
    )
    .at("event")
}

/// Text of the event, for people.
fn shown(text: &str) -> String {
    crate::wording::clean(text, 100)
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

impl From<EventRefusal> for Rejected {
    fn from(refusal: EventRefusal) -> Self {
        Problem::from(refusal).into()
    }
}
