//! Which field is for what, while that is being found out.

use std::collections::BTreeMap;

use crate::integration::fields::BoundField;
use crate::integration::file::{FieldUse, IntegrationFile};

/// Uses by the name of the field.
#[derive(Default)]
pub(in crate::integration) struct Bound(BTreeMap<String, FieldUse>);

impl Bound {
    pub(in crate::integration) fn bind(&mut self, field: &str, used_as: FieldUse) {
        self.0.insert(field.to_owned(), used_as);
    }

    pub(super) fn is_bound(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// The field that fills the variable `name`.
    pub(super) fn of_variable(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(
            |(_, used_as)| matches!(used_as, FieldUse::Variable(variable) if variable == name),
        );
        found.map(|(field, _)| field.as_str())
    }

    pub(super) fn into_fields(mut self, file: &IntegrationFile) -> Vec<BoundField> {
        let fields = file.fields.iter();
        fields
            .map(|(name, field)| BoundField {
                name: name.clone(),
                field: field.clone(),
                used_as: self.0.remove(name),
            })
            .collect()
    }
}
