//! The fields of an answer, read without keeping what they hold.
//!
//! An answer may hold a token, so texts are held as secrets, and what is no field of the contract is
//! passed over.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::integration::Scalar;
use crate::secret::Secret;

/// Every JSON reader keeps whole numbers up to here exactly (RFC 8259 §6).
const EXACT: u64 = 1 << 53;

/// The members of an answer in their order, doubles included.
pub(super) struct Members(pub(super) Vec<(String, Member)>);

/// What one member holds.
pub(super) enum Member {
    Field(Scalar),
    Wrong(Wrong),
}

/// What the contract has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Null,
    List,
    Object,
    Fraction,
    TooLarge,
}

impl Wrong {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::List => "a list",
            Self::Object => "an object",
            Self::Fraction => "a fraction",
            Self::TooLarge => "a number beyond ±2^53",
        }
    }
}

/// Why a body has no members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    NotJson { line: usize, column: usize },
    NotAnObject,
}

impl Members {
    /// Reads one JSON object and nothing after it.
    pub(super) fn read(body: &[u8]) -> Result<Self, Unreadable> {
        serde_json::from_slice(body).map_err(|error| {
            if error.classify() == serde_json::error::Category::Data {
                Unreadable::NotAnObject
            } else {
                Unreadable::NotJson {
                    line: error.line().max(1),
                    column: error.column().max(1),
                }
            }
        })
    }

    /// Names that stand there twice.
    pub(super) fn doubled(&self) -> Vec<&str> {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        let mut doubled: Vec<&str> = Vec::new();
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) && !doubled.contains(name) {
                doubled.push(name);
            }
        }
        doubled
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&String, &Scalar)> {
        self.0.iter().filter_map(|(name, member)| match member {
            Member::Field(scalar) => Some((name, scalar)),
            Member::Wrong(_) => None,
        })
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TopLevel)
    }
}

struct TopLevel;

impl<'de> Visitor<'de> for TopLevel {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Value)
    }
}

struct Value;

impl<'de> Visitor<'de> for Value {
    type Value = Member;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Member, E> {
        Ok(Member::Field(Scalar::Flag(flag)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Member, E> {
        Ok(if number.unsigned_abs() > EXACT {
            Member::Wrong(Wrong::TooLarge)
        } else {
            Member::Field(Scalar::Integer(number))
        })
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Member, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Ok(Member::Wrong(Wrong::TooLarge)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Member, E> {
        // A whole number that is too large for 64 bits comes here too.
        Ok(Member::Wrong(if number.abs() > 9_007_199_254_740_992.0 {
            Wrong::TooLarge
        } else {
            Wrong::Fraction
        }))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
        Ok(Member::Field(Scalar::Text(Secret::new(text.to_owned()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Member, E> {
        Ok(Member::Wrong(Wrong::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Member, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member::Wrong(Wrong::List))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Member::Wrong(Wrong::Object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(body: &str) -> Vec<(String, &'static str)> {
        let members = Members::read(body.as_bytes()).expect("an object");
        let kind = |member: &Member| match member {
            Member::Field(Scalar::Text(_)) => "text",
            Member::Field(Scalar::Integer(_)) => "integer",
            Member::Field(Scalar::Flag(_)) => "boolean",
            Member::Wrong(wrong) => wrong.words(),
        };
        let members = members.0.iter();
        members.map(|(name, it)| (name.clone(), kind(it))).collect()
    }

    #[test]
    fn each_member_is_known_by_what_it_holds() {
        for (json, kind) in [
            ("\"x\"", "text"),
            ("12", "integer"),
            ("-9007199254740992", "integer"),
            ("true", "boolean"),
            ("null", "null"),
            ("[1,{}]", "a list"),
            ("{\"a\":[1.5]}", "an object"),
            ("1.5", "a fraction"),
            ("1e2", "a fraction"),
            ("9007199254740993", "a number beyond ±2^53"),
            ("18446744073709551615", "a number beyond ±2^53"),
            ("100000000000000000000000", "a number beyond ±2^53"),
        ] {
            assert_eq!(
                kinds(&format!("{{\"a\":{json}}}")),
                [("a".to_owned(), kind)],
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_object_says_why() {
        for (body, wrong) in [
            ("[]", Unreadable::NotAnObject),
            ("\"OK\"", Unreadable::NotAnObject),
            ("OK", Unreadable::NotJson { line: 1, column: 1 }),
            ("{} x", Unreadable::NotJson { line: 1, column: 4 }),
        ] {
            assert_eq!(Members::read(body.as_bytes()).err(), Some(wrong), "{body}");
        }
        let members = Members::read(br#"{"a":1,"b":2,"a":3,"a":4}"#).expect("an object");
        assert_eq!(members.doubled(), ["a"]);
    }
}
