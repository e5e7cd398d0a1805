//! What may stand behind a key, and the words for what stands there instead.

use proofkey_core::wording::{clean, nearest};
use toml::de::DeValue;

/// One key of a section.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// As a person would write it.
    pub(super) example: &'static str,
    pub(super) required: bool,
}

pub(super) const fn key(name: &'static str, kind: Kind, example: &'static str) -> Key {
    Key {
        name,
        kind,
        example,
        required: false,
    }
}

impl Key {
    pub(super) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }
}

pub(super) enum Kind {
    Text,
    /// Of a file.
    Path,
    Flag,
    /// From, to.
    Number(i64, i64),
    OneOf(&'static [i64]),
    Word(&'static [&'static str]),
    /// So many a second, or "off".
    Pace,
    /// Text, a number or a flag.
    Scalar,
    List(&'static Kind),
    /// Of names that the author chooses.
    Map(&'static Kind),
    Table(&'static [Key]),
    Tables(&'static [Key]),
    /// This word, or a table.
    WordOr(&'static str, &'static [Key]),
    /// A word of [`super::keys::FIELD_KINDS`], or a table.
    Field(&'static [Key]),
}

/// What is wrong with a value, and what to write; `None` for the example of the key.
pub(super) struct Unfit {
    pub(super) summary: String,
    pub(super) remedy: Option<String>,
}

impl Kind {
    /// Of a value that holds no others.
    pub(super) fn against(&self, value: &DeValue<'_>) -> Option<Unfit> {
        match (self, value) {
            (Self::Path, DeValue::String(text)) if text.is_empty() => Some(Unfit {
                summary: "This names no file.".to_owned(),
                remedy: None,
            }),
            (Self::Text | Self::Path, DeValue::String(_))
            | (Self::Flag, DeValue::Boolean(_))
            | (Self::Scalar, DeValue::String(_) | DeValue::Boolean(_)) => None,
            (Self::Number(least, most), DeValue::Integer(_)) => {
                unless((*least..=*most).contains(&number(value)), value, self)
            }
            (Self::OneOf(known), DeValue::Integer(_)) => {
                unless(known.contains(&number(value)), value, self)
            }
            (Self::Pace, DeValue::Integer(_)) => {
                unless((1..=1_000_000).contains(&number(value)), value, self)
            }
            (Self::Scalar, DeValue::Integer(_)) => {
                unless(i32::try_from(number(value)).is_ok(), value, self)
            }
            (Self::Pace, DeValue::String(text)) => word(text, &["off"], self),
            (Self::Word(known), DeValue::String(text)) => word(text, known, self),
            (Self::WordOr(known, _), DeValue::String(text)) => word(text, &[known], self),
            (Self::Field(_), DeValue::String(text)) => word(text, super::keys::FIELD_KINDS, self),
            (_, other) => Some(self.not(other)),
        }
    }

    /// That something of another kind stands there.
    pub(super) fn not(&self, value: &DeValue<'_>) -> Unfit {
        Unfit {
            summary: format!("This is {}, and must be {}.", found(value), self.wanted()),
            remedy: None,
        }
    }

    fn wanted(&self) -> String {
        match self {
            Self::Text => "text in straight quotes".to_owned(),
            Self::Path => "the path of a file, in straight quotes".to_owned(),
            Self::Flag => "true or false, without quotes".to_owned(),
            Self::Number(least, most) => {
                format!("a whole number from {least} to {most}, without quotes")
            }
            Self::OneOf(known) => {
                let known: Vec<String> = known.iter().map(i64::to_string).collect();
                format!("{}, without quotes", known.join(" or "))
            }
            Self::Word(known) => format!("one of the words {}", known.join(", ")),
            Self::Pace => "a whole number from 1 to 1000000, or \"off\"".to_owned(),
            Self::Scalar => "text, a whole number of up to nine digits, true or false".to_owned(),
            Self::List(_) => "a list in square brackets".to_owned(),
            Self::Map(_) => "names with values, in braces or in a section of its own".to_owned(),
            Self::Table(_) => "a section".to_owned(),
            Self::Tables(_) => "one or more sections".to_owned(),
            Self::WordOr(word, _) => format!("a section, or the word \"{word}\""),
            Self::Field(_) => format!(
                "the kind of a field ({}), or a table with kind",
                super::keys::FIELD_KINDS.join(", ")
            ),
        }
    }
}

fn unless(right: bool, value: &DeValue<'_>, kind: &Kind) -> Option<Unfit> {
    let DeValue::Integer(written) = value else {
        return None;
    };
    (!right).then(|| Unfit {
        summary: format!("{written} is out of range."),
        remedy: Some(format!("Write {}.", kind.wanted())),
    })
}

fn word(text: &str, known: &[&str], kind: &Kind) -> Option<Unfit> {
    let lower = text.to_lowercase();
    (!known.contains(&text)).then(|| Unfit {
        summary: format!("\"{}\" cannot stand here.", clean(text, 60)),
        remedy: Some(match nearest(&lower, known.iter().copied()) {
            Some(near) => format!("Write \"{near}\"."),
            None => format!("Write {}.", kind.wanted()),
        }),
    })
}

/// More than any range takes where it is no number of this size.
fn number(value: &DeValue<'_>) -> i64 {
    let DeValue::Integer(written) = value else {
        return i64::MAX;
    };
    i64::from_str_radix(written.as_str(), written.radix()).unwrap_or(i64::MAX)
}

/// For people, in the middle of a sentence.
fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text in quotes",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}
