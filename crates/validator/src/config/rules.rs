//! What a configuration may say, and what it means.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use proofkey_core::integration::Integration;

use super::file::{BreakerFile, File, LimitsFile, Pace};
use super::mistakes::Mistakes;
use super::secure;
use crate::server::{Block, Breaker, Callers, Limits, Names, Patience, Proxies, Settings};

/// For one trial, unless the integration or the limits say otherwise.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);
const MOST_CONNECTIONS: u32 = 16_384;

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

/// Everything but the integrations. What is wrong has its usual value, so that the rest can be looked at.
pub(super) fn settings(file: &File, folder: &Path, mistakes: &mut Mistakes) -> Settings {
    let listen = address("listen", &file.listen, mistakes);
    let health = file.health.as_ref();
    let health = health.map(|health| address("health.listen", &health.listen, mistakes));
    let callers = match &file.callers {
        Some(callers) => secure::callers(callers, folder, mistakes),
        None => Callers::default(),
    };
    let tls = file.tls.as_ref();
    let tls = tls.and_then(|tls| secure::tls(tls, &callers, folder, mistakes));
    let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    reachable(file, listen, mistakes);
    let mut limits = limits(&file.limits, mistakes);
    if callers.is_asked() && file.limits.per_source.is_none() {
        // Whoever calls is known, and calls for many; strangers have a limit of their own.
        limits.per_source = None;
    }
    Settings {
        listen,
        health: health.flatten(),
        tls,
        callers,
        hosts: hosts(file, listen, mistakes),
        origins: Names::new(file.origins.iter().cloned()),
        proxies: proxies(file, mistakes),
        limits,
        breaker: breaker(&file.breaker),
        patience: Patience::default(),
        upstream_failure: upstream_failure(file, mistakes),
        integrations: Vec::new(),
    }
}

fn address(field: &str, text: &str, mistakes: &mut Mistakes) -> Option<SocketAddr> {
    let address = text.parse().ok();
    if address.is_none() {
        let remedy = "Write it like 127.0.0.1:8080 or [::1]:8080.";
        mistakes.add(field, "This is no address with a port.", remedy);
    }
    address
}

/// Rule L1.
fn reachable(file: &File, listen: SocketAddr, mistakes: &mut Mistakes) {
    if let Some(callers) = &file.callers {
        let words = callers.bearer_file.is_some() || callers.basic_file.is_some();
        if !words && callers.client_ca.is_none() {
            let remedy = "Name a bearer_file, a basic_file or a client_ca.";
            mistakes.add(
                "callers",
                "Nothing says how callers show who they are.",
                remedy,
            );
        }
        if callers.client_ca.is_some() && file.tls.is_none() {
            let remedy = "Add [tls] with certificate and key.";
            mistakes.add(
                "callers.client_ca",
                "Certificates of callers need TLS.",
                remedy,
            );
        }
    }
    if listen.ip().to_canonical().is_loopback() {
        return;
    }
    let summary = "Other machines can reach this address.";
    if file.tls.is_none() {
        let remedy = "Add [tls] with certificate and key, or listen at 127.0.0.1.";
        mistakes.add("listen", summary, remedy);
    }
    if file.callers.is_none() {
        let remedy = "Add [callers] with a bearer_file, or listen at 127.0.0.1.";
        mistakes.add("listen", summary, remedy);
    }
}

/// Rule L9.
fn hosts(file: &File, listen: SocketAddr, mistakes: &mut Mistakes) -> Names {
    let is_own = listen.ip().to_canonical().is_loopback();
    if file.hosts.is_empty() && !is_own {
        let summary = "Nothing says by which names the service is called.";
        let remedy =
            "Write hosts = [\"validator.example.com\"], the name in the address that Talkdesk has.";
        mistakes.add("hosts", summary, remedy);
    }
    for (index, host) in file.hosts.iter().enumerate() {
        let is_odd = |it: char| !it.is_ascii_graphic() || "/@?#,*".contains(it);
        if host.is_empty() || host.contains(is_odd) {
            let remedy = "Write a name alone, like validator.example.com, or with a port.";
            mistakes.add(
                &format!("hosts[{index}]"),
                "This is no name of a host.",
                remedy,
            );
        }
    }
    if file.hosts.is_empty() {
        return Names::loopback();
    }
    Names::new(file.hosts.iter().cloned())
}

fn proxies(file: &File, mistakes: &mut Mistakes) -> Proxies {
    let mut blocks = Vec::new();
    for (index, text) in file.trusted_proxies.iter().enumerate() {
        match text.parse::<Block>() {
            Ok(block) => blocks.push(block),
            Err(summary) => {
                let field = format!("trusted_proxies[{index}]");
                mistakes.add(&field, summary, "Write the proxy's address.");
            }
        }
    }
    Proxies::new(blocks)
}

fn limits(file: &LimitsFile, mistakes: &mut Mistakes) -> Limits {
    let usual = Limits::default();
    let pace = |pace: Option<Pace>, usual: Option<u32>| match pace {
        None => usual,
        Some(Pace::Off) => None,
        Some(Pace::PerSecond(number)) => Some(number),
    };
    let mut number =
        |field: &str, given: Option<u32>, usual: usize, range: std::ops::RangeInclusive<u32>| {
            let Some(given) = given else { return usual };
            if !range.contains(&given) {
                let (least, most) = (range.start(), range.end());
                let remedy =
                    format!("Write a number from {least} to {most}, or leave it out for {usual}.");
                mistakes.add(
                    &format!("limits.{field}"),
                    "This number is out of range.",
                    remedy,
                );
            }
            given as usize
        };
    if let Some(given) = file.timeout_ms {
        number("timeout_ms", Some(given), 10_000, 100..=60_000);
    }
    let in_flight = number("in_flight", file.in_flight, usual.in_flight, 1..=65_536);
    Limits {
        per_second: pace(file.per_second, usual.per_second),
        per_source: pace(file.per_source, usual.per_source),
        per_client: pace(file.per_client, usual.per_client),
        in_flight,
        queue: number("queue", file.queue, in_flight, 0..=65_536),
        body_bytes: usual.body_bytes,
        per_upstream: number(
            "per_upstream",
            file.per_upstream,
            usual.per_upstream,
            1..=65_536,
        ),
        connections: number(
            "connections",
            file.connections,
            usual.connections,
            1..=MOST_CONNECTIONS,
        ),
        connections_per_peer: number(
            "per_peer",
            file.per_peer,
            usual.connections_per_peer,
            1..=MOST_CONNECTIONS,
        ),
    }
}

fn breaker(file: &BreakerFile) -> Breaker {
    Breaker {
        failures: file.failures.unwrap_or(5).max(1),
        rest: Duration::from_millis(u64::from(file.rest_ms.unwrap_or(5_000)).max(1)),
    }
}

fn upstream_failure(file: &File, mistakes: &mut Mistakes) -> StatusCode {
    match file.upstream_failure {
        401 => StatusCode::UNAUTHORIZED,
        503 => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            let remedy = "Write 401, as the contract has it, or 503, to tell an outage apart.";
            mistakes.add(
                "upstream_failure",
                "This status is neither yes nor no.",
                remedy,
            );
            StatusCode::UNAUTHORIZED
        }
    }
}

/// The settings in words.
pub(super) fn behaves(settings: &Settings) -> Vec<String> {
    let limits = settings.limits;
    let pace =
        |pace: Option<u32>| pace.map_or("no limit".to_owned(), |it| format!("{it} a second"));
    let secure = if settings.tls.is_some() {
        "TLS"
    } else {
        "plain HTTP, for this machine alone"
    };
    let callers = if settings.callers.is_asked() {
        "callers that show who they are"
    } else {
        "everybody on this machine"
    };
    let health = settings
        .health
        .map_or("nowhere".to_owned(), |it| it.to_string());
    vec![
        format!(
            "Listens at {} with {secure}, to {callers}.",
            settings.listen
        ),
        format!("Health and metrics: {health}."),
        format!(
            "Requests: {} in all, {} of one source, {} of one client.",
            pace(limits.per_second),
            pace(limits.per_source),
            pace(limits.per_client)
        ),
        format!(
            "At a time: {} requests, {} more wait, {} to one system; {} connections, {} of one peer.",
            limits.in_flight,
            limits.queue,
            limits.per_upstream,
            limits.connections,
            limits.connections_per_peer
        ),
        format!(
            "A system that fails {} times in a row rests for {} ms and longer.",
            settings.breaker.failures,
            settings.breaker.rest.as_millis()
        ),
        format!(
            "When nobody can tell, the answer is {}.",
            settings.upstream_failure.as_u16()
        ),
    ]
}
