//! What is asked of the person: variables, and the region with its own values.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Certainty;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// One DNS label (rule I1); becomes part of a host name.
    HostLabel,
    /// One of `regions`.
    Region,
    /// A host name, typed by hand for a region that is not listed.
    Host,
    /// An https address without query or fragment. It may name a port.
    HttpsUrl,
    /// A path below an address: "/users/me".
    Path,
    Text,
}

/// Something to ask. Its value replaces `{name}` in endpoint templates.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    pub label: String,
    pub help: String,
    pub example: String,
    pub kind: VariableKind,
    /// A regular expression the whole value must match, beyond what `kind` demands.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What `pattern` asks for, in a sentence for people.
    #[serde(default)]
    pub pattern_help: Option<String>,
    /// What nearly every value matches; another one is taken, with a warning.
    #[serde(default)]
    pub usual_pattern: Option<String>,
    /// What to compare when a value is unusual, in a sentence for people.
    #[serde(default)]
    pub usual_help: Option<String>,
    /// Drawn before the field: "https://".
    #[serde(default)]
    pub prefix: Option<String>,
    /// Drawn after the field: ".talkdeskid.com". May use `{id_host}` of the chosen region.
    #[serde(default)]
    pub suffix: Option<String>,
    /// May be left empty. An address that not every connection needs (authorization beside client
    /// credentials, revocation, introspection, userinfo), a parameter or a probe that names it is then
    /// left out.
    #[serde(default)]
    pub optional: bool,
}

/// A place where the system runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Region {
    pub id: String,
    /// "Europe (EU)".
    pub label: String,
    /// Template values of this region: `id_host`, `api_base`.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Values the person may change or must give, because they are not settled.
    #[serde(default)]
    pub asks: Vec<RegionField>,
    pub certainty: Certainty,
    #[serde(default)]
    pub note: Option<String>,
}

/// A region value that is asked of the person. The entry in `values`, if any, is the suggestion.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RegionField {
    /// The key of `values`, also the variable's name in a connection.
    pub name: String,
    pub label: String,
    pub help: String,
    pub example: String,
    pub kind: VariableKind,
}

/// A public address that tells whether an account exists, asked without any secret.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// GET this; a template like the endpoints.
    pub url: String,
    /// Statuses that mean "the account exists here".
    pub found_status: Vec<u16>,
    /// The answer must be a JSON object with this member, so that a catch-all page is not believed.
    #[serde(default)]
    pub found_member: Option<String>,
    /// Statuses that mean "no such account here".
    pub absent_status: Vec<u16>,
    pub certainty: Certainty,
}
