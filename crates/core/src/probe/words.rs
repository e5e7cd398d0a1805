//! An API's own words about a refusal, wherever it puts them.

use serde_json::{Map, Value};

use crate::error::Quoted;
use crate::oauth::withhold;
use crate::secret::Secret;
use crate::wording::clean;

/// Where APIs write a code; OAuth's own name where they use that (RFC 6750 §3).
const CODES: [&str; 4] = ["code", "error", "errorCode", "error_code"];

/// Where they write a sentence (`detail`: RFC 9457 §3.1.4).
const SENTENCES: [&str; 8] = [
    "message",
    "error_description",
    "errorSummary",
    "error_message",
    "description",
    "detail",
    "error",
    "errors",
];

/// The members that hold the rest, when the outermost object only wraps it.
const INSIDE: [&str; 2] = ["error", "errors"];

/// Code and sentence of an answer, cleaned, without the secrets that were sent.
pub(super) fn quoted(status: u16, answer: &Value, withheld: &[&Secret]) -> Quoted {
    let outer = first_object(answer);
    let inner = outer.and_then(|outer| {
        INSIDE
            .iter()
            .find_map(|name| outer.get(*name).and_then(first_object))
    });
    let code = [inner, outer]
        .into_iter()
        .flatten()
        .find_map(|object| text(object, &CODES));
    let sentence = [inner, outer]
        .into_iter()
        .flatten()
        .find_map(|object| text(object, &SENTENCES))
        .filter(|sentence| Some(sentence) != code.as_ref());
    let shown = |text: String, longest| clean(&withhold(&text, withheld), longest);
    Quoted {
        status: Some(status),
        error: code.map(|code| shown(code, 100)),
        description: sentence.map(|sentence| shown(sentence, 256)),
    }
}

/// What stands at `pointer`, in words: "ok is false", "user.id is missing".
pub(super) fn of_member(pointer: &str, answer: &Value, withheld: &[&Secret]) -> String {
    let found = match answer.pointer(pointer) {
        None => "missing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::String(text)) => format!("“{}”", clean(&withhold(text, withheld), 80)),
        Some(other) => other.to_string(),
    };
    let name = pointer
        .trim_start_matches('/')
        .replace('/', ".")
        .replace("~1", "/")
        .replace("~0", "~");
    format!("{} is {found}", clean(&name, 80))
}

/// The object itself, or the first of a list of them.
fn first_object(value: &Value) -> Option<&Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        Value::Array(items) => items.first()?.as_object(),
        _ => None,
    }
}

fn text(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match members.get(*name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn code_and_sentence_are_found_wherever_an_api_puts_them() {
        for (answer, code, sentence) in [
            (
                json!({"code": "0060001", "message": "No"}),
                Some("0060001"),
                Some("No"),
            ),
            (
                json!({"ok": false, "error": "invalid_auth"}),
                Some("invalid_auth"),
                None,
            ),
            (
                json!({"error": "invalid_token", "error_description": "Expired"}),
                Some("invalid_token"),
                Some("Expired"),
            ),
            (
                json!([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}]),
                Some("INVALID_SESSION_ID"),
                Some("Session expired"),
            ),
            (
                json!({"error": {"code": 401, "message": "Invalid Credentials"}}),
                Some("401"),
                Some("Invalid Credentials"),
            ),
            (
                json!({"type": "error.list", "errors": [{"code": "unauthorized", "message": "Token"}]}),
                Some("unauthorized"),
                Some("Token"),
            ),
            (
                json!({"errors": "[API] Invalid API key"}),
                None,
                Some("[API] Invalid API key"),
            ),
            (
                json!({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}),
                Some("E0000011"),
                Some("Invalid token provided"),
            ),
            (
                json!({"error": "Couldn't authenticate you"}),
                Some("Couldn't authenticate you"),
                None,
            ),
            (json!(null), None, None),
            (json!(["a"]), None, None),
        ] {
            let quoted = quoted(401, &answer, &[]);
            assert_eq!(quoted.error.as_deref(), code, "{answer}");
            assert_eq!(quoted.description.as_deref(), sentence, "{answer}");
        }
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let token = Secret::new("abcdef-canary".to_owned());
        let answer = json!({"error": "bad abcdef-canary\u{7}", "id": "abcdef-canary"});
        let quoted = quoted(401, &answer, &[&token]);
        assert_eq!(quoted.error.as_deref(), Some("bad [withheld]\\u{7}"));
        assert_eq!(of_member("/id", &answer, &[&token]), "id is “[withheld]”");
    }

    #[test]
    fn a_member_is_named_with_what_stands_there() {
        let answer = json!({"ok": false, "user": {"id": null}, "n": 3, "s": "x", "list": []});
        for (pointer, said) in [
            ("/ok", "ok is false"),
            ("/user/id", "user.id is null"),
            ("/user/name", "user.name is missing"),
            ("/n", "n is 3"),
            ("/s", "s is “x”"),
            ("/list", "list is a list"),
        ] {
            assert_eq!(of_member(pointer, &answer, &[]), said);
        }
    }
}
