//! Where a trial leads. It depends on nothing secret, so what was worked out for one trial serves the
//! next of the same account.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
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
/// Nothing is known of an account for longer.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// The addresses of one account.
pub(super) struct Place {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) endpoints: ResolvedEndpoints,
    /// Those that may be made, where the path can be filled in.
    pub(super) calls: Vec<Call>,
    /// What a dead system of the token is told apart by; empty where none is asked for.
    pub(super) token_host: String,
    /// Of a token request.
    pub(super) scopes: Vec<String>,
    pub(super) parameters: BTreeMap<String, String>,
}

/// A call of the provider at an account.
#[derive(Clone)]
pub(super) struct Call {
    /// Its index among the provider's.
    pub(super) probe: usize,
    pub(super) url: Url,
    /// What a dead system is told apart by: "acme.example.com:443".
    pub(super) host: String,
}

impl Call {
    pub(super) fn of(probe: usize, url: Url) -> Self {
        Self {
            probe,
            host: host_and_port(&url),
            url,
        }
    }
}

/// The accounts that came a moment ago, by a hash that tells nothing of them.
#[derive(Default)]
pub(super) struct Places {
    hasher: RandomState,
    known: Arc<Mutex<HashMap<u64, Arc<Place>>>>,
}

impl Integration {
    /// Fixed values, and from the caller only what rule I1 or a closed list bounds.
    pub(super) fn place(&self, auth: &Auth) -> Result<Arc<Place>, RefusedWhy> {
        let mut hasher = self.places.hasher.build_hasher();
        for part in self.led(auth) {
            part.hash(&mut hasher);
        }
        let hash = hasher.finish();
        if let Some(place) = self.places.known().get(&hash)
            && self
                .led(auth)
                .all(|(variable, text)| place.variables.get(variable).is_some_and(|it| it == text))
        {
            return Ok(Arc::clone(place));
        }
        let mut variables = self.fixed.clone();
        let led = self.led(auth);
        variables.extend(led.map(|(variable, text)| (variable.to_owned(), text.to_owned())));
        let place = Arc::new(self.worked_out(variables)?);
        self.places.keep(hash, &place);
        Ok(place)
    }

    /// The variables that the caller fills, and with what.
    fn led<'a>(&'a self, auth: &'a Auth) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields
            .iter()
            .filter_map(|field| match (field.variable()?, auth.get(&field.name)?) {
                (variable, Scalar::Text(text)) if !text.is_empty() => {
                    Some((variable, text.expose()))
                }
                _ => None,
            })
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
        let call = |&index: &usize| {
            let probe = provider.probes.get(index)?;
            let url = probe::url(provider, &variables, &endpoints.api_base, probe)?;
            Some(Call::of(index, url))
        };
        let token = endpoints.token.as_ref().filter(|_| is_client);
        Ok(Place {
            calls: self.probes.iter().filter_map(call).collect(),
            token_host: token.map(host_and_port).unwrap_or_default(),
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

impl Places {
    /// For a minute at most, and not where nobody could forget it again.
    fn keep(&self, hash: u64, place: &Arc<Place>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut known = self.known();
        if known.is_empty() {
            let known = Arc::clone(&self.known);
            runtime.spawn(async move {
                tokio::time::sleep(FORGOTTEN).await;
                locked(&known).clear();
            });
        }
        if known.len() < MOST {
            known.insert(hash, Arc::clone(place));
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u64, Arc<Place>>> {
        locked(&self.known)
    }
}

/// A lock is poisoned by a panic elsewhere; what it holds is whole all the same.
fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::IntegrationFile;
    use crate::provider::Catalogue;

    #[tokio::test(start_paused = true)]
    async fn an_account_is_remembered_for_a_minute_and_not_longer() {
        let file: IntegrationFile = toml::from_str(
            "path = \"/\"\nprovider = \"zendesk-token\"\n\
             fields = { subdomain = \"label\", email = \"string\", api_token = \"secret\" }",
        )
        .expect("an integration");
        let desk = Integration::of(&file, &Catalogue::built_in()).expect("it holds together");
        let at = |name: &str| {
            let auth = Auth::from([("subdomain".to_owned(), Scalar::text(name))]);
            desk.place(&auth).expect("a place")
        };
        assert!(Arc::ptr_eq(&at("acme"), &at("acme")));
        assert_eq!(at("globex").calls[0].host, "globex.zendesk.com:443");
        for _ in 0..2 {
            tokio::time::sleep(FORGOTTEN + Duration::from_secs(1)).await;
            assert!(desk.places.known().is_empty());
            at("acme");
        }
    }
}
