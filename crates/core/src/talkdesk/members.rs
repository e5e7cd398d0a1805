//! Reading members of an event's JSON, under any of the names that Talkdesk writes them by.

use serde_json::{Map, Value};

use super::EventRefusal;
use crate::secret::Secret;

/// Longer texts are no ids, names or addresses.
const LONGEST_TEXT: usize = 2048;
/// A private key of RSA 4096 has about 3,200 characters.
const LONGEST_SECRET: usize = 16 * 1024;

/// The text under `names`, which mean the same: documentation and samples differ. Two that are there
/// must agree.
pub(super) fn text(
    members: &Map<String, Value>,
    names: &[&'static str],
) -> Result<Option<String>, EventRefusal> {
    let mut found: Option<(&'static str, &str)> = None;
    for name in names {
        let here = match members.get(*name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) if text.is_empty() => continue,
            Some(Value::String(text)) if text.len() <= LONGEST_TEXT => text,
            Some(_) => return Err(EventRefusal::Odd(name)),
        };
        match found {
            Some((other, same)) if same != here => {
                return Err(EventRefusal::Contradictory(other, name));
            }
            _ => found = Some((name, here)),
        }
    }
    Ok(found.map(|(_, text)| text.to_owned()))
}

/// As [`text`], for a member that has to be there.
pub(super) fn required(
    members: &Map<String, Value>,
    names: &[&'static str],
) -> Result<String, EventRefusal> {
    let first = names.first().copied().unwrap_or_default();
    text(members, names)?.ok_or(EventRefusal::Missing(first))
}

/// An id that can stand in the path of an address as it is.
pub(super) fn id(
    members: &Map<String, Value>,
    names: &[&'static str],
) -> Result<String, EventRefusal> {
    let first = names.first().copied().unwrap_or_default();
    let text = required(members, names)?;
    if is_id(&text) {
        Ok(text)
    } else {
        Err(EventRefusal::Odd(first))
    }
}

/// Letters, digits, `-`, `_`, `.` and `:`, but not dots alone, which lead elsewhere in a path.
pub(super) fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// Takes a secret out of the event, so that no second copy stays in it.
pub(super) fn secret(
    members: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<Secret>, EventRefusal> {
    match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => {
            let secret = Secret::new(text);
            if secret.expose().len() > LONGEST_SECRET {
                return Err(EventRefusal::Odd(name));
            }
            Ok(Some(secret))
        }
        Some(_) => Err(EventRefusal::Odd(name)),
    }
}

/// A link is an object with `href` (HAL), or the address itself.
pub(super) fn link(
    links: &Map<String, Value>,
    names: &[&'static str],
) -> Result<Option<String>, EventRefusal> {
    let flat: Map<String, Value> = names
        .iter()
        .filter_map(|name| {
            let value = links.get(*name)?;
            let address = value.get("href").unwrap_or(value);
            Some(((*name).to_owned(), address.clone()))
        })
        .collect();
    text(&flat, names)
}
