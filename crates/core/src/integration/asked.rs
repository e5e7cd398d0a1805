//! What an answer of the system means for a trial, and what it tells of the system.

use super::gate::{Health, Shut};
use super::judgement::{RefusedWhy, UnclearWhy};
use crate::oauth::{TokenError, TokenErrorKind};
use crate::probe::{Comparison, ProbeError, ProbeErrorKind};
use crate::system::transport_error::{TransportError, TransportErrorKind};

/// Anything but a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum No {
    Refused(RefusedWhy),
    Unclear(UnclearWhy),
    NotAsked(Shut),
}

/// A request that brought no yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) no: No,
    /// What is known of the system by it.
    pub(super) health: Option<Health>,
}

impl From<RefusedWhy> for No {
    fn from(why: RefusedWhy) -> Self {
        Self::Refused(why)
    }
}

impl No {
    /// An account that is compared and is not surely the one named is another one.
    pub(super) fn of_comparison(comparison: Option<&Comparison>) -> Result<(), Self> {
        match comparison {
            Some(comparison) if !comparison.same && !comparison.expected.is_empty() => {
                Err(Self::Refused(RefusedWhy::AnotherAccount))
            }
            _ => Ok(()),
        }
    }
}

impl Failed {
    /// The trial's own time is over. Where the request was, nobody knows.
    pub(super) const LATE: Self = Self {
        no: No::Unclear(UnclearWhy::TimedOut),
        health: Some(Health::Doubtful),
    };

    /// Nothing was asked.
    fn unasked(no: No) -> Self {
        Self { no, health: None }
    }

    fn answered(status: Option<u16>, no: No) -> Self {
        Self {
            no,
            health: Some(health_of(status)),
        }
    }

    /// `led` says that the caller chose part of the host: a host that does not exist is then a mistake of
    /// the caller's.
    pub(super) fn of_token(error: &TokenError, led: bool) -> Self {
        use TokenErrorKind as Kind;
        let no = match &error.kind {
            Kind::Transport(transport) => return Self::of_transport(transport, led),
            Kind::NotSendable { .. } => {
                return Self::unasked(No::Refused(RefusedWhy::NotSendable));
            }
            Kind::OkWithError(_) => No::Refused(RefusedWhy::Credentials),
            Kind::TooManyRequests { .. } => No::Unclear(UnclearWhy::Busy),
            Kind::Unavailable { .. } => No::Unclear(UnclearWhy::ServerError),
            Kind::Redirected { .. } => No::Unclear(UnclearWhy::Redirected),
            // RFC 6749 §5.2: a client that is not known or not right is told so with 400 or 401.
            Kind::Refused(_) if matches!(error.status, Some(400 | 401 | 403)) => {
                No::Refused(RefusedWhy::Credentials)
            }
            Kind::NotJson { .. } => of_status(error.status, UnclearWhy::NotJson),
            _ => of_status(error.status, UnclearWhy::Malformed),
        };
        Self::answered(error.status, no)
    }

    pub(super) fn of_call(error: &ProbeError, led: bool) -> Self {
        use ProbeErrorKind as Kind;
        let no = match &error.kind {
            Kind::Transport(transport) => return Self::of_transport(transport, led),
            Kind::NotSendable { .. } => {
                return Self::unasked(No::Refused(RefusedWhy::NotSendable));
            }
            Kind::Unmet { .. } => No::Refused(RefusedWhy::AnswerUnmet),
            Kind::Redirected { .. } => No::Unclear(UnclearWhy::Redirected),
            Kind::Busy { .. } | Kind::Refused(_) | Kind::Malformed { .. } => {
                of_status(error.status, UnclearWhy::Malformed)
            }
            Kind::NotJson { .. } => of_status(error.status, UnclearWhy::NotJson),
        };
        Self::answered(error.status, no)
    }

    fn of_transport(error: &TransportError, led: bool) -> Self {
        use TransportErrorKind as Kind;
        let why = match &error.kind {
            Kind::UnknownHost if led => {
                return Self::unasked(No::Refused(RefusedWhy::NoSuchHost));
            }
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
            | Kind::TlsCallerRefused { .. }
            | Kind::TlsOther { .. } => UnclearWhy::Tls,
            Kind::Closed => UnclearWhy::Closed,
            Kind::NotHttps | Kind::NotLoopback { .. } | Kind::PrivateAddress { .. } => {
                return Self::unasked(No::Unclear(UnclearWhy::NotAllowed));
            }
            Kind::BodyTooLarge { .. } | Kind::Encoded { .. } | Kind::Malformed { .. } => {
                return Self {
                    no: No::Unclear(UnclearWhy::Malformed),
                    health: Some(Health::Well),
                };
            }
        };
        let health = if error.sent {
            Health::Doubtful
        } else {
            Health::Failing
        };
        Self {
            no: No::Unclear(why),
            health: Some(health),
        }
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

fn health_of(status: Option<u16>) -> Health {
    match status {
        Some(408 | 425 | 429) => Health::Busy,
        Some(407 | 421 | 500..=599) => Health::Doubtful,
        _ => Health::Well,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(kind: TransportErrorKind, sent: bool, led: bool) -> Failed {
        let error = TransportError {
            sent,
            ..TransportError::unsent(kind, "a.example")
        };
        Failed::of_transport(&error, led)
    }

    #[test]
    fn a_name_that_does_not_exist_is_the_callers_mistake_where_the_caller_chose_it() {
        use TransportErrorKind as Kind;
        let unreachable = No::Unclear(UnclearWhy::Unreachable);
        let led = transport(Kind::UnknownHost, false, true);
        assert_eq!(led, Failed::unasked(No::Refused(RefusedWhy::NoSuchHost)));
        assert_eq!(transport(Kind::UnknownHost, false, false).no, unreachable);
        assert_eq!(transport(Kind::ResolverSilent, false, true).no, unreachable);
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

    #[test]
    fn only_what_never_reached_the_system_is_surely_about_the_system() {
        use TransportErrorKind as Kind;
        for (kind, sent, health) in [
            (Kind::Refused, false, Some(Health::Failing)),
            (Kind::ConnectTimeout, false, Some(Health::Failing)),
            (Kind::Closed, false, Some(Health::Failing)),
            (Kind::Closed, true, Some(Health::Doubtful)),
            (Kind::FirstByteTimeout, true, Some(Health::Doubtful)),
            (Kind::BodyTooLarge { limit: 1 }, true, Some(Health::Well)),
            (Kind::NotHttps, false, None),
        ] {
            assert_eq!(transport(kind, sent, false).health, health);
        }
    }

    #[test]
    fn a_status_about_the_caller_is_no_outage_and_any_clear_one_is_a_sign_of_life() {
        for (status, health) in [
            (200, Health::Well),
            (302, Health::Well),
            (401, Health::Well),
            (404, Health::Well),
            (408, Health::Busy),
            (429, Health::Busy),
            (500, Health::Doubtful),
            (503, Health::Doubtful),
        ] {
            assert_eq!(health_of(Some(status)), health, "{status}");
        }
    }
}
