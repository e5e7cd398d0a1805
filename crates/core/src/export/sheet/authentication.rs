//! Which of Talkdesk's authentication types a connection needs.

use crate::connection::Connection;
use crate::provider::{self, ClientAuthentication, Grant, Provider};

/// The authentication types that Talkdesk lists and Proofkey can prove. Its two types for the resource
/// owner password grant are left out on purpose (RFC 9700 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Authentication {
    None,
    HttpBasic,
    ApiKey,
    ClientCredentials,
    ClientCredentialsWithScopes,
    ClientCredentialsWithKey,
    AuthorizationCode,
}

impl Authentication {
    pub(super) fn of(connection: &Connection, provider: &Provider) -> Self {
        match connection.grant {
            Grant::None => Self::None,
            Grant::HttpBasic => Self::HttpBasic,
            Grant::ApiKey => Self::ApiKey,
            Grant::AuthorizationCode => Self::AuthorizationCode,
            Grant::ClientCredentials
                if connection.client_authentication == ClientAuthentication::PrivateKeyJwt =>
            {
                Self::ClientCredentialsWithKey
            }
            Grant::ClientCredentials if provider::scopes(provider, connection).is_empty() => {
                Self::ClientCredentials
            }
            Grant::ClientCredentials => Self::ClientCredentialsWithScopes,
        }
    }

    /// The spelling of Talkdesk's pages.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::None => "No Authentication",
            Self::HttpBasic => "HTTP Basic",
            Self::ApiKey => "X-API-Key",
            Self::ClientCredentials => "OAuth2 Client Credentials",
            Self::ClientCredentialsWithScopes => "OAuth2 Client Credentials with scopes",
            Self::ClientCredentialsWithKey => "OAuth2 Client Credentials with Private Key JWT",
            Self::AuthorizationCode => "OAuth2 Authorization Code Flow",
        }
    }

    /// What to know when choosing it.
    pub(super) fn advice(self) -> String {
        let type_alone = match self {
            Self::ClientCredentials => {
                " Talkdesk also lists OAuth2 Client Credentials V2 and does not say what it changes; \
                 try it if this one is refused. That is a guess."
            }
            Self::ClientCredentialsWithScopes => " Chosen because this connection asks for scopes.",
            Self::ClientCredentialsWithKey => {
                " Only the newer of Talkdesk's two lists has this type. If your account does not show it, \
                 ask Talkdesk."
            }
            Self::None | Self::HttpBasic | Self::ApiKey | Self::AuthorizationCode => "",
        };
        format!("Another page of Talkdesk calls the field “Authorization type”.{type_alone}")
    }
}
