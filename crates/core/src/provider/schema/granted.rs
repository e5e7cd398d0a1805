//! How a token is obtained, and how the client shows who it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a connection comes by what it presents to the API: a grant of RFC 6749 §1.3, or, for systems
/// without an authorization server, what a person was given once (docs/adr/0009). The resource owner
/// password grant is deliberately absent (RFC 9700 §2.4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    ClientCredentials,
    AuthorizationCode,
    /// User name and password with every call (RFC 7617).
    HttpBasic,
    /// A key in a header of its own with every call.
    ApiKey,
    /// Nothing is presented.
    None,
}

impl Grant {
    /// As it is written in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::HttpBasic => "http_basic",
            Self::ApiKey => "api_key",
            Self::None => "none",
        }
    }

    /// Whether an authorization server issues tokens.
    pub fn is_oauth(self) -> bool {
        matches!(self, Self::ClientCredentials | Self::AuthorizationCode)
    }
}

/// RFC 6749 §2.3 and `OpenID` Connect Core §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    ClientSecretBasic,
    ClientSecretPost,
    /// A JWT signed with the client's private key (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// A JWT authenticated with the client secret, by HMAC.
    ClientSecretJwt,
    /// A public client (RFC 6749 §2.1), or a grant without a token endpoint.
    None,
}

impl ClientAuthentication {
    /// Whether the client sends an assertion in the place of its secret (RFC 7521 §4.2).
    pub fn is_signed(self) -> bool {
        matches!(self, Self::PrivateKeyJwt | Self::ClientSecretJwt)
    }
}

/// How client ID and secret are written inside `Authorization: Basic`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum BasicEncoding {
    /// Form-encoded before joining (RFC 6749 §2.3.1).
    #[default]
    Form,
    /// As they are; some servers never decode.
    Raw,
}
