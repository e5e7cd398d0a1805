//! Which address leads to what.

use proofkey_core::provider::Provider;
use url::Url;

use super::plan::{Mutation, PeerPlan};
use super::values::Values;
use crate::record::Record;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Authorization,
    Token,
    PushedRequests,
    Revocation,
    Jwks,
    Metadata,
    /// A call of the API, by the places of the probes that it may be.
    Api,
    Nothing,
}

/// The addresses of one customer.
pub(crate) struct Places {
    pub(crate) token: Option<Url>,
    pub(crate) authorization: Option<Url>,
    pub(crate) revocation: Option<Url>,
    pub(crate) jwks: Option<Url>,
    pub(crate) userinfo: Option<Url>,
    pub(crate) pushed_requests: Option<Url>,
    pub(crate) metadata: Option<Url>,
    pub(crate) issuer: Option<String>,
    /// What the token answer says about the API base.
    pub(crate) answered_base: Option<String>,
    /// One for each probe of the file, in order; `None` for one whose variable has no value.
    pub(crate) probes: Vec<Option<Url>>,
}

impl Places {
    /// `Err` names the template that makes no address for this customer.
    pub(crate) fn of(plan: &PeerPlan, values: &Values) -> Result<Self, String> {
        let endpoints = &plan.provider.endpoints;
        let place = |template: &Option<String>| template.as_deref().map(|it| url(it, values));
        let answered_base = answered_base(plan);
        // Below the answered base: that is where it lies, whatever the token answer claims.
        let api_base = match own_answered_base(&plan.provider) {
            Some(base) => base,
            None => url(&endpoints.api_base, values)?.to_string(),
        };
        let probes = plan.provider.probes.iter();
        let probes = probes.map(|probe| {
            let path = values.fill(&probe.path)?;
            Url::parse(&format!("{}{path}", api_base.trim_end_matches('/'))).ok()
        });
        Ok(Self {
            token: place(&endpoints.token).transpose()?,
            authorization: place(&endpoints.authorization).transpose()?,
            revocation: place(&endpoints.revocation).transpose()?,
            jwks: place(&endpoints.jwks).transpose()?,
            userinfo: place(&endpoints.userinfo).transpose()?,
            pushed_requests: place(&endpoints.pushed_authorization).transpose()?,
            metadata: place(&endpoints.metadata).transpose()?,
            issuer: endpoints.issuer.as_deref().and_then(|it| values.fill(it)),
            answered_base,
            probes: probes.collect(),
        })
    }

    pub(crate) fn endpoint(&self, request: &Record) -> Endpoint {
        let is = |place: &Option<Url>| place.as_ref().is_some_and(|url| is_at(request, url, false));
        [
            (&self.authorization, Endpoint::Authorization),
            (&self.token, Endpoint::Token),
            (&self.pushed_requests, Endpoint::PushedRequests),
            (&self.revocation, Endpoint::Revocation),
            (&self.jwks, Endpoint::Jwks),
            (&self.metadata, Endpoint::Metadata),
            (&self.userinfo, Endpoint::Api),
        ]
        .into_iter()
        .find_map(|(place, endpoint)| is(place).then_some(endpoint))
        .or_else(|| (self.probes_at(request).next().is_some()).then_some(Endpoint::Api))
        .unwrap_or(Endpoint::Nothing)
    }

    /// The probes that `request` may be, by their place in the file.
    pub(crate) fn probes_at<'a>(&'a self, request: &'a Record) -> impl Iterator<Item = usize> + 'a {
        let places = self.probes.iter().enumerate();
        places.filter_map(move |(index, place)| {
            let place = place.as_ref()?;
            is_at(request, place, true).then_some(index)
        })
    }

    pub(crate) fn is_userinfo(&self, request: &Record) -> bool {
        let place = self.userinfo.as_ref();
        place.is_some_and(|url| is_at(request, url, true))
    }
}

fn is_at(request: &Record, place: &Url, with_query: bool) -> bool {
    let query = !with_query || request.query.as_deref() == place.query();
    place.host_str() == Some(&request.host) && place.path() == request.path && query
}

fn url(template: &str, values: &Values) -> Result<Url, String> {
    let filled = values.fill(template).ok_or(template)?;
    Url::parse(&filled).map_err(|_| template.to_owned())
}

/// A host of its own below the first that the file allows, so that a client which does not read the
/// answer ends nowhere.
fn own_answered_base(provider: &Provider) -> Option<String> {
    let answered = provider.endpoints.api_base_from.as_ref()?;
    Some(format!("https://practice.{}", answered.hosts.first()?))
}

fn answered_base(plan: &PeerPlan) -> Option<String> {
    match &plan.mutation {
        Some(Mutation::AnsweredBase(base)) => Some(base.clone()),
        _ => own_answered_base(&plan.provider),
    }
}
