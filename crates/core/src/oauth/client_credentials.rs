//! The client credentials grant (RFC 6749 §4.4).
//!
//! The `oauth2` crate models the grant and writes the request; our own bounded transport sends it
//! and reads the answer (docs/adr/0002 says why).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, header};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope, TokenUrl,
};
use url::Url;
use zeroize::Zeroizing;

use super::token_answer::TokenReply;
use super::token_endpoint::{self, TokenRequest, pause_before_repeat};
use super::token_error::{TokenError, TokenErrorKind};
use crate::ports::Clock;
use crate::provider::{BasicEncoding, ClientAuthentication};
use crate::secret::Secret;
use crate::system::network::Network;
use crate::wording::clean;

/// A confidential client and what it asks for.
#[derive(Clone, Copy)]
pub struct ClientCredentials<'a> {
    pub token_url: &'a Url,
    pub client_id: &'a Secret,
    pub client_secret: &'a Secret,
    pub authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    /// Empty asks for everything the client may have.
    pub scopes: &'a [String],
    /// Between scopes; RFC 6749 §3.3 says a blank.
    pub separator: &'a str,
}

/// Asks for a token; at most twice, and a second time only when the first request surely was not
/// seen or the server itself asked for a short wait (rule D17).
pub async fn request(
    network: &Network,
    clock: &dyn Clock,
    credentials: &ClientCredentials<'_>,
) -> Result<TokenReply, TokenError> {
    let error = match request_once(network, clock, credentials).await {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    let Some(pause) = pause_before_repeat(&error, network) else {
        return Err(error);
    };
    network.pause(pause).await;
    request_once(network, clock, credentials).await
}

/// Carries a written request out of `oauth2` instead of sending it there: its reader keeps tokens in
/// plain strings, takes the last of two equal members and has no bounds.
#[derive(thiserror::Error)]
#[error("the request is written")]
struct Written(Box<HttpRequest>);

/// Without the request, which holds the secret.
impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Written")
    }
}

async fn request_once(
    network: &Network,
    clock: &dyn Clock,
    credentials: &ClientCredentials<'_>,
) -> Result<TokenReply, TokenError> {
    credentials.check()?;
    let (mut parts, body) = credentials.written()?.into_parts();
    if credentials.is_raw_basic() {
        parts
            .headers
            .insert(header::AUTHORIZATION, credentials.raw_basic()?);
    }
    if let Some(authorization) = parts.headers.get_mut(header::AUTHORIZATION) {
        authorization.set_sensitive(true);
    }
    let request = TokenRequest {
        http: http::Request::from_parts(parts, Zeroizing::new(body)),
        token_url: credentials.token_url,
        separator: credentials.separator,
        withheld: &[credentials.client_secret, credentials.client_id],
    };
    token_endpoint::exchange(network, clock, request).await
}

impl ClientCredentials<'_> {
    /// The request as `oauth2` writes it.
    fn written(&self) -> Result<HttpRequest, TokenError> {
        let client = BasicClient::new(ClientId::new(self.client_id.expose().to_owned()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose().to_owned()))
            .set_auth_type(self.auth_type())
            .set_token_uri(TokenUrl::from_url(self.token_url.clone()));
        let mut grant = client.exchange_client_credentials();
        if !self.scopes.is_empty() {
            grant = grant.add_scope(Scope::new(self.scopes.join(self.separator)));
        }
        match grant.request(&|request| Err::<HttpResponse, _>(Written(Box::new(request)))) {
            Err(RequestTokenError::Request(Written(request))) => Ok(*request),
            Err(RequestTokenError::Other(reason)) => Err(unusable(&clean(&reason, 200))),
            _ => Err(unusable("the request could not be written")),
        }
    }

    fn auth_type(&self) -> AuthType {
        match self.authentication {
            ClientAuthentication::ClientSecretPost => AuthType::RequestBody,
            ClientAuthentication::ClientSecretBasic | ClientAuthentication::PrivateKeyJwt => {
                AuthType::BasicAuth
            }
        }
    }

    fn is_raw_basic(&self) -> bool {
        self.authentication == ClientAuthentication::ClientSecretBasic
            && self.basic_encoding == BasicEncoding::Raw
    }

    /// RFC 7617 without the form-encoding of RFC 6749 §2.3.1, for servers that never decode it
    /// (rule D2). `oauth2` has no such way, so its header is replaced.
    fn raw_basic(&self) -> Result<HeaderValue, TokenError> {
        let pair = Zeroizing::new(format!(
            "{}:{}",
            self.client_id.expose(),
            self.client_secret.expose()
        ));
        let value = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        HeaderValue::from_str(&value).map_err(|_| unusable("the header cannot be written"))
    }

    /// RFC 6749 Appendix A: ID and secret are printable ASCII, a scope has no blank, quote or
    /// backslash.
    fn check(&self) -> Result<(), TokenError> {
        if self.authentication == ClientAuthentication::PrivateKeyJwt {
            return Err(unusable(
                "signing with a private key is not part of this request",
            ));
        }
        for (field, name, value) in [
            ("client_id", "client ID", self.client_id),
            ("client_secret", "client secret", self.client_secret),
        ] {
            if value.is_empty() {
                return Err(not_sendable(field, &format!("The {name} is empty.")));
            }
            if !value
                .expose()
                .bytes()
                .all(|byte| (0x20..=0x7e).contains(&byte))
            {
                return Err(not_sendable(
                    field,
                    &format!("The {name} holds a character that is not printable ASCII."),
                ));
            }
        }
        if self.is_raw_basic() && self.client_id.expose().contains(':') {
            // RFC 7617 §2: the first colon ends the user name.
            return Err(not_sendable(
                "client_id",
                "The client ID holds a colon, which raw Basic authentication cannot carry.",
            ));
        }
        match self.scopes.iter().find(|scope| !is_scope(scope)) {
            Some(scope) => Err(not_sendable(
                "scopes",
                &format!(
                    "The scope {} holds a character that scopes cannot have.",
                    clean(scope, 60)
                ),
            )),
            None => Ok(()),
        }
    }
}

fn is_scope(scope: &str) -> bool {
    !scope.is_empty()
        && scope
            .bytes()
            .all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\')
}

fn not_sendable(field: &str, reason: &str) -> TokenError {
    TokenError {
        kind: TokenErrorKind::NotSendable {
            field: field.to_owned(),
            reason: reason.to_owned(),
        },
        status: None,
        clock_skew_seconds: None,
    }
}

fn unusable(reason: &str) -> TokenError {
    TokenError {
        kind: TokenErrorKind::Malformed {
            reason: reason.to_owned(),
        },
        status: None,
        clock_skew_seconds: None,
    }
}
