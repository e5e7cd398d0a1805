//! What crosses to a door about a person's approval: where it stands, and how an attempt goes on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::connection::{Redirect, ResolvedEndpoints};
use crate::error::Problem;
use crate::vault::Generation;

/// Where the approval of a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationStanding {
    /// Nobody has approved yet, or what was approved was changed since.
    Required,
    Authorized,
    /// The server no longer takes the refresh token.
    SignInAgain,
}

/// The approval of a connection with the authorization code grant. No token is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuthorizationView {
    pub standing: AuthorizationStanding,
    pub redirect: Redirect,
    /// The addresses to register at the provider, to copy.
    pub redirect_uris: Vec<String>,
    /// Of the last approval that was given.
    pub consent: Option<Consent>,
    /// Why the last attempt or refresh failed, when it did.
    pub failure: Option<AuthorizationFailure>,
    /// Tokens that the vault did not take wait in the memory of this process; trying to keep them
    /// again needs no new approval.
    pub unsaved: bool,
    /// When the approval ends by itself, where the provider file knows: "It ends when it was not used
    /// for 30 days."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub life: Option<String>,
}

/// What is kept beside the connection's file about its approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRecord {
    #[serde(default)]
    pub consent: Option<Consent>,
    #[serde(default)]
    pub failure: Option<AuthorizationFailure>,
    /// The refresh token was refused; only a new approval helps.
    #[serde(default)]
    pub sign_in_again: bool,
    /// The secrets that the approval belongs to; with any others it counts for nothing.
    #[serde(default)]
    pub generation: Option<Generation>,
    /// Whether the server answers a refresh with a new refresh token; `None` until it was seen.
    #[serde(default)]
    pub rotates: Option<bool>,
    /// Which server gave the tokens; `None` in records of before that was noted.
    #[serde(default)]
    pub server: Option<ApprovedServer>,
}

/// The server at which a person approved. What it gave goes to no other, whatever the provider file
/// says by then (rule F3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedServer {
    /// The origin of the token endpoint.
    pub token: String,
    /// The origin of the revocation endpoint.
    #[serde(default)]
    pub revocation: Option<String>,
    #[serde(default)]
    pub issuer: Option<String>,
}

impl ApprovedServer {
    pub fn of(endpoints: &ResolvedEndpoints) -> Self {
        Self {
            token: endpoints.token.as_ref().map(origin).unwrap_or_default(),
            revocation: endpoints.revocation.as_ref().map(origin),
            issuer: endpoints.issuer.clone(),
        }
    }

    /// Whether a refresh token may go to the token endpoint of `endpoints`.
    pub fn is_at(&self, endpoints: &ResolvedEndpoints) -> bool {
        let now = Self::of(endpoints);
        // A file that names its issuer only now names one that the tokens say nothing against.
        let same_issuer = self.issuer.is_none() || self.issuer == now.issuer;
        self.token == now.token && same_issuer
    }

    /// Whether tokens may go to the revocation endpoint of `endpoints`: where it was, or beside the
    /// token endpoint.
    pub fn withdraws_at(&self, endpoints: &ResolvedEndpoints) -> bool {
        let revocation = Self::of(endpoints).revocation;
        let known = revocation == self.revocation || revocation.as_ref() == Some(&self.token);
        self.is_at(endpoints) && known
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// A consent receipt: who approved what, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Consent {
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub at: Timestamp,
    /// As the ID token or the userinfo endpoint names them; `None` when the server does not say.
    pub person: Option<Person>,
    /// The account that answered, as the API names it.
    pub account: Option<String>,
    pub requested_scopes: Vec<String>,
    /// `None` when the server did not say, which means those that were requested.
    pub granted_scopes: Option<Vec<String>>,
    pub refresh: RefreshOutcome,
    /// Departures from the standard that were tolerated, and what the provider does not promise.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Who approved. Only issuer and subject say whether it is the same person (OpenID Connect Core §5.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Person {
    pub issuer: Option<String>,
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

impl Person {
    /// Whether both are the same person: issuer and subject say so, nothing else does. Names and
    /// addresses change hands. An issuer that one of them does not name is not compared.
    pub fn is(&self, other: &Self) -> bool {
        let issuers = self.issuer.as_ref().zip(other.issuer.as_ref());
        self.subject == other.subject && issuers.is_none_or(|(one, two)| one == two)
    }
}

/// What became of the refresh that is tried right after an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RefreshOutcome {
    /// The server issued no refresh token; `remedy` names the scope to ask for, when it is known.
    NotIssued { remedy: String },
    /// The server issued none, and none is missed: `note` says what becomes of the access token.
    Unneeded { note: String },
    /// It was used once and a new access token came.
    Proven,
    /// There is one, but using it failed.
    Failed { problem: Problem },
}

/// Why there is no approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuthorizationFailure {
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub at: Timestamp,
    /// How far it came.
    pub step: AuthorizationStep,
    pub problem: Problem,
}

/// The steps of an approval, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationStep {
    /// Reading the server's metadata, opening the listener, pushing the request.
    Preparing,
    /// The person is in the browser.
    Waiting,
    /// The code goes to the token endpoint.
    Exchanging,
    /// ID token, person and account are compared.
    Verifying,
    /// The tokens go to the vault.
    Keeping,
    /// The refresh token is used once.
    Refreshing,
}

/// What a door receives while an approval runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AuthorizationEvent {
    Step {
        step: AuthorizationStep,
    },
    /// The listener is open and the person can go.
    Waiting(Waiting),
    /// Something worth saying that ends nothing: many forged callbacks, a proxy that catches loopback.
    Notice {
        text: String,
    },
}

/// What is shown while the browser is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Waiting {
    /// The authorization request, to copy into any browser.
    pub url: String,
    pub redirect_uri: String,
    /// The browser that was started; `None` when none was asked for.
    pub browser: Option<String>,
    /// Why no browser could be started. The link still works.
    pub browser_problem: Option<Problem>,
    #[cfg_attr(feature = "bindings", ts(type = "string"))]
    pub expires_at: Timestamp,
    /// There is no way back to this machine: the address they land on must be pasted.
    pub must_paste: bool,
}
