//! The answer of the token endpoint (RFC 6749 §5.1), in the shape that the file describes.

use std::sync::Arc;

use hyper::StatusCode;
use jiff::SignedDuration;
use proofkey_core::provider::{RefreshPolicy, ScopeUse};
use serde_json::{Map, Value};

use super::ledger::{Approval, Granted};
use super::plan::Mutation;
use super::world::PeerWorld;
use crate::refusal::Refusal;
use crate::reply::Reply;

impl PeerWorld {
    /// Puts a fresh access token and what belongs to it into `members`.
    pub(crate) fn access_token(
        &self,
        members: &mut Map<String, Value>,
        scopes: Vec<String>,
        approval: Option<&Arc<Approval>>,
    ) -> Result<String, Refusal> {
        let response = &self.plan.provider.token_response;
        let token = self.keys.random_text()?;
        let member = match &self.plan.mutation {
            Some(Mutation::TokenMember(name)) => Some(name),
            _ => unusual(&response.token_members, |name| name == "access_token"),
        };
        members.insert(
            member.map_or("access_token", String::as_str).to_owned(),
            token.as_str().into(),
        );
        match &self.plan.mutation {
            Some(Mutation::TokenType(kind)) => {
                members.insert("token_type".into(), kind.as_str().into());
            }
            _ if response.without_token_type => {}
            _ => {
                let kind = unusual(&response.token_types, |kind| kind == "bearer");
                let kind = kind.map_or("bearer", String::as_str);
                members.insert("token_type".into(), kind.into());
            }
        }
        let life = self.lifetime();
        if let Some(seconds) = life {
            members.insert("expires_in".into(), seconds.into());
        }
        if approval.is_some()
            || self.plan.provider.client_credentials.scope != ScopeUse::Unsupported
        {
            members.insert("scope".into(), self.answered_scope(&scopes).into());
        }
        let until =
            life.map(|seconds| self.now_there() + SignedDuration::from_secs(seconds.into()));
        let granted = Granted {
            scopes,
            approval: approval.map(Arc::clone),
            until,
        };
        self.ledger.keep_access_token(token.clone(), granted);
        Ok(token)
    }

    /// Says where the API is, where the file lets a token answer say so.
    pub(crate) fn lead(&self, members: &mut Map<String, Value>) {
        let answered = &self.plan.provider.endpoints.api_base_from;
        if let (Some(answered), Some(base)) = (answered, &self.places.answered_base) {
            members.insert(answered.member.clone(), base.as_str().into());
        }
    }

    /// A server whose file assumes a life does not say one.
    fn lifetime(&self) -> Option<u32> {
        let lifetimes = &self.plan.provider.lifetimes;
        lifetimes
            .access_token_seconds
            .filter(|_| lifetimes.assumed_seconds.is_none())
    }

    /// What becomes of `scopes` that were asked for.
    pub(crate) fn granted_of(&self, mut scopes: Vec<String>) -> Vec<String> {
        if let Some(Mutation::ScopeWithheld(scope)) = &self.plan.mutation {
            let withheld = self.values.fill(scope);
            scopes.retain(|own| Some(own) != withheld.as_ref());
        }
        scopes
    }

    fn answered_scope(&self, scopes: &[String]) -> String {
        let catalogue = &self.plan.provider.scopes;
        let unanswered = |scope: &String| {
            let mut entries = catalogue.entries.iter().filter(|entry| entry.unanswered);
            entries.any(|entry| self.values.fill(&entry.name).as_ref() == Some(scope))
        };
        let named: Vec<&str> = scopes
            .iter()
            .filter(|scope| !unanswered(scope))
            .map(String::as_str)
            .collect();
        let separator = &self.plan.provider.token_response.scope_separator;
        named.join(separator.as_ref().unwrap_or(&catalogue.separator))
    }

    pub(crate) fn issues_refresh_tokens(&self, approval: &Approval) -> bool {
        let grant = self.plan.provider.authorization_code.as_ref();
        let wanted = grant.and_then(|grant| grant.refresh_scope.as_ref());
        let asked = wanted.is_none_or(|scope| approval.scopes.contains(scope));
        let withheld = self.plan.mutation == Some(Mutation::RefreshTokenWithheld);
        self.plan.provider.refresh.policy != RefreshPolicy::None && asked && !withheld
    }

    pub(crate) fn refresh_token(&self, approval: &Arc<Approval>) -> Result<String, Refusal> {
        let token = self.keys.random_text()?;
        self.ledger.keep_refresh_token(token.clone(), approval);
        Ok(token)
    }

    pub(crate) fn answered(&self, members: Map<String, Value>) -> Reply {
        let statuses = &self.plan.provider.token_response.success_status;
        let status = unusual(statuses, |status| *status == 200)
            .and_then(|it| StatusCode::from_u16(*it).ok());
        Reply::json(status.unwrap_or(StatusCode::OK), &Value::Object(members)).unstored()
    }
}

/// Of what a file allows, that which departs from the standard.
fn unusual<T>(allowed: &[T], usual: impl Fn(&T) -> bool) -> Option<&T> {
    let departing = allowed.iter().find(|&one| !usual(one));
    departing.or(allowed.first())
}
