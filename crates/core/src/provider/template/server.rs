//! Servers that a template names as they are: with a port, or on this machine. And why one cannot be asked.

use std::net::Ipv4Addr;

use super::{Fault, assemble};
use crate::provider::host;
use crate::system::address::names_loopback;

/// Origin and path of a template with a port, or of one on this machine, which alone may be asked
/// without encryption (RFC 8252 §8.3). `None` for every other template.
pub(super) fn fixed_origin(text: &str) -> Result<Option<(String, &str)>, Fault> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok(None);
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    // The colons of an IPv6 address stand in brackets.
    let bare = authority
        .rsplit_once(']')
        .map_or(authority, |(_, port)| port);
    let port = bare.split_once(':').map(|(_, port)| port);
    let name = host::server_name(authority);
    let local = names_loopback(name);
    if port.is_none() && !local && !authority.contains(['@', '[']) {
        return Ok(None);
    }
    let origin = format!("{scheme}://{authority}");
    let named = local || (scheme == "https" && host::is_host(name));
    let allowed = named && matches!(scheme, "http" | "https");
    if allowed && assemble(&origin, "").is_ok() {
        Ok(Some((origin, path)))
    } else {
        Err(against(scheme, authority, port))
    }
}

/// A server is asked by its name: certificates have names, and addresses say nothing of who is there.
pub(super) fn named(host: &str) -> Result<(), Fault> {
    if host::is_host(host) {
        return Ok(());
    }
    Err(if is_address(host) {
        address(host)
    } else {
        format!("{} is not the whole name of a host.", host::shown(host))
    })
}

/// Why the server cannot be asked, the plainest cause first.
fn against(scheme: &str, authority: &str, port: Option<&str>) -> Fault {
    let name = host::server_name(authority);
    if authority.contains('@') {
        "An address has no user name and no password in it.".to_owned()
    } else if authority.contains('{') {
        "A port cannot stand behind a host with names in braces.".to_owned()
    } else if scheme == "http" && !names_loopback(name) {
        "Plain http is for this machine only; other addresses begin with https://.".to_owned()
    } else if authority.starts_with('[') || is_address(name) {
        address(name)
    } else if matches!(
        (scheme, port),
        ("https", Some("443")) | ("http", Some("80"))
    ) {
        "The usual port is not written.".to_owned()
    } else {
        let origin = format!("{scheme}://{authority}");
        format!(
            "{} is not a server that can be asked.",
            host::shown(&origin)
        )
    }
}

fn address(text: &str) -> Fault {
    format!(
        "{} is an address, and a server is asked by its name.",
        host::shown(text)
    )
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}
