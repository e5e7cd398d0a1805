//! What there is to say about the way back from the browser.

use url::Url;

use crate::connection::draft::{ConnectionDraft, Finding, Severity};
use crate::connection::redirect::{MIN_RANDOM, Redirect};
use crate::provider::{AuthorizationCode, Grant, Provider, RedirectHost, RedirectPolicy};

/// Ports below belong to the system.
const FIRST_PORT: u16 = 1024;
/// More are not worth registering.
const MOST_PORTS: usize = 16;

/// Findings about the grant and the redirect of a draft. `changing` means that a stored redirect is
/// kept when the draft has none.
pub(super) fn findings(
    provider: &Provider,
    draft: &ConnectionDraft,
    changing: bool,
) -> Vec<Finding> {
    let (Grant::AuthorizationCode, Some(grant)) = (draft.grant, &provider.authorization_code)
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if provider.endpoints.authorization.is_none() {
        findings.push(Finding::blocking(
            "grant",
            format!(
                "The provider file of {} names no address where a person could approve.",
                provider.name
            ),
            "Choose another grant, or add endpoints.authorization to the provider file.",
        ));
    }
    match &draft.redirect {
        Some(Redirect::Pasted { uri }) => findings.extend(pasted(uri)),
        Some(Redirect::Loopback { host, ports, path }) => {
            findings.extend(policy(provider, grant, *host, ports));
            findings.extend(unusual_ports(ports));
            findings.extend(unusual_path(path));
        }
        None if !changing && grant.redirect == RedirectPolicy::HttpsOnly => {
            findings.push(needs_https(provider));
        }
        None => {}
    }
    findings
}

fn needs_https(provider: &Provider) -> Finding {
    Finding::blocking(
        "redirect",
        format!(
            "{} sends people back to https addresses only, so it cannot come back to this machine by itself.",
            provider.name
        ),
        "Enter an https address of your own that is registered there, such as https://www.example.com/authorized. You will paste the address that the browser ends on.",
    )
}

fn pasted(uri: &str) -> Option<Finding> {
    let wrong = |why: &str| {
        Finding::blocking(
            "redirect",
            format!("The redirect address cannot be used: {why}."),
            "Enter it exactly as it is registered at the provider, such as https://www.example.com/authorized.",
        )
    };
    let Ok(url) = Url::parse(uri) else {
        return Some(wrong("it is not an address"));
    };
    if url.scheme() != "https" || url.host_str().is_none_or(str::is_empty) {
        return Some(wrong("it does not begin with https:// and a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(wrong("it holds a user name or password"));
    }
    // RFC 6749 §3.1.2 forbids a fragment; a query would mix with that of the answer.
    if uri.contains(['#', '?']) {
        return Some(wrong("it holds a part behind a # or a ?"));
    }
    let plain = uri.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    (!plain || uri.len() > 1000).then(|| {
        wrong("it holds a blank or another character that an address cannot have, or is very long")
    })
}

fn policy(
    provider: &Provider,
    grant: &AuthorizationCode,
    host: RedirectHost,
    ports: &[u16],
) -> Option<Finding> {
    match grant.redirect {
        RedirectPolicy::HttpsOnly => return Some(needs_https(provider)),
        RedirectPolicy::LoopbackFixedPort => {
            let known = |port: &u16| grant.redirect_ports.contains(port);
            if ports.is_empty() || !ports.iter().all(known) {
                let known: Vec<String> = grant
                    .redirect_ports
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                return Some(Finding::blocking(
                    "redirect",
                    format!("{} takes fixed ports only.", provider.name),
                    format!("Use one of {}.", known.join(", ")),
                ));
            }
        }
        RedirectPolicy::LoopbackAnyPort | RedirectPolicy::Unknown => {}
    }
    (host != grant.redirect_host).then(|| {
        let expected = match grant.redirect_host {
            RedirectHost::Address => "127.0.0.1",
            RedirectHost::Localhost => "localhost",
        };
        Finding::new(
            Severity::Warning,
            "redirect",
            format!(
                "{} expects the redirect address to be written with {expected}.",
                provider.name
            ),
            format!("Write it with {expected}, unless you know that it takes the other form."),
        )
    })
}

fn unusual_ports(ports: &[u16]) -> Option<Finding> {
    let low = ports.iter().find(|port| **port < FIRST_PORT);
    if let Some(port) = low {
        return Some(Finding::blocking(
            "redirect",
            format!("Port {port} belongs to the system."),
            "Choose a port from 1024 to 65535, better from 49152 on.",
        ));
    }
    (ports.len() > MOST_PORTS).then(|| {
        Finding::blocking(
            "redirect",
            format!("There are more than {MOST_PORTS} ports."),
            "Name a few; each of them has to be registered at the provider.",
        )
    })
}

/// The path goes into a request line, and its last part is what nobody can guess.
fn unusual_path(path: &str) -> Option<Finding> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'));
    let last = path.rsplit('/').next().unwrap_or_default();
    let shaped = path.starts_with('/') && !path.contains("//") && path.len() <= 200;
    (!plain || !shaped || last.len() < MIN_RANDOM).then(|| {
        Finding::blocking(
            "redirect",
            "The path of the redirect address is not one that Proofkey made.",
            "Leave the redirect address out, so that a new one is made.",
        )
    })
}
