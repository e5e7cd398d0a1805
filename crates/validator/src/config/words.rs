//! What a configuration does, in words for people.

use jiff::Timestamp;
use proofkey_core::system::tls::Described;

use super::file::{File, WhoCalls};
use super::reach::is_own;
use crate::server::Settings;

/// One line for each thing, the way in first.
pub(super) fn behaves(
    file: &File,
    settings: &Settings,
    certificate: Option<&Described>,
) -> Vec<String> {
    let limits = settings.limits;
    let mut lines = way_in(file, settings, certificate);
    lines.extend([
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
    ]);
    lines
}

fn way_in(file: &File, settings: &Settings, certificate: Option<&Described>) -> Vec<String> {
    let protocol = if settings.tls.is_some() {
        "TLS"
    } else {
        "plain HTTP"
    };
    let callers = match (&file.callers, file.asked()) {
        (Some(WhoCalls::Admitted(_)), _) => {
            "whomever the proxy lets through, and everybody on this machine"
        }
        (_, Some(_)) => "callers that show who they are",
        _ => "everybody on this machine",
    };
    let hosts = match file.hosts.as_slice() {
        [] => "localhost, 127.0.0.1 and [::1]".to_owned(),
        hosts => hosts.join(", "),
    };
    let proxies = match file.trusted_proxies.as_slice() {
        [] => "nobody; the source of a call is the address that it comes from".to_owned(),
        proxies => proxies.join(", "),
    };
    let health = match settings.health {
        None => "nowhere".to_owned(),
        Some(address) if is_own(address) => address.to_string(),
        Some(address) => format!("{address}, which other machines can reach"),
    };
    let certificate = certificate.map(|it| {
        format!(
            "Its certificate is for {}, and ends on {}.",
            it.names.join(", "),
            day(it.not_after)
        )
    });
    let mut lines = vec![format!(
        "Listens at {} with {protocol}, to {callers}.",
        settings.listen
    )];
    lines.extend(certificate);
    lines.extend([
        format!("Is called by the names {hosts}."),
        format!("Believes X-Forwarded-For of {proxies}."),
        format!("Health and metrics: {health}."),
    ]);
    lines
}

fn pace(pace: Option<u32>) -> String {
    pace.map_or("no limit".to_owned(), |it| format!("{it} a second"))
}

/// "2027-02-16", in UTC.
pub(super) fn day(at: Option<Timestamp>) -> String {
    at.map_or("an unknown day".to_owned(), |at| {
        at.strftime("%Y-%m-%d").to_string()
    })
}
