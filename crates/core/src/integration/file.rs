//! The shape of one `[[integration]]` of a validator's configuration. `deny_unknown_fields` everywhere: a
//! misspelt key is an error.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::provider::{ClientAuthentication, Grant, ProbeRule};

/// One integration, as its author writes it. [`Integration::of`](super::Integration::of) says whether it
/// holds together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrationFile {
    /// Where Talkdesk posts to: "/zendesk/authorization".
    pub path: String,
    /// Id of a provider file, whose call is made; or `upstream`.
    #[serde(default)]
    pub provider: Option<String>,
    /// A call of one's own.
    #[serde(default)]
    pub upstream: Option<Upstream>,
    /// `None` takes what the fields fit.
    #[serde(default)]
    pub grant: Option<Grant>,
    /// `None` takes the provider's usual one.
    #[serde(default)]
    pub client_authentication: Option<ClientAuthentication>,
    /// Asked for with a token request; empty asks for everything the client may have.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Values of variables that no caller may choose.
    #[serde(default)]
    pub fixed: BTreeMap<String, String>,
    /// What Talkdesk sends, by name.
    pub fields: BTreeMap<String, Field>,
    /// What goes back, by name, and where it stands in the answer of the call: "$.user.id".
    #[serde(default)]
    pub returns: BTreeMap<String, String>,
    #[serde(default)]
    pub unknown_fields: UnknownFields,
    /// The most calls at a time; `None` leaves it to the service.
    #[serde(default)]
    pub in_flight: Option<u32>,
    /// The longest that one trial takes; `None` leaves it to the service.
    #[serde(default)]
    pub timeout_ms: Option<u32>,
}

/// A call of one's own: one GET request and what counts as success.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Template of what all calls begin with: "<https://{subdomain}.example.com/api>". A name in braces is
    /// a field of the kind label, or one of `fixed`.
    pub api_base: String,
    /// Follows it: "/users/me". May name the same.
    pub path: String,
    /// Further request headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default = "ok")]
    pub success_status: Vec<u16>,
    /// What the JSON answer must hold.
    #[serde(default)]
    pub requires: Vec<ProbeRule>,
    /// HTTP Basic (RFC 7617).
    #[serde(default)]
    pub basic: Option<BasicTemplates>,
    /// A field in a header of its own.
    #[serde(default)]
    pub header: Option<HeaderField>,
    /// Name of the field that holds an access token, sent as `Authorization: Bearer` (RFC 6750 §2.1).
    #[serde(default)]
    pub token: Option<String>,
}

fn ok() -> Vec<u16> {
    vec![200]
}

/// User name and password, with names of fields in braces: "{email}/token".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicTemplates {
    pub username: String,
    pub password: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderField {
    /// Of the header.
    pub name: String,
    /// Before the value: "Token"; empty for the value alone.
    #[serde(default)]
    pub scheme: String,
    /// Name of the field.
    pub field: String,
}

/// What becomes of fields that the integration does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFields {
    #[default]
    Ignore,
    Refuse,
}

/// A field: one word for its kind, or a table that says more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub kind: FieldKind,
    /// `None` takes what its name and kind fit.
    pub used_as: Option<FieldUse>,
    /// It may be missing or empty.
    pub optional: bool,
    /// For forms; `None` takes the provider's word, or the name.
    pub label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One DNS label (rule I1). Only these can become part of an address.
    Label,
    String,
    /// Never shown, logged or returned.
    Secret,
    Integer,
    Boolean,
}

/// What a field is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldUse {
    /// The user name, where the provider knows one.
    Identifier,
    /// The password or key.
    Secret,
    AccessToken,
    ClientId,
    ClientSecret,
    /// A variable of the provider, or a name in the templates of `upstream`.
    Variable(String),
}

impl FieldUse {
    /// As it is written after `as`.
    pub(super) fn word(&self) -> &str {
        match self {
            Self::Identifier => "identifier",
            Self::Secret => "secret",
            Self::AccessToken => "access_token",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Variable(name) => name,
        }
    }
}

impl From<String> for FieldUse {
    fn from(name: String) -> Self {
        match name.as_str() {
            "identifier" => Self::Identifier,
            "secret" => Self::Secret,
            "access_token" => Self::AccessToken,
            "client_id" => Self::ClientId,
            "client_secret" => Self::ClientSecret,
            _ => Self::Variable(name),
        }
    }
}

impl<'de> Deserialize<'de> for FieldUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The table's own shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    kind: FieldKind,
    #[serde(default, rename = "as")]
    used_as: Option<FieldUse>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    label: Option<String>,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

/// Not an untagged enum: that would only say that nothing fits.
struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "\"label\", \"string\", \"secret\", \"integer\", \"boolean\", or a table with kind",
        )
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Field, E> {
        let word = serde::de::value::StrDeserializer::new(word);
        Ok(Field::from(FieldKind::deserialize(word)?))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Field, A::Error> {
        let table = FieldTable::deserialize(MapAccessDeserializer::new(members))?;
        Ok(Field {
            kind: table.kind,
            used_as: table.used_as,
            optional: table.optional,
            label: table.label,
        })
    }
}

impl From<FieldKind> for Field {
    fn from(kind: FieldKind) -> Self {
        Self {
            kind,
            used_as: None,
            optional: false,
            label: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_one_word_or_a_table() {
        let file: IntegrationFile = toml::from_str(
            r#"
            path = "/desk"
            provider = "zendesk-token"
            returns = { user_id = "$.user.id" }
            [fields]
            subdomain = "label"
            mail = { kind = "string", as = "identifier" }
            shop = { kind = "label", as = "domain", optional = true, label = "Shop" }
            "#,
        )
        .unwrap();
        assert_eq!(file.fields["subdomain"], Field::from(FieldKind::Label));
        assert_eq!(file.fields["mail"].used_as, Some(FieldUse::Identifier));
        let shop = &file.fields["shop"];
        assert_eq!(shop.used_as, Some(FieldUse::Variable("domain".to_owned())));
        assert!(shop.optional && shop.label.as_deref() == Some("Shop"));
        assert_eq!(file.unknown_fields, UnknownFields::Ignore);
    }

    #[test]
    fn a_misspelt_word_is_named_with_those_that_fit() {
        let said = |text: &str| {
            let error = toml::from_str::<IntegrationFile>(text).unwrap_err();
            error.message().to_owned()
        };
        let wrong = said("path = \"/\"\nfields = { a = \"lable\" }");
        assert!(
            wrong.contains("lable") && wrong.contains("`label`"),
            "{wrong}"
        );
        let wrong = said("path = \"/\"\nfields = { a = { kind = \"label\", optinal = true } }");
        assert!(wrong.contains("optinal"), "{wrong}");
        let wrong = said("path = \"/\"\nfields = { a = 1 }");
        assert!(wrong.contains("\"secret\""), "{wrong}");
        let wrong = said("path = \"/\"\nfields = {}\nfixd = {}");
        assert!(wrong.contains("fixd"), "{wrong}");
    }
}
