//! What a failed connection or request was, in our own kinds.

use std::error::Error;
use std::io;

use rustls::AlertDescription as Alert;

use crate::system::tls::Refusal;
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};
use crate::wording::clean;

/// The kind of a failed request. `sent` is false only when the connection itself never stood.
pub(super) fn explained(error: &reqwest::Error, shown: &str) -> TransportError {
    let before = error.is_connect();
    let kind = chain(error)
        .find_map(known)
        .unwrap_or_else(|| unknown(error, before));
    if before {
        TransportError::unsent(kind, shown)
    } else {
        TransportError::sent(kind, shown)
    }
}

/// As [`explained`], for a connection of our own that stood: the server may have seen the request.
pub(super) fn explained_kept(error: &hyper::Error, shown: &str) -> TransportError {
    let kind = chain(error).find_map(known).unwrap_or_else(|| {
        let deepest = chain(error).last().map(ToString::to_string);
        Kind::Malformed {
            reason: clean(&deepest.unwrap_or_default(), 200),
        }
    });
    TransportError::sent(kind, shown)
}

/// The kind of an input/output error, where it has one.
pub(in crate::system) fn explained_io(error: &io::Error) -> Option<Kind> {
    let carried = error.get_ref().and_then(|inner| {
        let inner: &(dyn Error + 'static) = inner;
        chain(inner).find_map(known)
    });
    if carried.is_some() {
        return carried;
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Kind::Refused),
        io::ErrorKind::TimedOut => Some(Kind::ConnectTimeout),
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable
        | io::ErrorKind::PermissionDenied => Some(Kind::Unreachable),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Some(Kind::Closed),
        _ => None,
    }
}

fn unknown(error: &reqwest::Error, before: bool) -> Kind {
    if error.is_timeout() {
        return if before {
            Kind::ConnectTimeout
        } else {
            Kind::TotalTimeout
        };
    }
    let deepest = chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default();
    if before {
        return Kind::TlsOther {
            reason: clean(&deepest, 200),
        };
    }
    Kind::Malformed {
        reason: clean(&deepest, 200),
    }
}

/// One link of an error's chain.
fn known(error: &(dyn Error + 'static)) -> Option<Kind> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(explained_tls(error));
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return explained_io(error);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return explained_http(error);
    }
    // The tunnel's error type is private to its crate; its text is what remains.
    let text = error.to_string();
    let reason = text.strip_prefix("tunnel error: ")?;
    match reason {
        "proxy authorization required" => Some(Kind::ProxyRefused { status: Some(407) }),
        // What failed lies deeper in the chain.
        "failed to create underlying connection" | "io error establishing tunnel" => None,
        _ => Some(Kind::ProxyRefused { status: None }),
    }
}

fn explained_tls(error: &rustls::Error) -> Kind {
    if let rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) = error
        && let Some(refusal) = other.0.downcast_ref::<Refusal>()
    {
        return refusal.0.clone();
    }
    let reason = clean(&error.to_string(), 200);
    match error {
        // Whether the server's certificate is right is decided here, so an alert about one is about ours
        // (RFC 8446 §6.2). Not access_denied: servers send it for a name that they have no certificate for.
        rustls::Error::AlertReceived(
            Alert::CertificateRequired
            | Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA,
        ) => Kind::TlsCallerRefused { reason },
        _ => Kind::TlsOther { reason },
    }
}

fn explained_http(error: &hyper::Error) -> Option<Kind> {
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        return Some(Kind::Closed);
    }
    error.is_parse().then(|| Kind::Malformed {
        reason: clean(&error.to_string(), 200),
    })
}

/// `error` and everything below it. An `io::Error` hides what it carries from `source`, so
/// [`explained_io`] looks inside.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |link| {
        let link: &'a (dyn Error + 'static) = *link;
        link.source()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_about_a_certificate_is_about_the_callers_and_one_about_a_name_is_not() {
        let kind = |alert| explained_tls(&rustls::Error::AlertReceived(alert));
        for alert in [Alert::CertificateRequired, Alert::UnknownCA] {
            assert!(matches!(kind(alert), Kind::TlsCallerRefused { .. }));
        }
        for alert in [Alert::AccessDenied, Alert::UnrecognisedName] {
            assert!(matches!(kind(alert), Kind::TlsOther { .. }));
        }
    }
}
