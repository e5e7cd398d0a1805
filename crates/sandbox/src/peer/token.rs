//! The token endpoint: the grants that the file offers, answered in the shape that it describes.

use std::collections::BTreeMap;

use hyper::StatusCode;
use proofkey_core::provider::{ErrorSource, Grant, RefreshPolicy, ScopeUse};
use serde_json::{Map, Value};

use super::client;
use super::id_token;
use super::plan::Mutation;
use super::world::PeerWorld;
use crate::authorization_request::Parameters;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::reply::Reply;

impl PeerWorld {
    pub(crate) fn token(&self, request: &Record) -> Result<Reply, Refusal> {
        let body = self.token_body(request)?;
        if let Some(known) = self.asked_for(ErrorSource::Token) {
            return Ok(self.as_known(known, Value::Null));
        }
        self.authenticate(request, &body)?;
        let offered = |grant| self.plan.provider.grants.contains(&grant);
        match body.value("grant_type") {
            Some("client_credentials") if offered(Grant::ClientCredentials) => {
                self.client_credentials(&body)
            }
            Some("authorization_code") if offered(Grant::AuthorizationCode) => self.redeem(&body),
            Some("refresh_token") if offered(Grant::AuthorizationCode) => self.refresh(&body),
            Some(_) => Err(Refusal::bad_request(
                "unsupported_grant_type",
                "The grant type is not supported for this client",
            )),
            None => Err(Refusal::invalid_request("Missing grant type")),
        }
    }

    /// RFC 7009.
    pub(crate) fn revoke(&self, request: &Record) -> Result<Reply, Refusal> {
        let form = client::form(request)?;
        self.authenticate(request, &form)?;
        let token = form.value("token");
        self.ledger
            .revoke(token.ok_or(Refusal::invalid_request("The token is missing"))?);
        Ok(Reply::text(StatusCode::OK, "").unstored())
    }

    /// The scopes of a request, as the provider separates them.
    pub(crate) fn scopes_of(&self, parameters: &Parameters) -> Vec<String> {
        let separator = self.plan.provider.scopes.separator.as_str();
        let scope = parameters.value("scope").unwrap_or_default();
        scope
            .split(separator)
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether the client was made for these scopes.
    pub(crate) fn may_ask(&self, scopes: &[String]) -> bool {
        let always = &self.plan.provider.scopes.always;
        let always: Vec<_> = always
            .iter()
            .filter_map(|it| self.values.fill(it))
            .collect();
        scopes
            .iter()
            .all(|scope| self.plan.scopes.contains(scope) || always.contains(scope))
    }

    /// The parameters that the file and the client's own settings demand.
    pub(crate) fn has_parameters(
        &self,
        sent: &Parameters,
        file: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let wanted = self.values.fill_all(file);
        let missing = wanted
            .iter()
            .any(|(name, value)| sent.value(name) != Some(value));
        if missing {
            return Err(Refusal::invalid_request(
                "A parameter that this server needs is missing or another",
            ));
        }
        Ok(())
    }

    pub(crate) fn has_own_parameters(&self, sent: &Parameters) -> Result<(), Refusal> {
        let own = self.plan.parameters.iter();
        let missing = own
            .clone()
            .any(|(name, value)| sent.value(name) != Some(value));
        if missing {
            return Err(Refusal::invalid_request(
                "A parameter that this client needs is missing or another",
            ));
        }
        Ok(())
    }

    fn client_credentials(&self, body: &Parameters) -> Result<Reply, Refusal> {
        let grant = &self.plan.provider.client_credentials;
        self.has_parameters(body, &grant.parameters)?;
        self.has_own_parameters(body)?;
        let asked = self.scopes_of(body);
        let fits = match grant.scope {
            ScopeUse::Optional => true,
            ScopeUse::Required => !asked.is_empty(),
            ScopeUse::Unsupported => asked.is_empty(),
        };
        if !fits || !self.may_ask(&asked) {
            return Err(Refusal::bad_request(
                "invalid_scope",
                "The requested scope is invalid",
            ));
        }
        let scopes = if asked.is_empty() {
            self.plan.scopes.clone()
        } else {
            asked
        };
        let mut members = Map::new();
        self.access_token(&mut members, self.granted_of(scopes), None)?;
        self.lead(&mut members);
        Ok(self.answered(members))
    }

    fn redeem(&self, body: &Parameters) -> Result<Reply, Refusal> {
        let grant = self.plan.provider.authorization_code.as_ref();
        let code = body.value("code");
        let code = code.ok_or(Refusal::invalid_request("The code is missing"))?;
        if let Some(grant) = grant {
            self.has_parameters(body, &grant.token_parameters)?;
        }
        let approval = self
            .ledger
            .redeem(
                code,
                body.value("redirect_uri"),
                body.value("code_verifier"),
                self.now_there(),
            )
            .map_err(Refusal::invalid_grant)?;
        let mut members = Map::new();
        let scopes = approval.scopes.clone();
        let token = self.access_token(&mut members, scopes, Some(&approval))?;
        if self.issues_refresh_tokens(&approval) {
            members.insert(
                "refresh_token".into(),
                self.refresh_token(&approval)?.into(),
            );
        }
        let openid = approval.scopes.iter().any(|scope| scope == "openid");
        if openid && self.places.jwks.is_some() && self.places.issuer.is_some() {
            let nonce = approval.nonce.as_deref();
            members.insert(
                "id_token".into(),
                id_token::made(self, &approval, &token, nonce)?.into(),
            );
        }
        for name in grant.iter().flat_map(|grant| &grant.keep) {
            let kept = || Value::String(format!("kept-{name}"));
            members.entry(name.clone()).or_insert_with(kept);
        }
        self.lead(&mut members);
        Ok(self.answered(members))
    }

    /// What the first answer said beside the tokens is not said again: nobody promises that it is.
    fn refresh(&self, body: &Parameters) -> Result<Reply, Refusal> {
        let policy = self.plan.provider.refresh.policy;
        if let Some(grant) = &self.plan.provider.authorization_code {
            self.has_parameters(body, &grant.refresh_parameters)?;
        }
        let token = body.value("refresh_token");
        let token = token.ok_or(Refusal::invalid_request("The refresh token is missing"))?;
        if self.plan.mutation == Some(Mutation::RefreshRefused) {
            return Err(Refusal::invalid_grant("The refresh token was revoked"));
        }
        let rotates = policy == RefreshPolicy::Rotating;
        let approval = self
            .ledger
            .refresh(token, rotates)
            .map_err(Refusal::invalid_grant)?;
        let scopes = approval.scopes.clone();
        let mut members = Map::new();
        self.access_token(&mut members, scopes, Some(&approval))?;
        if rotates {
            members.insert(
                "refresh_token".into(),
                self.refresh_token(&approval)?.into(),
            );
        }
        Ok(self.answered(members))
    }
}
