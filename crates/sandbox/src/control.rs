//! What other processes may have a running practice server do: emit an event, register a key. They
//! reach it as they reach its pages, with the word that stands in its announcement.

use hyper::StatusCode;
use proofkey_core::provider::SigningAlgorithm;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::appconnect::order::{EmittedEvent, EventOrder};
use crate::host::Place;
use crate::record::Record;
use crate::reply::Reply;
use crate::signed::key::RegisteredKey;

pub(crate) const PATH: &str = "/practice/orders";

/// Something to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Make an event, and whatever it is about.
    EmitEvent(EventOrder),
    /// Hand over the events that requests to the API have caused.
    TakeEvents,
    /// From the next event on, another key signs.
    RotateSignatureKey,
    /// The client of an account has this public key.
    RegisterKey {
        /// Of the practice Talkdesk, or "id"; a peer has one client and looks at none.
        account: String,
        /// A JWK, PEM or Base64.
        key: String,
        algorithm: SigningAlgorithm,
        key_id: Option<String>,
    },
}

/// What came of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Events(Vec<EmittedEvent>),
    Done,
    /// Why it was not done, for people.
    Refused(String),
}

/// Whether `request` is an order; a peer of any provider has no other place for it.
pub(crate) fn is_order(request: &Record) -> bool {
    request.path == PATH && Place::of(&request.host) == Some(Place::Local)
}

/// Answers an order. `word` is what the announcement says; `carry_out` does what can be done here.
pub(crate) fn answer(
    request: &Record,
    word: &str,
    carry_out: impl FnOnce(Order) -> Outcome,
) -> Reply {
    let shown = request
        .header("authorization")
        .and_then(|it| it.strip_prefix("Bearer "));
    if request.method != "POST" || shown != Some(word) {
        return Reply::json(StatusCode::FORBIDDEN, &json!({ "error": "forbidden" }));
    }
    let outcome = match serde_json::from_slice(&request.body) {
        Ok(order) => carry_out(order),
        Err(error) => Outcome::Refused(format!("The order cannot be understood: {error}.")),
    };
    match serde_json::to_value(&outcome) {
        Ok(body) => Reply::json(StatusCode::OK, &body),
        Err(_) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "No answer\n"),
    }
}

/// The key of an order to register one.
pub(crate) fn key(
    text: &str,
    algorithm: SigningAlgorithm,
    id: Option<&str>,
) -> Result<RegisteredKey, Outcome> {
    RegisteredKey::read(text, algorithm, id)
        .map_err(|refused| Outcome::Refused(refused.to_string()))
}
