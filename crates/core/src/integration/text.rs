//! Texts that are made of fields: "{email}/token".

use super::auth::{Auth, Scalar};
use super::judgement::RefusedWhy;
use crate::secret::Secret;

/// Literal text and names of fields, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextTemplate(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Field(String),
}

impl TextTemplate {
    /// Fails, in a sentence for the author, when a brace has no counterpart.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, from) = rest.split_at(at);
            let (name, after) = from
                .strip_prefix('{')
                .and_then(|from| from.split_once('}'))
                .ok_or("A brace has no counterpart.")?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            pieces.push(Piece::Field(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// The same with other names: what `name` says of each.
    pub(super) fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        for piece in &mut self.0 {
            if let Piece::Field(field) = piece {
                *field = name(field);
            }
        }
        self
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }

    /// The text with the values of `auth`; what stands in a value is never replaced again.
    pub(super) fn filled(&self, auth: &Auth) -> Result<Secret, RefusedWhy> {
        let mut parts = Vec::with_capacity(self.0.len());
        for piece in &self.0 {
            parts.push(match piece {
                Piece::Literal(text) => text.as_str(),
                Piece::Field(name) => text_of(auth, name)?.expose(),
            });
        }
        // One allocation: a string that grows would leave copies behind.
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            text.push_str(part);
        }
        Ok(Secret::new(text))
    }
}

/// The text of a field that is needed.
pub(super) fn text_of<'a>(auth: &'a Auth, name: &str) -> Result<&'a Secret, RefusedWhy> {
    match auth.get(name) {
        None => Err(RefusedWhy::MissingField),
        Some(Scalar::Text(text)) if text.is_empty() => Err(RefusedWhy::MissingField),
        Some(Scalar::Text(text)) => Ok(text),
        Some(Scalar::Integer(_) | Scalar::Flag(_)) => Err(RefusedWhy::WrongType),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_names_once() {
        let auth: Auth = [("email", "{key}"), ("key", "k1")]
            .map(|(name, text)| (name.to_owned(), Scalar::text(text)))
            .into();
        let filled = |text: &str| {
            let template = TextTemplate::parse(text).unwrap();
            template.filled(&auth).map(|it| it.expose().to_owned())
        };
        assert_eq!(filled("{email}/token").as_deref(), Ok("{key}/token"));
        assert_eq!(filled("{key}").as_deref(), Ok("k1"));
        assert_eq!(filled("X").as_deref(), Ok("X"));
        assert_eq!(filled("").as_deref(), Ok(""));
        assert_eq!(filled("a{nobody}").err(), Some(RefusedWhy::MissingField));
    }

    #[test]
    fn a_brace_without_counterpart_is_refused() {
        for text in ["{", "}", "{a", "a}", "{a}}", "{{a"] {
            let parsed = TextTemplate::parse(text);
            let names: Vec<String> = parsed
                .iter()
                .flat_map(|it| it.fields().map(str::to_owned))
                .collect();
            assert!(parsed.is_err(), "{text} {names:?}");
        }
    }
}
