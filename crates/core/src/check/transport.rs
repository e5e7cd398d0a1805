//! What went wrong on the way to a server: names, connections, certificates, proxies.

mod certificates;

use super::region::Elsewhere;
use super::report::{Cause, Check, CheckId};
use super::terms::Terms;
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};

/// What is known around a failure and speaks for one cause or another.
pub(super) struct Surroundings<'a> {
    pub terms: Terms<'a>,
    /// The host that was to be reached.
    pub host: &'a str,
    pub elsewhere: Elsewhere<'a>,
}

/// A failed check for `error`, which happened during `id`.
pub(super) fn failed(id: CheckId, around: &Surroundings<'_>, error: &TransportError) -> Check {
    let check = match &error.kind {
        Kind::UnknownHost | Kind::ResolverSilent => unnamed(id, around, &error.kind),
        Kind::Refused | Kind::Unreachable | Kind::ConnectTimeout => {
            unconnected(id, around, &error.kind)
        }
        Kind::TlsUnknownIssuer { .. }
        | Kind::TlsExpired { .. }
        | Kind::TlsNotYetValid { .. }
        | Kind::TlsWrongName { .. }
        | Kind::TlsIsAuthority { .. }
        | Kind::TlsCallerRefused { .. }
        | Kind::TlsOther { .. } => certificates::untrusted(id, around, &error.kind),
        Kind::FirstByteTimeout
        | Kind::TotalTimeout
        | Kind::Closed
        | Kind::BodyTooLarge { .. }
        | Kind::Encoded { .. }
        | Kind::Malformed { .. } => unanswered(id, around, &error.kind),
        Kind::ProxyRefused { .. } | Kind::ProxyUnsupported => proxy(id, around, &error.kind),
        Kind::NotHttps | Kind::NotLoopback { .. } | Kind::PrivateAddress { .. } => {
            forbidden(id, around, &error.kind)
        }
    };
    let check = check
        .with("host", around.host)
        .with("detail", format!("{}.", error.kind));
    around.elsewhere.describe(check)
}

fn unnamed(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    let host = around.host;
    let offline = Cause::new(
        "This computer is offline, or the name server of its network does not answer for public names.",
        "Check the connection to the internet and, if you need one, the VPN or the proxy. Then validate again.",
    );
    if *kind == Kind::ResolverSilent {
        return Check::failed(id, format!("The name {host} could not be looked up."))
            .because(offline);
    }
    Check::failed(id, format!("The name {host} does not exist."))
        .because_any(around.elsewhere.cause())
        .because_any(around.terms.mistyped())
        .because(offline)
}

fn unconnected(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    let host = around.host;
    let firewall = Cause::new(
        "A firewall between this computer and the internet does not let the connection through.",
        format!(
            "Ask for {host}, port 443, to be allowed, or set the proxy of your network in the settings."
        ),
    );
    let down = Cause::new(
        format!("{} may have an outage.", around.terms.name()),
        "Look at its status page, and validate again later.",
    );
    match kind {
        Kind::Refused => {
            Check::failed(id, format!("{host} refused the connection."))
                .because(Cause::new(
                    "Nothing answers at this address and port: the server is not running, or a connect-to rule names the wrong one.",
                    "If you set a connect-to rule, or use the practice system, check that its server is running. Then validate again.",
                ))
                .because(firewall)
                .because(down)
        }
        Kind::Unreachable => {
            Check::failed(id, format!("There is no way from this computer to {host}."))
                .because(Cause::new(
                    "The network connection or the VPN is down.",
                    "Check the connection to the internet, then validate again.",
                ))
                .because(firewall)
        }
        _ => Check::failed(
            id,
            format!("{host} did not answer the attempt to connect in time."),
        )
        .because(firewall)
        .because(Cause::new(
            "This network reaches the internet only through a proxy.",
            "Set the proxy in the settings, then validate again.",
        ))
        .because(down),
    }
}

fn unanswered(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    let host = around.host;
    let busy = Cause::new(
        format!("{} is busy or has an outage.", around.terms.name()),
        "Look at its status page, and validate again in a few minutes.",
    );
    let between = Cause::new(
        "Something between this computer and the server cuts or alters connections.",
        "Try from another network. If that works, show these details to the people who run this one.",
    );
    let summary = match kind {
        Kind::FirstByteTimeout => {
            format!("{host} took the request and did not answer in time.")
        }
        Kind::TotalTimeout => {
            format!("{host} began to answer and did not finish in time.")
        }
        Kind::Closed => {
            format!("{host} closed the connection before its answer was complete.")
        }
        Kind::BodyTooLarge { .. } => {
            format!("{host} answered with far more than such an answer can hold.")
        }
        Kind::Encoded { encoding } => {
            format!("{host} compressed its answer ({encoding}) although that was not asked for.")
        }
        _ => format!("{host} answered with something that is not HTTP."),
    };
    let check = Check::failed(id, summary);
    match kind {
        Kind::BodyTooLarge { .. } | Kind::Encoded { .. } | Kind::Malformed { .. } => {
            check.because(between).because(busy)
        }
        _ => check.because(busy).because(between),
    }
}

fn proxy(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    let Kind::ProxyRefused { status } = *kind else {
        return unusable_proxy(id);
    };
    Check::failed(
        id,
        format!("The proxy of your network did not connect to {}.", around.host),
    )
    .because(Cause::new(
        match status {
            Some(407) => "The proxy wants a user name and a password, which Proofkey does not give it.",
            Some(403) => "The proxy does not allow this host.",
            Some(502..=504) => "The proxy could not find or reach this host: its name may be mistyped.",
            _ => "The proxy does not answer, or not for this host.",
        },
        format!(
            "Ask the people who run the proxy to allow {}, port 443, or choose another proxy in the settings.",
            around.host
        ),
    ))
    .because_any(around.elsewhere.cause())
    .with_some("proxy_status", status)
}

fn unusable_proxy(id: CheckId) -> Check {
    Check::failed(
        id,
        "The proxy of this computer is of a kind that Proofkey cannot use.",
    )
    .because(Cause::new(
        "The system’s settings name a proxy that does not speak HTTP, such as SOCKS.",
        "Choose an http proxy, or none, in the settings under network.",
    ))
}

fn forbidden(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    let host = around.host;
    match kind {
        Kind::NotLoopback { address } => Check::failed(
            id,
            format!("{host} is not on this computer, and a practice connection never leaves it."),
        )
        .with("address", address)
        .because(Cause::new(
            "The practice system is not running.",
            "Start the practice system, then validate again.",
        )),
        Kind::PrivateAddress { address } => Check::failed(
            id,
            format!("The name {host} leads into a private network ({address}), where {} does not run.", around.terms.name()),
        )
        .because(Cause::new(
            "The name server of this network answers with an address of its own, for instance to block the name.",
            "Ask the people who run this network. If the address is right, say so with a connect-to rule.",
        ))
        .with("address", address),
        _ => Check::failed(id, format!("{host} would be reached without encryption."))
            .because(Cause::new(
                "The address begins with http. Secrets are sent over https only.",
                "Correct the address so that it begins with https.",
            )),
    }
}

#[cfg(test)]
mod tests;
