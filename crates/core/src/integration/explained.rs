//! An integration for people: a form of its fields, and what it does with them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Integration;
use super::fields::BoundField;
use super::file::{FieldKind, FieldUse};
use super::presents::Presents;
use crate::provider::{self, Provider, Variable, VariableKind};

/// A field as a form asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FormField {
    pub name: String,
    pub kind: FieldKind,
    pub label: String,
    /// Where to find it; empty when nobody says.
    pub help: String,
    pub example: Option<String>,
    pub required: bool,
    /// What can be chosen; empty when anything can be typed.
    pub choices: Vec<FormChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FormChoice {
    pub value: String,
    pub label: String,
}

/// What an integration does, in words for whoever runs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Explanation {
    pub path: String,
    /// The system's name.
    pub system: String,
    /// What is asked, in order: "GET <https://{subdomain}.example.com/users/me>". A name in braces is a
    /// field.
    pub asks: Vec<String>,
    /// What is shown to it: "user name and password, by HTTP Basic".
    pub shows: String,
    /// What becomes of each field, by name.
    pub fields: BTreeMap<String, String>,
    /// What goes back, by name, and where it stands in the answer, as a JSON pointer.
    pub returns: BTreeMap<String, String>,
}

impl Integration {
    /// The fields in the order of a form: what makes the address, then the rest by name.
    pub fn fields(&self) -> Vec<FormField> {
        let mut fields: Vec<&BoundField> = self.fields.iter().collect();
        let named = self.presents.fields();
        let rank = |field: &&BoundField| {
            let credential = named.iter().position(|name| *name == field.name);
            match (field.variable(), credential) {
                (Some(_), _) => 0,
                (None, Some(position)) => 1 + position,
                (None, None) => usize::MAX,
            }
        };
        fields.sort_by_key(rank);
        fields
            .into_iter()
            .map(|field| self.form_field(field))
            .collect()
    }

    /// What `--check-config` tells.
    pub fn explains(&self) -> Explanation {
        let provider = &*self.provider;
        let mut asks = Vec::new();
        let is_client = matches!(self.presents, Presents::Client(_));
        if let Some(token) = provider.endpoints.token.as_ref().filter(|_| is_client) {
            asks.push(format!("POST {}", self.shown(token)));
        }
        if !is_client || !self.returns.is_empty() {
            let first = self
                .probes
                .first()
                .and_then(|index| provider.probes.get(*index));
            if let Some(probe) = first {
                let address = format!("{}{}", provider.endpoints.api_base, probe.path);
                asks.push(format!("GET {}", self.shown(&address)));
            }
        }
        let fields = self.fields.iter();
        Explanation {
            path: self.path.clone(),
            system: provider.name.clone(),
            asks,
            shows: self.presents.in_words(),
            fields: fields
                .map(|field| (field.name.clone(), self.purpose(field)))
                .collect(),
            returns: self.returns.clone(),
        }
    }

    fn form_field(&self, bound: &BoundField) -> FormField {
        let provider = &*self.provider;
        let variable = variable(provider, bound);
        let asked = asked(provider, bound);
        let known = match (variable, asked) {
            (Some(variable), _) => Some((variable.label.clone(), variable.help.clone())),
            (None, asked) => asked,
        };
        let (label, help) = known.unwrap_or_else(|| (readable(&bound.name), String::new()));
        let regions = variable.filter(|it| it.kind == VariableKind::Region);
        let choices = regions.map_or(&[][..], |_| &provider.regions);
        FormField {
            name: bound.name.clone(),
            kind: bound.field.kind,
            label: bound.field.label.clone().unwrap_or(label),
            help,
            example: variable.map(|variable| variable.example.clone()),
            required: !bound.field.optional,
            choices: choices
                .iter()
                .map(|region| FormChoice {
                    value: region.id.clone(),
                    label: region.label.clone(),
                })
                .collect(),
        }
    }

    fn purpose(&self, bound: &BoundField) -> String {
        let named = self.presents.fields();
        let is_shown = named.contains(&bound.name.as_str());
        match (&bound.used_as, &self.presents) {
            (Some(FieldUse::Variable(name)), _) => {
                let region = self.provider.variables.iter().any(|variable| {
                    variable.name == *name && variable.kind == VariableKind::Region
                });
                if region {
                    "chooses the region, from a closed list"
                } else {
                    "becomes part of the address, as one checked label"
                }
            }
            (Some(FieldUse::ClientId), _) => "sent as the client ID",
            (Some(FieldUse::ClientSecret), _) => "sent as the client secret",
            (Some(FieldUse::AccessToken), _) => "sent as the access token",
            (_, Presents::Basic { .. }) if is_shown => "sent with HTTP Basic",
            (_, Presents::Key { .. }) if is_shown => "sent as the key",
            (_, Presents::Token { .. }) if is_shown => "sent as the access token",
            _ => "read, and not used",
        }
        .to_owned()
    }

    /// A template with what is fixed filled in, and the names of fields in the place of the provider's.
    fn shown(&self, template: &str) -> String {
        let mut shown = template.to_owned();
        let region = provider::region(&self.provider, &self.fixed);
        let of_region = region.map(|region| &region.values);
        let values = of_region.into_iter().flatten().chain(&self.fixed);
        // What a person gave goes before what the region suggests.
        for (name, value) in values.collect::<BTreeMap<_, _>>() {
            shown = shown.replace(&format!("{{{name}}}"), value.trim_end_matches('/'));
        }
        for field in &self.fields {
            if let Some(variable) = field.variable() {
                shown = shown.replace(&format!("{{{variable}}}"), &format!("{{{}}}", field.name));
            }
        }
        shown
    }
}

fn variable<'a>(provider: &'a Provider, bound: &BoundField) -> Option<&'a Variable> {
    let name = bound.variable()?;
    provider
        .variables
        .iter()
        .find(|variable| variable.name == name)
}

/// Label and help of a credential.
fn asked(provider: &Provider, bound: &BoundField) -> Option<(String, String)> {
    let own = provider.static_credentials.as_ref();
    let word = |text: &str| (text.to_owned(), String::new());
    match bound.used_as.as_ref()? {
        FieldUse::Identifier => match own.and_then(|own| own.identifier.as_ref()) {
            Some(field) => Some((field.label.clone(), field.help.clone())),
            None => Some(word("User name")),
        },
        FieldUse::Secret => match own {
            Some(own) => Some((own.secret.label.clone(), own.secret.help.clone())),
            None => Some(word("Password")),
        },
        FieldUse::AccessToken => Some(word("Access token")),
        FieldUse::ClientId => Some(word("Client ID")),
        FieldUse::ClientSecret => Some(word("Client secret")),
        FieldUse::Variable(_) => None,
    }
}

/// "Api token" of `api_token`.
fn readable(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
