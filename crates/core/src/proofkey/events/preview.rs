//! What an event says, for the eyes of a person who decides about it. None of its credentials are in it.

use super::Placed;
use crate::border::{EventPreview, EventVerdict};
use crate::error::Problem;
use crate::proofkey::Proofkey;
use crate::provider::{endpoints, region_label};
use crate::talkdesk::{self, ReceivedEvent};

impl Proofkey {
    pub(super) fn preview(
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

/// Text of the event, for people.
fn shown(text: &str) -> String {
    crate::wording::clean(text, 100)
}
