//! What all connections share: the settings of the moment, the counters, the log.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use http::StatusCode;
use jiff::Timestamp;
use proofkey_core::ports::Clock;

use super::handshake::Failed;
use super::live::{Live, Place};
use super::log::{Line, Log};
use super::metrics::{Gauges, Metrics, Tally};
use super::noise::Noise;
use super::outcome::Outcome;

pub(super) struct Desk {
    live: RwLock<Arc<Live>>,
    pub(super) metrics: Metrics,
    pub(super) draining: AtomicBool,
    log: Log,
    clock: Arc<dyn Clock>,
    requests: AtomicU64,
    noise: Noise,
}

impl Desk {
    pub(super) fn new(live: Live, metrics: Metrics, log: Log, clock: Arc<dyn Clock>) -> Self {
        Self {
            live: RwLock::new(Arc::new(live)),
            metrics,
            draining: AtomicBool::new(false),
            log,
            clock,
            requests: AtomicU64::new(0),
            noise: Noise::default(),
        }
    }

    pub(super) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn replace(&self, live: Live) {
        let mut current = self.live.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(live);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Something that happened to the service itself.
    pub(super) fn event(&self, level: &str, event: &str, detail: &str) {
        let line = Line::new(self.clock.now(), level, event);
        self.log.line(if detail.is_empty() {
            line
        } else {
            line.text("detail", detail)
        });
    }

    /// Somebody at `peer` did not get as far as a request.
    pub(super) fn handshake_failed(&self, peer: IpAddr, failed: &Failed) {
        let count = &self.metrics.handshakes_failed;
        count.fetch_add(1, Ordering::Relaxed);
        if let Some(skipped) = self.noise.admit() {
            let line = Line::new(self.clock.now(), "info", "handshake_failed")
                .text("source", &peer.to_canonical().to_string())
                .text("reason", failed.reason)
                .text("detail", &failed.detail);
            self.log.line(with_skipped(line, skipped));
        }
    }

    pub(super) fn exposition(&self) -> String {
        let live = self.live();
        self.metrics.text(&Gauges {
            in_flight: live.queue.in_flight(),
            body_bytes: live.rooms.taken(),
            resting: live.resting(),
            log_lines_dropped: self.log.dropped(),
        })
    }

    /// The log entry of a request that begins now.
    pub(super) fn entry(self: &Arc<Self>, live: &Live, source: IpAddr) -> Entry {
        Entry {
            desk: Arc::clone(self),
            number: self.requests.fetch_add(1, Ordering::Relaxed) + 1,
            began: Instant::now(),
            source,
            path: String::new(),
            tally: Arc::clone(&live.nowhere),
            left_out: String::new(),
            ended: None,
        }
    }
}

/// Written when the request ends, also when its caller goes away first (rule L16): no body, no name and no
/// ID of anybody.
pub(super) struct Entry {
    desk: Arc<Desk>,
    number: u64,
    began: Instant,
    source: IpAddr,
    path: String,
    tally: Arc<Tally>,
    /// Names of the configuration.
    left_out: String,
    ended: Option<(Outcome, StatusCode)>,
}

impl Entry {
    pub(super) fn belongs_to(&mut self, place: &Place) {
        self.path.clone_from(&place.path);
        self.tally = Arc::clone(&place.tally);
    }

    /// Fields that were to be returned and were not, by the names that the configuration gives them.
    pub(super) fn leaves_out<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        for name in names {
            if !self.left_out.is_empty() {
                self.left_out.push(',');
            }
            self.left_out.push_str(name);
            self.tally.leave_out();
        }
    }

    pub(super) fn finish(&mut self, outcome: Outcome, status: StatusCode) {
        self.ended = Some((outcome, status));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let (outcome, status) = match self.ended {
            Some((outcome, status)) => (outcome, status.as_u16()),
            None => (Outcome::Gone, 0),
        };
        self.tally.count(outcome, took);
        let skipped = if outcome.is_noise() {
            let Some(skipped) = self.desk.noise.admit() else {
                return;
            };
            skipped
        } else {
            0
        };
        let level = match outcome {
            Outcome::Unclear(_) | Outcome::Resting | Outcome::Shed | Outcome::UpstreamFull => {
                "warn"
            }
            Outcome::Panicked => "error",
            _ => "info",
        };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let line = Line::new(self.desk.clock.now(), level, "request")
            .number("request", self.number)
            .text("source", &self.source.to_string())
            .text("integration", &self.path)
            .text("outcome", outcome.code())
            .text("reason", outcome.reason())
            .number("status", u64::from(status))
            .number("duration_us", micros);
        let line = with_skipped(line, skipped);
        self.desk.log.line(if self.left_out.is_empty() {
            line
        } else {
            line.text("left_out", &self.left_out)
        });
    }
}

fn with_skipped(line: Line, skipped: u64) -> Line {
    if skipped == 0 {
        return line;
    }
    line.number("skipped", skipped)
}
