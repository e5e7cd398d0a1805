//! An event about an app, read strictly from the bytes that were delivered.

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::EventRefusal;
use super::members::{id, link, required, secret, text};
use crate::oauth::json::{self, JsonProblem, Wiped};
use crate::secret::Secret;

/// A larger body is refused unread. Real events have a few kilobytes.
pub const LARGEST_EVENT: usize = 1 << 20;

/// What happened, by the names of Talkdesk's Events API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    Installed,
    CredentialsRotated,
    Updated,
    Uninstalled,
    Trial,
    UserLogout,
}

/// What every event says, and what some say besides.
pub struct AppEvent {
    pub kind: EventKind,
    /// Deliveries of the same event have the same one.
    pub id: String,
    pub created_at: Option<Timestamp>,
    pub app_id: Option<String>,
    pub app_version_name: Option<String>,
    pub installation_id: Option<String>,
    pub account_id: Option<String>,
    pub account_name: Option<String>,
    /// Of `Installed` and `CredentialsRotated`.
    pub credentials: Option<EventCredentials>,
    /// The API base of the customer's region, unchecked.
    pub(super) root: String,
    /// Sign-in addresses, unchecked.
    pub(super) sign_in: Vec<String>,
}

/// The credentials of one installation.
pub struct EventCredentials {
    pub client_id: Secret,
    pub client_secret: Option<Secret>,
    pub key: Option<KeyPair>,
}

/// "JWT key-value", in the words of Talkdesk's partner page.
pub struct KeyPair {
    /// PKCS#8 in Base64 without armour, as a rule.
    pub private_key: Secret,
    pub public_key: Option<String>,
    pub key_id: Option<String>,
    pub algorithm: Option<String>,
}

impl EventKind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "app.installed" => Self::Installed,
            "app.credentials_rotated" => Self::CredentialsRotated,
            "app.updated" => Self::Updated,
            "app.uninstalled" => Self::Uninstalled,
            "app.trial_started" | "app.trial_extended" | "app.trial_ended" => Self::Trial,
            "user.logout" => Self::UserLogout,
            _ => return None,
        })
    }

    /// For people, after "says that".
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Installed => "the app was installed",
            Self::CredentialsRotated => "the credentials were replaced",
            Self::Updated => "the app was updated",
            Self::Uninstalled => "the app was removed from the account",
            Self::Trial => "a trial of the app began, was extended or ended",
            Self::UserLogout => "a person signed out",
        }
    }

    pub fn brings_credentials(self) -> bool {
        matches!(self, Self::Installed | Self::CredentialsRotated)
    }
}

impl AppEvent {
    /// Reads the body of a delivery. Nothing in it is believed yet: neither its links nor its sender.
    ///
    /// `type`/`event_type`, `id`/`event_id` and `key_id`/`public_key_id` mean the same, because
    /// Talkdesk's pages and samples differ; where both are there they must agree.
    pub fn read(body: &[u8]) -> Result<Self, EventRefusal> {
        if body.len() > LARGEST_EVENT {
            return Err(EventRefusal::TooLarge);
        }
        let read = json::parse_object(body).map_err(|problem| unreadable(body, &problem))?;
        let mut top = Wiped::from(read);
        let name = required(&top, &["type", "event_type"])?;
        let kind = EventKind::of(&name).ok_or(EventRefusal::UnknownKind(name))?;
        let (root, sign_in) = links(&top)?;
        // Only for people and for the end of a key; in which form it is written is not promised.
        let created_at = text(&top, &["created_at"])?.and_then(|text| text.parse().ok());
        let (event_id, app_id) = (id(&top, &["id", "event_id"])?, optional_id(&top, "app_id")?);
        let app_version_name = text(&top, &["app_version_name"])?;
        let mut data = match top.remove("data") {
            Some(Value::Object(data)) => Wiped::from(data),
            None | Some(Value::Null) => Wiped::default(),
            Some(_) => return Err(EventRefusal::Odd("data")),
        };
        Ok(Self {
            kind,
            id: event_id,
            created_at,
            app_id,
            app_version_name,
            installation_id: optional_id(&data, "installation_id")?,
            account_id: optional_id(&data, "account_id")?,
            account_name: text(&data, &["account_name"])?,
            credentials: credentials(kind, &mut data)?,
            root,
            sign_in,
        })
    }

    /// Ids of the app, of its installation and of the account; refused when one of them is missing.
    pub(crate) fn installation<'s>(&'s self) -> Result<[&'s str; 3], EventRefusal> {
        let there = |value: Option<&'s String>, name| {
            value.map(String::as_str).ok_or(EventRefusal::Missing(name))
        };
        Ok([
            there(self.app_id.as_ref(), "app_id")?,
            there(self.installation_id.as_ref(), "installation_id")?,
            there(self.account_id.as_ref(), "account_id")?,
        ])
    }
}

fn unreadable(body: &[u8], problem: &JsonProblem) -> EventRefusal {
    match problem {
        JsonProblem::Empty => EventRefusal::Empty,
        JsonProblem::Syntax { .. } => match serde_json::from_slice::<IgnoredAny>(body) {
            Err(error) if error.is_eof() => EventRefusal::Truncated,
            _ => EventRefusal::NotJson(problem.to_string()),
        },
        problem => EventRefusal::NotJson(problem.to_string()),
    }
}

fn optional_id(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, EventRefusal> {
    match text(members, &[name])? {
        None => Ok(None),
        Some(_) => id(members, &[name]).map(Some),
    }
}

/// The root link, and every link that names the sign-in host.
fn links(top: &Map<String, Value>) -> Result<(String, Vec<String>), EventRefusal> {
    let links = match top.get("_links") {
        Some(Value::Object(links)) => links,
        None | Some(Value::Null) => return Err(EventRefusal::Missing("_links")),
        Some(_) => return Err(EventRefusal::Odd("_links")),
    };
    let root = link(links, &["root"])?.ok_or(EventRefusal::Missing("root"))?;
    // One page says "token URL", another "tokens".
    let token = link(links, &["token", "tokens"])?;
    let authorization = link(links, &["authorization"])?;
    Ok((root, token.into_iter().chain(authorization).collect()))
}

fn credentials(
    kind: EventKind,
    data: &mut Map<String, Value>,
) -> Result<Option<EventCredentials>, EventRefusal> {
    if !kind.brings_credentials() {
        return Ok(None);
    }
    let key_id = text(data, &["key_id", "public_key_id"])?;
    let algorithm = text(data, &["key_algorithm"])?;
    let public_key = secret(data, "public_key")?.map(|key| key.expose().to_owned());
    let client_id = secret(data, "client_id")?.ok_or(EventRefusal::Missing("client_id"))?;
    let client_secret = secret(data, "client_secret")?;
    let key = secret(data, "private_key")?.map(|private_key| KeyPair {
        private_key,
        public_key,
        key_id,
        algorithm,
    });
    if client_secret.is_none() && key.is_none() {
        return Err(EventRefusal::Missing("client_secret"));
    }
    Ok(Some(EventCredentials {
        client_id,
        client_secret,
        key,
    }))
}
