//! One described HTTP request and its success rule: it proves that the API takes a token.

mod request;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use crate::error::{Code, Problem, Quoted};
use crate::oauth::json;
use crate::oauth::withhold;
use crate::provider::{Probe, Provider};
use crate::secret::Secret;
use crate::system::http::Reply;
use crate::system::network::Network;
use crate::system::transport_error::TransportError;
use crate::wording::clean;
pub(crate) use request::bearing;
use request::{address, without_query};

/// A longer answer than this is none (rule D12).
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The API took the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeReply {
    pub status: u16,
    pub elapsed: Duration,
    /// The address that was asked, without its query.
    pub asked: String,
    /// `None` when the probe compares nothing.
    pub comparison: Option<Comparison>,
}

/// Whether the right account answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Name of the variable.
    pub variable: String,
    /// Its value in the connection.
    pub expected: String,
    /// What the API says, cleaned; `None` when it says nothing there.
    pub found: Option<String>,
    /// Equal without regard to ASCII case.
    pub same: bool,
}

/// The API did not take the token, or could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct ProbeError {
    pub kind: ProbeErrorKind,
    pub status: Option<u16>,
    pub asked: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeErrorKind {
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// A status that is no success; the API's `code` and `message` are quoted.
    #[error("the API refused the request")]
    Refused(Box<Quoted>),
    /// A redirect is never followed: it would carry the token along (rule D11).
    #[error("the API redirects instead of answering")]
    Redirected { location_host: Option<String> },
    #[error("the answer is not JSON")]
    NotJson {
        content_type: Option<String>,
        looks_like_html: bool,
    },
    #[error("the API asks to wait")]
    Busy { retry_after: Option<Duration> },
    #[error("the answer cannot be used: {reason}")]
    Malformed { reason: String },
    /// The token, the header or the path cannot be sent.
    #[error("the request cannot be sent: {reason}")]
    NotSendable { reason: String },
}

/// Asks `probe.path` below `api_base` with `token`, once.
///
/// `variables` are those of the connection; `probe.matches` names one of them.
pub async fn run(
    network: &Network,
    provider: &Provider,
    api_base: &Url,
    probe: &Probe,
    token: &Secret,
    variables: &BTreeMap<String, String>,
) -> Result<ProbeReply, ProbeError> {
    let url = address(api_base, &probe.path)?;
    let asked = without_query(&url);
    let failed = |kind, status| ProbeError {
        kind,
        status,
        asked: asked.clone(),
    };
    let request = bearing(&url, &provider.token_header, token)
        .map_err(|reason| failed(not_sendable(reason), None))?;
    let reply = network
        .send(request, BODY_LIMIT)
        .await
        .map_err(|error| failed(ProbeErrorKind::Transport(Box::new(error)), None))?;
    let comparison = judged(&reply, probe, &url, token, variables)
        .map_err(|kind| failed(kind, Some(reply.status)))?;
    Ok(ProbeReply {
        status: reply.status,
        elapsed: reply.elapsed,
        asked,
        comparison,
    })
}

fn judged(
    reply: &Reply,
    probe: &Probe,
    url: &Url,
    token: &Secret,
    variables: &BTreeMap<String, String>,
) -> Result<Option<Comparison>, ProbeErrorKind> {
    if !probe.success_status.contains(&reply.status) {
        return Err(refusal(reply, url, token));
    }
    if reply.status == 204 && probe.matches.is_none() {
        return Ok(None);
    }
    // A sign-in page or a captive portal answers 200 too, but not with JSON.
    if !reply.is_json() {
        return Err(not_json(reply));
    }
    let answer = json::parse(&reply.body).map_err(|problem| ProbeErrorKind::Malformed {
        reason: problem.to_string(),
    })?;
    let Some(rule) = &probe.matches else {
        return Ok(None);
    };
    let expected = variables.get(&rule.variable).cloned().unwrap_or_default();
    let found = answer.pointer(&rule.pointer).and_then(Value::as_str);
    Ok(Some(Comparison {
        variable: rule.variable.clone(),
        same: found
            .is_some_and(|found| !expected.is_empty() && found.eq_ignore_ascii_case(&expected)),
        found: found.map(|found| clean(&withhold(found, &[token]), 200)),
        expected,
    }))
}

fn refusal(reply: &Reply, url: &Url, token: &Secret) -> ProbeErrorKind {
    match reply.status {
        300..=399 => ProbeErrorKind::Redirected {
            location_host: reply.location_host(url),
        },
        429 | 503 => ProbeErrorKind::Busy {
            retry_after: reply.retry_after(),
        },
        _ => {
            let members = match reply.is_json() {
                true => json::parse_object(&reply.body).unwrap_or_default(),
                false if matches!(reply.status, 401 | 403) => Map::new(),
                false => return not_json(reply),
            };
            ProbeErrorKind::Refused(Box::new(quotation(reply.status, &members, token)))
        }
    }
}

/// The API's `code` and `message`; OAuth's own words where an API uses those (RFC 6750 §3).
fn quotation(status: u16, members: &Map<String, Value>, token: &Secret) -> Quoted {
    let text = |names: [&str; 2], longest| {
        names
            .iter()
            .find_map(|name| match members.get(*name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .map(|text| clean(&withhold(&text, &[token]), longest))
    };
    Quoted {
        status: Some(status),
        error: text(["code", "error"], 100),
        description: text(["message", "error_description"], 256),
    }
}

fn not_json(reply: &Reply) -> ProbeErrorKind {
    ProbeErrorKind::NotJson {
        content_type: reply.media_type().map(|text| clean(&text, 100)),
        looks_like_html: reply.looks_like_html(),
    }
}

fn not_sendable(reason: &str) -> ProbeErrorKind {
    ProbeErrorKind::NotSendable {
        reason: reason.to_owned(),
    }
}

impl From<ProbeError> for Problem {
    fn from(error: ProbeError) -> Self {
        match error.kind {
            ProbeErrorKind::Transport(error) => (*error).into(),
            ProbeErrorKind::Refused(quoted) => Self::new(
                Code::ApiRefused,
                "The API did not accept the token.",
                "Check that the client may use this API, and that account and region are right.",
            )
            .quoting(*quoted),
            ProbeErrorKind::Busy { .. } => Self::new(
                Code::ApiRefused,
                "The API has no time for an answer just now.",
                "Try again in a few minutes.",
            ),
            kind => Self::new(
                Code::ResponseMalformed,
                format!("{} gave no usable answer: {kind}.", error.asked),
                "Check the API address. If it is right, tell the operator of the server.",
            ),
        }
    }
}
