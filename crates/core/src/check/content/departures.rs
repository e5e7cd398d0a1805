//! What a proof depends on beyond RFC 6749.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::provider::{AnsweredBase, BodyFormat, Grant, Provider, ScopeUse, TokenResponse};

/// Where the provider file departs from RFC 6749 in what is sent and what is taken for an answer.
#[derive(Default, PartialEq, Eq, Serialize)]
pub(super) struct Departures<'a> {
    body_format: BodyFormat,
    /// Of each request of the grant, as the file writes them.
    parameters: Vec<&'a BTreeMap<String, String>>,
    scope_use: ScopeUse,
    always: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a TokenResponse>,
    api_base_from: Option<&'a AnsweredBase>,
    response_server: Option<&'a str>,
}

impl<'a> Departures<'a> {
    pub(super) fn of(provider: &'a Provider, grant: Grant) -> Self {
        let common = Self {
            body_format: provider.body_format,
            response: Some(&provider.token_response)
                .filter(|response| **response != TokenResponse::default()),
            api_base_from: provider.endpoints.api_base_from.as_ref(),
            ..Self::default()
        };
        let section = provider.authorization_code.as_ref();
        let own = match (grant, section) {
            (Grant::ClientCredentials, _) => Self {
                parameters: vec![&provider.client_credentials.parameters],
                scope_use: provider.client_credentials.scope,
                ..common
            },
            (Grant::AuthorizationCode, Some(section)) => Self {
                parameters: vec![
                    &section.parameters,
                    &section.token_parameters,
                    &section.refresh_parameters,
                ],
                always: &provider.scopes.always,
                response_server: section.response_server.as_deref(),
                ..common
            },
            _ => Self::default(),
        };
        // Most files say nothing of the kind, and their ids stay as they were.
        Self {
            parameters: if own.parameters.iter().all(|one| one.is_empty()) {
                Vec::new()
            } else {
                own.parameters
            },
            ..own
        }
    }

    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
