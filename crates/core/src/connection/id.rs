//! The name of a connection in files and in the vault.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Problem};

/// A slug of `[a-z0-9-]`, 1 to 64 characters, beginning and ending with a letter or digit.
///
/// It is the only part of a connection that becomes a file name, so it can hold no separator, dot or
/// reserved device name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ConnectionId(String);

impl ConnectionId {
    /// Checks `text`; says what would be right when it is not.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if is_slug(text) && !is_reserved(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Problem::new(
            Code::DraftInvalid,
            "This is not a connection name.",
            "Use 1 to 64 lower-case letters, digits and hyphens, for example acme-support.",
        )
        .at("name"))
    }

    /// A slug made from any text; "connection" when nothing of it remains.
    pub fn from_name(name: &str) -> Self {
        let mut slug = String::new();
        for character in name.chars() {
            let lower = character.to_ascii_lowercase();
            if lower.is_ascii_alphanumeric() {
                slug.push(lower);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(48);
        let slug = slug.trim_matches('-');
        Self(if slug.is_empty() || is_reserved(slug) {
            "connection".to_owned()
        } else {
            slug.to_owned()
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for ConnectionId {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(&text)
    }
}

impl From<ConnectionId> for String {
    fn from(id: ConnectionId) -> Self {
        id.0
    }
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Names that Windows gives to devices, in any folder.
fn is_reserved(text: &str) -> bool {
    matches!(text, "con" | "prn" | "aux" | "nul")
        || (text.len() == 4
            && (text.starts_with("com") || text.starts_with("lpt"))
            && text.as_bytes()[3].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_slug_and_a_slug_is_accepted() {
        for (name, slug) in [
            ("Support dashboards", "support-dashboards"),
            ("  ", "connection"),
            ("../../etc/passwd", "etc-passwd"),
            ("CON", "connection"),
            ("Ünïcode", "n-code"),
        ] {
            let id = ConnectionId::from_name(name);
            assert_eq!(id.as_str(), slug);
            assert_eq!(ConnectionId::parse(slug), Ok(id));
        }
    }

    #[test]
    fn separators_dots_and_devices_are_refused() {
        for text in [
            "", "a/b", "..", "a.b", "-a", "a-", "A", "nul", "com1", "a\0", "a b",
        ] {
            assert!(ConnectionId::parse(text).is_err(), "{text:?}");
        }
    }
}
