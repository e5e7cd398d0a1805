//! Reading the answer of a token endpoint (RFC 6749 §5.1 and §5.2).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use super::dialect::Dialect;
use super::json::{self, JsonProblem};
use super::token_error::TokenErrorKind as Kind;
use crate::error::Quoted;
use crate::provider::{AnsweredBase, TokenResponse, answered_base};
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
        let mut members = self.object()?;
        let name = token_member(&members, rules);
        if name.is_none() && members.contains_key("error") {
            return Err(Kind::OkWithError(Box::new(self.quotation(&members))));
        }
        let mut notes = Vec::new();
        let access_token = access_token(&mut members, name, rules)?;
        let token_type = token_type(&members, rules)?;
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
            other: other(members),
            notes,
            clock_skew_seconds: None,
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
        json::parse_object(&self.reply.body).map_err(|problem: JsonProblem| Kind::Malformed {
            reason: problem.to_string(),
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

/// The host that `text` leads to; the text itself where it leads nowhere.
fn named_host(text: &str) -> String {
    let url = Url::parse(text).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or(text).to_owned()
}

/// The first of the provider's names for the token that is there.
fn token_member<'r>(members: &Map<String, Value>, rules: &'r TokenResponse) -> Option<&'r str> {
    let mut names = rules.token_members.iter().map(String::as_str);
    names.find(|name| members.contains_key(*name))
}

fn access_token(
    members: &mut Map<String, Value>,
    name: Option<&str>,
    rules: &TokenResponse,
) -> Result<Secret, Kind> {
    let usual = || rules.token_members.join(" or ");
    match name.and_then(|name| members.remove(name)) {
        Some(Value::String(text)) => {
            let token = Secret::new(text);
            if is_header_safe(token.expose()) {
                Ok(token)
            } else {
                Err(Kind::UnsafeToken)
            }
        }
        Some(_) => Err(malformed(&format!(
            "{} is not text",
            name.unwrap_or_default()
        ))),
        None => Err(malformed(&format!("it holds no {}", usual()))),
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

/// RFC 6749 §7.1: the type is compared without regard to case, and an unknown one is not used.
fn token_type(members: &Map<String, Value>, rules: &TokenResponse) -> Result<Option<String>, Kind> {
    let is_known = |text: &str| {
        let mut known = rules.token_types.iter();
        known.any(|known| known.eq_ignore_ascii_case(text))
    };
    match members.get("token_type") {
        Some(Value::String(text)) if is_known(text) => Ok(Some(text.clone())),
        Some(Value::String(text)) => Err(Kind::UnknownTokenType {
            token_type: clean(text, 60),
        }),
        None | Some(Value::Null) if rules.without_token_type => Ok(None),
        Some(_) => Err(malformed("token_type is not text")),
        None => Err(malformed("it holds no token_type")),
    }
}

fn expires_in(members: &Map<String, Value>, notes: &mut Vec<String>) -> Result<Option<u64>, Kind> {
    let wrong = || malformed("expires_in is not a number of seconds");
    match members.get("expires_in") {
        None => Ok(None),
        Some(Value::Null) => {
            notes.push("The server sent expires_in without a value.".to_owned());
            Ok(None)
        }
        Some(Value::Number(number)) => number.as_u64().map(Some).ok_or_else(wrong),
        Some(Value::String(text)) if is_digits(text) => {
            notes.push("The server sent expires_in as text instead of a number.".to_owned());
            text.parse().map(Some).map_err(|_| wrong())
        }
        Some(_) => Err(wrong()),
    }
}

/// At most fifteen digits stay below 2^53.
fn is_digits(text: &str) -> bool {
    (1..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn scopes(
    members: &Map<String, Value>,
    separator: &str,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<String>>, Kind> {
    match members.get("scope") {
        None => Ok(None),
        Some(Value::Null) => {
            notes.push("The server sent scope without a value.".to_owned());
            Ok(None)
        }
        Some(Value::String(text)) => Ok(Some(split_scopes(text, separator))),
        Some(Value::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            let texts = texts.ok_or_else(|| malformed("scope is not text"))?;
            notes.push("The server sent scope as a list instead of text.".to_owned());
            Ok(Some(distinct(texts.into_iter())))
        }
        Some(_) => Err(malformed("scope is not text")),
    }
}

/// Blanks always separate (RFC 6749 §3.3), the provider's own separator too.
fn split_scopes(text: &str, separator: &str) -> Vec<String> {
    let spaced = if separator.trim().is_empty() {
        text.to_owned()
    } else {
        text.replace(separator.trim(), " ")
    };
    distinct(spaced.split_ascii_whitespace())
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut scopes = Vec::new();
    for scope in texts {
        let scope = clean(scope, 200);
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// A member that is text when it is there; one without a value is tolerated and noted.
fn optional_text(
    members: &mut Map<String, Value>,
    name: &str,
    notes: &mut Vec<String>,
) -> Result<Option<Secret>, Kind> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::Null) => {
            notes.push(format!("The server sent {name} without a value."));
            Ok(None)
        }
        Some(Value::String(text)) if text.is_empty() => {
            notes.push(format!("The server sent an empty {name}."));
            Ok(None)
        }
        Some(Value::String(text)) => Ok(Some(Secret::new(text))),
        Some(_) => Err(malformed(&format!("{name} is not text"))),
    }
}

fn other(members: Map<String, Value>) -> BTreeMap<String, Secret> {
    let text = |(name, value)| match value {
        Value::String(text) => Some((name, Secret::new(text))),
        _ => None,
    };
    members.into_iter().filter_map(text).collect()
}

fn malformed(reason: &str) -> Kind {
    Kind::Malformed {
        reason: reason.to_owned(),
    }
}
