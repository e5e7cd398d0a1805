//! What to type into a custom connection of Talkdesk.

use serde::{Deserialize, Serialize};

use crate::export::sheet::SheetFormat;
use crate::provider::Certainty;

/// Every value of one proven connection in the place where Talkdesk wants it. No secret is part of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TalkdeskSheet {
    /// The connection's name in Proofkey.
    pub connection: String,
    /// For people: "Zendesk".
    pub provider: String,
    pub practice: bool,
    /// Month of what is known about Talkdesk's form: "2026-11".
    pub as_of: String,
    /// What to do before the form is opened, at the system and in Talkdesk.
    pub before: Vec<String>,
    /// What to register at the system before the form is opened, where a person approves.
    pub register: Option<SheetLine>,
    /// What goes into the form.
    pub lines: Vec<SheetLine>,
    /// What to do after the form was saved.
    pub after: Vec<String>,
    /// What may go wrong, the gravest first.
    pub warnings: Vec<String>,
    /// What no custom connection can do.
    pub limits: Vec<String>,
    /// What was proven and when: "Proven on 22 November 2026 at 14:05 UTC: ...".
    pub proof: Vec<String>,
}

/// One value, and where it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SheetLine {
    /// Stays the same for the same value: "`base_path`", "`client_id`", "parameters.audience".
    pub id: String,
    /// What it is, in plain words: "Token address".
    pub name: String,
    /// What the field is called in Talkdesk, where that is documented.
    pub talkdesk_label: Option<String>,
    pub value: SheetValue,
    /// What to watch.
    pub note: Option<String>,
    /// How sure it is that Talkdesk wants this.
    pub certainty: Certainty,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SheetValue {
    Text {
        text: String,
    },
    /// Kept in the vault: where it is, and which of its members.
    Secret {
        kept_in: String,
        member: SecretMember,
    },
    /// Only the person can know it.
    Ask {
        hint: String,
    },
}

/// A credential that a person may copy out of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SecretMember {
    ClientId,
    ClientSecret,
    /// User name of HTTP Basic, as it is sent.
    Username,
    /// Password of HTTP Basic, as it is sent.
    Password,
    ApiKey,
    /// Of a client that signs, as PKCS#8 PEM.
    PrivateKey,
}

/// What the person adds to a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct SheetAdditions {
    /// The redirect URL that Talkdesk shows for the account's region.
    pub redirect_url: Option<String>,
    /// What the connection is for; a sentence is suggested when it is empty.
    pub description: Option<String>,
}

/// What became of a sheet that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SheetOutcome {
    pub path: String,
    /// "0600".
    pub mode: String,
    pub bytes: u64,
    pub format: SheetFormat,
}

/// What the page learns when a credential was put on the clipboard: everything but the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SecretCopied {
    /// After so long it is taken off again, unless something else was copied meanwhile.
    pub cleared_in_seconds: u32,
}
