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
    hidden: Sought,
}

impl<'a> Returning<'a> {
    /// What the call carries needs no search of its own: all that hurts in it is made of these secrets.
    pub(super) fn of(integration: &'a Integration, auth: &Auth) -> Self {
        let mut hidden = Sought::default();
        let fields = integration.fields.iter();
        for field in fields.filter(|_| !integration.returns.is_empty()) {
            if let (FieldKind::Secret, Some(Scalar::Text(text))) =
                (field.field.kind, auth.get(&field.name))
            {
                hidden.add("", text.expose());
            }
        }
        Self {
            pointers: &integration.returns,
            hidden,
        }
    }

    pub(super) fn hiding(mut self, further: Option<&Secret>) -> Self {
        if let Some(secret) = further {
            self.hidden.add("", secret.expose());
        }
        self
    }

    /// What `answer` holds of it.
    pub(super) fn from(&self, answer: &Value) -> Answer {
        let mut picked = Answer::default();
        for (name, pointer) in self.pointers {
            match scalar(answer.pointer(pointer), &self.hidden) {
                Ok(scalar) => drop(picked.returned.insert(name.clone(), scalar)),
                Err(why) => drop(picked.left_out.insert(name.clone(), why)),
            }
        }
        picked
    }

    /// There was no answer to take anything from.
    pub(super) fn nothing(&self) -> Answer {
        self.from(&Value::Null)
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
        let mut hidden = Sought::default();
        for secret in secrets {
            hidden.add("", secret);
        }
        scalar(Some(value), &hidden).map(|scalar| match scalar {
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
        let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [
            SECRET.to_owned(),
            format!("key={}", encoded(SECRET)),
            encoded(&format!("me:{SECRET}")),
            format!("0x{}", hex.concat()),
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
}
