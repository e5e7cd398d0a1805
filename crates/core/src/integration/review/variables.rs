//! Which fields become part of an address (rules I1 to I3).

use std::collections::BTreeMap;

use super::{Bound, Review};
use crate::connection::Severity;
use crate::integration::file::{Field, FieldKind, FieldUse};
use crate::provider::{self, Provider, Variable, VariableKind};
use crate::wording::clean;

impl Review<'_> {
    /// Every variable of the provider gets a fixed value or a field, where it needs one.
    pub(super) fn variables(&mut self, provider: &Provider, bound: &mut Bound) {
        self.strangers(provider);
        for variable in &provider.variables {
            let fields = self.named_for(&variable.name);
            if self.file.fixed.contains_key(&variable.name) {
                for field in fields {
                    self.wrong(
                        format!("fields.{field}"),
                        format!("{} is fixed, so no caller can choose it.", variable.label),
                        "Remove the field, or the fixed value.",
                    );
                }
            } else if let [field] = fields.as_slice() {
                self.fills(field, variable, bound);
            } else if fields.len() > 1 {
                let summary = format!("{} fields are for {}.", fields.len(), variable.label);
                self.wrong(
                    format!("fields.{}", fields[1]),
                    summary,
                    "Keep one of them.",
                );
            }
        }
        self.remaining(provider, bound);
        self.fixed(provider);
    }

    /// Examples in the place of what callers send: the addresses can be made.
    pub(super) fn sample(&mut self, provider: &Provider, bound: &Bound) {
        let sample = self.sampled(provider, bound);
        for finding in provider::resolve(provider, &sample)
            .err()
            .unwrap_or_default()
        {
            let name = finding.field.strip_prefix("variables.").unwrap_or_default();
            self.wrong(format!("fixed.{name}"), finding.summary, finding.remedy);
        }
    }

    pub(super) fn sampled(&self, provider: &Provider, bound: &Bound) -> BTreeMap<String, String> {
        let mut sample = self.file.fixed.clone();
        for variable in &provider.variables {
            if bound.of_variable(&variable.name).is_some() {
                sample.insert(variable.name.clone(), variable.example.clone());
            }
        }
        sample
    }

    /// The fields that are for `variable`, by what is said of them or by their name.
    fn named_for(&self, variable: &str) -> Vec<String> {
        let fields = self.file.fields.iter();
        let meant = fields.filter(|(name, field)| match &field.used_as {
            Some(FieldUse::Variable(own)) => own == variable,
            Some(_) => false,
            None => *name == variable,
        });
        meant.map(|(name, _)| name.clone()).collect()
    }

    fn fills(&mut self, name: &str, variable: &Variable, bound: &mut Bound) {
        let Some(field) = self.file.fields.get(name) else {
            return;
        };
        // Also where something is wrong: it is meant for that and for nothing else.
        bound.bind(name, FieldUse::Variable(variable.name.clone()));
        let place = format!("fields.{name}");
        let fits = match variable.kind {
            VariableKind::HostLabel | VariableKind::Text => field.kind == FieldKind::Label,
            VariableKind::Region => matches!(field.kind, FieldKind::Label | FieldKind::String),
            VariableKind::Host | VariableKind::HttpsUrl | VariableKind::Path => {
                let summary = format!(
                    "{} says where calls go, so no caller may choose it.",
                    variable.label
                );
                let remedy = format!("Write it down as fixed.{}.", variable.name);
                self.wrong(place, summary, remedy);
                return;
            }
        };
        if !fits {
            let summary = format!("{} becomes part of an address.", variable.label);
            self.wrong(
                place,
                summary,
                "Make it a field of the kind label, which is checked for that.",
            );
        } else if field.optional && !variable.optional {
            let summary = format!("{} is needed for every call.", variable.label);
            self.wrong(place, summary, "Remove optional from the field.");
        }
    }

    /// One label that is left is for the one variable that is left.
    fn remaining(&mut self, provider: &Provider, bound: &mut Bound) {
        let missing: Vec<&Variable> = provider
            .variables
            .iter()
            .filter(|variable| {
                !variable.optional
                    && !self.file.fixed.contains_key(&variable.name)
                    && self.named_for(&variable.name).is_empty()
            })
            .collect();
        let is_free = |name: &String, field: &Field| {
            field.kind == FieldKind::Label && field.used_as.is_none() && !bound.is_bound(name)
        };
        let fields = self.file.fields.iter();
        let free: Vec<String> = fields
            .filter(|(name, field)| is_free(name, field))
            .map(|(name, _)| name.clone())
            .collect();
        let labels: Vec<&&Variable> = missing
            .iter()
            .filter(|variable| variable.kind == VariableKind::HostLabel)
            .collect();
        let fitted = match (labels.as_slice(), free.as_slice()) {
            ([variable], [field]) => Some((variable.name.clone(), field.clone())),
            _ => None,
        };
        for variable in missing {
            match &fitted {
                Some((name, field)) if *name == variable.name => self.fills(field, variable, bound),
                _ => self.missing(variable),
            }
        }
    }

    fn missing(&mut self, variable: &Variable) {
        let name = &variable.name;
        let (field, remedy) = match variable.kind {
            VariableKind::HostLabel | VariableKind::Text => (
                format!("fields.{name}"),
                format!(
                    "Add {name} = \"label\" to the fields, or a value to fixed, for example {}.",
                    variable.example
                ),
            ),
            VariableKind::Region => (
                format!("fields.{name}"),
                format!(
                    "Add {name} = \"string\" to the fields, or a value to fixed, for example {}.",
                    variable.example
                ),
            ),
            VariableKind::Host | VariableKind::HttpsUrl | VariableKind::Path => (
                format!("fixed.{name}"),
                format!("Add it to fixed, for example {}.", variable.example),
            ),
        };
        self.wrong(field, format!("{} is missing.", variable.label), remedy);
    }

    /// Fields that are said to be for a variable that there is not.
    fn strangers(&mut self, provider: &Provider) {
        let names: Vec<&str> = provider
            .variables
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        for (name, field) in &self.file.fields {
            if let Some(FieldUse::Variable(variable)) = &field.used_as
                && !names.contains(&variable.as_str())
            {
                let known = [
                    "identifier",
                    "secret",
                    "access_token",
                    "client_id",
                    "client_secret",
                ];
                let known = names.iter().copied().chain(known).collect::<Vec<_>>();
                self.wrong(
                    format!("fields.{}.as", clean(name, 60)),
                    format!(
                        "{} has nothing called {}.",
                        provider.name,
                        clean(variable, 60)
                    ),
                    format!("Write one of {}.", known.join(", ")),
                );
            }
        }
    }

    /// What the provider says of the fixed values; what is missing beside them is not said here.
    fn fixed(&mut self, provider: &Provider) {
        for finding in provider::findings(provider, &self.file.fixed) {
            let name = finding.field.strip_prefix("variables.").unwrap_or_default();
            if finding.severity == Severity::Blocking && self.file.fixed.contains_key(name) {
                self.wrong(format!("fixed.{name}"), finding.summary, finding.remedy);
            }
        }
    }
}
