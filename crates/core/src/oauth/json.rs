//! JSON as strictly as a token deserves (rule D13).
//!
//! `serde_json` alone keeps the last of two equal names, so a proxy and a client could read two
//! different tokens from one answer; and it rounds numbers that no double can hold.

mod wiped;

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::wording::clean;
pub use wiped::Wiped;

/// How deep objects and lists may stand in each other.
const DEEPEST: usize = 32;

/// 2^53: beyond it, readers disagree about the value of a number (RFC 8259 §6).
const LARGEST: u64 = 1 << 53;

/// Why a text is not accepted as JSON. It quotes names, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    #[error("it is empty")]
    Empty,
    #[error("it is not JSON (line {line}, column {column})")]
    Syntax { line: usize, column: usize },
    #[error("it is JSON, but not an object")]
    NotAnObject,
    #[error("the name {name} stands in it twice")]
    DuplicateMember { name: String },
    #[error("it is nested more than {DEEPEST} deep")]
    TooDeep,
    #[error("it holds a number that cannot be read exactly")]
    NumberTooLarge,
}

/// Reads one JSON object with nothing after it.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonProblem> {
    object(parse(bytes)?)
}

/// As [`parse_object`], with the numbers of [`parse_answer`].
pub fn parse_answered_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonProblem> {
    object(parse_answer(bytes)?)
}

/// Reads one JSON value with nothing after it.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonProblem> {
    parsed(bytes, true)
}

/// As [`parse`], for the answer of a system that may hold anything beside what is looked for: IDs of 64
/// bits are common. Whoever takes a number out of it asks [`is_exact`].
pub fn parse_answer(bytes: &[u8]) -> Result<Value, JsonProblem> {
    parsed(bytes, false)
}

/// Whether every reader of JSON gets the value of this number.
pub fn is_exact(number: &Number) -> bool {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), _, _) => whole.unsigned_abs() <= LARGEST,
        // 2^53 as a double, exactly.
        (None, None, Some(value)) => value.abs() <= 9_007_199_254_740_992.0,
        (None, _, _) => false,
    }
}

fn object(value: Value) -> Result<Map<String, Value>, JsonProblem> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(JsonProblem::NotAnObject),
    }
}

fn parsed(bytes: &[u8], exact: bool) -> Result<Value, JsonProblem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(JsonProblem::Empty);
    }
    let found = RefCell::new(None);
    let seed = Strict {
        depth: 0,
        exact,
        found: &found,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| {
        found.take().unwrap_or(JsonProblem::Syntax {
            line: error.line(),
            column: error.column(),
        })
    })
}

/// Builds a value and notes, in `found`, which rule of ours stopped it.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    /// Numbers that cannot be read exactly are refused.
    exact: bool,
    found: &'a RefCell<Option<JsonProblem>>,
}

impl Strict<'_> {
    fn refuse<E: Error>(self, problem: JsonProblem) -> E {
        let text = problem.to_string();
        self.found.replace(Some(problem));
        E::custom(text)
    }

    fn number<E: Error>(self, number: Number) -> Result<Value, E> {
        if self.exact && !is_exact(&number) {
            return Err(self.refuse(JsonProblem::NumberTooLarge));
        }
        Ok(Value::Number(number))
    }

    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(self.refuse(JsonProblem::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        match Number::from_f64(value) {
            Some(number) => self.number(number),
            None => Err(self.refuse(JsonProblem::NumberTooLarge)),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut members = Wiped::default();
        while let Some(name) = object.next_key::<String>()? {
            if members.contains_key(&name) {
                let name = clean(&name, 60);
                return Err(self.refuse(JsonProblem::DuplicateMember { name }));
            }
            let value = object.next_value_seed(inside)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members.into_inner()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_ambiguous_or_swollen_text_is_refused_by_its_own_name() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        for (text, problem) in [
            ("", JsonProblem::Empty),
            (" \r\n\t", JsonProblem::Empty),
            ("[]", JsonProblem::NotAnObject),
            ("null", JsonProblem::NotAnObject),
            (
                r#"{"a":1,"a":1}"#,
                JsonProblem::DuplicateMember { name: "a".into() },
            ),
            (
                r#"{"a":1,"\u0061":2}"#,
                JsonProblem::DuplicateMember { name: "a".into() },
            ),
            (
                r#"{"x":[{"b":1,"b":2}]}"#,
                JsonProblem::DuplicateMember { name: "b".into() },
            ),
            (r#"{"n":9007199254740993}"#, JsonProblem::NumberTooLarge),
            (r#"{"n":-9007199254740993}"#, JsonProblem::NumberTooLarge),
            (r#"{"n":1e300}"#, JsonProblem::NumberTooLarge),
            (&format!(r#"{{"a":{}}}"#, nested(32)), JsonProblem::TooDeep),
            (
                &format!(r#"{{"a":{}}}"#, nested(100_000)),
                JsonProblem::TooDeep,
            ),
        ] {
            assert_eq!(parse_object(text.as_bytes()), Err(problem), "{text:.60}");
        }
        for text in [
            "{",
            "{}{}",
            "{} x",
            "{'a':1}",
            r#"{"a":1,}"#,
            "\u{feff}{}",
            r#"{"n":1e999}"#,
            "{“a”:1}",
            "{\"a\":\"\n\"}",
            r#"{"a":NaN}"#,
            "{\"a\":01}",
        ] {
            assert!(
                matches!(
                    parse_object(text.as_bytes()),
                    Err(JsonProblem::Syntax { .. })
                ),
                "{text}"
            );
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn the_limits_themselves_are_allowed() {
        let nested = format!(r#"{{"a":{}1{}}}"#, "[".repeat(31), "]".repeat(31));
        assert!(parse_object(nested.as_bytes()).is_ok());
        assert!(parse_object(br#"{"n":9007199254740992,"m":-9007199254740992,"f":1.5}"#).is_ok());
    }

    #[test]
    fn an_answer_may_hold_numbers_that_nobody_takes_out_of_it() {
        let text = br#"{"id":7,"b":1152921504606846976,"c":-9007199254740993,"d":[1e300]}"#;
        assert_eq!(parse_object(text), Err(JsonProblem::NumberTooLarge));
        let answer = parse_answered_object(text).unwrap();
        let exact = |name: &str| match &answer[name] {
            Value::Number(number) => is_exact(number),
            other => panic!("{other}"),
        };
        assert!(exact("id") && !exact("b") && !exact("c"));
        assert!(parse_answer(br#"{"a":1,"a":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_object(&bytes);
        }

        #[test]
        fn what_is_written_is_read(text in ".*", number in -1_000_000_i64..1_000_000) {
            let value = serde_json::json!({ "text": text, "list": [number, null, true] });
            let bytes = serde_json::to_vec(&value).unwrap();
            prop_assert_eq!(parse(&bytes), Ok(value));
        }
    }
}
