//! A customer to practise with.

use std::collections::BTreeMap;

use proofkey_core::border::PracticeCustomer;
use proofkey_core::provider::{
    ClientAuthentication, Grant, Provider, RedirectPolicy, ScopeUse, StaticCredentials,
    suggested_scopes,
};

use super::plan::PeerPlan;
use super::world::PERSON;
use crate::authorization_request::REGISTERED_CALLBACK;

/// Public by design: they open nothing but a peer.
const CLIENT_ID: &str = "practice-client-4711";
const CLIENT_SECRET: &str = "practice-k3Yq7Vn2Zt9Lw5Rb";
/// Where a client has to name scopes and the file knows none, because each customer makes them.
const OWN_SCOPE: &str = "practice.read";

impl PeerPlan {
    /// Everything that `provider` asks of a customer, made up: its one client may use each grant of the
    /// file and ask for each scope that the file names. `variables` are the customer's.
    pub fn practice(provider: Provider, variables: BTreeMap<String, String>) -> Self {
        Self {
            client_id: client_id(&provider).to_owned(),
            client_secret: has_secret(&provider).then(|| CLIENT_SECRET.to_owned()),
            keys: Vec::new(),
            scopes: scopes(&provider),
            parameters: BTreeMap::new(),
            mutation: None,
            provider,
            variables,
        }
    }

    /// What a person has to know to practise with this customer.
    pub(super) fn customer(&self) -> PracticeCustomer {
        let section = self.provider.authorization_code.as_ref();
        let approved = self.provider.grants.contains(&Grant::AuthorizationCode);
        let pasted = section.is_some_and(|it| it.redirect == RedirectPolicy::HttpsOnly);
        let own = self.scopes.iter().filter(|scope| *scope == OWN_SCOPE);
        PracticeCustomer {
            provider: self.provider.id.clone(),
            variables: self.variables.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            scopes: own.cloned().collect(),
            person: approved.then(|| PERSON.practice()),
            callback: pasted.then(|| REGISTERED_CALLBACK.to_owned()),
        }
    }

    /// The scopes to ask for in practice, as the file writes them.
    pub fn practice_scopes(&self, grant: Grant) -> Vec<String> {
        practice_scopes(&self.provider, grant)
    }

    /// How the client of this plan proves itself; `None` where it has nothing to do so with, or where
    /// nothing issues tokens.
    pub fn practice_authentication(&self, grant: Grant) -> ClientAuthentication {
        let methods = &self.provider.client_authentication;
        let with_secret = methods.iter().copied().find(|way| takes_secret(*way));
        match with_secret {
            Some(way) if grant.is_oauth() => way,
            _ => ClientAuthentication::None,
        }
    }
}

fn client_id(provider: &Provider) -> &'static str {
    let asks = |fields: &StaticCredentials| fields.identifier.is_some();
    let grants = &provider.grants;
    if grants.iter().any(|grant| grant.is_oauth()) {
        CLIENT_ID
    } else if grants.contains(&Grant::HttpBasic)
        && provider.static_credentials.as_ref().is_none_or(asks)
    {
        PERSON.email
    } else {
        ""
    }
}

fn has_secret(provider: &Provider) -> bool {
    let mut methods = provider.client_authentication.iter();
    let static_one = |grant: &Grant| matches!(grant, Grant::HttpBasic | Grant::ApiKey);
    methods.any(|way| takes_secret(*way)) || provider.grants.iter().any(static_one)
}

fn takes_secret(way: ClientAuthentication) -> bool {
    match way {
        ClientAuthentication::ClientSecretBasic | ClientAuthentication::ClientSecretPost => true,
        ClientAuthentication::PrivateKeyJwt
        | ClientAuthentication::ClientSecretJwt
        | ClientAuthentication::None => false,
    }
}

fn scopes(provider: &Provider) -> Vec<String> {
    let named = provider
        .scopes
        .entries
        .iter()
        .map(|entry| entry.name.clone());
    let mut scopes: Vec<String> = named.collect();
    for grant in &provider.grants {
        scopes.extend(practice_scopes(provider, *grant));
    }
    scopes.sort();
    scopes.dedup();
    scopes
}

fn practice_scopes(provider: &Provider, grant: Grant) -> Vec<String> {
    let suggested = suggested_scopes(provider, grant);
    let required = provider.client_credentials.scope == ScopeUse::Required;
    if suggested.is_empty() && required && grant == Grant::ClientCredentials {
        return vec![OWN_SCOPE.to_owned()];
    }
    suggested
}
