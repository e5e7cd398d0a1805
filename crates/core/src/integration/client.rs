//! Whom a limit on repeated trials counts.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use icu_normalizer::ComposingNormalizerBorrowed;

use super::Integration;
use super::auth::{Auth, Scalar};
use super::fields::BoundField;
use super::file::FieldKind;

impl Integration {
    /// Tells `hasher` who tries, and answers whether there was anything to tell: the client ID or user name
    /// at the account that is named, however it is spelled, and never a secret, so that one who guesses
    /// secrets counts as one. Where nothing but secrets is sent, each is a client of its own.
    ///
    /// The hasher should have a secret of its own: otherwise a name can be guessed from what it says.
    pub fn client(&self, auth: &Auth, mut hasher: &mut dyn Hasher) -> bool {
        let tells =
            |field: &BoundField| field.variable().is_some() || self.presents.takes(&field.name);
        let mut tell = |secret: bool| {
            let mut told = false;
            for field in &self.fields {
                if (field.field.kind == FieldKind::Secret) == secret
                    && let Some(text) = text(field, auth)
                    && tells(field)
                {
                    told = true;
                    field.name.hash(&mut hasher);
                    if secret {
                        text.hash(&mut hasher);
                    } else {
                        folded(text).hash(&mut hasher);
                    }
                }
            }
            told
        };
        tell(false) || tell(true)
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
