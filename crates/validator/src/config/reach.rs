//! Who can reach the service, by which names, and on whose word.

use std::net::{IpAddr, SocketAddr};

use proofkey_core::wording::clean;

use super::file::{CallersFile, File, WhoCalls};
use super::mistakes::Mistakes;
use crate::server::{Block, Names, Proxies};

pub(super) struct Reach {
    pub(super) listen: SocketAddr,
    pub(super) health: Option<SocketAddr>,
    pub(super) hosts: Names,
    pub(super) proxies: Proxies,
}

pub(super) fn reach(file: &File, mistakes: &mut Mistakes) -> Reach {
    let listen = address("listen", &file.listen, mistakes);
    let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let health = file.health.as_ref();
    let health = health.and_then(|it| address("health.listen", &it.listen, mistakes));
    if let Some(health) = health {
        apart(listen, health, mistakes);
    }
    if let Some(callers) = file.asked() {
        shown(callers, file, mistakes);
    }
    if is_own(listen) {
        behind_a_proxy(file, mistakes);
    } else {
        open(file, mistakes);
    }
    Reach {
        listen,
        health,
        hosts: hosts(file, listen, mistakes),
        proxies: proxies(file, mistakes),
    }
}

/// Whether only this machine can reach the address.
pub(super) fn is_own(listen: SocketAddr) -> bool {
    listen.ip().to_canonical().is_loopback()
}

fn address(field: &str, text: &str, mistakes: &mut Mistakes) -> Option<SocketAddr> {
    let address = text.parse().ok();
    if address.is_none() {
        let summary = format!("\"{}\" is no address with a port.", clean(text, 60));
        mistakes.add(
            field,
            summary,
            "Write it like 127.0.0.1:8080 or [::1]:8080.",
        );
    }
    address
}

/// Two listeners cannot have one port; the system chooses another for each 0.
fn apart(listen: SocketAddr, health: SocketAddr, mistakes: &mut Mistakes) {
    let all = listen.ip().is_unspecified() || health.ip().is_unspecified();
    if listen.port() == health.port() && listen.port() != 0 && (all || listen.ip() == health.ip()) {
        let summary = "The service itself listens at this port.";
        mistakes.add(
            "health.listen",
            summary,
            "Choose another port for health and metrics.",
        );
    }
}

fn shown(callers: &CallersFile, file: &File, mistakes: &mut Mistakes) {
    let words = callers.bearer_file.is_some() || callers.basic_file.is_some();
    if !words && callers.client_ca.is_none() {
        mistakes.add(
            "callers",
            "Nothing says how callers show who they are.",
            "Name a bearer_file, a basic_file or a client_ca.",
        );
    }
    if callers.client_ca.is_some() && file.tls.is_none() && !mistakes.is_unread("tls") {
        mistakes.add(
            "callers.client_ca",
            "Certificates of callers need TLS.",
            "Add [tls] with certificate and key.",
        );
    }
}

/// Rule L1.
fn open(file: &File, mistakes: &mut Mistakes) {
    let summary = "Other machines can reach this address.";
    if file.tls.is_none() && !mistakes.is_unread("tls") {
        let remedy = "Add [tls] with certificate and key, or listen at 127.0.0.1.";
        mistakes.add("listen", summary, remedy);
    }
    match &file.callers {
        None if !mistakes.is_unread("callers") => {
            let remedy = "Add [callers] with a bearer_file, or listen at 127.0.0.1.";
            mistakes.add("listen", summary, remedy);
        }
        Some(WhoCalls::Admitted(_)) => mistakes.add(
            "callers",
            "Other machines can reach the service without the proxy.",
            "Write [callers] with a bearer_file instead, or listen at 127.0.0.1.",
        ),
        _ => {}
    }
}

/// An address of this machine alone is the whole world's behind a proxy, which is then the one who knows the
/// callers. The author says so, or there would be nobody.
fn behind_a_proxy(file: &File, mistakes: &mut Mistakes) {
    if file.callers.is_some() || mistakes.is_unread("callers") {
        return;
    }
    let field = if file.hosts.iter().any(|host| !names_this_machine(host)) {
        "hosts"
    } else if file.trusted_proxies.is_empty() {
        return;
    } else {
        "trusted_proxies"
    };
    mistakes.add(
        field,
        "Others call the service through a proxy, and nothing says who may.",
        "Add [callers] with a bearer_file. Or let the proxy admit nobody but Talkdesk, and write \
         callers = \"proxy\" above the first section.",
    );
}

fn names_this_machine(host: &str) -> bool {
    let (name, _) = parted(host);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|it| it.to_canonical().is_loopback())
}

/// Name and port of what stands in `Host`.
fn parted(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

/// Rule L9.
fn hosts(file: &File, listen: SocketAddr, mistakes: &mut Mistakes) -> Names {
    if file.hosts.is_empty() && !is_own(listen) {
        mistakes.add(
            "hosts",
            "Nothing says by which names the service is called.",
            "Write hosts = [\"validator.example.com\"], the name in the address that Talkdesk has.",
        );
    }
    for (index, host) in file.hosts.iter().enumerate() {
        let is_odd = |it: char| !it.is_ascii_graphic() || "/@?#,*".contains(it);
        let (name, port) = parted(host);
        let is_port = |port: &str| {
            let plain = port.bytes().all(|it| it.is_ascii_digit());
            plain && port.parse::<u16>().is_ok_and(|port| port > 0)
        };
        let remedy = "Write a name alone, like validator.example.com, or with a port.";
        let summary = if name.is_empty() || host.contains(is_odd) {
            format!("\"{}\" is no name of a host.", clean(host, 60))
        } else if !port.is_none_or(is_port) {
            format!(
                "The port of \"{}\" is none: there are 1 to 65535.",
                clean(host, 60)
            )
        } else {
            continue;
        };
        mistakes.add(&format!("hosts[{index}]"), summary, remedy);
    }
    if file.hosts.is_empty() {
        return Names::loopback();
    }
    Names::new(file.hosts.iter().cloned())
}

/// Blocks of private networks (RFC 1918, 6598, 3927, 4193, 4291): nobody outside has these addresses.
const PRIVATE: [&str; 9] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];
/// A public block that is shorter has more addresses than any proxy.
const WIDEST: (u8, u8) = (8, 16);

/// Rule L11: whoever has one of these addresses writes down the source of a call, so that no limit holds him.
fn proxies(file: &File, mistakes: &mut Mistakes) -> Proxies {
    let private: Vec<Block> = PRIVATE.iter().filter_map(|it| it.parse().ok()).collect();
    let mut blocks = Vec::new();
    for (index, text) in file.trusted_proxies.iter().enumerate() {
        let field = format!("trusted_proxies[{index}]");
        let shown = clean(text, 60);
        let Ok(block) = text.parse::<Block>() else {
            let summary = format!("\"{shown}\" is no address and no block of addresses.");
            mistakes.add(
                &field,
                summary,
                "Write the proxy's address, or a block like 10.0.0.0/8.",
            );
            continue;
        };
        let (ipv4, ipv6) = WIDEST;
        let widest = if block.is_ipv4() { ipv4 } else { ipv6 };
        if private.iter().any(|network| block.lies_in(*network)) {
            blocks.push(block);
        } else if block.bits() < widest {
            let summary =
                format!("{shown} takes in anybody, who could then write any source of a call.");
            mistakes.add(
                &field,
                summary,
                "Write the addresses of your proxies alone.",
            );
        } else {
            let summary = format!(
                "{shown} is no private network: whoever calls from there writes the source of the call."
            );
            let remedy = "Keep it where these are your proxies, they end TLS, and they write X-Forwarded-For themselves.";
            mistakes.warn(&field, summary, remedy);
            blocks.push(block);
        }
    }
    Proxies::new(blocks)
}
