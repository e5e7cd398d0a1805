//! What a reload replaces as a whole. Requests that run keep the one they began with.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::body::Rooms;
use super::judge::Judge;
use super::metrics::{Metrics, Tally};
use super::queue::Queue;
use super::rate::Rate;
use super::settings::{Mounted, Settings};
use super::upstreams::Upstreams;

/// Enough for somebody who tries out a word, and not for many words.
const STRANGERS_PER_SECOND: u32 = 10;

pub(super) struct Live {
    pub(super) settings: Settings,
    pub(super) queue: Arc<Queue>,
    pub(super) rooms: Rooms,
    pub(super) per_second: Option<Arc<Rate>>,
    pub(super) per_source: Option<Arc<Rate>>,
    /// Of each source, the requests of callers that are not known.
    pub(super) strangers: Arc<Rate>,
    pub(super) per_client: Option<Arc<Rate>>,
    pub(super) upstreams: Arc<Upstreams>,
    places: HashMap<String, Arc<Place>>,
    /// Counts what belongs to no integration.
    pub(super) nowhere: Arc<Tally>,
}

/// An integration at work.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) judge: Arc<dyn Judge>,
    pub(super) timeout: Duration,
    /// The most requests of this integration at a time; none waits here.
    pub(super) queue: Arc<Queue>,
    pub(super) tally: Arc<Tally>,
}

impl Live {
    pub(super) fn new(settings: Settings, metrics: &Metrics) -> Self {
        let limits = settings.limits;
        let upstreams = Upstreams::new(limits.per_upstream, settings.breaker);
        Self::with(settings, metrics, upstreams, None)
    }

    /// In the place of `former`: what is known of systems stays, and limits that are as they were go on
    /// counting where they are.
    pub(super) fn after(former: &Self, settings: Settings, metrics: &Metrics) -> Self {
        let upstreams = Arc::clone(&former.upstreams);
        upstreams.resettle(settings.limits.per_upstream, settings.breaker);
        Self::with(settings, metrics, upstreams, Some(former))
    }

    fn with(
        mut settings: Settings,
        metrics: &Metrics,
        upstreams: Arc<Upstreams>,
        former: Option<&Self>,
    ) -> Self {
        let limits = settings.limits;
        let mounted = std::mem::take(&mut settings.integrations);
        // Where there are several, one whose systems are slow leaves room for the others.
        let usual = match mounted.len() {
            0 | 1 => limits.in_flight,
            _ => limits.in_flight.div_ceil(2),
        };
        let place = |it: Mounted| {
            let known = former.and_then(|former| former.place(&it.path));
            let known = known.map(|place| &place.queue);
            let place = Place {
                queue: Queue::after(known, it.in_flight.unwrap_or(usual), 0),
                tally: metrics.tally(&it.path),
                judge: it.judge,
                timeout: it.timeout,
                path: it.path,
            };
            (place.path.clone(), Arc::new(place))
        };
        let rate = |known: Option<&Option<Arc<Rate>>>, pace: Option<u32>| {
            pace.map(|pace| Rate::after(known.and_then(Option::as_ref), pace))
        };
        Self {
            queue: Queue::after(former.map(|it| &it.queue), limits.in_flight, limits.queue),
            rooms: Rooms::new(limits.body_bytes),
            per_second: rate(former.map(|it| &it.per_second), limits.per_second),
            per_source: rate(former.map(|it| &it.per_source), limits.per_source),
            strangers: Rate::after(former.map(|it| &it.strangers), STRANGERS_PER_SECOND),
            per_client: rate(former.map(|it| &it.per_client), limits.per_client),
            upstreams,
            places: mounted.into_iter().map(place).collect(),
            nowhere: metrics.tally(""),
            settings,
        }
    }

    pub(super) fn place(&self, path: &str) -> Option<&Arc<Place>> {
        self.places.get(path)
    }

    pub(super) fn resting(&self) -> usize {
        self.upstreams.resting()
    }
}

/// Whether a service with these settings may be reached at `address` (rule L1).
pub(super) fn may_listen(settings: &Settings, address: SocketAddr) -> bool {
    let is_own = address.ip().to_canonical().is_loopback();
    is_own || (settings.tls.is_some() && settings.callers.is_asked())
}
