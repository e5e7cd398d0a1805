//! An imagined customer of a provider: the example of each variable, and a client of its own.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a customer who cannot be imagined ends the test"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use proofkey_core::Secret;
use proofkey_core::connection::{ConnectionDraft, Redirect, SigningDraft};
use proofkey_core::provider::{
    ClientAuthentication, Grant, Provider, RedirectPolicy, ScopeUse, SigningAlgorithm,
};
use proofkey_core::signing_key::SigningKey;
use proofkey_sandbox::{Mutation, PeerPlan, RegisteredKey};

use crate::Canary;

/// The address that a person has where only https is taken.
pub const OWN_CALLBACK: &str = "https://callback.customer.example/oauth/done";
/// By which the provider knows the customer's key.
const OWN_KEY_ID: &str = "customer-key-1";
/// A parameter that the customer's client needs beside those of the file.
const OWN_PARAMETER: (&str, &str) = ("practice_audience", "https://api.customer.example/v1 ü");

/// The key pair of a client that signs.
#[derive(Clone)]
pub struct CustomerKey {
    pub algorithm: SigningAlgorithm,
    private_pem: String,
    public_jwk: String,
}

impl CustomerKey {
    /// One for each algorithm in a process: making an RSA key takes longer than all the rest.
    fn of(algorithm: SigningAlgorithm) -> Self {
        static MADE: Mutex<BTreeMap<SigningAlgorithm, CustomerKey>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().expect("no test panicked here");
        let fresh = || {
            let key = SigningKey::generate(algorithm).expect("a key");
            let private = key.to_pkcs8_pem().expect("PEM");
            Self {
                algorithm,
                private_pem: private.expose().to_owned(),
                public_jwk: key.public().jwk(Some(OWN_KEY_ID), Some(algorithm)),
            }
        };
        made.entry(algorithm).or_insert_with(fresh).clone()
    }

    fn registered(&self) -> RegisteredKey {
        RegisteredKey::read(&self.public_jwk, self.algorithm, None).expect("a public key")
    }

    fn draft(&self) -> SigningDraft {
        SigningDraft {
            private_key: Some(Secret::new(self.private_pem.clone())),
            key_id: Some(OWN_KEY_ID.to_owned()),
            algorithm: Some(self.algorithm),
            ..SigningDraft::default()
        }
    }
}

/// Everything that a connection and the peer it leads to have in common.
#[derive(Clone)]
pub struct Customer {
    pub provider: Provider,
    pub grant: Grant,
    pub authentication: ClientAuthentication,
    pub scopes: Vec<String>,
    pub client_id: String,
    /// The client secret, password or key; nothing for a public client and a system without.
    pub secret: Option<String>,
    /// What a client signs with that has no secret.
    pub key: Option<CustomerKey>,
    /// What the customer's client needs beside the parameters of the file.
    pub parameters: BTreeMap<String, String>,
    pub mutation: Option<Mutation>,
}

impl Customer {
    /// One for each way of client authentication that goes with the grant.
    pub fn each_of(provider: &Provider, grant: Grant) -> Vec<Self> {
        let methods = provider.client_authentication.iter().copied();
        let fits = |method: &ClientAuthentication| match method {
            ClientAuthentication::ClientSecretBasic
            | ClientAuthentication::ClientSecretPost
            | ClientAuthentication::PrivateKeyJwt
            | ClientAuthentication::ClientSecretJwt => grant.is_oauth(),
            // A public client has nothing to ask in its own name with.
            ClientAuthentication::None => grant != Grant::ClientCredentials,
        };
        let mut methods: Vec<_> = methods.filter(fits).collect();
        if !grant.is_oauth() {
            methods = vec![ClientAuthentication::None];
        }
        let of = |method| Self::of(provider, grant, method);
        methods.into_iter().map(of).collect()
    }

    /// With the first way of client authentication.
    pub fn first_of(provider: &Provider, grant: Grant) -> Self {
        let mut each = Self::each_of(provider, grant);
        assert!(!each.is_empty(), "{} has no such grant", provider.id);
        each.remove(0)
    }

    fn of(provider: &Provider, grant: Grant, authentication: ClientAuthentication) -> Self {
        let credentials = provider.static_credentials.as_ref();
        let has_id = credentials.is_none_or(|it| it.identifier.is_some());
        let public = grant.is_oauth() && authentication == ClientAuthentication::None;
        let client_id = match grant {
            Grant::None => "",
            _ if !has_id => "",
            Grant::HttpBasic => "agent@customer.example",
            _ => "3MVG9practice.client-0001",
        };
        let secret = Canary::new("the client secret", client_id);
        let key = (authentication == ClientAuthentication::PrivateKeyJwt)
            .then(|| CustomerKey::of(provider.client_assertion.algorithms[0]));
        let has_secret = grant != Grant::None && !public && key.is_none();
        Self {
            provider: provider.clone(),
            grant,
            authentication,
            scopes: suggested(provider, grant),
            client_id: client_id.to_owned(),
            secret: has_secret.then(|| secret.value().to_owned()),
            key,
            parameters: parameters(grant),
            mutation: None,
        }
    }

    #[must_use]
    pub fn with(self, mutation: Mutation) -> Self {
        Self {
            mutation: Some(mutation),
            ..self
        }
    }

    /// Which provider, grant and way of client authentication.
    pub fn name(&self) -> String {
        let Self {
            provider,
            grant,
            authentication,
            ..
        } = self;
        format!("{}, {grant:?}, {authentication:?}", provider.id)
    }

    /// The example of each.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let variables = self.provider.variables.iter();
        variables
            .map(|variable| (variable.name.clone(), variable.example.clone()))
            .collect()
    }

    /// The peer that plays the provider for this customer.
    pub fn plan(&self) -> PeerPlan {
        PeerPlan {
            provider: self.provider.clone(),
            variables: self.variables(),
            client_id: self.client_id.clone(),
            client_secret: self.secret.clone(),
            keys: self.key.iter().map(CustomerKey::registered).collect(),
            scopes: self.scopes.clone(),
            parameters: self.parameters.clone(),
            mutation: self.mutation.clone(),
        }
    }

    /// The connection as the customer enters it.
    pub fn draft(&self) -> ConnectionDraft {
        let id = Some(self.client_id.clone()).filter(|id| !id.is_empty());
        ConnectionDraft {
            name: "Customer".to_owned(),
            provider: self.provider.id.clone(),
            grant: self.grant,
            client_authentication: self.authentication,
            basic_encoding: None,
            scopes: self.scopes.clone(),
            practice: false,
            redirect: self.takes_https_only().then(|| Redirect::Pasted {
                uri: OWN_CALLBACK.to_owned(),
            }),
            parameters: self.parameters.clone(),
            variables: self.variables(),
            client_id: id.map(Secret::new),
            client_secret: self.secret.clone().map(Secret::new),
            signing: self
                .key
                .as_ref()
                .map(CustomerKey::draft)
                .unwrap_or_default(),
            service_token: None,
        }
    }

    /// Whether the person has to paste the address they landed on.
    pub fn takes_https_only(&self) -> bool {
        let grant = self.provider.authorization_code.as_ref();
        self.grant == Grant::AuthorizationCode
            && grant.is_some_and(|grant| grant.redirect == RedirectPolicy::HttpsOnly)
    }
}

fn parameters(grant: Grant) -> BTreeMap<String, String> {
    let (name, value) = OWN_PARAMETER;
    let own = grant
        .is_oauth()
        .then(|| (name.to_owned(), value.to_owned()));
    own.into_iter().collect()
}

/// What is ticked at first.
fn suggested(provider: &Provider, grant: Grant) -> Vec<String> {
    let common = &provider.scopes.suggested;
    let mut scopes = match (grant, &provider.authorization_code) {
        (Grant::ClientCredentials, _) => {
            let own = &provider.client_credentials;
            match own.scope {
                ScopeUse::Unsupported => Vec::new(),
                _ if !own.suggested_scopes.is_empty() => own.suggested_scopes.clone(),
                // Nothing can be suggested where each customer names the scopes.
                ScopeUse::Required if common.is_empty() => vec!["practice.read".to_owned()],
                _ => common.clone(),
            }
        }
        (Grant::AuthorizationCode, Some(own)) => {
            [common.clone(), own.suggested_scopes.clone()].concat()
        }
        _ => Vec::new(),
    };
    scopes.sort();
    scopes.dedup();
    scopes
}
