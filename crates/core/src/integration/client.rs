//! Whom a limit on repeated trials counts.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use sha2::{Digest, Sha256};

use super::Integration;
use super::auth::{Auth, Scalar};
use super::fields::BoundField;
use super::file::FieldKind;

/// One client or account at one integration. Whoever keeps it hashes it again with a secret of its own: a
/// name can be guessed from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientKey([u8; 16]);

impl ClientKey {
    /// The key of these texts in this order.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
        let digest: [u8; 32] = digest.finalize().into();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Self(key)
    }
}

impl Integration {
    /// Who tries: the client ID or user name at the account that is named, however it is spelled, and never
    /// a secret, so that one who guesses secrets counts as one. Where nothing but secrets is sent, each is a
    /// client of its own. `None` when there is neither.
    pub fn client(&self, auth: &Auth) -> Option<ClientKey> {
        let presented = self.presents.fields();
        let tells = |field: &&BoundField| {
            field.variable().is_some() || presented.contains(&field.name.as_str())
        };
        let is_secret = |field: &BoundField| field.field.kind == FieldKind::Secret;
        let (secrets, others): (Vec<_>, Vec<_>) = (self.fields.iter())
            .filter(tells)
            .filter_map(|field| Some((field, text(field, auth)?)))
            .partition(|(field, _)| is_secret(field));
        if !others.is_empty() {
            let spelled = others.iter().map(|(_, text)| folded(text));
            let spelled: Vec<_> = spelled.collect();
            let texts = others.iter().zip(&spelled);
            let texts = texts.flat_map(|((field, _), text)| [field.name.as_str(), text]);
            return Some(ClientKey::of(texts));
        }
        let texts = secrets.iter().map(|(_, text)| *text);
        (!secrets.is_empty()).then(|| ClientKey::of(texts))
    }
}

fn text<'a>(field: &BoundField, auth: &'a Auth) -> Option<&'a str> {
    match auth.get(&field.name)? {
        Scalar::Text(text) if !text.is_empty() => Some(text.expose()),
        _ => None,
    }
}

/// Spellings that most systems take for one account, as one: without case, blanks around it, and forms that
/// look alike (NFKC, Unicode Standard Annex 15).
fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        let text = text.trim();
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    Cow::Owned(normal.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_in_many_spellings_is_one() {
        for spelling in [
            "ada@x.example",
            "Ada@X.example",
            " ada@x.example\t",
            "\u{a0}ada@x.example\u{3000}",
            "\u{ff41}da@x.example",
            "ADA@X\u{ff0e}EXAMPLE",
        ] {
            assert_eq!(folded(spelling), "ada@x.example", "{spelling}");
        }
        assert_eq!(folded("\u{c4}da"), folded("a\u{308}DA"));
        assert_ne!(folded("ada"), folded("adb"));
    }
}
