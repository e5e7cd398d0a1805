//! The members of a token response (RFC 6749 §5.1), one by one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use super::is_header_safe;
use crate::oauth::dialect::Dialect;
use crate::oauth::json::{self, JsonProblem};
use crate::oauth::token_error::TokenErrorKind as Kind;
use crate::provider::TokenResponse;
use crate::secret::Secret;
use crate::wording::clean;

/// The host that `text` leads to; never text without one, which could be a token.
pub(super) fn named_host(text: &str) -> String {
    let url = Url::parse(text).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or("no address").to_owned()
}

/// The first of the provider's names for the token that is there.
pub(super) fn token_member<'r>(
    members: &Map<String, Value>,
    rules: &'r TokenResponse,
) -> Option<&'r str> {
    let mut names = rules.token_members.iter().map(String::as_str);
    names.find(|name| members.contains_key(*name))
}

pub(super) fn access_token(
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

/// RFC 6749 §7.1: the type is compared without regard to case, and an unknown one is not used.
pub(super) fn token_type(
    members: &Map<String, Value>,
    dialect: &Dialect<'_>,
) -> Result<Option<String>, Kind> {
    let rules = dialect.response;
    let is_known = |text: &str| {
        let mut known = (rules.token_types.iter()).chain(dialect.further_token_types);
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

pub(super) fn expires_in(
    members: &Map<String, Value>,
    notes: &mut Vec<String>,
) -> Result<Option<u64>, Kind> {
    let wrong = || malformed("expires_in is not a number of seconds");
    match members.get("expires_in") {
        None => Ok(None),
        Some(Value::Null) => {
            notes.push("The server sent expires_in without a value.".to_owned());
            Ok(None)
        }
        Some(Value::Number(number)) if !json::is_exact(number) => {
            Err(malformed(&JsonProblem::NumberTooLarge.to_string()))
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

pub(super) fn scopes(
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
pub(super) fn optional_text(
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

pub(super) fn other(members: Map<String, Value>) -> BTreeMap<String, Secret> {
    let text = |(name, value)| match value {
        Value::String(text) => Some((name, Secret::new(text))),
        _ => None,
    };
    members.into_iter().filter_map(text).collect()
}

pub(super) fn malformed(reason: &str) -> Kind {
    Kind::Malformed {
        reason: reason.to_owned(),
    }
}
