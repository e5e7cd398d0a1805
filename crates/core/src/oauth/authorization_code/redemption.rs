//! The code goes to the token endpoint, once (RFC 6749 §4.1.3).

use std::borrow::Cow;
use std::collections::BTreeMap;

use oauth2::{AuthorizationCode, PkceCodeVerifier, RedirectUrl};

use super::pending::PendingAuthorization;
use super::response::AuthorizationResponse;
use crate::error::{Code, Problem};
use crate::oauth::client::{Client, WipedRequest, carry};
use crate::oauth::dialect::Dialect;
use crate::oauth::token_answer::TokenReply;
use crate::oauth::token_endpoint::{self, TokenRequest};
use crate::oauth::token_error::{TokenError, TokenErrorKind};
use crate::ports::Clock;
use crate::secret::Secret;
use crate::system::network::Network;

/// What the server gave for a code. Nothing of it has been compared yet.
pub struct Approved {
    pub reply: TokenReply,
    /// What the ID token must hold.
    pub nonce: Option<Secret>,
    /// Spent; the ID token may name its hash (OpenID Connect Core §3.3.2.11).
    pub code: Secret,
    /// The `iss` of the authorization response, where the provider file knows no issuer: an ID token
    /// must name the same one.
    pub unproven_issuer: Option<String>,
}

/// With what a code is redeemed.
pub struct Redeeming<'a> {
    pub network: &'a Network,
    pub clock: &'a dyn Clock,
    pub client: Client<'a>,
    /// What the provider wants beside code, verifier and redirect URI.
    pub parameters: &'a BTreeMap<String, String>,
    pub dialect: Dialect<'a>,
}

impl PendingAuthorization {
    /// Sends the code, the verifier and the same redirect URI to the token endpoint of this approval.
    ///
    /// It is never sent a second time, whatever happens: nobody knows whether the first one arrived,
    /// and a server revokes everything when a code is used twice (rule D17, RFC 6749 §4.1.2).
    /// `AuthorizationDenied` when the response was a no.
    pub async fn redeem(
        self,
        response: AuthorizationResponse,
        with: &Redeeming<'_>,
    ) -> Result<Approved, Problem> {
        let granted = response.granted().map_err(|denial| {
            let sent = [&self.state, &self.verifier];
            let own = with.client.withheld();
            let withheld: Vec<&Secret> = own.chain(sent).chain(&self.nonce).collect();
            denial.problem(&withheld)
        })?;
        let http = self.written(&granted.code, with)?;
        let sent = [&granted.code, &self.verifier];
        let withheld: Vec<&Secret> = with.client.withheld().chain(sent).collect();
        let request = TokenRequest {
            http,
            token_url: &self.token_url,
            dialect: with.dialect,
            withheld: &withheld,
        };
        let reply = token_endpoint::exchange(with.network, with.clock, request)
            .await
            .map_err(|error| match with.client.clock_problem(&error) {
                // It is not signed anew: the code is never sent twice.
                Some(problem) => problem,
                None => explained(error),
            })?;
        Ok(Approved {
            reply,
            nonce: self.nonce,
            code: granted.code,
            unproven_issuer: granted.unproven_issuer,
        })
    }

    fn written(&self, code: &Secret, with: &Redeeming<'_>) -> Result<WipedRequest, Problem> {
        let redirect_uri = RedirectUrl::new(self.redirect_uri.clone()).map_err(|_| {
            Problem::new(
                Code::Internal,
                "The redirect address of this connection is not an address.",
                "Open the settings of the connection and correct it.",
            )
        })?;
        let body_format = with.dialect.body_format;
        let write = with
            .client
            .written(&self.token_url, body_format, with.clock.now(), |client| {
                let mut grant = client
                    .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
                    .set_pkce_verifier(PkceCodeVerifier::new(self.verifier.expose().to_owned()))
                    .set_redirect_uri(Cow::Borrowed(&redirect_uri));
                for (name, value) in with.parameters {
                    grant = grant.add_extra_param(name.as_str(), value.as_str());
                }
                grant.request(&carry)
            });
        write.map_err(Problem::from)
    }
}

/// A refusal of a code has other reasons than a refusal of a client.
fn explained(error: TokenError) -> Problem {
    let code = error.quoted().and_then(|quoted| quoted.error.as_deref());
    let refused = matches!(
        error.kind,
        TokenErrorKind::Refused(_) | TokenErrorKind::OkWithError(_)
    );
    let words = match code {
        Some("invalid_grant") if refused => Some((
            "The server did not accept the approval that it had just given.",
            "Authorize again without waiting. If it happens again, compare the redirect address with the one that is registered at the provider.",
        )),
        Some("invalid_client") if refused => Some((
            "You approved, but the server did not accept the client.",
            "Open the settings of the connection, compare the client ID, enter the secret or key again, and authorize again.",
        )),
        _ => None,
    };
    let quoted = error.quoted().cloned();
    let problem = Problem::from(error);
    match (words, quoted) {
        (Some((summary, remedy)), Some(quoted)) => {
            Problem::new(Code::TokenRefused, summary, remedy).quoting(quoted)
        }
        _ => Problem {
            remedy: format!("{} Then authorize again.", problem.remedy),
            ..problem
        },
    }
}
