//! What of an answer goes back to Talkdesk: what was listed, and nothing that came in as a secret
//! (rule L3).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::Integration;
use super::auth::{Auth, Scalar};
use super::file::FieldKind;
use super::judgement::{Answer, LeftOut};
use crate::secret::Secret;

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
        for (name, pointer) in self.pointers {
            match self.picked(answer.pointer(pointer), presented) {
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

    fn picked(&self, found: Option<&Value>, presented: &[Secret]) -> Result<Scalar, LeftOut> {
        let (scalar, text) = match found {
            None | Some(Value::Null) => return Err(LeftOut::Missing),
            Some(Value::Array(_) | Value::Object(_)) => return Err(LeftOut::NotScalar),
            Some(Value::Bool(flag)) => return Ok(Scalar::Flag(*flag)),
            Some(Value::Number(number)) => match number.as_i64() {
                Some(whole) if whole.unsigned_abs() <= LARGEST => {
                    (Scalar::Integer(whole), whole.to_string())
                }
                _ => return Err(LeftOut::NotScalar),
            },
            Some(Value::String(text)) if text.len() > LONGEST => return Err(LeftOut::TooLong),
            Some(Value::String(text)) => (Scalar::text(text), text.clone()),
        };
        // A user name is presented too, and is no secret: what a field of that kind holds is.
        let carried = presented.iter().filter(|it| self.is_made_of_a_secret(it));
        let hidden = self.secrets.iter().copied().chain(carried);
        if holds_any(&text, &hidden.collect::<Vec<_>>()) {
            Err(LeftOut::HoldsSecret)
        } else {
            Ok(scalar)
        }
    }

    fn is_made_of_a_secret(&self, presented: &Secret) -> bool {
        let is = |secret: &&Secret| presented.expose().contains(secret.expose());
        let readings = readings(presented.expose());
        self.secrets.iter().any(is)
            || readings
                .iter()
                .any(|reading| self.secrets.iter().any(|it| contains(reading, it)))
    }
}

/// Whether `text` holds one of `secrets`: as it is, backwards, or in one of the usual encodings.
fn holds_any(text: &str, secrets: &[&Secret]) -> bool {
    let mut seen = readings(text);
    seen.push(text.as_bytes().to_vec());
    seen.push(text.bytes().rev().collect());
    seen.iter()
        .any(|reading| secrets.iter().any(|secret| contains(reading, secret)))
}

/// A secret of one or two characters would stand in nearly every text; it counts where it is all of it.
fn contains(reading: &[u8], secret: &Secret) -> bool {
    let secret = secret.expose().as_bytes();
    match secret.len() {
        0 => false,
        1 | 2 => reading == secret,
        _ => found_in(reading, secret),
    }
}

fn found_in(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len())
        .any(|window| window.eq_ignore_ascii_case(part))
}

/// What `text` says when it is taken for Base64, hexadecimal or percent-encoding.
fn readings(text: &str) -> Vec<Vec<u8>> {
    let bare = text.trim();
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let base64 = [&alphabet::STANDARD, &alphabet::URL_SAFE]
        .into_iter()
        .filter_map(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(bare).ok());
    let percent = bare.contains('%').then(|| percent_decoded(bare));
    base64.chain(hex_decoded(bare)).chain(percent).collect()
}

fn hex_decoded(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%');
        let byte = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(byte.unwrap_or(*first));
        rest = match byte {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    decoded
}

#[cfg(test)]
mod tests {
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
        returning
            .picked(Some(value), &[])
            .map(|scalar| match scalar {
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

    #[test]
    fn a_secret_is_found_in_every_clothing_and_left_out() {
        let standard = base64::engine::general_purpose::STANDARD;
        let url_safe = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let written =
            |write: fn(u8) -> String| SECRET.bytes().map(write).collect::<Vec<_>>().concat();
        let hex = written(|byte| format!("{byte:02x}"));
        let percent = written(|byte| format!("%{byte:02X}"));
        for text in [
            SECRET.to_owned(),
            format!("key={SECRET}."),
            SECRET.to_uppercase(),
            SECRET.chars().rev().collect(),
            standard.encode(SECRET),
            standard.encode(format!("me:{SECRET}")),
            standard.encode(format!("a{SECRET}b")),
            url_safe.encode(format!("ab{SECRET}")),
            hex.clone(),
            hex.to_uppercase(),
            percent,
            "k3Yq7-Vn2%3FZt9%2FLw5".to_owned(),
        ] {
            let value = Value::String(text.clone());
            assert_eq!(
                picked(&value, &["other-secret", SECRET]),
                Err(LeftOut::HoldsSecret),
                "{text}"
            );
        }
        assert_eq!(
            picked(&serde_json::json!(4711), &["4711"]),
            Err(LeftOut::HoldsSecret)
        );
        assert_eq!(
            picked(&serde_json::json!("acme"), &[SECRET, "a"]),
            Ok("acme".to_owned())
        );
        assert_eq!(
            picked(&serde_json::json!("a"), &["a"]),
            Err(LeftOut::HoldsSecret)
        );
    }
}
