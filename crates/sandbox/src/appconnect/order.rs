//! Which event is wanted, and what is to be wrong with it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an event tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The app was installed; the event brings its credentials.
    #[default]
    #[serde(rename = "app.installed")]
    Installed,
    #[serde(rename = "app.updated")]
    Updated,
    #[serde(rename = "app.uninstalled")]
    Uninstalled,
    /// New credentials, made for this event. The old ones stay good for seven days.
    #[serde(rename = "app.credentials_rotated")]
    CredentialsRotated,
}

/// Where Talkdesk's documents contradict each other, a member has two names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// `type`, `id`, `token`, and `public_key_id` of a signature key: as the samples have them.
    #[default]
    Sample,
    /// `event_type`, `event_id`, `tokens` and `key_id`: as the tables have them.
    Table,
}

/// The curve of the key that signs events. Talkdesk does not document theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Curve {
    #[default]
    #[serde(rename = "P-256")]
    P256,
    #[serde(rename = "P-384")]
    P384,
    #[serde(rename = "P-521")]
    P521,
}

/// One thing that is wrong with an event, or unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spoilt {
    /// One bit of the signature is another.
    Signature,
    /// The body was read and written again on the way: the same values, other bytes.
    Reserialized,
    /// The second half is missing.
    Truncated,
    /// The header names a key that nobody publishes.
    UnknownKey,
    /// The key that signed has another curve than the one that is named.
    OtherCurve,
    /// SHA-256 in the place of SHA-512.
    OtherHash,
    /// r and s side by side in the place of DER; the signature is good otherwise.
    RawSignature,
    /// The root link leads to another host, whose name begins like the real one. Well signed.
    ForeignRoot,
    /// The root link leads to a host whose name looks like the real one. Well signed.
    LookAlikeRoot,
    /// The event is about another account than the host of its links. Well signed.
    OtherAccount,
    /// The private key does not belong to the public one. Well signed.
    OtherKey,
}

/// An event that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventOrder {
    pub kind: EventKind,
    /// A practice account: "wallace".
    pub account: String,
    pub spelling: Spelling,
    pub curve: Curve,
    pub spoilt: Option<Spoilt>,
    /// For rotations: somebody else may have the old credentials, so they end at once.
    pub compromised: bool,
    /// For rotations: only secret and key are new.
    pub same_client_id: bool,
}

/// An event as it would arrive at the app's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmittedEvent {
    pub id: String,
    pub kind: EventKind,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// Byte for byte what was signed, unless the order said otherwise.
    pub body: String,
}

impl EventKind {
    pub const ALL: [Self; 4] = [
        Self::Installed,
        Self::Updated,
        Self::Uninstalled,
        Self::CredentialsRotated,
    ];

    /// As the event says it: "app.installed".
    pub fn name(self) -> &'static str {
        match self {
            Self::Installed => "app.installed",
            Self::Updated => "app.updated",
            Self::Uninstalled => "app.uninstalled",
            Self::CredentialsRotated => "app.credentials_rotated",
        }
    }
}

impl Spoilt {
    pub const ALL: [Self; 11] = [
        Self::Signature,
        Self::Reserialized,
        Self::Truncated,
        Self::UnknownKey,
        Self::OtherCurve,
        Self::OtherHash,
        Self::RawSignature,
        Self::ForeignRoot,
        Self::LookAlikeRoot,
        Self::OtherAccount,
        Self::OtherKey,
    ];

    /// As it is written on a command line: "other-curve".
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Reserialized => "reserialized",
            Self::Truncated => "truncated",
            Self::UnknownKey => "unknown-key",
            Self::OtherCurve => "other-curve",
            Self::OtherHash => "other-hash",
            Self::RawSignature => "raw-signature",
            Self::ForeignRoot => "foreign-root",
            Self::LookAlikeRoot => "look-alike-root",
            Self::OtherAccount => "other-account",
            Self::OtherKey => "other-key",
        }
    }
}

impl Curve {
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }
}

/// The text names none of those that there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is none of {known}")]
pub struct UnknownName {
    text: String,
    known: String,
}

macro_rules! named {
    ($kind:ident) => {
        impl FromStr for $kind {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                let found = Self::ALL.into_iter().find(|one| one.name() == text);
                found.ok_or_else(|| UnknownName {
                    text: text.to_owned(),
                    known: Self::ALL.map(Self::name).join(", "),
                })
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.name())
            }
        }
    };
}

named!(EventKind);
named!(Spoilt);
named!(Curve);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_those_of_the_serialised_form() {
        for one in Spoilt::ALL {
            assert_eq!(one.to_string().parse(), Ok(one));
            assert_eq!(serde_json::to_value(one).unwrap(), one.name());
        }
        for one in EventKind::ALL {
            assert_eq!(one.to_string().parse(), Ok(one));
            assert_eq!(serde_json::to_value(one).unwrap(), one.name());
        }
        for one in Curve::ALL {
            assert_eq!(serde_json::to_value(one).unwrap(), one.name());
        }
        let refused = "P-224".parse::<Curve>().unwrap_err().to_string();
        assert_eq!(refused, "\"P-224\" is none of P-256, P-384, P-521");
    }
}
