//! A table of bodies, each with the outcome that it must have.

use proofkey_core::oauth::{TokenError, TokenErrorKind, TokenReply};
use proofkey_tests::{Act, RawPeer, answer};

use crate::stage::{Asked, network};

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    status: u16,
    content_type: String,
    body: String,
    expect: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_body_of_the_table_has_the_outcome_it_should() {
    let text = include_str!("../data/token-bodies.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert!(cases.len() >= 120);
    let answers: Vec<Vec<u8>> = cases
        .iter()
        .map(|case| {
            let typed = [("Content-Type", case.content_type.as_str())];
            let headers = if case.content_type.is_empty() {
                &[][..]
            } else {
                &typed[..]
            };
            answer(case.status, headers, case.body.as_bytes())
        })
        .collect();
    let count = cases.len();
    let peer =
        RawPeer::plain(move |number| vec![Act::Read, Act::Send(answers[number % count].clone())])
            .await;
    let (network, url, asked) = (network(), peer.url("/oauth/token"), Asked::default());
    let mut wrong = Vec::new();
    for case in &cases {
        let told = told(asked.of(&network, &url).await);
        if !is_expected(&told, &case.expect) {
            wrong.push(format!(
                "{}: expected {:?}, got {told:?}",
                case.name, case.expect
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(peer.connections(), count, "one request for each case");
}

/// An outcome in the words of the table.
fn told(outcome: Result<TokenReply, TokenError>) -> String {
    use TokenErrorKind as Kind;
    let reply = match outcome {
        Ok(reply) => reply,
        Err(error) => {
            let quoted = error.quoted().and_then(|quoted| quoted.error.clone());
            let quoted = quoted.unwrap_or_default();
            return match error.kind {
                Kind::Refused(_) => format!("refused {quoted}"),
                Kind::OkWithError(_) => format!("ok_with_error {quoted}"),
                Kind::Malformed { reason } => format!("malformed {reason}"),
                Kind::NotJson {
                    looks_like_html, ..
                } => {
                    format!(
                        "not_json html={}",
                        if looks_like_html { "yes" } else { "no" }
                    )
                }
                Kind::UnsafeToken => "unsafe_token".to_owned(),
                Kind::UnknownTokenType { token_type } => format!("unknown_type {token_type}"),
                Kind::TooManyRequests { .. } => "too_many".to_owned(),
                Kind::Unavailable { .. } => "unavailable".to_owned(),
                other => format!("{other:?}"),
            };
        }
    };
    let expires = reply
        .expires_in
        .map_or("-".to_owned(), |seconds| seconds.to_string());
    let scopes = reply
        .scopes
        .map_or("-".to_owned(), |scopes| scopes.join(","));
    let refresh = if reply.refresh_token.is_some() {
        "yes"
    } else {
        "no"
    };
    format!(
        "token expires={expires} scopes={scopes} refresh={refresh} {}",
        reply.notes.join(" ")
    )
}

/// The kind must be the same; of a token every named fact, of an error every named word.
fn is_expected(told: &str, expected: &str) -> bool {
    let (kind, rest) = expected.split_once(' ').unwrap_or((expected, ""));
    let (facts, note) = rest.split_once("note=").unwrap_or((rest, ""));
    let told_kind = told.split(' ').next();
    let facts_hold = match kind {
        "token" => facts
            .split_whitespace()
            .all(|fact| told.contains(&format!(" {fact} "))),
        _ => told.contains(facts),
    };
    told_kind == Some(kind) && facts_hold && told.contains(note)
}
