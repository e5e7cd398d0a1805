//! Reading the answer of a token endpoint (RFC 6749 §5.1 and §5.2).

mod members;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use self::members::{
    access_token, expires_in, malformed, named_host, optional_text, other, scopes, token_member,
    token_type,
};
use super::dialect::Dialect;
use super::json::{self, JsonProblem, Wiped};
use super::token_error::TokenErrorKind as Kind;
use crate::error::Quoted;
use crate::provider::{AnsweredBase, answered_base};
use crate::secret::Secret;
use crate::system::http::Reply;
use crate::wording::clean;

/// A token and what the server said about it.
pub struct TokenReply {
    pub access_token: Secret,
    /// As the server wrote it; one that the provider is known to use, "Bearer" for nearly all. `None`
    /// where the provider sends none.
    pub token_type: Option<String>,
    /// Seconds; `None` when the server does not say.
    pub expires_in: Option<u64>,
    /// Granted scopes; `None` when the server does not say, which means those that were requested.
    pub scopes: Option<Vec<String>>,
    pub refresh_token: Option<Secret>,
    /// OpenID Connect Core §3.1.3.3; unverified.
    pub id_token: Option<Secret>,
    /// Where the server says that its API is; found to be a place that the token may go to.
    pub api_base: Option<Url>,
    /// Every other member that is text, by name: some servers send a session or an address with the
    /// token.
    pub other: BTreeMap<String, Secret>,
    /// Departures from the standard that were tolerated, for people.
    pub notes: Vec<String>,
    /// How many seconds the local clock is ahead of the server's, when the server told its time.
    pub clock_skew_seconds: Option<i64>,
    /// The request was signed by the server's clock, because signing by the local one was refused.
    pub clock_corrected: bool,
    pub status: u16,
    pub elapsed: Duration,
}

impl std::fmt::Debug for TokenReply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenReply")
            .field("expires_in", &self.expires_in)
            .field("scopes", &self.scopes)
            .field("notes", &self.notes)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What an answer was, apart from time and place.
pub(super) struct Answer<'a> {
    pub(super) reply: &'a Reply,
    pub(super) asked: &'a Url,
    /// What was sent and must not come back in a quotation.
    pub(super) withheld: &'a [&'a Secret],
}

impl Answer<'_> {
    /// The token, or why there is none.
    pub(super) fn read(&self, dialect: &Dialect<'_>) -> Result<TokenReply, Kind> {
        self.success(&dialect.response.success_status)?;
        self.token(dialect)
    }

    /// The members of an answer with a status of `expected`, or why it is none. For endpoints that fail
    /// in the way of a token endpoint (RFC 9126 §2.3).
    pub(super) fn members(&self, expected: &[u16]) -> Result<Map<String, Value>, Kind> {
        self.success(expected)?;
        self.object()
    }

    pub(super) fn success(&self, expected: &[u16]) -> Result<(), Kind> {
        match self.reply.status {
            status if expected.contains(&status) => Ok(()),
            300..=399 => Err(Kind::Redirected {
                location_host: self.reply.location_host(self.asked),
            }),
            429 => Err(Kind::TooManyRequests {
                retry_after: self.reply.retry_after(),
                quoted: self.any_quotation(),
            }),
            503 => Err(Kind::Unavailable {
                retry_after: self.reply.retry_after(),
                quoted: self.any_quotation(),
            }),
            400..=599 => Err(self.refusal()),
            status => {
                let expected: Vec<String> = expected.iter().map(u16::to_string).collect();
                Err(malformed(&format!(
                    "its status is {status} instead of {}",
                    expected.join(" or ")
                )))
            }
        }
    }

    fn token(&self, dialect: &Dialect<'_>) -> Result<TokenReply, Kind> {
        let rules = dialect.response;
        let mut members = Wiped::from(self.object()?);
        let name = token_member(&members, rules);
        if name.is_none() && members.contains_key("error") {
            return Err(Kind::OkWithError(Box::new(self.quotation(&members))));
        }
        let mut notes = Vec::new();
        let access_token = access_token(&mut members, name, rules)?;
        let token_type = token_type(&members, dialect)?;
        Ok(TokenReply {
            access_token,
            token_type,
            expires_in: expires_in(&members, &mut notes)?,
            scopes: scopes(&members, dialect.answer_separator(), &mut notes)?,
            refresh_token: optional_text(&mut members, "refresh_token", &mut notes)?,
            id_token: optional_text(&mut members, "id_token", &mut notes)?,
            api_base: dialect
                .api_base_from
                .and_then(|rule| self.api_base(&members, rule).transpose())
                .transpose()?,
            other: other(members.into_inner()),
            notes,
            clock_skew_seconds: None,
            clock_corrected: false,
            status: self.reply.status,
            elapsed: self.reply.elapsed,
        })
    }

    /// A server that leads nowhere is believed; one that leads astray is not given its token back.
    fn api_base(
        &self,
        members: &Map<String, Value>,
        rule: &AnsweredBase,
    ) -> Result<Option<Url>, Kind> {
        let text = match members.get(&rule.member) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text,
            Some(_) => return Err(malformed(&format!("{} is not text", rule.member))),
        };
        answered_base(rule, text)
            .map(Some)
            .map_err(|reason| Kind::StrayApiBase {
                member: rule.member.clone(),
                named: clean(&withhold(&named_host(text), self.withheld), 120),
                reason: reason.to_owned(),
            })
    }

    fn refusal(&self) -> Kind {
        match self.object() {
            Ok(members) => Kind::Refused(Box::new(self.quotation(&members))),
            Err(kind) => kind,
        }
    }

    fn any_quotation(&self) -> Option<Box<Quoted>> {
        let members = self.object().ok()?;
        Some(Box::new(self.quotation(&members)))
    }

    fn object(&self) -> Result<Map<String, Value>, Kind> {
        if !self.reply.is_json() {
            return Err(Kind::NotJson {
                content_type: self.reply.media_type().map(|text| clean(&text, 100)),
                looks_like_html: self.reply.looks_like_html(),
            });
        }
        json::parse_answered_object(&self.reply.body).map_err(|problem: JsonProblem| {
            Kind::Malformed {
                reason: problem.to_string(),
            }
        })
    }

    /// RFC 6749 §5.2; some servers use `code` and `message` of their API here.
    fn quotation(&self, members: &Map<String, Value>) -> Quoted {
        let text = |names: [&str; 2], longest| {
            names
                .iter()
                .find_map(|name| plain(members.get(*name)?))
                .map(|text| clean(&withhold(&text, self.withheld), longest))
        };
        Quoted {
            status: Some(self.reply.status),
            error: text(["error", "code"], 100),
            description: text(["error_description", "message"], 256),
        }
    }
}

/// `text` without any of `secrets`, should a server repeat what it was sent. Done before any cut, so
/// that no half of a secret survives.
pub(crate) fn withhold(text: &str, secrets: &[&Secret]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        // A very short secret would tear holes into ordinary words.
        if secret.expose().len() >= 6 {
            text = text.replace(secret.expose(), "[withheld]");
        }
    }
    text
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// RFC 6750 §2.1 `b64token`, and `!`, which one large vendor puts into its tokens. Nothing of this
/// can end a header or begin another.
pub(crate) fn is_header_safe(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'!')
        })
}
