//! How a token endpoint is spoken to and understood, where it departs from RFC 6749.

use std::sync::LazyLock;

use crate::connection::Connection;
use crate::provider::{AnsweredBase, BodyFormat, Provider, TokenResponse, service_tokens};

/// What of token requests and their answers differs between providers.
#[derive(Clone, Copy)]
pub struct Dialect<'a> {
    pub body_format: BodyFormat,
    /// Between scopes in the request; RFC 6749 §3.3 says a blank.
    pub separator: &'a str,
    pub response: &'a TokenResponse,
    /// Values of `token_type` that are accepted beside those of `response`.
    pub further_token_types: &'a [String],
    /// The member of an answer that leads to the API.
    pub api_base_from: Option<&'a AnsweredBase>,
}

static STANDARD: LazyLock<TokenResponse> = LazyLock::new(TokenResponse::default);

impl Dialect<'static> {
    /// RFC 6749 to the letter.
    pub fn standard() -> Self {
        Self {
            body_format: BodyFormat::Form,
            separator: " ",
            response: &STANDARD,
            further_token_types: &[],
            api_base_from: None,
        }
    }
}

impl<'a> Dialect<'a> {
    /// For the tokens that `connection` asks `provider` for.
    pub fn of(provider: &'a Provider, connection: &Connection) -> Self {
        let rules = service_tokens(provider, connection);
        Self {
            further_token_types: rules.map_or(&[], |rules| &rules.token_types),
            ..Self::from(provider)
        }
    }

    /// Between scopes in the answer.
    pub(super) fn answer_separator(&self) -> &'a str {
        let own = self.response.scope_separator.as_deref();
        own.unwrap_or(self.separator)
    }
}

impl<'a> From<&'a Provider> for Dialect<'a> {
    fn from(provider: &'a Provider) -> Self {
        Self {
            body_format: provider.body_format,
            separator: &provider.scopes.separator,
            response: &provider.token_response,
            further_token_types: &[],
            api_base_from: provider.endpoints.api_base_from.as_ref(),
        }
    }
}
