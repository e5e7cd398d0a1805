//! The customer's values, put into the templates of a provider file. This is written apart from the
//! product's own templates on purpose: a peer that shared them would share their mistakes.

use std::collections::BTreeMap;

use proofkey_core::provider::{Provider, VariableKind};

pub(crate) struct Values(BTreeMap<String, String>);

impl Values {
    pub(crate) fn of(provider: &Provider, variables: &BTreeMap<String, String>) -> Self {
        let mut values = BTreeMap::new();
        let region = provider
            .variables
            .iter()
            .find(|variable| variable.kind == VariableKind::Region)
            .and_then(|variable| variables.get(&variable.name))
            .and_then(|id| provider.regions.iter().find(|region| region.id == *id));
        if let Some(region) = region {
            values.extend(region.values.clone());
        }
        values.extend(variables.clone());
        values.retain(|_, value| !value.is_empty());
        for value in values.values_mut() {
            if value.starts_with("https://") {
                value.truncate(value.trim_end_matches('/').len());
            }
        }
        Self(values)
    }

    /// `template` with every name in braces replaced; `None` when one of them has no value.
    pub(crate) fn fill(&self, template: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(self.0.get(name)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// Parameters, without those whose variable was left empty.
    pub(crate) fn fill_all(&self, parameters: &BTreeMap<String, String>) -> Vec<(String, String)> {
        parameters
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), self.fill(value)?)))
            .collect()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
