//! What is returned beside a 200: its content type, its fields, its size, and how long it took.

use std::time::Duration;

use super::members::{Member, Members, Unreadable};
use super::report::{PointId, TrialPoint};
use super::sending::Answer;
use crate::check::list;
use crate::integration::Scalar;
use crate::wording::clean;

/// Talkdesk keeps what is returned and sends it along with every later call.
const LARGE: usize = 8 * 1024;
const TOO_LARGE: usize = 64 * 1024;
/// A person waits for this answer while the integration is set up.
const SLOW: Duration = Duration::from_secs(3);
const TOO_SLOW: Duration = Duration::from_secs(10);

pub(super) fn content_type(answer: &Answer) -> TrialPoint {
    let id = PointId::ContentType;
    let reply = &answer.reply;
    if reply.body.is_empty() {
        return TrialPoint::skipped(id, "The answer has no body.");
    }
    let shown = reply.media_type().map(|it| {
        if answer.quotable || reply.is_json() {
            clean(&it, 100)
        } else {
            "something else".to_owned()
        }
    });
    match &shown {
        Some(_) if reply.is_json() => TrialPoint::passed(id, "The answer says that it is JSON."),
        Some(other) => TrialPoint::failed(id, format!("The answer says that it is {other}."))
            .because(
                "The body is sent as text, or a page of a gateway is in its place.",
                "Send the header Content-Type: application/json. In most frameworks a function that answers with JSON does it.",
            ),
        None => TrialPoint::failed(id, "The answer does not say what it is.").because(
            "The header Content-Type is missing.",
            "Send Content-Type: application/json.",
        ),
    }
    .with_some("content_type", shown.as_ref())
}

/// The verdict on the fields, and the fields themselves for whoever sends them back.
pub(super) fn fields(answer: &Answer) -> (TrialPoint, Option<Members>) {
    let id = PointId::Fields;
    let body = &answer.reply.body;
    if body.is_empty() {
        let point = TrialPoint::warning(id, "The answer has no body.").because(
            "The validator has nothing to return and sends nothing at all.",
            "Answer with {}: a reader of JSON takes an empty body for an error.",
        );
        return (point, None);
    }
    match Members::read(body) {
        Ok(members) => (of(&members, answer.quotable), Some(members)),
        Err(unreadable) => (no_fields(unreadable), None),
    }
}

/// A refusal has no fields.
pub(super) fn nothing_to_keep() -> TrialPoint {
    TrialPoint::skipped(PointId::Fields, "Talkdesk keeps nothing of a refusal.")
}

pub(super) fn size(answer: &Answer) -> TrialPoint {
    let id = PointId::Size;
    let bytes = answer.reply.body.len();
    let long = |point: TrialPoint| {
        point.because(
            "The validator returns more than Talkdesk needs for its later calls.",
            "Return the few fields that later calls need, such as an account number.",
        )
    };
    let shown = counted(bytes);
    let point = if bytes <= LARGE {
        TrialPoint::passed(id, format!("The answer has {shown}."))
    } else if bytes <= TOO_LARGE {
        long(TrialPoint::warning(
            id,
            format!("The answer is long: {shown}."),
        ))
    } else {
        long(TrialPoint::failed(
            id,
            format!("The answer is too long: {shown}."),
        ))
    };
    point.with("bytes", bytes)
}

pub(super) fn latency(elapsed: Duration) -> TrialPoint {
    let id = PointId::Latency;
    let shown = elapsed.as_millis();
    let slow = |point: TrialPoint| {
        point.because(
            "The external system, or the way to it, is slow.",
            "Use the quickest call that proves the credentials, keep connections to the external system open, and end the wait for it after a few seconds.",
        )
    };
    match elapsed {
        _ if elapsed <= SLOW => TrialPoint::passed(id, format!("It answers in {shown} ms.")),
        _ if elapsed <= TOO_SLOW => slow(TrialPoint::warning(
            id,
            format!("It takes {shown} ms, and a person waits for it."),
        )),
        _ => slow(TrialPoint::failed(
            id,
            format!("It takes {shown} ms. Nobody should have to wait longer than ten seconds."),
        )),
    }
    .with("milliseconds", shown)
}

/// Names are the validator's own words: unless they are `quotable`, fields are counted.
fn of(members: &Members, quotable: bool) -> TrialPoint {
    let id = PointId::Fields;
    let called = |index: usize, name: &str| {
        if quotable {
            clean(name, 80)
        } else {
            format!("field {}", index + 1)
        }
    };
    let numbered = || members.0.iter().enumerate();
    let wrong: Vec<String> = numbered()
        .filter_map(|(index, (name, member))| match member {
            Member::Wrong(wrong) if quotable => Some(format!("$.{name}: {}", wrong.words())),
            Member::Wrong(wrong) => Some(format!("{}: {}", called(index, name), wrong.words())),
            Member::Field(_) => None,
        })
        .collect();
    let doubled = members.doubled();
    let point = if !wrong.is_empty() {
        let names = list(wrong.iter().map(String::as_str));
        TrialPoint::failed(id, format!("It returns what no field can hold: {names}.")).because(
            "The validator passes on what the external system answered.",
            "Return text, whole numbers up to 2^53, true or false, each as a member of its own. Leave out what is null.",
        )
    } else if !doubled.is_empty() {
        let names = if quotable {
            list(doubled.iter().copied())
        } else {
            "a field".to_owned()
        };
        TrialPoint::failed(id, format!("It returns {names} twice in one answer.")).because(
            "The answer is put together by hand.",
            "Let a JSON library write it; which of the two is kept is left to chance.",
        )
    } else {
        TrialPoint::passed(id, kept(members.0.len()))
    };
    numbered().fold(point, |point, (index, (name, member))| match member {
        Member::Field(scalar) => point.with(&called(index, name), kind(scalar)),
        Member::Wrong(_) => point,
    })
}

fn kept(count: usize) -> String {
    match count {
        0 => "It returns no fields.".to_owned(),
        1 => "It returns 1 field, of a kind that Talkdesk keeps.".to_owned(),
        _ => format!("It returns {count} fields, each of a kind that Talkdesk keeps."),
    }
}

fn no_fields(unreadable: Unreadable) -> TrialPoint {
    let id = PointId::Fields;
    match unreadable {
        Unreadable::NotJson { line, column } => TrialPoint::failed(
            id,
            format!("The answer is not JSON (line {line}, column {column})."),
        )
        .because(
            "The answer is text or a web page, or was written with curly quotes.",
            "Answer with one JSON object, such as {\"login_id\": 12}, or with {}.",
        ),
        Unreadable::NotAnObject => TrialPoint::failed(id, "The answer is JSON, but no object.")
            .because(
                "The validator returns a list or a single value.",
                "Answer with one JSON object, such as {\"login_id\": 12}, or with {}.",
            ),
    }
}

fn kind(scalar: &Scalar) -> &'static str {
    match scalar {
        Scalar::Text(_) => "text",
        Scalar::Integer(_) => "whole number",
        Scalar::Flag(_) => "true or false",
    }
}

/// "12 bytes".
pub(super) fn counted(bytes: usize) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckStatus;

    #[test]
    fn fields_of_other_kinds_are_named_with_their_path() {
        let read = |body: &str| of(&Members::read(body.as_bytes()).expect("an object"), true);
        let point = read(r#"{"id":1,"profile":{"a":1},"x":null,"n":1.5}"#);
        assert_eq!(point.status, CheckStatus::Failed);
        assert_eq!(
            point.summary,
            "It returns what no field can hold: “$.profile: an object”, “$.x: null” and “$.n: a fraction”."
        );
        assert_eq!(point.evidence["id"], "whole number");
        assert_eq!(read(r#"{"a":1,"a":2}"#).status, CheckStatus::Failed);
        let hushed = r#"{"hunter22":1,"hunter22":1,"hunter23":null}"#;
        let hushed = of(&Members::read(hushed.as_bytes()).expect("an object"), false);
        assert!(!format!("{hushed:?}").contains("hunter"), "{hushed:?}");
        assert_eq!(hushed.evidence["field 2"], "whole number");
        assert_eq!(read("{}").status, CheckStatus::Passed);
    }

    #[test]
    fn slow_is_worth_knowing_and_very_slow_is_wrong() {
        for (millis, status) in [
            (3_000, CheckStatus::Passed),
            (3_001, CheckStatus::Warning),
            (10_000, CheckStatus::Warning),
            (10_001, CheckStatus::Failed),
        ] {
            assert_eq!(
                latency(Duration::from_millis(millis)).status,
                status,
                "{millis}"
            );
        }
    }
}
