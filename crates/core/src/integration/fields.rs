//! What each field is for, decided once.

use super::Integration;
use super::auth::{Auth, Scalar};
use super::file::{Field, FieldKind, FieldUse, UnknownFields};
use super::judgement::RefusedWhy;
use crate::provider::label_defect;

/// A field of an integration, and what becomes of its value.
pub(super) struct BoundField {
    pub(super) name: String,
    pub(super) field: Field,
    /// `None` for one that is read and not used.
    pub(super) used_as: Option<FieldUse>,
}

impl BoundField {
    /// The variable that it fills.
    pub(super) fn variable(&self) -> Option<&str> {
        match &self.used_as {
            Some(FieldUse::Variable(name)) => Some(name),
            _ => None,
        }
    }

    fn check(&self, value: Option<&Scalar>) -> Result<(), RefusedWhy> {
        let Some(value) = value.filter(|value| !is_empty(value)) else {
            return if self.field.optional {
                Ok(())
            } else {
                Err(RefusedWhy::MissingField)
            };
        };
        match (self.field.kind, value) {
            (FieldKind::Label, Scalar::Text(text)) => match label_defect(text.expose()) {
                None => Ok(()),
                Some(_) => Err(RefusedWhy::NotALabel),
            },
            (FieldKind::String | FieldKind::Secret, Scalar::Text(_))
            | (FieldKind::Integer, Scalar::Integer(_))
            | (FieldKind::Boolean, Scalar::Flag(_)) => Ok(()),
            _ => Err(RefusedWhy::WrongType),
        }
    }
}

impl Integration {
    /// Whether `auth` has what is needed, in the types that were agreed. What was returned earlier comes
    /// back by its name, and is neither compared nor used.
    pub(super) fn check(&self, auth: &Auth) -> Result<(), RefusedWhy> {
        for field in &self.fields {
            field.check(auth.get(&field.name))?;
        }
        if self.unknown_fields == UnknownFields::Ignore {
            return Ok(());
        }
        let known = |name: &String| {
            self.returns.contains_key(name) || self.fields.iter().any(|field| field.name == *name)
        };
        if auth.keys().all(known) {
            Ok(())
        } else {
            Err(RefusedWhy::UnknownField)
        }
    }
}

fn is_empty(value: &Scalar) -> bool {
    matches!(value, Scalar::Text(text) if text.is_empty())
}
