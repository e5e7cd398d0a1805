//! What a peer is to be: which provider, for which customer, and what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use proofkey_core::provider::Provider;

use crate::signed::key::RegisteredKey;

/// One customer of one provider, with one client that was made for it.
#[derive(Clone)]
pub struct PeerPlan {
    /// The peer does what this file says.
    pub provider: Provider,
    /// The customer: a value for each variable that is not optional.
    pub variables: BTreeMap<String, String>,
    /// The client ID, or the user name of a system without OAuth; empty where there is none.
    pub client_id: String,
    /// The client secret, password or key. Without one, the client is public.
    pub client_secret: Option<String>,
    /// The client's public keys, where it signs. They stay registered beside those that come later.
    pub keys: Vec<RegisteredKey>,
    /// What the client may ask for, named as in the file.
    pub scopes: Vec<String>,
    /// Further parameters that this client's requests need: `audience`.
    pub parameters: BTreeMap<String, String>,
    pub mutation: Option<Mutation>,
}

/// Without what the client keeps to itself.
impl fmt::Debug for PeerPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PeerPlan")
            .field("provider", &self.provider.id)
            .field("variables", &self.variables)
            .field("mutation", &self.mutation)
            .finish_non_exhaustive()
    }
}

/// One thing that a peer does otherwise than its file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// What this entry of the file's `known_errors` describes happens, where it says.
    KnownError(usize),
    /// The API takes every caller for nobody.
    Anonymous,
    /// The API refuses what it is shown, in the provider's own way.
    CredentialRefused,
    /// The API looks for the token in another header, or behind another word.
    TokenHeader { name: String, scheme: String },
    /// The API answers with a page for people, and success.
    LoginPage,
    /// The API leads to a page for people.
    LoginRedirect,
    /// The API answers for another account.
    AnotherAccount,
    /// The token answer names this API base.
    AnsweredBase(String),
    /// The authorization response names this server.
    ResponseServer(String),
    /// ID tokens, and the `iss` of authorization responses, name this issuer.
    Issuer(String),
    /// No refresh token comes with the code.
    RefreshTokenWithheld,
    /// The access token stands in this member.
    TokenMember(String),
    /// The token answer has this type.
    TokenType(String),
    /// The client has the addresses registered with 127.0.0.1 in the place of localhost.
    RegisteredByAddress,
    /// The browser is sent to the first registered address, whichever was asked for.
    FirstRegistered,
    /// This scope, named as in the file, is not granted.
    ScopeWithheld(String),
    /// The person may not approve.
    Denied,
    /// A refresh token counts for nothing.
    RefreshRefused,
}
