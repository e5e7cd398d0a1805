//! An API call of a person's own, and its answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is to be asked of a connection's API. It names a path, never a host.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ApiCall {
    pub method: ApiMethod,
    /// Below the API base, with its query: `/users?per_page=1`. A whole address is taken when it begins
    /// with the API base.
    pub path: String,
    /// Further request headers. None of them can take the place of the credentials.
    #[serde(default)]
    pub headers: Vec<ApiHeader>,
    /// Sent as it is.
    #[serde(default)]
    pub body: Option<String>,
}

/// RFC 9110 §9.3 and RFC 5789.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "UPPERCASE")]
pub enum ApiMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ApiHeader {
    pub name: String,
    pub value: String,
}

/// What the API answered, for people: the credentials are withheld wherever the server repeats them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ApiAnswer {
    pub method: ApiMethod,
    /// The whole address that was asked.
    pub address: String,
    pub status: u16,
    /// "Not Found"; `None` for a status that has no registered phrase.
    pub phrase: Option<String>,
    pub headers: Vec<ApiHeader>,
    pub body: ApiBody,
    /// Bytes of the whole body.
    pub bytes: u64,
    pub elapsed_ms: u64,
    /// The API refused the first token, and this is its answer to a fresh one.
    pub renewed: bool,
    /// Where the answer points to. It is never followed: the credentials would go along.
    pub redirects_to: Option<String>,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub asked_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ApiBody {
    Empty,
    /// Set in lines when it is JSON. Only the beginning of a long one.
    Text {
        text: String,
        is_json: bool,
        is_whole: bool,
    },
    /// Not text.
    Binary {
        media_type: Option<String>,
    },
}
