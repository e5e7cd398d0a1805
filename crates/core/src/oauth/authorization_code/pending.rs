//! An approval that is under way: what recognizes its answer.

use subtle::ConstantTimeEq;
use url::Url;

use super::response::{AuthorizationResponse, Denial, Parameters};
use crate::error::{Code, Problem};
use crate::provider::ResponseIssuer;
use crate::secret::Secret;
use crate::wording::clean;

/// What is known of the issuer, to be compared with the `iss` of the answer (RFC 9207 §2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerRule {
    /// Compared byte for byte.
    pub expected: Option<String>,
    pub response: ResponseIssuer,
}

/// The parameter of the answer that names the server to redeem the code at, where a provider has one:
/// "accounts-server". The code goes to the token endpoint of this approval and to no other (rule C7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRule {
    pub parameter: String,
    /// The token endpoints of the provider's regions, with their labels, for advice.
    pub regions: Vec<(Url, String)>,
}

/// Lives from the request to the redemption of its code. It has no `Debug`, `Clone` or `Serialize`,
/// and what it holds is wiped when it is dropped.
pub struct PendingAuthorization {
    pub(super) state: Secret,
    pub(super) verifier: Secret,
    pub(super) nonce: Option<Secret>,
    pub(super) redirect_uri: String,
    pub(super) token_url: Url,
    pub(super) issuer: IssuerRule,
    pub(super) server: Option<ServerRule>,
}

/// Why an answer is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It does not know the state of this approval: forged, stray, or of another one. It ends nothing
    /// (rule B6).
    #[error("the answer does not belong to this sign-in")]
    Foreign,
    /// It knows the state, so it came through the server that was asked, and it must not be believed.
    #[error("{reason}")]
    Unbelievable { reason: String },
    /// The person's account lives at another server of the provider, which alone would take the code.
    #[error("the code is for {named}, not for {expected}")]
    Elsewhere {
        named: String,
        expected: String,
        /// The label of the region that has this server.
        region: Option<String>,
    },
}

impl PendingAuthorization {
    /// The answer in a query, if it belongs to this approval and can be believed.
    ///
    /// The state comes first and alone (rule C4), then what RFC 9207 says about `iss`; nothing else is
    /// looked at before both are right.
    pub fn recognize(&self, query: &str) -> Result<AuthorizationResponse, Rejection> {
        let parameters = Parameters::of(query);
        // A state that stands there twice is none.
        let state = parameters.only("state").ok_or(Rejection::Foreign)?;
        if !bool::from(state.as_bytes().ct_eq(self.state.expose().as_bytes())) {
            return Err(Rejection::Foreign);
        }
        let unbelievable = |reason: &str| Rejection::Unbelievable {
            reason: reason.to_owned(),
        };
        if let Some(name) = parameters.repeated() {
            let name = clean(&name, 40);
            return Err(unbelievable(&format!("it holds \"{name}\" more than once")));
        }
        let unproven_issuer = self
            .compare_issuer(&parameters)
            .map_err(|reason| unbelievable(&reason))?;
        for token in ["access_token", "id_token"] {
            // RFC 9700 §2.1.2: nobody asked for a token on this way.
            if parameters.has(token) {
                return Err(unbelievable("it holds a token, which was not asked for"));
            }
        }
        self.compare_server(&parameters)?;
        match (parameters.given("code"), parameters.given("error")) {
            (Some(code), None) if is_code(&code) => {
                Ok(AuthorizationResponse::code(code, unproven_issuer))
            }
            (Some(_), None) => Err(unbelievable("its code cannot be one")),
            (None, Some(_)) => Ok(AuthorizationResponse::denied(Denial::read(&parameters))),
            (Some(_), Some(_)) => Err(unbelievable("it holds both a code and an error")),
            (None, None) => Err(unbelievable("it holds neither a code nor an error")),
        }
    }

    /// A code that is for another server is not sent anywhere.
    fn compare_server(&self, parameters: &Parameters) -> Result<(), Rejection> {
        let Some(rule) = &self.server else {
            return Ok(());
        };
        let Some(text) = parameters.only(&rule.parameter) else {
            return Ok(());
        };
        let named = Url::parse(&text).ok();
        let is_at = |url: &Url| {
            named
                .as_ref()
                .is_some_and(|named| named.origin() == url.origin())
        };
        if is_at(&self.token_url) {
            return Ok(());
        }
        let host = named.as_ref().and_then(Url::host_str);
        let mut regions = rule.regions.iter();
        Err(Rejection::Elsewhere {
            named: clean(host.unwrap_or(&text), 120),
            expected: self.token_url.host_str().unwrap_or_default().to_owned(),
            region: regions
                .find(|(token, _)| is_at(token))
                .map(|(_, label)| label.clone()),
        })
    }

    /// The issuer that the answer names, when there is nothing yet to compare it with.
    fn compare_issuer(&self, parameters: &Parameters) -> Result<Option<String>, String> {
        let sent = parameters.only("iss");
        match (&sent, &self.issuer.expected, self.issuer.response) {
            (None, _, ResponseIssuer::Sent) => Err(
                "it does not say which server it comes from, although that server always does"
                    .to_owned(),
            ),
            (None, ..) => Ok(None),
            (Some(_), _, ResponseIssuer::Absent) => {
                Err("it names a server, although the one that was asked never does".to_owned())
            }
            (Some(sent), Some(expected), _) if sent.as_str() == expected => Ok(None),
            (Some(sent), Some(expected), _) => Err(format!(
                "it comes from \"{}\" and not from \"{}\"",
                clean(sent, 200),
                clean(expected, 200)
            )),
            (Some(sent), None, ResponseIssuer::Unknown) => Ok(Some(sent.to_string())),
            (Some(_), None, ResponseIssuer::Sent) => {
                Err("it names a server, and there is nothing to compare it with".to_owned())
            }
        }
    }
}

/// RFC 6749 Appendix A.11: visible characters and blanks. The length is ours.
fn is_code(code: &str) -> bool {
    (1..=4096).contains(&code.len()) && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Foreign => Self::new(
                Code::AuthorizationInvalid,
                "This answer does not belong to the sign-in that is under way.",
                "Use the page that was opened last, or start again.",
            ),
            Rejection::Elsewhere {
                named,
                expected,
                region,
            } => Self::new(
                Code::AuthorizationInvalid,
                format!(
                    "The account that approved is at \"{named}\", and this connection signs in at \"{expected}\"."
                ),
                match region {
                    Some(region) => format!(
                        "Nothing was sent on. Choose the region {region} in the settings of the connection, and authorize again."
                    ),
                    None => "Nothing was sent on. Compare the addresses in the settings of the connection with the one you see when you sign in, and authorize again.".to_owned(),
                },
            ),
            Rejection::Unbelievable { reason } => Self::new(
                Code::AuthorizationInvalid,
                format!("The answer of the server must not be believed: {reason}."),
                "Nothing was sent on. Authorize again; if it happens again, somebody may be interfering, or the provider file does not fit the server.",
            ),
        }
    }
}

#[cfg(test)]
mod tests;
