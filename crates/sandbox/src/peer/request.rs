//! Reading an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3) by the rules of the file.

use proofkey_core::provider::{AuthorizationCode, Pkce, PushedRequests};

use super::ledger::Asked;
use super::world::PeerWorld;
use crate::authorization_request::Parameters;
use crate::pkce;
use crate::refusal::Refusal;

/// Why a request is not put before the person.
pub(crate) enum Rejection {
    /// Client or redirect URI are not known: the browser stays (RFC 6749 §4.1.2.1).
    Stay(Refusal),
    /// The client is told, through the browser.
    Return(Box<Asked>, Refusal),
}

impl PeerWorld {
    pub(crate) fn grant(&self) -> Option<&AuthorizationCode> {
        self.plan.provider.authorization_code.as_ref()
    }

    /// A request that came with the browser, where that is allowed (RFC 9126 §5).
    pub(crate) fn unpushed(&self, asked: Asked) -> Result<Asked, Rejection> {
        let required =
            |grant: &AuthorizationCode| grant.pushed_requests == PushedRequests::Required;
        if self.grant().is_some_and(required) {
            let refusal = Refusal::invalid_request("The request must be pushed first");
            return Err(Rejection::Return(Box::new(asked), refusal));
        }
        Ok(asked)
    }

    /// What `parameters` ask for, if it can be put before the person.
    pub(crate) fn asked(&self, parameters: &Parameters) -> Result<Asked, Rejection> {
        let stay = |refusal| Err(Rejection::Stay(refusal));
        let Some(grant) = self.grant() else {
            return stay(Refusal::invalid_request("Nobody approves here"));
        };
        if parameters.value("client_id") != Some(&self.plan.client_id) {
            return stay(Refusal::invalid_client("The client is not registered here"));
        }
        let redirect_uri = parameters.value("redirect_uri").unwrap_or_default();
        if !self.registered().holds(redirect_uri, grant) {
            return stay(Refusal::invalid_request(
                "The redirect_uri is not one of those that the client has registered",
            ));
        }
        let own = |name| parameters.value(name).map(str::to_owned);
        let asked = Asked {
            redirect_uri: redirect_uri.to_owned(),
            state: own("state"),
            nonce: own("nonce"),
            scopes: self.scopes_of(parameters),
            challenge: match grant.pkce {
                Pkce::Required | Pkce::Supported => own("code_challenge"),
                Pkce::Unsupported | Pkce::Unknown => None,
            },
        };
        match self.checked(parameters, grant, &asked.scopes) {
            Ok(()) => Ok(asked),
            Err(refusal) => Err(Rejection::Return(Box::new(asked), refusal)),
        }
    }

    fn checked(
        &self,
        parameters: &Parameters,
        grant: &AuthorizationCode,
        scopes: &[String],
    ) -> Result<(), Refusal> {
        if parameters.is_repeated() {
            return Err(Refusal::invalid_request("A parameter was sent twice"));
        }
        if parameters.value("response_type") != Some("code") {
            return Err(Refusal::invalid_request("Only \"code\" is supported"));
        }
        let challenge = parameters.value("code_challenge");
        let method = parameters.value("code_challenge_method");
        let sound = challenge.is_some_and(pkce::is_well_formed) && method == Some("S256");
        let wanted = match grant.pkce {
            Pkce::Required => true,
            Pkce::Supported => challenge.is_some(),
            Pkce::Unsupported | Pkce::Unknown => false,
        };
        if wanted && !sound {
            return Err(Refusal::invalid_request(
                "The code_challenge must be there and use S256",
            ));
        }
        self.has_parameters(parameters, &grant.parameters)?;
        self.has_own_parameters(parameters)?;
        let always = &self.plan.provider.scopes.always;
        let forgotten = always.iter().any(|scope| {
            let scope = self.values.fill(scope);
            scope.is_none_or(|scope| !scopes.contains(&scope))
        });
        if forgotten || !self.may_ask(scopes) {
            return Err(Refusal::bad_request(
                "invalid_scope",
                "The requested scope is invalid",
            ));
        }
        Ok(())
    }
}
