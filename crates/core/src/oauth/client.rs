//! A client, and how it says who it is (RFC 6749 §2.3); a public one only says so (§3.2.1). Every grant and every endpoint
//! beside the token endpoint uses this one implementation.
//!
//! The `oauth2` crate models the grants and writes their requests; our own bounded transport sends
//! them and reads the answers (docs/adr/0002 says why).

mod carried;
mod header;
mod scopes;

use http::{Request, header as headers};
use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, RequestTokenError, TokenUrl,
};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::body;
use super::client_assertion::{Assertions, TYPE};
use super::token_error::{TokenError, TokenErrorKind};
use crate::connection::{Connection, ResolvedEndpoints};
use crate::error::Problem;
use crate::provider::{BasicEncoding, BodyFormat, ClientAuthentication, Provider};
use crate::secret::Secret;
use crate::vault::SecretDocument;
use crate::wording::clean;

pub(super) use carried::{Written, carry};
pub(super) use scopes::check_scopes;

/// A client, and the way it authenticates itself.
#[derive(Clone)]
pub struct Client<'a> {
    pub id: &'a Secret,
    /// `None` for a public client, which does not send the one that it may have, and for one that signs
    /// with a key pair.
    pub secret: Option<&'a Secret>,
    pub authentication: ClientAuthentication,
    pub basic_encoding: BasicEncoding,
    /// For `private_key_jwt` and `client_secret_jwt`.
    pub assertions: Option<Assertions>,
}

/// `oauth2`'s client, ready for the requests that go to a token endpoint.
pub(super) type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A request on its way out, wiped when it is dropped.
pub(super) type WipedRequest = Request<Zeroizing<Vec<u8>>>;

impl<'a> Client<'a> {
    /// The client of `connection` at the server of `endpoints`.
    ///
    /// `SecretMissing` when the vault's document does not hold the secret or the private key that the way
    /// of authentication takes; `DraftInvalid` when the connection does not say which key signs.
    pub fn of(
        provider: &Provider,
        endpoints: &ResolvedEndpoints,
        connection: &Connection,
        secrets: &'a SecretDocument,
    ) -> Result<Self, Problem> {
        let authentication = connection.client_authentication;
        let secret = match authentication {
            ClientAuthentication::None | ClientAuthentication::PrivateKeyJwt => None,
            _ => Some(secrets.required_client_secret()?),
        };
        let assertions = match authentication {
            ClientAuthentication::PrivateKeyJwt => {
                let assertions = Assertions::by_key(provider, endpoints, connection, secrets)?;
                Some(assertions)
            }
            ClientAuthentication::ClientSecretJwt => {
                Some(Assertions::by_secret(provider, endpoints)?)
            }
            _ => None,
        };
        Ok(Self {
            id: &secrets.client_id,
            secret,
            authentication,
            basic_encoding: connection.basic_encoding,
            assertions,
        })
    }

    /// What must never come back in a quotation of the server.
    pub(super) fn withheld(&self) -> impl Iterator<Item = &'a Secret> + use<'a> {
        self.secret.into_iter().chain([self.id])
    }

    /// The request that `write` makes of `oauth2`'s client, with this client's authentication, in the
    /// form that the token endpoint reads. `at` is the time of the server, for what is signed: each
    /// call signs anew (rule D6).
    ///
    /// `write` ends in `.request(&carry)`, which hands the finished request over instead of sending
    /// it. Fails with `NotSendable` when client ID or secret hold what RFC 6749 Appendix A excludes.
    pub(super) fn written<T>(
        &self,
        token_url: &Url,
        body_format: BodyFormat,
        at: Timestamp,
        write: impl FnOnce(&TokenClient) -> Result<T, RequestTokenError<Written, BasicErrorResponse>>,
    ) -> Result<WipedRequest, TokenError> {
        let secret = self.sent_secret()?;
        let mut client = BasicClient::new(ClientId::new(self.id.expose().to_owned()))
            .set_auth_type(self.auth_type())
            .set_token_uri(TokenUrl::from_url(token_url.clone()));
        if let Some(secret) = secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose().to_owned()));
        }
        match write(&client) {
            Err(RequestTokenError::Request(Written(request))) => {
                let (parts, body) = request.into_parts();
                let body = self.with_assertion(Zeroizing::new(body), at)?;
                let request = Request::from_parts(parts, body);
                self.signed(match body_format {
                    BodyFormat::Form => request,
                    BodyFormat::Json => body::as_json(request),
                })
            }
            Err(RequestTokenError::Other(reason)) => Err(unusable(&clean(&reason, 200))),
            _ => Err(unusable("the request could not be written")),
        }
    }

    /// A POST of `members` to `url` with this client's authentication: for endpoints beside the token
    /// endpoint (RFC 7009 §2.1, RFC 7662 §2.1, RFC 9126 §2.1). `at` is the time of the server.
    ///
    /// `members` must not hold `client_id`, `client_secret` or `client_assertion`. Fails like
    /// [`Client::written`].
    pub fn form(
        &self,
        url: &Url,
        members: &[(&str, &str)],
        at: Timestamp,
    ) -> Result<Request<Zeroizing<Vec<u8>>>, TokenError> {
        let secret = self.sent_secret()?;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(members);
        if self.names_itself_in_the_body() {
            form.append_pair("client_id", self.id.expose());
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.expose());
            }
        }
        let body = Zeroizing::new(form.finish().into_bytes());
        let request = Request::post(url.as_str())
            .header(headers::ACCEPT, "application/json")
            .header(headers::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.with_assertion(body, at)?)
            .map_err(|_| unusable("the address is not one"))?;
        self.signed(request)
    }

    /// Whether `client_id` stands among the members of a request. Beside an assertion it may be left out
    /// (RFC 7521 §4.2), but some servers look the client up by it.
    pub(super) fn names_itself_in_the_body(&self) -> bool {
        self.authentication != ClientAuthentication::ClientSecretBasic
    }

    /// How far the local clock is ahead of the server's, when that is why the server may have refused
    /// what was signed, so that signing by the server's clock is worth one more try (rule D8).
    pub(super) fn correction(&self, error: &TokenError) -> Option<SignedDuration> {
        self.assertions.as_ref()?.correction(error)
    }

    /// What to tell when `error` refuses what was signed by a clock that is off, and no second try is made.
    pub(super) fn clock_problem(&self, error: &TokenError) -> Option<Problem> {
        self.assertions.as_ref()?.clock_problem(error)
    }

    /// The secret that goes out as it is, once ID and secret are known to be what can be sent. A public
    /// client sends none (RFC 6749 §2.1), and some servers refuse one that does.
    fn sent_secret(&self) -> Result<Option<&'a Secret>, TokenError> {
        let secret = match (self.authentication, self.secret) {
            (ClientAuthentication::None | ClientAuthentication::PrivateKeyJwt, _) => None,
            (_, Some(secret)) => Some(secret),
            (_, None) => {
                return Err(TokenError::not_sendable(
                    "client_secret",
                    "There is no client secret.",
                ));
            }
        };
        self.check(secret)?;
        let stays = self.authentication == ClientAuthentication::ClientSecretJwt;
        Ok(secret.filter(|_| !stays))
    }

    /// `form` with an assertion behind it, where this client signs (RFC 7521 §4.2, rule D7).
    fn with_assertion(
        &self,
        form: Zeroizing<Vec<u8>>,
        at: Timestamp,
    ) -> Result<Zeroizing<Vec<u8>>, TokenError> {
        if !self.signs() {
            return Ok(form);
        }
        let assertions = self
            .assertions
            .as_ref()
            .ok_or_else(|| TokenError::not_sendable("signing", "There is no key to sign with."))?;
        let assertion = assertions.write(self.id, self.secret, at)?;
        let names = ["&client_assertion_type=", TYPE, "&client_assertion="];
        // Enough room: growing would leave a copy behind.
        let length = names.iter().map(|name| name.len()).sum::<usize>();
        let mut whole = Vec::with_capacity(form.len() + length + assertion.len());
        whole.extend_from_slice(&form);
        for part in names.into_iter().chain([assertion.as_str()]) {
            // Base64url and dots need no encoding.
            whole.extend_from_slice(part.as_bytes());
        }
        Ok(Zeroizing::new(whole))
    }

    /// RFC 6749 Appendix A: client ID and secret are printable ASCII.
    fn check(&self, secret: Option<&Secret>) -> Result<(), TokenError> {
        let secret = secret.map(|secret| ("client_secret", "client secret", secret));
        let fields = [("client_id", "client ID", self.id)];
        for (field, name, value) in fields.into_iter().chain(secret) {
            if value.is_empty() {
                return Err(TokenError::not_sendable(
                    field,
                    &format!("The {name} is empty."),
                ));
            }
            if !value
                .expose()
                .bytes()
                .all(|byte| (0x20..=0x7e).contains(&byte))
            {
                return Err(TokenError::not_sendable(
                    field,
                    &format!("The {name} holds a character that is not printable ASCII."),
                ));
            }
        }
        if self.is_raw_basic() && self.id.expose().contains(':') {
            // RFC 7617 §2: the first colon ends the user name.
            return Err(TokenError::not_sendable(
                "client_id",
                "The client ID holds a colon, which raw Basic authentication cannot carry.",
            ));
        }
        Ok(())
    }

    fn signs(&self) -> bool {
        self.authentication.is_signed()
    }

    fn auth_type(&self) -> AuthType {
        match self.authentication {
            ClientAuthentication::ClientSecretBasic => AuthType::BasicAuth,
            ClientAuthentication::ClientSecretPost
            | ClientAuthentication::PrivateKeyJwt
            | ClientAuthentication::ClientSecretJwt
            | ClientAuthentication::None => AuthType::RequestBody,
        }
    }

    fn is_raw_basic(&self) -> bool {
        self.authentication == ClientAuthentication::ClientSecretBasic
            && self.basic_encoding == BasicEncoding::Raw
    }
}

fn unusable(reason: &str) -> TokenError {
    TokenErrorKind::Malformed {
        reason: reason.to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests;
