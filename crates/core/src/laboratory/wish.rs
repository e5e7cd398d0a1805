//! What was typed into a form, made into a trial.

use std::collections::BTreeSet;

use super::examine::{Expected, Options, Trial};
use super::input::{Secrets, read_headers};
use super::target::Target;
use crate::border::{TrialExtent, TrialField, TrialFieldKind, TrialWish};
use crate::error::{Code, Problem};
use crate::integration::{Auth, Scalar};

/// Every JSON reader keeps whole numbers up to here exactly (RFC 8259 §6).
const EXACT: u64 = 1 << 53;

/// A trial that can be made.
pub struct Prepared {
    pub target: Target,
    pub auth: Auth,
    pub options: Options,
}

impl TryFrom<&TrialWish> for Prepared {
    /// All that is wrong, each with its field: `address`, `headers`, `fields`, `fields[0].name`,
    /// `fields[0].value`. No value is quoted.
    type Error = Vec<Problem>;

    fn try_from(wish: &TrialWish) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let headers = match &wish.headers {
            Some(text) => read_headers(text).map_err(|problem| problem.at("headers")),
            None => Ok(http::HeaderMap::new()),
        };
        let headers = headers.unwrap_or_else(|problem| {
            problems.push(problem);
            http::HeaderMap::new()
        });
        let target = Target::new(&wish.address, headers)
            .map_err(|problem| problems.insert(0, problem.at("address")));
        let (auth, secret) = fields(&wish.fields, &mut problems);
        match target {
            Ok(target) if problems.is_empty() => Ok(Self {
                target,
                auth,
                options: Options {
                    trial: wish.extent.into(),
                    identity: None,
                    secrets: if secret.is_empty() {
                        Secrets::Guessed
                    } else {
                        Secrets::Named(secret)
                    },
                },
            }),
            _ => Err(problems),
        }
    }
}

impl From<TrialExtent> for Trial {
    fn from(extent: TrialExtent) -> Self {
        match extent {
            TrialExtent::Suite => Self::Suite,
            TrialExtent::Accepted => Self::Call(Expected::Accepted),
            TrialExtent::Refused => Self::Call(Expected::Refused),
        }
    }
}

fn fields(given: &[TrialField], problems: &mut Vec<Problem>) -> (Auth, BTreeSet<String>) {
    let mut auth = Auth::new();
    let mut secret = BTreeSet::new();
    let mut wrong = |place: String, summary: &str, remedy: &str| {
        problems.push(Problem::new(Code::DraftInvalid, summary, remedy).at(place));
    };
    if given.is_empty() {
        wrong(
            "fields".to_owned(),
            "There is no field to send.",
            "Add the fields that the integration asks for in Talkdesk.",
        );
    }
    for (index, field) in given.iter().enumerate() {
        let name = &field.name;
        if name.is_empty() {
            let place = format!("fields[{index}].name");
            wrong(
                place,
                "The field has no name.",
                "Name it as in Talkdesk, to the letter.",
            );
        }
        let value = match scalar(field) {
            Ok(value) => value,
            Err((summary, remedy)) => {
                wrong(format!("fields[{index}].value"), summary, remedy);
                continue;
            }
        };
        if field.secret {
            secret.insert(name.clone());
        }
        if auth.insert(name.clone(), value).is_some() {
            let place = format!("fields[{index}].name");
            wrong(place, "Another field has this name.", "Keep one of them.");
        }
    }
    (auth, secret)
}

fn scalar(field: &TrialField) -> Result<Scalar, (&'static str, &'static str)> {
    let text = field.value.expose();
    match field.kind {
        TrialFieldKind::Text => Ok(Scalar::Text(field.value.duplicate())),
        TrialFieldKind::Boolean => match text.trim() {
            "true" => Ok(Scalar::Flag(true)),
            "false" => Ok(Scalar::Flag(false)),
            _ => Err(("This is neither true nor false.", "Write true or false.")),
        },
        TrialFieldKind::Integer => match text.trim().parse::<i64>() {
            Ok(number) if number.unsigned_abs() <= EXACT => Ok(Scalar::Integer(number)),
            _ => Err((
                "This is no whole number between -2^53 and 2^53.",
                "Write digits only, or choose text as the kind of the field.",
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(fields: &serde_json::Value, address: &str) -> TrialWish {
        let wish = serde_json::json!({
            "address": address, "fields": fields, "headers": "X-Key: a", "extent": "suite"
        });
        serde_json::from_value(wish).expect("a wish")
    }

    #[test]
    fn a_form_becomes_a_trial() {
        let fields = serde_json::json!([
            { "name": "username", "value": "pat", "kind": "text", "secret": false },
            { "name": "pin", "value": " 4711 ", "kind": "integer", "secret": true },
            { "name": "new", "value": "true", "kind": "boolean", "secret": false },
        ]);
        let prepared = Prepared::try_from(&wish(&fields, "https://bridge.example/a")).ok();
        let prepared = prepared.expect("prepared");
        assert!(matches!(prepared.auth["pin"], Scalar::Integer(4711)));
        assert!(matches!(prepared.auth["new"], Scalar::Flag(true)));
        assert_eq!(prepared.options.trial, Trial::Suite);
        let Secrets::Named(secret) = prepared.options.secrets else {
            panic!("named")
        };
        assert_eq!(secret, BTreeSet::from(["pin".to_owned()]));
        assert_eq!(prepared.target.headers["x-key"], "a");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_no_value_with_it() {
        let fields = serde_json::json!([
            { "name": "", "value": "hunter22", "kind": "text", "secret": true },
            { "name": "pin", "value": "hunter22", "kind": "integer", "secret": true },
            { "name": "new", "value": "hunter22", "kind": "boolean", "secret": false },
            { "name": "", "value": "x", "kind": "text", "secret": false },
        ]);
        let Err(problems) = Prepared::try_from(&wish(&fields, "bridge")) else {
            panic!("wrong")
        };
        let places: Vec<&str> = problems
            .iter()
            .filter_map(|it| it.field.as_deref())
            .collect();
        assert_eq!(
            places,
            [
                "address",
                "fields[0].name",
                "fields[1].value",
                "fields[2].value",
                "fields[3].name",
                "fields[3].name"
            ]
        );
        assert!(!format!("{problems:?}").contains("hunter22"));
        let none = Prepared::try_from(&wish(&serde_json::json!([]), "https://a.example"));
        assert!(none.is_err_and(|it| it[0].field.as_deref() == Some("fields")));
    }
}
