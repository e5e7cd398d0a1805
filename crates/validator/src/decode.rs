//! The request of the contract, read strictly.

use proofkey_core::integration::{Auth, Scalar};
use proofkey_core::tree::Tree;

/// The largest body that is read.
pub(crate) const MOST_BYTES: usize = 64 * 1024;
const MOST_FIELDS: usize = 64;
const MOST_LEVELS: usize = 3;
/// The longest text of a field: no secret and no name is longer (rule I5), and so no system is sent more.
const LONGEST_TEXT: usize = 4_096;

/// Why a body is not a request of the contract. It quotes nothing of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the body is larger than 64 KiB")]
    TooLarge,
    /// Typographic quotes, fractions and numbers beyond ±2^53 come here too.
    #[error("the body is not strict JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("the body is nested more than three levels deep")]
    TooDeep,
    #[error("a name stands twice in one object")]
    Duplicate,
    #[error("the body is no object with an object named auth")]
    NoAuth,
    #[error("auth has more than 64 fields")]
    TooManyFields,
    #[error("a field of auth is neither text nor a whole number nor true nor false")]
    NotScalar,
    #[error("a text of auth is longer than 4096 bytes")]
    TooLong,
}

/// Reads `{"auth":{...}}`. Other members beside `auth` are allowed and ignored, as long as they keep
/// the same bounds.
pub fn decode(body: &[u8]) -> Result<Auth, Refusal> {
    if body.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let tree = Tree::from_json(body).map_err(|place| Refusal::NotJson {
        line: place.line,
        column: place.column,
    })?;
    if tree.depth() > MOST_LEVELS {
        return Err(Refusal::TooDeep);
    }
    if tree.has_duplicates() {
        return Err(Refusal::Duplicate);
    }
    let Some(Tree::Table(fields)) = tree.member("auth") else {
        return Err(Refusal::NoAuth);
    };
    if fields.len() > MOST_FIELDS {
        return Err(Refusal::TooManyFields);
    }
    fields
        .iter()
        .map(|(name, value)| Ok((name.clone(), scalar(value)?)))
        .collect()
}

fn scalar(value: &Tree) -> Result<Scalar, Refusal> {
    match value {
        Tree::Text(text) if text.expose().len() > LONGEST_TEXT => Err(Refusal::TooLong),
        Tree::Text(text) => Ok(Scalar::Text(text.duplicate())),
        Tree::Whole(number) => Ok(Scalar::Integer(*number)),
        Tree::Flag(flag) => Ok(Scalar::Flag(*flag)),
        Tree::Nothing | Tree::List(_) | Tree::Table(_) => Err(Refusal::NotScalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Option<Refusal> {
        decode(body.as_bytes()).err()
    }

    #[test]
    fn the_request_of_the_contract_is_read() {
        let body = r#"{"meta":{"a":[]},"auth":{"account":"acme","port":-3,"new":true,"empty":""}}"#;
        let auth = decode(body.as_bytes())
            .map_err(|it| it.to_string())
            .expect("read");
        assert!(matches!(&auth["account"], Scalar::Text(text) if text.expose() == "acme"));
        assert!(matches!(auth["port"], Scalar::Integer(-3)));
        assert!(matches!(auth["new"], Scalar::Flag(true)));
        assert!(matches!(&auth["empty"], Scalar::Text(text) if text.is_empty()));
        assert!(decode(br#"{"auth":{}}"#).is_ok_and(|auth| auth.is_empty()));
    }

    #[test]
    fn what_is_not_the_contract_is_refused_by_reason() {
        for (body, reason) in [
            ("", Refusal::NotJson { line: 1, column: 1 }),
            (
                "{\u{201c}auth\u{201d}:{}}",
                Refusal::NotJson { line: 1, column: 2 },
            ),
            ("{'auth':{}}", Refusal::NotJson { line: 1, column: 2 }),
            (
                r#"{"auth":{}}x"#,
                Refusal::NotJson {
                    line: 1,
                    column: 12,
                },
            ),
            ("[]", Refusal::NoAuth),
            ("null", Refusal::NoAuth),
            ("{}", Refusal::NoAuth),
            (r#"{"auth":[]}"#, Refusal::NoAuth),
            (r#"{"auth":"x"}"#, Refusal::NoAuth),
            (r#"{"auth":{"a":null}}"#, Refusal::NotScalar),
            (r#"{"auth":{"a":[]}}"#, Refusal::NotScalar),
            (r#"{"auth":{"a":{}}}"#, Refusal::NotScalar),
            (r#"{"auth":{"a":[[]]}}"#, Refusal::TooDeep),
            (r#"{"auth":{"a":1,"a":2}}"#, Refusal::Duplicate),
            (r#"{"auth":{},"auth":{}}"#, Refusal::Duplicate),
        ] {
            assert_eq!(refusal(body), Some(reason), "{body}");
        }
        for number in [
            "1.5",
            "1e2",
            "9007199254740993",
            "-9007199254740993",
            "01",
            "+1",
            "NaN",
        ] {
            let body = format!("{{\"auth\":{{\"a\":{number}}}}}");
            assert!(
                matches!(refusal(&body), Some(Refusal::NotJson { .. })),
                "{body}"
            );
        }
    }

    #[test]
    fn the_bounds_are_exact() {
        let fields = |count: usize| {
            let fields: Vec<String> = (0..count).map(|it| format!("\"f{it}\":1")).collect();
            format!("{{\"auth\":{{{}}}}}", fields.join(","))
        };
        assert!(decode(fields(64).as_bytes()).is_ok_and(|auth| auth.len() == 64));
        assert_eq!(refusal(&fields(65)), Some(Refusal::TooManyFields));

        let text = |bytes: usize| format!(r#"{{"auth":{{"a":"{}"}}}}"#, "x".repeat(bytes));
        assert!(decode(text(LONGEST_TEXT).as_bytes()).is_ok());
        assert_eq!(refusal(&text(LONGEST_TEXT + 1)), Some(Refusal::TooLong));

        let frame = r#"{"auth":{},"a":""}"#.len();
        let sized =
            |bytes: usize| format!(r#"{{"auth":{{}},"a":"{}"}}"#, "x".repeat(bytes - frame));
        assert!(decode(sized(MOST_BYTES).as_bytes()).is_ok());
        assert_eq!(refusal(&sized(MOST_BYTES + 1)), Some(Refusal::TooLarge));
    }
}
