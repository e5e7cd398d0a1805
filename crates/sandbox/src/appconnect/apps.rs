//! The API for apps: approving an installation, and replacing and acknowledging its credentials. Paths
//! and answers as Talkdesk's `OpenAPI` document has them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::event::{self, Material};
use super::order::{EmittedEvent, EventKind, EventOrder};
use super::signature_key::SignatureKeys;
use crate::access_token::Granted;
use crate::account::Account;
use crate::clients::{Clients, Rotation};
use crate::keys::Keys;
use crate::person::identifier;
use crate::record::Record;
use crate::reply::Reply;

/// What an installation is told to become.
#[derive(Default)]
pub(crate) struct Apps {
    states: Mutex<HashMap<&'static str, String>>,
    /// Events that the API caused; nobody has fetched them yet.
    waiting: Mutex<Vec<EmittedEvent>>,
}

/// Everything that a request to this part of the API may touch.
pub(crate) struct Desk<'a> {
    pub(crate) apps: &'a Apps,
    pub(crate) clients: &'a Clients,
    pub(crate) keys: &'a Keys,
    pub(crate) signature_keys: &'a SignatureKeys,
    pub(crate) now: Timestamp,
}

/// The only app.
pub(crate) fn app_id() -> String {
    identifier("app", 1)
}

/// Its installation at `account`.
pub(crate) fn installation_id(account: &Account) -> String {
    identifier(account.name, 77)
}

impl Apps {
    /// "approve" or "reject", once it was said.
    pub(crate) fn state(&self, account: &Account) -> Option<String> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(account.name).cloned()
    }

    /// Takes the events that wait.
    pub(crate) fn take_waiting(&self) -> Vec<EmittedEvent> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Desk<'_> {
    /// Answers `POST /apps/...` with a token that was found good; `None` for other paths.
    pub(crate) fn answer(&self, request: &Record, granted: Option<&Granted>) -> Option<Reply> {
        let parts: Vec<&str> = request.path.split('/').skip(1).collect();
        let ["apps", app, "installations", installation, rest @ ..] = &parts[..] else {
            return None;
        };
        let Some(granted) = granted else {
            return Some(refused(
                StatusCode::UNAUTHORIZED,
                "0030010",
                "Action is not authorized",
            ));
        };
        if !granted.scopes.iter().any(|scope| scope == "apps:write") {
            return Some(refused(StatusCode::FORBIDDEN, "0030009", "Forbidden"));
        }
        let account = granted.account;
        if *app != app_id() {
            return Some(refused(StatusCode::NOT_FOUND, "0030100", "App not found"));
        }
        if *installation != installation_id(account) {
            return Some(refused(
                StatusCode::NOT_FOUND,
                "0030200",
                "Installation not found for app",
            ));
        }
        let reply = match (request.method.as_str(), rest) {
            ("POST", ["state"]) => self.set_state(request, account),
            ("POST", ["credentials", "actions", "rotate"]) => self.rotate(account),
            ("POST", ["credentials", client_id, "state"]) => {
                self.acknowledge(request, account, client_id)
            }
            _ => refused(StatusCode::NOT_FOUND, "0000404", "Resource not found"),
        };
        Some(reply)
    }

    fn set_state(&self, request: &Record, account: &'static Account) -> Reply {
        let body = object(request);
        let state = body["state"].as_str().unwrap_or_default();
        if !matches!(state, "approve" | "reject") {
            return refused(
                StatusCode::BAD_REQUEST,
                "0030400",
                "The state has to be approve or reject",
            );
        }
        let mut states = self
            .apps
            .states
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if states.get(account.name).is_some_and(|known| known != state) {
            return refused(
                StatusCode::CONFLICT,
                "0030227",
                "The installation has another state already",
            );
        }
        states.insert(account.name, state.to_owned());
        Reply::json(
            StatusCode::OK,
            &json!({
                "state": state,
                "reason": body["reason"].as_str(),
                "updated_at": self.now.to_string(),
                "_links": { "self": { "href": request.path } },
            }),
        )
    }

    /// The new credentials come with an event, not with the answer.
    fn rotate(&self, account: &'static Account) -> Reply {
        let rotation = Rotation::default();
        let event = self
            .clients
            .rotate(account, rotation, self.keys, self.now)
            .and_then(|client| {
                let order = EventOrder {
                    kind: EventKind::CredentialsRotated,
                    account: account.name.to_owned(),
                    ..EventOrder::default()
                };
                let material = Material {
                    client: &client,
                    keys: self.keys,
                    signature_keys: self.signature_keys,
                    now: self.now,
                };
                event::made(&order, &material)
            });
        match event {
            Ok(event) => {
                let waiting = self.apps.waiting.lock();
                waiting.unwrap_or_else(PoisonError::into_inner).push(event);
                Reply::json(StatusCode::CREATED, &json!({}))
            }
            Err(_) => refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                "0030500",
                "No key could be made",
            ),
        }
    }

    fn acknowledge(&self, request: &Record, account: &'static Account, client_id: &str) -> Reply {
        if object(request)["state"] != "acknowledged" {
            return refused(
                StatusCode::BAD_REQUEST,
                "0030400",
                "The state has to be acknowledged",
            );
        }
        if !self.clients.knows(account, Some(client_id), self.now) {
            return refused(StatusCode::NOT_FOUND, "0030200", "Credentials not found");
        }
        if !self.clients.acknowledge(account, client_id, self.now) {
            return refused(
                StatusCode::CONFLICT,
                "0030227",
                "The credentials are not waiting to be acknowledged",
            );
        }
        let body = json!({
            "state": "acknowledged",
            "_links": { "self": { "href": request.path } },
        });
        Reply::json(StatusCode::ACCEPTED, &body)
    }
}

fn object(request: &Record) -> Value {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

fn refused(status: StatusCode, code: &str, message: &str) -> Reply {
    Reply::api_error(status, code, message)
}
