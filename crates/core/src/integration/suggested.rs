//! The integration that a provider suggests, to begin with.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::file::{Field, FieldKind, FieldUse, IntegrationFile, UnknownFields};
use crate::connection::credentials;
use crate::provider::{ClientAuthentication, Grant, Provider, VariableKind};

impl IntegrationFile {
    /// Fields for everything that `provider` asks of a person whose credentials are judged. What says where
    /// calls go cannot come from a caller: it is taken from `known`, such as the variables of a connection,
    /// and is missing where they do not have it, as [`Integration::of`](super::Integration::of) then says.
    pub fn suggested(provider: &Provider, grant: Grant, known: &BTreeMap<String, String>) -> Self {
        let mut fields = BTreeMap::new();
        let mut fixed = BTreeMap::new();
        for variable in &provider.variables {
            let kind = match variable.kind {
                VariableKind::HostLabel => FieldKind::Label,
                VariableKind::Region => FieldKind::String,
                VariableKind::Host
                | VariableKind::HttpsUrl
                | VariableKind::Path
                | VariableKind::Text => {
                    let value = known.get(&variable.name).filter(|value| !value.is_empty());
                    fixed.extend(value.map(|value| (variable.name.clone(), value.clone())));
                    continue;
                }
            };
            fields.insert(variable.name.clone(), Field::from(kind));
        }
        fields.extend(credential_fields(provider, grant));
        Self {
            path: format!("/{}/authorization", provider.id),
            provider: Some(provider.id.clone()),
            upstream: None,
            grant: Some(grant),
            client_authentication: None,
            scopes: Vec::new(),
            fixed,
            fields,
            returns: BTreeMap::new(),
            unknown_fields: UnknownFields::Ignore,
            in_flight: None,
            timeout_ms: None,
        }
    }
}

/// A configuration that serves `file` alone to this machine, as text. `file` is one that was
/// [suggested](IntegrationFile::suggested); what such a one never has is not written.
pub(crate) fn configuration(file: &IntegrationFile) -> String {
    let mut text = String::from(
        "# Suggested by Proofkey. Every key: docs/validator/integrations.md\n\
         # What Talkdesk keeps: returns = { user_id = \"$.user.id\" }\n\
         listen = \"127.0.0.1:8080\"\n\n[[integration]]\n",
    );
    let grant = file.grant.map(Grant::word);
    let lines = [
        ("path", Some(file.path.as_str())),
        ("provider", file.provider.as_deref()),
        ("grant", grant),
    ];
    for (key, value) in lines {
        text.extend(value.map(|value| format!("{key} = {}\n", quoted(value))));
    }
    text.push_str("\n[integration.fields]\n");
    for (name, field) in &file.fields {
        let _infallible = writeln!(text, "{} = {}", key(name), described(field));
    }
    if !file.fixed.is_empty() {
        text.push_str("\n# What no caller may choose.\n[integration.fixed]\n");
    }
    for (name, value) in &file.fixed {
        let _infallible = writeln!(text, "{} = {}", key(name), quoted(value));
    }
    text
}

/// One word, or a table where the name does not say what the field is for.
fn described(field: &Field) -> String {
    let kind = match field.kind {
        FieldKind::Label => "label",
        FieldKind::String => "string",
        FieldKind::Secret => "secret",
        FieldKind::Integer => "integer",
        FieldKind::Boolean => "boolean",
    };
    match &field.used_as {
        None => quoted(kind),
        Some(used_as) => {
            let used_as = quoted(used_as.word());
            format!("{{ kind = {}, as = {used_as} }}", quoted(kind))
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn key(name: &str) -> String {
    let is_bare = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// Named as people know them: `api_token` of "API token".
fn credential_fields(provider: &Provider, grant: Grant) -> Vec<(String, Field)> {
    let taken = |name: &str| provider.variables.iter().any(|it| it.name == name);
    let field = |name: &str, kind, used_as| {
        let field = Field {
            used_as: Some(used_as),
            ..Field::from(kind)
        };
        (name.to_owned(), field)
    };
    let named = |label: &str, otherwise: &str| {
        let name = named(label);
        if name.is_empty() || taken(&name) {
            otherwise.to_owned()
        } else {
            name
        }
    };
    match grant {
        Grant::ClientCredentials => vec![
            field("client_id", FieldKind::String, FieldUse::ClientId),
            field("client_secret", FieldKind::Secret, FieldUse::ClientSecret),
        ],
        Grant::AuthorizationCode => {
            vec![field(
                "access_token",
                FieldKind::Secret,
                FieldUse::AccessToken,
            )]
        }
        Grant::HttpBasic | Grant::ApiKey => {
            let asked = credentials::credentials(provider, grant, ClientAuthentication::None);
            let identifier = asked.identifier.map(|asked| {
                let name = named(asked.label, "identifier");
                field(&name, FieldKind::String, FieldUse::Identifier)
            });
            let name = asked.secret.map_or("", |asked| asked.label);
            let name = named(name, "secret");
            let secret = field(&name, FieldKind::Secret, FieldUse::Secret);
            identifier.into_iter().chain([secret]).collect()
        }
        Grant::None => Vec::new(),
    }
}

/// Of a label in other letters than these, nothing is left.
fn named(label: &str) -> String {
    let label = label.to_lowercase().replace('-', "");
    let words = label.split(|it: char| !it.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::Integration;
    use crate::provider::Catalogue;

    #[test]
    fn every_provider_suggests_an_integration_that_holds_together() {
        let catalogue = Catalogue::built_in();
        for provider in catalogue.providers() {
            let examples = provider.variables.iter();
            let known = examples.map(|it| (it.name.clone(), it.example.clone()));
            let known: BTreeMap<String, String> = known.collect();
            for &grant in provider
                .grants
                .iter()
                .filter(|grant| **grant != Grant::None)
            {
                let file = IntegrationFile::suggested(provider, grant, &known);
                let made = Integration::of(&file, &catalogue);
                let findings = made.err().unwrap_or_default();
                assert!(
                    findings.is_empty(),
                    "{} {grant:?} {findings:#?}",
                    provider.id
                );
            }
        }
    }

    #[test]
    fn what_says_where_calls_go_is_never_a_field() {
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider("custom-oauth").unwrap();
        let grant = Grant::ClientCredentials;
        let file = IntegrationFile::suggested(provider, grant, &BTreeMap::new());
        let names: Vec<&str> = file.fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["client_id", "client_secret"]);
        let findings = Integration::of(&file, &catalogue).err().unwrap_or_default();
        let missing: Vec<&str> = findings.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(missing, ["fixed.token_url", "fixed.api_base"]);
    }

    /// As much of a configuration as the engine reads.
    #[derive(serde::Deserialize)]
    struct Written {
        integration: Vec<IntegrationFile>,
    }

    #[test]
    fn a_suggestion_that_is_written_down_is_read_as_it_was() {
        let catalogue = Catalogue::built_in();
        for provider in catalogue.providers() {
            let examples = provider.variables.iter();
            let known = examples.map(|it| (it.name.clone(), it.example.clone()));
            let known: BTreeMap<String, String> = known.collect();
            for &grant in &provider.grants {
                let file = IntegrationFile::suggested(provider, grant, &known);
                let text = configuration(&file);
                let read: Written = toml::from_str(&text).unwrap_or_else(|error| {
                    panic!("{} {grant:?}: {error}\n{text}", provider.id);
                });
                assert_eq!(format!("{:?}", read.integration), format!("{:?}", [file]));
            }
        }
    }

    #[test]
    fn credentials_are_named_as_people_know_them() {
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider("zendesk-token").unwrap();
        let file = IntegrationFile::suggested(provider, Grant::HttpBasic, &BTreeMap::new());
        let names: Vec<&str> = file.fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["api_token", "email_address", "subdomain"]);
        assert_eq!(key("a b"), "\"a b\"");
        assert_eq!(named("Ключ"), "");
    }
}
