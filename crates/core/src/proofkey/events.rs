//! Taking in an event about an app: who signed it, what it says, and the connection that it makes.

mod admission;
mod credentials;
mod preview;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{Proofkey, Rejected, blocking};
use crate::border::{EventImported, EventPreview, EventSigner, EventVerdict};
use crate::error::{Code, Problem};
use crate::provider::Provider;
use crate::talkdesk::{self, AppEvent, EventKeys, EventKind, EventRefusal, ReceivedEvent};

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
        if provider.app_events.is_none() {
            return Err(no_events(&provider));
        }
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
}

fn no_events(provider: &Provider) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!(
            "{} sends no events about apps that Proofkey can read.",
            provider.name
        ),
        "Choose the provider that the event comes from. Nothing was stored.",
    )
    .at("provider")
}

fn another_event() -> Problem {
    Problem::new(
        Code::ConfirmationMissing,
        "Another file was chosen since you looked at this event.",
        "Look at what it says, then import it. Nothing was stored.",
    )
    .at("event")
}

impl From<EventRefusal> for Rejected {
    fn from(refusal: EventRefusal) -> Self {
        Problem::from(refusal).into()
    }
}
