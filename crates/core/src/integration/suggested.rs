//! The integration that a provider suggests, to begin with.

use std::collections::BTreeMap;

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

fn credential_fields(provider: &Provider, grant: Grant) -> Vec<(String, Field)> {
    let field = |name: &str, kind, used_as| {
        let field = Field {
            used_as: Some(used_as),
            ..Field::from(kind)
        };
        (name.to_owned(), field)
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
            let identifier = asked
                .identifier
                .map(|_| field("identifier", FieldKind::String, FieldUse::Identifier));
            let secret = field("secret", FieldKind::Secret, FieldUse::Secret);
            identifier.into_iter().chain([secret]).collect()
        }
        Grant::None => Vec::new(),
    }
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
}
