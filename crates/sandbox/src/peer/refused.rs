//! How the provider says no: in the words of its file where it has some, else in those of the RFC.

use hyper::StatusCode;
use proofkey_core::provider::{ErrorSource, KnownError};
use serde_json::json;

use super::plan::Mutation;
use super::world::PeerWorld;
use crate::refusal::Refusal;
use crate::reply::Reply;

impl PeerWorld {
    /// A refusal of the token endpoint and its neighbours (RFC 6749 §5.2).
    pub(crate) fn refuse(&self, refusal: Refusal) -> Reply {
        let known = self.known_errors(ErrorSource::Token).find(|known| {
            known.error.as_deref() == Some(refusal.error)
                && known
                    .contains
                    .as_deref()
                    .is_none_or(|words| !is_another_mistake(words, refusal.description))
        });
        let Some(known) = known else {
            return refusal.into_reply();
        };
        let status = known.status.and_then(|it| StatusCode::from_u16(it).ok());
        Reply::oauth_error(
            status.unwrap_or(refusal.status),
            refusal.error,
            known.contains.as_deref().unwrap_or(refusal.description),
        )
    }

    /// The refusal of the file's own list that the plan asks for, if it comes from here.
    pub(crate) fn asked_for(&self, from: ErrorSource) -> Option<&KnownError> {
        let Some(Mutation::KnownError(index)) = self.plan.mutation else {
            return None;
        };
        let known = self.plan.provider.known_errors.get(index)?;
        (known.from == from).then_some(known)
    }

    /// Exactly what `known` describes, and nothing that would describe another.
    pub(crate) fn as_known(&self, known: &KnownError, mut body: serde_json::Value) -> Reply {
        let by_member = body.is_object();
        let usual = match (known.from, by_member) {
            (ErrorSource::Api, true) => StatusCode::OK,
            (ErrorSource::Api, false) => self.status_of_no_other(),
            _ => StatusCode::BAD_REQUEST,
        };
        if !by_member {
            body = json!({});
        }
        let error = known.error.as_deref();
        body["error"] = error.unwrap_or("practice_error").into();
        let words = known.contains.as_deref().unwrap_or("Refused");
        body["error_description"] = format!("Practice: {words}.").into();
        let status = known.status.and_then(|it| StatusCode::from_u16(it).ok());
        Reply::json(status.unwrap_or(usual), &body).unstored()
    }

    /// A status by which the file tells no other refusal of the API.
    fn status_of_no_other(&self) -> StatusCode {
        let told = |status: &StatusCode| {
            let mut known = self.known_errors(ErrorSource::Api);
            known.any(|known| known.status == Some(status.as_u16()))
        };
        [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]
            .into_iter()
            .find(|status| !told(status))
            .unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// A credential that the API does not take. Some APIs say so in members of `body` and answer 200.
    pub(crate) fn credential_refused(&self, mut body: serde_json::Value) -> Reply {
        let by_member = !body.is_null();
        let known = self
            .known_errors(ErrorSource::Api)
            .find(|known| match known.status {
                Some(status) => status == 401 || by_member && status == 200,
                None => known.error.is_some(),
            });
        let usual = if by_member {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        let status = known
            .and_then(|known| known.status)
            .and_then(|it| StatusCode::from_u16(it).ok())
            .unwrap_or(usual);
        if !body.is_object() {
            body = json!({});
        }
        let error = known.and_then(|known| known.error.as_deref());
        body["error"] = error.unwrap_or("invalid_token").into();
        if let Some(words) = known.and_then(|known| known.contains.as_deref()) {
            body["message"] = words.into();
        }
        Reply::json(status, &body)
    }

    pub(crate) fn known_errors(&self, from: ErrorSource) -> impl Iterator<Item = &KnownError> {
        let known = self.plan.provider.known_errors.iter();
        known.filter(move |known| known.from == from)
    }
}

/// The file's words belong to another mistake when they share no word of weight with ours.
fn is_another_mistake(words: &str, description: &str) -> bool {
    let description = description.to_ascii_lowercase();
    !words
        .to_ascii_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| word.len() > 3 && description.contains(word))
}
