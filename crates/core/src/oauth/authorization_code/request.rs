//! The authorization request (RFC 6749 §4.1.1).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;
use zeroize::Zeroizing;

use super::pending::{IssuerRule, PendingAuthorization, ServerRule};
use crate::error::{Code, Problem};
use crate::oauth::client::check_scopes;
use crate::ports::Entropy;
use crate::provider::read_loosely;
use crate::secret::Secret;
use crate::system::address::names_loopback;

/// 256 bits: of a state, a nonce and a code verifier, which is 43 characters then (RFC 7636 §4.1).
const RANDOM_BYTES: usize = 32;

/// Everything that must be settled before a request is written (rule A14).
pub struct Settled<'a> {
    pub authorization_url: &'a Url,
    /// Where the code will go, and nowhere else (rule C7).
    pub token_url: &'a Url,
    pub client_id: &'a Secret,
    /// As the listener is bound, or as the person registered it.
    pub redirect_uri: &'a str,
    /// Empty asks for what the server gives by default.
    pub scopes: &'a [String],
    pub separator: &'a str,
    /// Further parameters, of the provider's file and of the connection.
    pub parameters: &'a BTreeMap<String, String>,
    pub issuer: IssuerRule,
    pub server: Option<ServerRule>,
}

/// A request that is written and has not gone out yet. It cannot be copied: state, nonce and verifier
/// are for one approval.
pub struct AuthorizationRequest {
    endpoint: Url,
    /// In the order in which they are sent; `client_id` first.
    parameters: Vec<(String, Zeroizing<String>)>,
    pending: PendingAuthorization,
}

impl AuthorizationRequest {
    /// Writes a request with fresh state, code verifier, and a nonce when `openid` is asked for.
    ///
    /// `DraftInvalid` when the endpoint cannot be opened in a browser, when a parameter would stand in
    /// the request twice, or when a scope cannot be sent.
    pub fn new(settled: Settled<'_>, entropy: &dyn Entropy) -> Result<Self, Problem> {
        check_endpoint(settled.authorization_url)?;
        check_scopes(settled.scopes).map_err(Problem::from)?;
        let state = random(entropy);
        let verifier = random(entropy);
        let wants_identity = settled.scopes.iter().any(|scope| scope == "openid");
        let nonce = wants_identity.then(|| random(entropy));
        let nonce_text = nonce.as_ref().map(|nonce| nonce.as_str());
        let parameters = parameters(&settled, &state, nonce_text, &verifier);
        refuse_doubles(settled.authorization_url, &parameters)?;
        let pending = PendingAuthorization {
            state: secret(state),
            verifier: secret(verifier),
            nonce: nonce.map(secret),
            redirect_uri: settled.redirect_uri.to_owned(),
            token_url: settled.token_url.clone(),
            issuer: settled.issuer,
            server: settled.server,
        };
        Ok(Self {
            endpoint: settled.authorization_url.clone(),
            parameters,
            pending,
        })
    }

    /// The address for the browser, with every parameter in it, and what recognizes the answer.
    pub fn into_url(self) -> (Url, PendingAuthorization) {
        let mut url = self.endpoint;
        url.query_pairs_mut().extend_pairs(
            self.parameters
                .iter()
                .map(|(name, value)| (name, value.as_str())),
        );
        (url, self.pending)
    }

    /// The parameters, for a request that is pushed (RFC 9126 §2.1).
    pub(in crate::oauth) fn parameters(&self) -> &[(String, Zeroizing<String>)] {
        &self.parameters
    }

    /// What a server that is sent the parameters must not be quoted with.
    pub(in crate::oauth) fn withheld(&self) -> impl Iterator<Item = &Secret> {
        [&self.pending.state].into_iter().chain(&self.pending.nonce)
    }

    /// The address for the browser after the parameters were pushed: it names only what was pushed
    /// (RFC 9126 §4).
    pub(in crate::oauth) fn into_pushed_url(
        self,
        request_uri: &str,
    ) -> (Url, PendingAuthorization) {
        let mut url = self.endpoint;
        let client_id = self.parameters.iter().find(|(name, _)| name == "client_id");
        let client_id = client_id.map_or("", |(_, value)| value.as_str());
        url.query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("request_uri", request_uri);
        (url, self.pending)
    }
}

fn parameters(
    settled: &Settled<'_>,
    state: &str,
    nonce: Option<&str>,
    verifier: &str,
) -> Vec<(String, Zeroizing<String>)> {
    let verifier = PkceCodeVerifier::new(verifier.to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let scope = settled.scopes.join(settled.separator);
    let mut all = vec![
        ("client_id", settled.client_id.expose()),
        ("response_type", "code"),
        ("redirect_uri", settled.redirect_uri),
    ];
    if !scope.is_empty() {
        all.push(("scope", &scope));
    }
    all.push(("state", state));
    if let Some(nonce) = nonce {
        all.push(("nonce", nonce));
    }
    all.push(("code_challenge", challenge.as_str()));
    all.push(("code_challenge_method", challenge.method().as_str()));
    let further = settled.parameters.iter();
    all.extend(further.map(|(name, value)| (name.as_str(), value.as_str())));
    all.into_iter()
        .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
        .collect()
}

/// RFC 6749 §3.1: no fragment; and nothing that a browser must not be sent to (rule A2).
fn check_endpoint(url: &Url) -> Result<(), Problem> {
    let host = url.host_str().unwrap_or_default();
    let loopback = names_loopback(host.trim_start_matches('[').trim_end_matches(']'));
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if scheme && plain && !host.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        Code::DraftInvalid,
        "The sign-in address of this connection is not one that a browser is sent to.",
        "It must be an https address without a user name and without a part behind a #. Correct the provider file.",
    ))
}

/// RFC 6749 §3.1: a parameter stands in a request once, however the server reads its name.
fn refuse_doubles(
    endpoint: &Url,
    parameters: &[(String, Zeroizing<String>)],
) -> Result<(), Problem> {
    let mut names: Vec<String> = endpoint
        .query_pairs()
        .map(|(name, _)| read_loosely(&name))
        .collect();
    for (name, _) in parameters {
        let read = read_loosely(name);
        if names.contains(&read) {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "The sign-in request would hold {} twice.",
                    crate::wording::clean(name, 60)
                ),
                "Remove it from the sign-in address or from the parameters in the provider file.",
            ));
        }
        names.push(read);
    }
    Ok(())
}

fn random(entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; RANDOM_BYTES]);
    entropy.fill(&mut bytes[..]);
    Zeroizing::new(URL_SAFE_NO_PAD.encode(&bytes[..]))
}

fn secret(mut text: Zeroizing<String>) -> Secret {
    Secret::new(std::mem::take(&mut *text))
}

#[cfg(test)]
mod tests;
