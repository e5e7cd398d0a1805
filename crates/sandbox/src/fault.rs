//! What can be made to go wrong, and how each fault is written on a command line.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::host::Place;
use crate::{account, lessons};

/// One thing that goes wrong, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The token endpoint refuses the client: `invalid_client`.
    SecretRefused,
    /// The token is granted without the first of its scopes (RFC 6749 §3.3 allows that).
    ScopeWithheld,
    /// Any request that names scopes is refused with 401, as Talkdesk does for some minutes after a
    /// scope was added.
    ScopeInactive,
    /// The answer comes late.
    Slow(Duration),
    /// A sign-in page with status 200 instead of JSON.
    HtmlPage,
    /// A redirect to a sign-in page on another host.
    Redirect,
    /// 429 with this many seconds in `Retry-After`.
    TooManyRequests(u32),
    /// 503 without `Retry-After`.
    Unavailable,
    /// The server's clock is this many seconds ahead (or behind, when negative).
    ClockOff(i32),
    /// The token is fine, but the API answers 401.
    ApiUnauthorized,
    /// The token is fine, but the API answers 403.
    ApiForbidden,
    /// The API answers for an account of another name.
    OtherAccount,
    /// Status 200 with an OAuth error and no token.
    OkWithError,
    /// The certificate ended two days ago.
    CertificateExpired,
    /// The certificate is for another host.
    CertificateWrongName,
    /// The certificate is signed by an authority nobody knows, as an inspecting proxy's is.
    CertificateUnknownAuthority,
}

impl Fault {
    /// Every fault, with usual values, in the order of the documentation.
    pub const ALL: [Self; 16] = [
        Self::SecretRefused,
        Self::ScopeWithheld,
        Self::ScopeInactive,
        Self::Slow(Duration::from_secs(3)),
        Self::HtmlPage,
        Self::Redirect,
        Self::TooManyRequests(30),
        Self::Unavailable,
        Self::ClockOff(300),
        Self::ApiUnauthorized,
        Self::ApiForbidden,
        Self::OtherAccount,
        Self::OkWithError,
        Self::CertificateExpired,
        Self::CertificateWrongName,
        Self::CertificateUnknownAuthority,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::SecretRefused => "secret-refused",
            Self::ScopeWithheld => "scope-withheld",
            Self::ScopeInactive => "scope-inactive",
            Self::Slow(_) => "slow",
            Self::HtmlPage => "html-page",
            Self::Redirect => "redirect",
            Self::TooManyRequests(_) => "too-many-requests",
            Self::Unavailable => "unavailable",
            Self::ClockOff(_) => "clock-off",
            Self::ApiUnauthorized => "api-unauthorized",
            Self::ApiForbidden => "api-forbidden",
            Self::OtherAccount => "other-account",
            Self::OkWithError => "ok-with-error",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateWrongName => "certificate-wrong-name",
            Self::CertificateUnknownAuthority => "certificate-unknown-authority",
        }
    }

    /// The same fault with the value written after `=`; `None` when it takes none or not this one.
    fn with_value(self, value: &str) -> Option<Self> {
        match self {
            Self::Slow(_) => parse_duration(value).map(Self::Slow),
            Self::TooManyRequests(_) => value.parse().ok().map(Self::TooManyRequests),
            Self::ClockOff(_) => value.parse().ok().map(Self::ClockOff),
            _ => None,
        }
    }
}

/// `name` or `name=value`: `slow=3`, `slow=250ms`, `too-many-requests=30`, `clock-off=-300`.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())?;
        match self {
            Self::Slow(delay) if delay.subsec_millis() == 0 => {
                write!(formatter, "={}", delay.as_secs())
            }
            Self::Slow(delay) => write!(formatter, "={}ms", delay.as_millis()),
            Self::TooManyRequests(seconds) => write!(formatter, "={seconds}"),
            Self::ClockOff(seconds) => write!(formatter, "={seconds}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        Self::ALL
            .into_iter()
            .find(|fault| fault.name() == name)
            .and_then(|fault| match value {
                None => Some(fault),
                Some(value) => fault.with_value(value),
            })
            .ok_or_else(|| UnknownFault {
                text: text.to_owned(),
            })
    }
}

/// The text names no fault, or gives it a value it cannot take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "There is no fault {text:?}. Use one of: {}.",
    Fault::ALL.map(|fault| fault.to_string()).join(", ")
)]
pub struct UnknownFault {
    text: String,
}

/// The text is neither a practice account, nor a host of the sandbox, nor `*`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The sandbox has no account or host {target:?}. Name a practice account such as acme, a host such \
     as api.talkdeskapp.com, or * for everything."
)]
pub struct UnknownTarget {
    target: String,
}

/// A fault in force, and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InForce {
    pub(crate) fault: Fault,
    /// It was set on the host or on everything, so that even public addresses suffer from it.
    pub(crate) wide: bool,
}

/// Which faults are in force where. It begins with the lessons of the practice accounts.
pub(crate) struct Faults(Mutex<HashMap<String, Fault>>);

impl Faults {
    pub(crate) fn with_lessons() -> Self {
        Self(Mutex::new(
            lessons::ACCOUNTS
                .iter()
                .filter_map(|account| Some((account.name.to_owned(), account.fault?)))
                .collect(),
        ))
    }

    pub(crate) fn set(&self, target: &str, fault: Fault) -> Result<(), UnknownTarget> {
        let target = checked(target)?;
        self.lock().insert(target, fault);
        Ok(())
    }

    pub(crate) fn clear(&self, target: &str) -> Result<(), UnknownTarget> {
        let target = checked(target)?;
        self.lock().remove(&target);
        Ok(())
    }

    /// The fault for a request to `host` on behalf of `account`: the host's first, then the one set
    /// on everything, then the account's.
    pub(crate) fn at(&self, host: &str, account: Option<&str>) -> Option<InForce> {
        let faults = self.lock();
        let wide = faults.get(host).or_else(|| faults.get("*"));
        if let Some(&fault) = wide {
            return Some(InForce { fault, wide: true });
        }
        let &fault = faults.get(account?)?;
        Some(InForce { fault, wide: false })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn checked(target: &str) -> Result<String, UnknownTarget> {
    let target = target.to_ascii_lowercase();
    if target == "*" || account::is_known(&target) || Place::of(&target).is_some() {
        return Ok(target);
    }
    Err(UnknownTarget { target })
}

fn parse_duration(value: &str) -> Option<Duration> {
    match value.strip_suffix("ms") {
        Some(milliseconds) => milliseconds.parse().ok().map(Duration::from_millis),
        None => value.parse().ok().map(Duration::from_secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_reads_back_as_it_is_written() {
        let odd = [
            Fault::Slow(Duration::from_millis(250)),
            Fault::ClockOff(-61),
            Fault::TooManyRequests(0),
        ];
        for fault in Fault::ALL.into_iter().chain(odd) {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!("slow".parse(), Ok(Fault::Slow(Duration::from_secs(3))));
    }

    #[test]
    fn an_unknown_fault_or_value_is_refused_with_the_list() {
        for text in ["", "sloww", "slow=", "slow=-1", "redirect=1", "clock-off=x"] {
            let refusal = text.parse::<Fault>().unwrap_err().to_string();
            assert!(
                refusal.contains("secret-refused, scope-withheld"),
                "{refusal}"
            );
        }
    }

    #[test]
    fn the_host_outranks_the_account_and_a_cleared_lesson_is_gone() {
        let faults = Faults::with_lessons();
        let at = |host, account| faults.at(host, Some(account)).map(|found| found.fault);
        assert_eq!(
            at("hooli.talkdeskid.com", "hooli"),
            Some(Fault::SecretRefused)
        );
        faults.set("hooli.talkdeskid.com", Fault::Redirect).unwrap();
        assert_eq!(at("hooli.talkdeskid.com", "hooli"), Some(Fault::Redirect));
        faults.clear("hooli.talkdeskid.com").unwrap();
        faults.clear("hooli").unwrap();
        assert_eq!(at("hooli.talkdeskid.com", "hooli"), None);
        faults.set("*", Fault::Unavailable).unwrap();
        assert_eq!(at("acme.talkdeskid.com", "acme"), Some(Fault::Unavailable));
        assert!(faults.set("nobody", Fault::Redirect).is_err());
    }
}
