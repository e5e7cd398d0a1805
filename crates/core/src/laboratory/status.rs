//! Whether the credentials are answered as they should be.

use http::header;

use super::answer::counted;
use super::examine::Expected;
use super::report::{PointId, TrialPoint};
use super::sending::Answer;
use crate::check::quoted;
use crate::tree::Tree;
use crate::wording::clean;

const ID: PointId = PointId::Status;

/// Cause and remedy where a validator may ask who calls.
const UNNAMED: (&str, &str) = (
    "The validator wants to know who calls, and no headers of a caller were sent.",
    "Write the headers that it wants to see from Talkdesk into a file, and name it with --header-file.",
);

/// The verdict on the status of the one answer that Talkdesk looks at. `named` says that headers of the caller
/// were sent.
pub(super) fn judged(answer: &Answer, expected: Expected, named: bool) -> TrialPoint {
    let status = answer.reply.status;
    let point = match (expected, status) {
        (Expected::Accepted, 200) => {
            TrialPoint::passed(ID, "It accepts these credentials with 200.")
        }
        (Expected::Refused, 401) => {
            TrialPoint::passed(ID, "It refuses these credentials with 401.")
        }
        (Expected::Accepted, 401) => refused(answer, named),
        (Expected::Refused, 200) => accepted(),
        _ => otherwise(answer, expected),
    };
    let point = point.with("status", status);
    if point.status == crate::check::CheckStatus::Passed {
        return point;
    }
    match words(answer) {
        Some(words) => point.with("answer", words),
        None => point,
    }
}

fn refused(answer: &Answer, named: bool) -> TrialPoint {
    let point = TrialPoint::failed(ID, "It refuses these credentials with 401.");
    let asks = answer.reply.headers.contains_key(header::WWW_AUTHENTICATE);
    let point = match (asks, named) {
        (true, false) => point.because(UNNAMED.0, UNNAMED.1),
        (true, true) => point.because(
            "The validator does not take the headers that were sent for the caller.",
            "Compare them with those that it wants to see from Talkdesk.",
        ),
        (false, _) => point,
    };
    let point = point
        .because(
            "The credentials are wrong, or no longer valid in the external system.",
            "Try them in the external system itself, then run the trial again.",
        )
        .because(
            "The validator reads fields of other names than those that were sent.",
            "Compare the names with those of the integration in Talkdesk: they are the same to the letter.",
        )
        .because(
            "The validator could not reach the external system, and says 401 for that too.",
            "Look into its log at this time.",
        );
    if asks || named {
        return point;
    }
    point.because(UNNAMED.0, UNNAMED.1)
}

fn accepted() -> TrialPoint {
    TrialPoint::failed(ID, "It accepts these credentials, which it should refuse.")
        .because(
            "The validator does not compare the credentials with anything, or not all of them.",
            "Ask the external system with exactly the credentials that came, and answer 200 only when it accepts them.",
        )
        .because(
            "The credentials are right after all.",
            "Alter one of them and run the trial again.",
        )
}

fn otherwise(answer: &Answer, expected: Expected) -> TrialPoint {
    let status = answer.reply.status;
    let wanted = match expected {
        Expected::Accepted => 200,
        Expected::Refused => 401,
    };
    let point = TrialPoint::failed(ID, format!("It answers {status} where {wanted} is due."));
    match status {
        201..=299 => point.because(
            "The validator answers with another status of success. An old description of the contract asked for 204.",
            "Answer 200, with the fields to keep or with {} when there are none.",
        ),
        300..=399 => {
            let to = answer.leads_to.as_deref().filter(|_| answer.quotable);
            let to = to.map_or_else(String::new, |host| format!(" to {host}"));
            point.because(
                format!("It redirects{to}. The redirect was not followed: the credentials would have gone along."),
                "Give Talkdesk the address at which the validator answers itself.",
            )
        }
        403 | 407 => point.because(
            "Something before the validator refuses the caller, or the validator says 403 for wrong credentials.",
            "Send the headers that it wants to see from Talkdesk. For wrong credentials answer 401.",
        ),
        404 | 405 => point.because(
            "The address is not that of the validator, or it does not take POST there.",
            "Compare the address, its path to the last stroke, with the one that the validator listens on.",
        ),
        400 | 422 => point.because(
            "The validator expects other fields, or another shape than {\"auth\": {...}}.",
            "Read the fields from auth, under the names that the integration has in Talkdesk.",
        ),
        415 => point.because(
            "The validator does not take application/json.",
            "Accept application/json: Talkdesk sends nothing else.",
        ),
        429 => point.because(
            "The validator limits its callers, and this one is over the limit.",
            "Try again in a minute, or raise the limit.",
        ),
        500..=599 => point
            .because(
                "The validator failed while it worked on the credentials.",
                "Look into its log at this time. Whatever is not surely a yes is answered with 401.",
            )
            .because(
                "The external system is out of reach, and the validator passes that on.",
                "Try the external system, then run the trial again.",
            ),
        _ => point.because(
            "Talkdesk knows 200 and 401 only.",
            "Answer 200 when the credentials work and 401 when they do not.",
        ),
    }
}

/// What an answer says of itself: one short sentence of a JSON object, and otherwise no more than its kind and
/// size. The credentials may be right ones, so as little as possible of what came back is repeated, and
/// nothing of a success: Talkdesk keeps that as credentials.
fn words(answer: &Answer) -> Option<String> {
    let reply = &answer.reply;
    if reply.body.is_empty() || (200..300).contains(&reply.status) {
        return None;
    }
    if !answer.quotable {
        return Some("not shown, because it may hold a secret".to_owned());
    }
    Some(sentence(&reply.body).unwrap_or_else(|| {
        let kind = reply.media_type();
        let kind = kind.map_or_else(String::new, |it| format!(" of {}", clean(&it, 80)));
        format!("{}{kind}, not shown", counted(reply.body.len()))
    }))
}

/// The sentence for people in an error of the usual shapes (RFC 9457, RFC 6749 §5.2).
fn sentence(body: &[u8]) -> Option<String> {
    const NAMES: [&str; 5] = ["error_description", "message", "detail", "error", "title"];
    const LONGEST: usize = 200;
    let tree = Tree::from_json(body).ok()?;
    NAMES.iter().find_map(|name| match tree.member(name)? {
        Tree::Text(text) if text.expose().chars().count() <= LONGEST => {
            Some(quoted(text.expose(), LONGEST))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_sentence_of_an_error_is_repeated_and_nothing_else() {
        let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(201));
        for (body, expected) in [
            (
                r#"{"error":"invalid","message":"No such user."}"#,
                Some("“No such user.”"),
            ),
            (r#"{"detail":"Not Found"}"#, Some("“Not Found”")),
            (r#"{"error":{"message":"inner"}}"#, None),
            (r#"{"user":"pat"}"#, None),
            ("<html>", None),
            (&long, None),
        ] {
            assert_eq!(sentence(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }
}
