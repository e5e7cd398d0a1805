//! What a configuration means.

use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use proofkey_core::integration::Integration;
use proofkey_core::system::tls::Described;

use super::file::{BreakerFile, File, LimitsFile, Pace};
use super::mistakes::Mistakes;
use super::{reach, secure};
use crate::server::{Breaker, Callers, Limits, Patience, Settings};

/// For one trial, unless the integration or the limits say otherwise.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a trial may take.
pub(super) struct Trials {
    timeout: Duration,
}

impl Trials {
    pub(super) fn of(file: &File) -> Self {
        let timeout = file.limits.timeout_ms.map(u64::from);
        Self {
            timeout: timeout.map_or(USUAL_TIMEOUT, Duration::from_millis),
        }
    }

    pub(super) fn timeout(&self, integration: &Integration) -> Duration {
        integration.timeout().unwrap_or(self.timeout)
    }
}

/// Everything but the integrations, and what the certificate says. What is wrong has its usual value, so that
/// the rest can be looked at.
pub(super) fn settings(
    file: &File,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> (Settings, Option<Described>) {
    let callers = file.asked().map_or_else(Callers::default, |callers| {
        secure::callers(callers, folder, mistakes)
    });
    let tls = file.tls.as_ref();
    let tls = tls.and_then(|tls| secure::tls(tls, &callers, folder, mistakes));
    let (tls, certificate) = tls.unzip();
    let mut limits = limits(&file.limits);
    if callers.is_asked() && file.limits.per_source.is_none() {
        // Whoever calls is known, and calls for many; strangers have a limit of their own.
        limits.per_source = None;
    }
    let reach = reach::reach(file, mistakes);
    let settings = Settings {
        listen: reach.listen,
        health: reach.health,
        tls,
        callers,
        hosts: reach.hosts,
        proxies: reach.proxies,
        limits,
        breaker: breaker(&file.breaker),
        patience: Patience::default(),
        upstream_failure: upstream_failure(file),
        integrations: Vec::new(),
    };
    (settings, certificate)
}

/// What is not written keeps its usual value.
fn limits(file: &LimitsFile) -> Limits {
    let usual = Limits::default();
    let pace = |pace: Option<Pace>, usual: Option<u32>| match pace {
        None => usual,
        Some(Pace::Off) => None,
        Some(Pace::PerSecond(number)) => Some(number),
    };
    let number = |given: Option<u32>, usual: usize| given.map_or(usual, |given| given as usize);
    let in_flight = number(file.in_flight, usual.in_flight);
    Limits {
        per_second: pace(file.per_second, usual.per_second),
        per_source: pace(file.per_source, usual.per_source),
        per_client: pace(file.per_client, usual.per_client),
        in_flight,
        queue: number(file.queue, in_flight),
        body_bytes: usual.body_bytes,
        per_upstream: number(file.per_upstream, usual.per_upstream),
        connections: number(file.connections, usual.connections),
        connections_per_peer: number(file.per_peer, usual.connections_per_peer),
    }
}

fn breaker(file: &BreakerFile) -> Breaker {
    Breaker {
        failures: file.failures.unwrap_or(5),
        rest: Duration::from_millis(u64::from(file.rest_ms.unwrap_or(5_000))),
    }
}

/// The shape knows no third.
fn upstream_failure(file: &File) -> StatusCode {
    match file.upstream_failure {
        503 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNAUTHORIZED,
    }
}
