//! What of an answer goes back to Talkdesk: what was listed, and nothing that came in as a secret
//! (rule L3).

use std::collections::BTreeMap;

use serde_json::Value;

use super::Integration;
use super::auth::{Auth, Scalar};
use super::file::FieldKind;
use super::judgement::{Answer, LeftOut};
use crate::secret::Secret;
use crate::sought::Sought;

/// A field is kept and sent again with each call, so it is no place for documents.
const LONGEST: usize = 4096;

/// Beyond it, readers disagree about the value of a number (RFC 8259 §6).
const LARGEST: u64 = 1 << 53;

/// The fields to return, and what must not be among them.
pub(super) struct Returning<'a> {
    pointers: &'a BTreeMap<String, String>,
    secrets: Vec<&'a Secret>,
}

impl<'a> Returning<'a> {
    pub(super) fn of(integration: &'a Integration, auth: &'a Auth) -> Self {
        let fields = integration.fields.iter();
        let hidden = fields.filter(|field| field.field.kind == FieldKind::Secret);
        let secrets = hidden.filter_map(|field| match auth.get(&field.name)? {
            Scalar::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        Self {
            pointers: &integration.returns,
            secrets: secrets.collect(),
        }
    }

    pub(super) fn hiding(mut self, further: Option<&'a Secret>) -> Self {
        self.secrets.extend(further);
        self
    }

    /// What `answer` holds of it. `presented` is what the call itself carried.
    pub(super) fn from(&self, answer: &Value, presented: &[Secret]) -> Answer {
        let mut picked = Answer::default();
        if self.pointers.is_empty() {
            return picked;
        }
        let hidden = self.hidden(presented);
        for (name, pointer) in self.pointers {
            match scalar(answer.pointer(pointer), &hidden) {
                Ok(scalar) => drop(picked.returned.insert(name.clone(), scalar)),
                Err(why) => drop(picked.left_out.insert(name.clone(), why)),
            }
        }
        picked
    }

    /// There was no answer to take anything from.
    pub(super) fn nothing(&self) -> Answer {
        self.from(&Value::Null, &[])
    }

    fn hidden(&self, presented: &[Secret]) -> Sought {
        let mut sought = Sought::default();
        for secret in &self.secrets {
            sought.add("", secret.expose());
        }
        // A user name is presented too, and is no secret: what a field of that kind holds is.
        let made_of_one = |it: &&Secret| sought.is_in(it.expose().as_bytes());
        let carried: Vec<&Secret> = presented.iter().filter(made_of_one).collect();
        for secret in carried {
            sought.add("", secret.expose());
        }
        sought
    }
}

fn scalar(found: Option<&Value>, hidden: &Sought) -> Result<Scalar, LeftOut> {
    let (scalar, text) = match found {
        None | Some(Value::Null) => return Err(LeftOut::Missing),
        Some(Value::Array(_) | Value::Object(_)) => return Err(LeftOut::NotScalar),
        Some(Value::Bool(flag)) => return Ok(Scalar::Flag(*flag)),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(whole) if whole.unsigned_abs() <= LARGEST => {
                (Scalar::Integer(whole), &*whole.to_string())
            }
            _ => return Err(LeftOut::NotScalar),
        },
        Some(Value::String(text)) if text.len() > LONGEST => return Err(LeftOut::TooLong),
        Some(Value::String(text)) => (Scalar::text(text), text.as_str()),
    };
    if hidden.is_in(text.as_bytes()) {
        Err(LeftOut::HoldsSecret)
    } else {
        Ok(scalar)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRET: &str = "k3Yq7-Vn2?Zt9/Lw5";

    fn picked(value: &Value, secrets: &[&str]) -> Result<String, LeftOut> {
        let secrets: Vec<Secret> = secrets
            .iter()
            .map(|it| Secret::new((*it).to_owned()))
            .collect();
        let none = BTreeMap::new();
        let returning = Returning {
            pointers: &none,
            secrets: secrets.iter().collect(),
        };
        scalar(Some(value), &returning.hidden(&[])).map(|scalar| match scalar {
            Scalar::Text(text) => text.expose().to_owned(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Flag(flag) => flag.to_string(),
        })
    }

    #[test]
    fn only_text_whole_numbers_and_flags_are_returned() {
        for (value, expected) in [
            (serde_json::json!("acme"), Ok("acme")),
            (serde_json::json!(""), Ok("")),
            (serde_json::json!(-12), Ok("-12")),
            (
                serde_json::json!(9_007_199_254_740_992_i64),
                Ok("9007199254740992"),
            ),
            (serde_json::json!(false), Ok("false")),
            (
                serde_json::json!(9_007_199_254_740_993_i64),
                Err(LeftOut::NotScalar),
            ),
            (serde_json::json!(u64::MAX), Err(LeftOut::NotScalar)),
            (serde_json::json!(1.5), Err(LeftOut::NotScalar)),
            (serde_json::json!([1]), Err(LeftOut::NotScalar)),
            (serde_json::json!({"a": 1}), Err(LeftOut::NotScalar)),
            (Value::Null, Err(LeftOut::Missing)),
            (Value::String("x".repeat(4097)), Err(LeftOut::TooLong)),
        ] {
            assert_eq!(
                picked(&value, &[SECRET]),
                expected.map(str::to_owned),
                "{value}"
            );
        }
    }

    /// `crate::sought` finds the forms; what counts here is that it is asked.
    #[test]
    fn what_holds_a_secret_in_some_form_is_left_out() {
        let encoded = |text: &str| STANDARD.encode(text);
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [
            SECRET.to_owned(),
            format!("key={}", encoded(SECRET)),
            encoded(&format!("me:{SECRET}")),
            format!("0x{hex}"),
            SECRET[..12].to_owned(),
        ] {
            let value = Value::String(text.clone());
            assert_eq!(
                picked(&value, &["other-secret", SECRET]),
                Err(LeftOut::HoldsSecret),
                "{text}"
            );
        }
        for (value, secrets, expected) in [
            (serde_json::json!(4711), ["4711"], Err(LeftOut::HoldsSecret)),
            (serde_json::json!("acme"), ["a"], Ok("acme".to_owned())),
            (serde_json::json!("a"), ["a"], Err(LeftOut::HoldsSecret)),
        ] {
            assert_eq!(picked(&value, &secrets), expected);
        }
    }

    #[test]
    fn what_was_presented_is_left_out_only_where_it_is_made_of_a_secret() {
        let secret = Secret::new(SECRET.to_owned());
        let pointers = [("a", "/user"), ("b", "/header")];
        let pointers = pointers.map(|(name, at)| (name.to_owned(), at.to_owned()));
        let returning = Returning {
            pointers: &pointers.into(),
            secrets: vec![&secret],
        };
        let header = STANDARD.encode(format!("a-long-user-name:{SECRET}"));
        let presented = ["a-long-user-name", &header].map(|it| Secret::new(it.to_owned()));
        let beginning = &header[..16];
        let answer = serde_json::json!({"user": "a-long-user-name", "header": beginning});
        let answer = returning.from(&answer, &presented);
        assert_eq!(answer.returned.len(), 1);
        assert_eq!(answer.left_out["b"], LeftOut::HoldsSecret);
    }
}
