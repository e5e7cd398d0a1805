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
    pub(super) queue: Queue,
    pub(super) rooms: Rooms,
    pub(super) per_second: Option<Rate>,
    pub(super) per_source: Option<Rate>,
    /// Of each source, the requests of callers that are not known.
    pub(super) strangers: Rate,
    pub(super) per_client: Option<Rate>,
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
    pub(super) queue: Queue,
    pub(super) upstreams: Arc<Upstreams>,
    pub(super) tally: Arc<Tally>,
}

impl Live {
    pub(super) fn new(mut settings: Settings, metrics: &Metrics) -> Self {
        let limits = settings.limits;
        let mounted = std::mem::take(&mut settings.integrations);
        let place = |it: Mounted| {
            let place = Place {
                queue: Queue::new(it.in_flight, 0),
                upstreams: Upstreams::new(limits.per_upstream, settings.breaker),
                tally: metrics.tally(&it.path),
                judge: it.judge,
                timeout: it.timeout,
                path: it.path,
            };
            (place.path.clone(), Arc::new(place))
        };
        Self {
            queue: Queue::new(limits.in_flight, limits.queue),
            rooms: Rooms::new(limits.body_bytes),
            per_second: limits.per_second.map(Rate::new),
            per_source: limits.per_source.map(Rate::new),
            strangers: Rate::new(STRANGERS_PER_SECOND),
            per_client: limits.per_client.map(Rate::new),
            places: mounted.into_iter().map(place).collect(),
            nowhere: metrics.tally(""),
            settings,
        }
    }

    pub(super) fn place(&self, path: &str) -> Option<&Arc<Place>> {
        self.places.get(path)
    }

    pub(super) fn resting(&self) -> usize {
        self.places.values().map(|it| it.upstreams.resting()).sum()
    }
}

/// Whether a service with these settings may be reached at `address` (rule L1).
pub(super) fn may_listen(settings: &Settings, address: SocketAddr) -> bool {
    let is_own = address.ip().to_canonical().is_loopback();
    is_own || (settings.tls.is_some() && settings.callers.is_asked())
}
