//! What a door may show of an event about an app. No credential is part of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ConnectionView;
use crate::error::Problem;
use crate::talkdesk::{EventKind, SignatureForm};

/// Who signed an event, when it is proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EventSigner {
    pub key_id: String,
    /// "P-256".
    pub curve: String,
    pub form: SignatureForm,
    /// Host of the API that published the key.
    pub host: String,
    /// Until when the key signs.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub key_ends_at: Option<Timestamp>,
    /// The key came from the practice server on this machine: it says nothing of the real host.
    pub practice: bool,
}

/// Whether an event is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum EventVerdict {
    Signed {
        signer: EventSigner,
    },
    /// It came without a signature, so nobody can say who sent it.
    Unsigned,
    Refused {
        problem: Problem,
    },
}

/// What an event says, before anything of it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EventPreview {
    pub kind: EventKind,
    /// "the app was installed", after "says that".
    pub says: String,
    pub event_id: String,
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub created_at: Option<Timestamp>,
    pub app_id: Option<String>,
    pub app_version: Option<String>,
    pub installation_id: Option<String>,
    pub account: Option<String>,
    pub region_label: Option<String>,
    /// The root link.
    pub api_base: String,
    /// Where tokens would be asked for.
    pub token_url: Option<String>,
    pub has_client_secret: bool,
    pub has_private_key: bool,
    pub key_id: Option<String>,
    pub algorithm: Option<String>,
    pub verdict: EventVerdict,
    /// Why it cannot be imported, whoever signed it: it was taken in before, it brings no credentials.
    pub hindrance: Option<Problem>,
    /// For new credentials: the connection that they are for.
    pub connection: Option<String>,
    pub practice: bool,
    /// SHA-256 of the event's bytes: what was looked at here is what may be imported.
    pub digest: String,
}

/// A file is dragged over a window that waits for an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "drop", rename_all = "snake_case")]
pub enum EventDrop {
    Over,
    Left,
    /// It was read, and its bytes stay where they were read.
    Taken {
        /// Its name without the folder.
        file: String,
    },
    Refused {
        problem: Problem,
    },
}

/// What became of an event that was taken in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EventImported {
    pub kind: EventKind,
    pub connection: ConnectionView,
    /// `None` for an event that was taken without a signature.
    pub signer: Option<EventSigner>,
}
