//! Where a trial leads. It depends on nothing secret, so what was worked out for one trial serves the
//! next of the same account.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::Integration;
use super::auth::{Auth, Scalar};
use super::judgement::RefusedWhy;
use super::presents::Presents;
use crate::connection::ResolvedEndpoints;
use crate::probe;
use crate::provider::{self, Grant};

/// More accounts than this are worked out anew each time they come.
const MOST: usize = 4096;

/// The addresses of one account.
pub(super) struct Place {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) endpoints: ResolvedEndpoints,
    /// Of each call that may be made, where its path can be filled in.
    pub(super) calls: Vec<(usize, Url)>,
    /// Of a token request.
    pub(super) scopes: Vec<String>,
    pub(super) parameters: BTreeMap<String, String>,
}

#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<BTreeMap<String, String>, Arc<Place>>>);

impl Integration {
    /// Fixed values, and from the caller only what rule I1 or a closed list bounds.
    pub(super) fn place(&self, auth: &Auth) -> Result<Arc<Place>, RefusedWhy> {
        let mut variables = self.fixed.clone();
        for field in &self.fields {
            if let (Some(variable), Some(Scalar::Text(text))) =
                (field.variable(), auth.get(&field.name))
                && !text.is_empty()
            {
                variables.insert(variable.to_owned(), text.expose().to_owned());
            }
        }
        // A lock is poisoned by a panic elsewhere; what it holds is whole all the same.
        let known = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.get(&variables) {
            return Ok(Arc::clone(place));
        }
        drop(known);
        let place = Arc::new(self.worked_out(variables.clone())?);
        let mut known = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(variables, Arc::clone(&place));
        Ok(place)
    }

    /// Whether a field of the caller becomes part of the address.
    pub(super) fn is_led_by_the_caller(&self) -> bool {
        self.fields.iter().any(|field| field.variable().is_some())
    }

    fn worked_out(&self, variables: BTreeMap<String, String>) -> Result<Place, RefusedWhy> {
        let provider = &*self.provider;
        let endpoints = provider::resolve(provider, &variables).map_err(|_| {
            let known =
                provider.regions.is_empty() || provider::region(provider, &variables).is_some();
            if known {
                RefusedWhy::NotALabel
            } else {
                RefusedWhy::NoSuchRegion
            }
        })?;
        let is_client = matches!(self.presents, Presents::Client(_));
        let (scopes, parameters) = if is_client {
            self.asked_for(&variables)?
        } else {
            (Vec::new(), BTreeMap::new())
        };
        let url = |&index: &usize| {
            let probe = provider.probes.get(index)?;
            Some((
                index,
                probe::url(provider, &variables, &endpoints.api_base, probe)?,
            ))
        };
        Ok(Place {
            calls: self.probes.iter().filter_map(url).collect(),
            variables,
            endpoints,
            scopes,
            parameters,
        })
    }

    fn asked_for(
        &self,
        variables: &BTreeMap<String, String>,
    ) -> Result<(Vec<String>, BTreeMap<String, String>), RefusedWhy> {
        let provider = &*self.provider;
        let grant = Grant::ClientCredentials;
        let templates = &provider.client_credentials.parameters;
        let parameters = provider::parameters(provider, variables, templates)
            .map_err(|_| RefusedWhy::MissingField)?;
        let scopes = provider::asked_scopes(provider, grant, variables, &self.scopes);
        Ok((scopes, parameters))
    }
}
