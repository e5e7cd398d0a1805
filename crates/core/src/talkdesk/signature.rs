//! The signature of an event: ECDSA with SHA-512 over the raw body, in hexadecimal digits.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA512_ASN1,
    EcdsaVerificationAlgorithm, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};

use super::event_key::{Curve, EventKey};
use super::{EventRefusal, rewritten};

/// Twice the longest signature, that of P-521.
const LONGEST: usize = 320;

/// How the two numbers of a signature are written. Talkdesk does not say, so both are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SignatureForm {
    /// An ASN.1 sequence (RFC 3279 §2.2.3).
    Der,
    /// One after the other at the length of the curve, as in a JWS (RFC 7518 §3.4).
    Raw,
}

/// The two numbers, big-endian without leading zeros, and how they were written.
struct Signature {
    form: SignatureForm,
    r: Vec<u8>,
    s: Vec<u8>,
    /// Length of each, where they are written at equal length.
    width: Option<usize>,
}

/// Whether `key` signed exactly `body`; says in which form the signature came.
///
/// When it did not, the reason is as narrow as can be found out: another form, another curve, or the
/// same content written in another way. The last is a diagnosis and never an acceptance.
pub(crate) fn verify(
    key: &EventKey,
    signature: &str,
    body: &[u8],
) -> Result<SignatureForm, EventRefusal> {
    let signature = Signature::read(signature)?;
    signature.fits(key.curve)?;
    let der = signature.der();
    let public = UnparsedPublicKey::new(algorithm(key.curve), &key.point);
    if public.verify(body, &der).is_ok() {
        return Ok(signature.form);
    }
    for (how, variant) in rewritten::variants(body) {
        if public.verify(&variant, &der).is_ok() {
            return Err(EventRefusal::Rewritten(how));
        }
    }
    Err(signature.explained(key.curve))
}

fn algorithm(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA512_ASN1,
        Curve::P384 => &ECDSA_P384_SHA512_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    }
}

impl Signature {
    fn read(text: &str) -> Result<Self, EventRefusal> {
        let bytes = hex(text.trim()).ok_or(EventRefusal::NotHex)?;
        if let Some((r, s)) = der_numbers(&bytes) {
            return Ok(Self {
                form: SignatureForm::Der,
                r: r.to_vec(),
                s: s.to_vec(),
                width: None,
            });
        }
        let half = bytes.len() / 2;
        let whole = [Curve::P256, Curve::P384, Curve::P521]
            .iter()
            .any(|curve| bytes.len() == 2 * curve.bytes());
        if !whole {
            return Err(EventRefusal::NoSignatureForm);
        }
        Ok(Self {
            form: SignatureForm::Raw,
            r: number(&bytes[..half]).to_vec(),
            s: number(&bytes[half..]).to_vec(),
            width: Some(half),
        })
    }

    /// Refuses a signature that this curve cannot have made.
    fn fits(&self, curve: Curve) -> Result<(), EventRefusal> {
        let other = match self.width {
            Some(width) => width != curve.bytes(),
            None => self.longest() > curve.bytes(),
        };
        if other {
            return Err(EventRefusal::CurveMismatch(curve.name()));
        }
        Ok(())
    }

    /// Numbers of a larger curve that both fit a smaller one are as good as impossible.
    fn explained(&self, curve: Curve) -> EventRefusal {
        let smaller = [Curve::P256, Curve::P384]
            .iter()
            .any(|other| other.bytes() < curve.bytes() && self.longest() <= other.bytes());
        if smaller {
            EventRefusal::CurveMismatch(curve.name())
        } else {
            EventRefusal::WrongSignature
        }
    }

    fn longest(&self) -> usize {
        self.r.len().max(self.s.len())
    }

    /// As the library wants it (RFC 3279 §2.2.3).
    fn der(&self) -> Vec<u8> {
        let mut inside = Vec::with_capacity(LONGEST);
        for number in [&self.r, &self.s] {
            let positive = number.first().is_none_or(|first| first & 0x80 != 0);
            inside.push(0x02);
            inside.extend(length(number.len() + usize::from(positive)));
            inside.extend(positive.then_some(0));
            inside.extend_from_slice(number);
        }
        let mut der = vec![0x30];
        der.extend(length(inside.len()));
        der.extend(inside);
        der
    }
}

/// A DER length below 256, which every signature here has.
fn length(bytes: usize) -> Vec<u8> {
    let short = u8::try_from(bytes).unwrap_or(u8::MAX);
    if short < 0x80 {
        vec![short]
    } else {
        vec![0x81, short]
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.is_empty() || digits.len() > LONGEST * 2 || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(digit(&pair[0])? * 16 + digit(&pair[1])?).ok())
        .collect()
}

/// The two positive integers of a DER sequence that holds nothing else, in its shortest form.
fn der_numbers(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, rest) = der_element(bytes, 0x30)?;
    let (r, after) = der_element(inside, 0x02)?;
    let (s, end) = der_element(after, 0x02)?;
    if !rest.is_empty() || !end.is_empty() {
        return None;
    }
    Some((der_positive(r)?, der_positive(s)?))
}

fn der_element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        ..=0x7f => (*first, rest),
        0x81 => rest
            .split_first()
            .filter(|(length, _)| **length >= 0x80)
            .map(|(length, rest)| (*length, rest))?,
        _ => return None,
    };
    (*found == tag).then_some(())?;
    rest.split_at_checked(usize::from(length))
}

fn der_positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, rest @ ..] if rest.first().is_some_and(|next| next & 0x80 != 0) => Some(rest),
        [first, ..] if *first != 0 && first & 0x80 == 0 => Some(integer),
        _ => None,
    }
}

fn number(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

#[cfg(test)]
mod tests;
