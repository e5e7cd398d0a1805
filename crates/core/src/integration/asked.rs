//! What an answer of the system means for a trial.

use super::judgement::{RefusedWhy, UnclearWhy};
use crate::oauth::{TokenError, TokenErrorKind};
use crate::probe::{Comparison, ProbeError, ProbeErrorKind};
use crate::system::transport_error::{TransportError, TransportErrorKind};

/// Anything but a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum No {
    Refused(RefusedWhy),
    Unclear(UnclearWhy),
}

impl From<RefusedWhy> for No {
    fn from(why: RefusedWhy) -> Self {
        Self::Refused(why)
    }
}

impl No {
    /// `led` says that the caller chose part of the host: a host that does not exist is then a mistake of
    /// the caller's.
    pub(super) fn of_token(error: &TokenError, led: bool) -> Self {
        use TokenErrorKind as Kind;
        match &error.kind {
            Kind::Transport(transport) => Self::of_transport(transport, led),
            Kind::OkWithError(_) => Self::Refused(RefusedWhy::Credentials),
            Kind::NotSendable { .. } => Self::Refused(RefusedWhy::NotSendable),
            Kind::TooManyRequests { .. } | Kind::Unavailable { .. } => {
                Self::Unclear(UnclearWhy::Busy)
            }
            Kind::Redirected { .. } => Self::Unclear(UnclearWhy::Redirected),
            // RFC 6749 §5.2: a client that is not known or not right is told so with 400 or 401.
            Kind::Refused(_) if matches!(error.status, Some(400 | 401 | 403)) => {
                Self::Refused(RefusedWhy::Credentials)
            }
            Kind::NotJson { .. } => of_status(error.status, UnclearWhy::NotJson),
            _ => of_status(error.status, UnclearWhy::Malformed),
        }
    }

    pub(super) fn of_call(error: &ProbeError, led: bool) -> Self {
        use ProbeErrorKind as Kind;
        match &error.kind {
            Kind::Transport(transport) => Self::of_transport(transport, led),
            Kind::Unmet { .. } => Self::Refused(RefusedWhy::AnswerUnmet),
            Kind::NotSendable { .. } => Self::Refused(RefusedWhy::NotSendable),
            Kind::Busy { .. } => Self::Unclear(UnclearWhy::Busy),
            Kind::Redirected { .. } => Self::Unclear(UnclearWhy::Redirected),
            Kind::Refused(_) | Kind::Malformed { .. } => {
                of_status(error.status, UnclearWhy::Malformed)
            }
            Kind::NotJson { .. } => of_status(error.status, UnclearWhy::NotJson),
        }
    }

    /// An account that is compared and is not surely the one named is another one.
    pub(super) fn of_comparison(comparison: Option<&Comparison>) -> Result<(), Self> {
        match comparison {
            Some(comparison) if !comparison.same && !comparison.expected.is_empty() => {
                Err(Self::Refused(RefusedWhy::AnotherAccount))
            }
            _ => Ok(()),
        }
    }

    fn of_transport(error: &TransportError, led: bool) -> Self {
        use TransportErrorKind as Kind;
        Self::Unclear(match &error.kind {
            Kind::UnknownHost if led => return Self::Refused(RefusedWhy::NoSuchHost),
            Kind::UnknownHost
            | Kind::ResolverSilent
            | Kind::Refused
            | Kind::Unreachable
            | Kind::ProxyRefused { .. }
            | Kind::ProxyUnsupported => UnclearWhy::Unreachable,
            Kind::ConnectTimeout | Kind::FirstByteTimeout | Kind::TotalTimeout => {
                UnclearWhy::TimedOut
            }
            Kind::TlsUnknownIssuer { .. }
            | Kind::TlsExpired { .. }
            | Kind::TlsNotYetValid { .. }
            | Kind::TlsWrongName { .. }
            | Kind::TlsIsAuthority { .. }
            | Kind::TlsOther { .. } => UnclearWhy::Tls,
            Kind::Closed => UnclearWhy::Closed,
            Kind::NotHttps | Kind::NotLoopback { .. } | Kind::PrivateAddress { .. } => {
                UnclearWhy::NotAllowed
            }
            Kind::BodyTooLarge { .. } | Kind::Encoded { .. } | Kind::Malformed { .. } => {
                UnclearWhy::Malformed
            }
        })
    }
}

/// A status that says no, or trouble at the server; `otherwise` for one that says neither.
fn of_status(status: Option<u16>, otherwise: UnclearWhy) -> No {
    match status {
        Some(401 | 403) => No::Refused(RefusedWhy::Credentials),
        // RFC 9110 §15.5.9, RFC 8470, RFC 6585: asked at the wrong moment.
        Some(408 | 425 | 429) => No::Unclear(UnclearWhy::Busy),
        // RFC 9110 §15.5.8, §15.5.20: the proxy's word, or another server's.
        Some(407 | 421) => No::Unclear(UnclearWhy::Unreachable),
        Some(400..=499) => No::Refused(RefusedWhy::NotAccepted),
        Some(500..=599) => No::Unclear(UnclearWhy::ServerError),
        _ => No::Unclear(otherwise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_does_not_exist_is_the_callers_mistake_where_the_caller_chose_it() {
        let error = TransportError::unsent(TransportErrorKind::UnknownHost, "a.example");
        assert_eq!(
            No::of_transport(&error, true),
            No::Refused(RefusedWhy::NoSuchHost)
        );
        assert_eq!(
            No::of_transport(&error, false),
            No::Unclear(UnclearWhy::Unreachable)
        );
        let silent = TransportError::unsent(TransportErrorKind::ResolverSilent, "a.example");
        assert_eq!(
            No::of_transport(&silent, true),
            No::Unclear(UnclearWhy::Unreachable)
        );
    }

    #[test]
    fn statuses_say_no_or_nothing_but_never_yes() {
        for status in 100..=600 {
            let no = of_status(Some(status), UnclearWhy::Malformed);
            let refused = matches!(no, No::Refused(_));
            let says_no =
                (400..500).contains(&status) && ![407, 408, 421, 425, 429].contains(&status);
            assert_eq!(refused, says_no, "{status}");
        }
    }
}
