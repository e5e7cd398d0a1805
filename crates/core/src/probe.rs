//! One described HTTP request and its success rule: it proves that the API takes what is presented to it.

mod posting;
mod presented;
mod request;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::error::{Code, Problem, Quoted};
use crate::oauth::json;
use crate::oauth::withhold;
use crate::provider::{self, Probe, ProbeMatch, ProbeRule, Provider, Scalar};
use crate::secret::Secret;
use crate::system::http::Reply;
use crate::system::network::Network;
use crate::system::transport_error::TransportError;
use crate::wording::clean;
pub(crate) use posting::post;
pub use presented::Presented;
pub(crate) use request::below;
pub(crate) use request::presenting;
use request::{address, without_query};

/// A longer answer than this is none (rule D12).
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The API took what was presented to it.
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

/// The API did not take what was presented to it, or could not be asked.
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
    /// The status is that of a success, and the answer breaks a rule of the probe.
    #[error("the answer is no success: {said}")]
    Unmet {
        /// Which member is not as it must be: "ok is false".
        said: String,
        words: Box<Quoted>,
    },
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
    /// What is presented, the header or the path cannot be sent.
    #[error("the request cannot be sent: {reason}")]
    NotSendable { reason: String },
}

/// The address that `probe` asks; `None` when a value that its path names is missing, or when it would
/// leave the API base.
pub(crate) fn url(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
    api_base: &Url,
    probe: &Probe,
) -> Option<Url> {
    let path = provider::probe_path(provider, variables, &probe.path)?;
    address(api_base, &path).ok()
}

/// Asks `probe.path` below `api_base` once, with what is `presented`.
///
/// `variables` are those of the connection; the path and `probe.matches` may name some of them.
pub async fn run(
    network: &Network,
    provider: &Provider,
    api_base: &Url,
    probe: &Probe,
    presented: &Presented<'_>,
    variables: &BTreeMap<String, String>,
) -> Result<ProbeReply, ProbeError> {
    let path =
        provider::probe_path(provider, variables, &probe.path).ok_or_else(|| ProbeError {
            kind: not_sendable("a value that the probe's path names is missing"),
            status: None,
            asked: without_query(api_base),
        })?;
    let url = address(api_base, &path)?;
    let (reply, _) = ask(network, &url, probe, presented, variables).await?;
    Ok(reply)
}

/// As [`run`], for a `url` that was worked out before; the JSON answer comes along, `null` for an answer
/// without content.
pub(crate) async fn ask(
    network: &Network,
    url: &Url,
    probe: &Probe,
    presented: &Presented<'_>,
    variables: &BTreeMap<String, String>,
) -> Result<(ProbeReply, Value), ProbeError> {
    let asked = without_query(url);
    let failed = |kind, status| ProbeError {
        kind,
        status,
        asked: asked.clone(),
    };
    let request = presenting(url, presented, &probe.headers)
        .map_err(|reason| failed(not_sendable(reason), None))?;
    let reply = network
        .send_to(url, request, BODY_LIMIT)
        .await
        .map_err(|error| failed(ProbeErrorKind::Transport(Box::new(error)), None))?;
    let withheld = presented.withheld();
    let withheld: Vec<&Secret> = withheld.iter().collect();
    let (comparison, answer) = judged(&reply, probe, url, &withheld, variables)
        .map_err(|kind| failed(kind, Some(reply.status)))?;
    let reply = ProbeReply {
        status: reply.status,
        elapsed: reply.elapsed,
        asked,
        comparison,
    };
    Ok((reply, answer))
}

fn judged(
    reply: &Reply,
    probe: &Probe,
    url: &Url,
    withheld: &[&Secret],
    variables: &BTreeMap<String, String>,
) -> Result<(Option<Comparison>, Value), ProbeErrorKind> {
    if !probe.success_status.contains(&reply.status) {
        return Err(refusal(reply, url, withheld));
    }
    if reply.status == 204 && probe.matches.is_none() && probe.requires.is_empty() {
        return Ok((None, Value::Null));
    }
    // A sign-in page or a captive portal answers 200 too, but not with JSON.
    if !reply.is_json() {
        return Err(not_json(reply));
    }
    let answer = json::parse_answer(&reply.body).map_err(|problem| ProbeErrorKind::Malformed {
        reason: problem.to_string(),
    })?;
    if let Some(broken) = probe.requires.iter().find(|rule| !holds(rule, &answer)) {
        return Err(ProbeErrorKind::Unmet {
            said: words::of_member(&broken.pointer, &answer, withheld),
            words: Box::new(words::quoted(reply.status, &answer, withheld)),
        });
    }
    let comparison =
        (probe.matches.as_ref()).map(|rule| compared(rule, &answer, withheld, variables));
    Ok((comparison, answer))
}

fn compared(
    rule: &ProbeMatch,
    answer: &Value,
    withheld: &[&Secret],
    variables: &BTreeMap<String, String>,
) -> Comparison {
    let expected = variables.get(&rule.variable).cloned().unwrap_or_default();
    let found = answer.pointer(&rule.pointer).and_then(Value::as_str);
    Comparison {
        variable: rule.variable.clone(),
        same: found
            .is_some_and(|found| !expected.is_empty() && found.eq_ignore_ascii_case(&expected)),
        found: found.map(|found| clean(&withhold(found, withheld), 200)),
        expected,
    }
}

fn holds(rule: &ProbeRule, answer: &Value) -> bool {
    match (answer.pointer(&rule.pointer), &rule.equals) {
        (None | Some(Value::Null), _) => false,
        (Some(_), None) => true,
        (Some(found), Some(Scalar::Boolean(wanted))) => found.as_bool() == Some(*wanted),
        (Some(found), Some(Scalar::Integer(wanted))) => found.as_i64() == Some(i64::from(*wanted)),
        (Some(found), Some(Scalar::Text(wanted))) => found.as_str() == Some(wanted),
    }
}

fn refusal(reply: &Reply, url: &Url, withheld: &[&Secret]) -> ProbeErrorKind {
    match reply.status {
        300..=399 => ProbeErrorKind::Redirected {
            location_host: reply.location_host(url),
        },
        429 | 503 => ProbeErrorKind::Busy {
            retry_after: reply.retry_after(),
        },
        _ => {
            let answer = match reply.is_json() {
                true => json::parse_answer(&reply.body).unwrap_or_default(),
                false if matches!(reply.status, 401 | 403) => Value::Null,
                false => return not_json(reply),
            };
            ProbeErrorKind::Refused(Box::new(words::quoted(reply.status, &answer, withheld)))
        }
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
            ProbeErrorKind::Refused(quoted) | ProbeErrorKind::Unmet { words: quoted, .. } => {
                Self::new(
                    Code::ApiRefused,
                    "The API did not accept the request.",
                    "Check what the connection signs in with, and that the address of the API is right.",
                )
                .quoting(*quoted)
            }
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
