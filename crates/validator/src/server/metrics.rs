//! What is counted, in the text format of Prometheus (version 0.0.4).

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::outcome::Outcome;

/// Upper bounds in milliseconds.
const BOUNDS: [u64; 11] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 2_500, 10_000];

/// Of the whole service; it outlives a reload.
#[derive(Default)]
pub(super) struct Metrics {
    /// By path; "" is for what belongs to none.
    tallies: RwLock<Vec<(Arc<str>, Arc<Tally>)>>,
    pub(super) connections: AtomicI64,
    /// Closed at once, because there were enough.
    pub(super) connections_refused: AtomicU64,
    pub(super) accept_errors: AtomicU64,
    pub(super) handshakes_failed: AtomicU64,
    pub(super) reloads: AtomicU64,
    pub(super) reloads_failed: AtomicU64,
}

/// Of one integration.
pub(super) struct Tally {
    outcomes: [AtomicU64; Outcome::COUNT],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
    left_out: AtomicU64,
}

/// What others count, at this moment.
pub(super) struct Gauges {
    pub(super) in_flight: usize,
    pub(super) body_bytes: usize,
    pub(super) resting: usize,
    pub(super) log_lines_dropped: u64,
}

impl Metrics {
    /// The counters of one path.
    pub(super) fn tally(&self, path: &str) -> Arc<Tally> {
        let mut tallies = self.tallies.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tally)) = tallies.iter().find(|(known, _)| **known == *path) {
            return Arc::clone(tally);
        }
        let tally = Arc::new(Tally::default());
        tallies.push((Arc::from(path), Arc::clone(&tally)));
        tally
    }

    pub(super) fn text(&self, gauges: &Gauges) -> String {
        let mut text = String::with_capacity(4096);
        self.requests(&mut text);
        self.left_out(&mut text);
        self.durations(&mut text);
        text.extend(self.gauges(gauges));
        let total = |name, help, count: &AtomicU64| {
            one(name, "counter", help, count.load(Ordering::Relaxed))
        };
        text.extend([
            total(
                "connections_refused_total",
                "Connections closed at once because there were enough",
                &self.connections_refused,
            ),
            total(
                "accept_errors_total",
                "Connections that the system could not hand over",
                &self.accept_errors,
            ),
            total(
                "handshakes_failed_total",
                "TLS handshakes that failed",
                &self.handshakes_failed,
            ),
            total(
                "reloads_total",
                "Configurations that were taken",
                &self.reloads,
            ),
            total(
                "reloads_failed_total",
                "Configurations that were not taken",
                &self.reloads_failed,
            ),
            one(
                "log_lines_dropped_total",
                "counter",
                "Log lines lost because their reader is slow",
                gauges.log_lines_dropped,
            ),
        ]);
        text
    }

    fn gauges(&self, gauges: &Gauges) -> [String; 4] {
        let open = self.connections.load(Ordering::Relaxed).max(0);
        let gauge = |name, help, value| one(name, "gauge", help, value);
        [
            gauge("connections", "Open connections", open.unsigned_abs()),
            gauge(
                "in_flight",
                "Requests being worked on",
                gauges.in_flight as u64,
            ),
            gauge(
                "body_bytes",
                "Memory of bodies that are being read",
                gauges.body_bytes as u64,
            ),
            gauge(
                "upstreams_resting",
                "Systems that are not asked for a while after failures",
                gauges.resting as u64,
            ),
        ]
    }

    fn requests(&self, text: &mut String) {
        text.push_str("# HELP proofkey_validator_requests_total Requests, by what became of them and why.\n# TYPE proofkey_validator_requests_total counter\n");
        for (path, tally) in self.all() {
            for (outcome, count) in Outcome::all().zip(&tally.outcomes) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let _infallible = writeln!(
                        text,
                        "proofkey_validator_requests_total{{integration=\"{path}\",outcome=\"{}\",reason=\"{}\"}} {count}",
                        outcome.code(),
                        outcome.reason(),
                    );
                }
            }
        }
    }

    fn left_out(&self, text: &mut String) {
        let name = "proofkey_validator_left_out_total";
        let _infallible = write!(
            text,
            "# HELP {name} Fields of returns that an answer lacked, or that could not be returned.\n# TYPE {name} counter\n"
        );
        for (path, tally) in self.all() {
            let count = tally.left_out.load(Ordering::Relaxed);
            if count > 0 {
                let _infallible = writeln!(text, "{name}{{integration=\"{path}\"}} {count}");
            }
        }
    }

    fn durations(&self, text: &mut String) {
        let name = "proofkey_validator_duration_seconds";
        let _infallible = write!(
            text,
            "# HELP {name} Seconds from the end of the head of a request to its answer.\n# TYPE {name} histogram\n"
        );
        for (path, tally) in self.all() {
            let mut sum = 0;
            for (index, bucket) in tally.buckets.iter().enumerate() {
                sum += bucket.load(Ordering::Relaxed);
                let bound = match BOUNDS.get(index) {
                    Some(bound) => Duration::from_millis(*bound).as_secs_f64().to_string(),
                    None => "+Inf".to_owned(),
                };
                let _infallible = writeln!(
                    text,
                    "{name}_bucket{{integration=\"{path}\",le=\"{bound}\"}} {sum}"
                );
            }
            let total = Duration::from_micros(tally.microseconds.load(Ordering::Relaxed));
            let _infallible = write!(
                text,
                "{name}_sum{{integration=\"{path}\"}} {}\n{name}_count{{integration=\"{path}\"}} {sum}\n",
                total.as_secs_f64()
            );
        }
    }

    fn all(&self) -> Vec<(Arc<str>, Arc<Tally>)> {
        let tallies = self.tallies.read();
        tallies.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn one(name: &str, kind: &str, help: &str, value: u64) -> String {
    let name = format!("proofkey_validator_{name}");
    format!("# HELP {name} {help}.\n# TYPE {name} {kind}\n{name} {value}\n")
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            outcomes: [const { AtomicU64::new(0) }; _],
            buckets: [const { AtomicU64::new(0) }; _],
            microseconds: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
        }
    }
}

impl Tally {
    pub(super) fn leave_out(&self) {
        self.left_out.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self, outcome: Outcome, took: Duration) {
        self.outcomes[outcome.index()].fetch_add(1, Ordering::Relaxed);
        let millis = took.as_micros().div_ceil(1_000);
        let bucket = BOUNDS
            .iter()
            .position(|bound| millis <= u128::from(*bound))
            .unwrap_or(BOUNDS.len());
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(micros, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_counts_every_request_once() {
        let metrics = Metrics::default();
        let tally = metrics.tally("/desk");
        tally.count(Outcome::Accepted, Duration::from_micros(1_500));
        tally.count(Outcome::Accepted, Duration::from_secs(30));
        metrics.tally("/desk").count(Outcome::Shed, Duration::ZERO);
        tally.leave_out();
        let gauges = Gauges {
            in_flight: 3,
            body_bytes: 0,
            resting: 1,
            log_lines_dropped: 0,
        };
        let text = metrics.text(&gauges);
        for line in [
            "proofkey_validator_requests_total{integration=\"/desk\",outcome=\"accepted\",reason=\"\"} 2",
            "proofkey_validator_requests_total{integration=\"/desk\",outcome=\"shed\",reason=\"\"} 1",
            "proofkey_validator_duration_seconds_bucket{integration=\"/desk\",le=\"0.001\"} 1",
            "proofkey_validator_duration_seconds_bucket{integration=\"/desk\",le=\"0.002\"} 2",
            "proofkey_validator_duration_seconds_bucket{integration=\"/desk\",le=\"+Inf\"} 3",
            "proofkey_validator_duration_seconds_count{integration=\"/desk\"} 3",
            "proofkey_validator_left_out_total{integration=\"/desk\"} 1",
            "proofkey_validator_in_flight 3",
            "proofkey_validator_upstreams_resting 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }
}
