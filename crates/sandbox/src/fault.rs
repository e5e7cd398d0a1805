//! What can be made to go wrong, and how each fault is written on a command line.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::module::{Defect, MODULES, Module};

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
    /// 503 for one request, with `Retry-After: 0`; the next one is answered as usual.
    UnavailableOnce,
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
    /// Whatever the person presses, access is denied.
    ConsentDenied,
    /// The authorization endpoint breaks: a page with status 500 and no way back.
    AuthorizationErrorPage,
    /// The authorization endpoint sends the person back with `server_error`.
    AuthorizationServerError,
    /// The person comes back with neither a code nor an error.
    ResponseWithoutCode,
    /// The token endpoint refuses every code.
    CodeRefused,
    /// The code challenge is not looked at.
    PkceIgnored,
    /// The metadata offers the challenge method `plain` alone.
    PkcePlainOnly,
    /// The metadata does not mention challenge methods.
    PkceUnlisted,
    /// One more scope is granted than was asked for.
    ScopeAdded,
    /// No refresh token is issued, whatever was asked for.
    RefreshTokenWithheld,
    /// A refresh brings no new refresh token; the old one stays good.
    RefreshTokenKept,
    /// Every refresh token is refused: `invalid_grant`.
    RefreshRefused,
    /// 503 for a refresh, and for nothing else.
    RefreshUnavailable,
    /// 503 for a revocation.
    RevocationUnavailable,
    /// Only the registered https address is taken; no loopback address is.
    RedirectStrict,
    /// The authorization response carries `iss`, and the metadata denies that.
    ResponseIssuerUnannounced,
    /// The metadata names a token endpoint on another host.
    TokenEndpointMoved,
    /// A loopback address is taken with this port only.
    RedirectPort(u16),
    /// Access tokens live this many seconds.
    TokenLifetime(u32),
    /// What a module of the `OpenID` Foundation does.
    Module(&'static Module),
}

impl Fault {
    /// Every fault but the modules, with usual values, in the order of the documentation.
    const PLAIN: [Self; 36] = [
        Self::SecretRefused,
        Self::ScopeWithheld,
        Self::ScopeInactive,
        Self::Slow(Duration::from_secs(3)),
        Self::HtmlPage,
        Self::Redirect,
        Self::TooManyRequests(30),
        Self::Unavailable,
        Self::UnavailableOnce,
        Self::ClockOff(300),
        Self::ApiUnauthorized,
        Self::ApiForbidden,
        Self::OtherAccount,
        Self::OkWithError,
        Self::CertificateExpired,
        Self::CertificateWrongName,
        Self::CertificateUnknownAuthority,
        Self::ConsentDenied,
        Self::AuthorizationErrorPage,
        Self::AuthorizationServerError,
        Self::ResponseWithoutCode,
        Self::CodeRefused,
        Self::PkceIgnored,
        Self::PkcePlainOnly,
        Self::PkceUnlisted,
        Self::ScopeAdded,
        Self::RefreshTokenWithheld,
        Self::RefreshTokenKept,
        Self::RefreshRefused,
        Self::RefreshUnavailable,
        Self::RevocationUnavailable,
        Self::RedirectStrict,
        Self::ResponseIssuerUnannounced,
        Self::TokenEndpointMoved,
        Self::RedirectPort(49213),
        Self::TokenLifetime(5),
    ];

    /// Every fault, with usual values, in the order of the documentation; the modules come last.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN
            .into_iter()
            .chain(MODULES.iter().map(Self::Module))
    }

    /// What the module of this fault does; `Defect::None` for every other fault.
    pub(crate) fn defect(self) -> Defect {
        match self {
            Self::Module(module) => module.defect,
            _ => Defect::None,
        }
    }

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
            Self::UnavailableOnce => "unavailable-once",
            Self::ClockOff(_) => "clock-off",
            Self::ApiUnauthorized => "api-unauthorized",
            Self::ApiForbidden => "api-forbidden",
            Self::OtherAccount => "other-account",
            Self::OkWithError => "ok-with-error",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateWrongName => "certificate-wrong-name",
            Self::CertificateUnknownAuthority => "certificate-unknown-authority",
            Self::ConsentDenied => "consent-denied",
            Self::AuthorizationErrorPage => "authorization-error-page",
            Self::AuthorizationServerError => "authorization-server-error",
            Self::ResponseWithoutCode => "response-without-code",
            Self::CodeRefused => "code-refused",
            Self::PkceIgnored => "pkce-ignored",
            Self::PkcePlainOnly => "pkce-plain-only",
            Self::PkceUnlisted => "pkce-unlisted",
            Self::ScopeAdded => "scope-added",
            Self::RefreshTokenWithheld => "refresh-token-withheld",
            Self::RefreshTokenKept => "refresh-token-kept",
            Self::RefreshRefused => "refresh-refused",
            Self::RefreshUnavailable => "refresh-unavailable",
            Self::RevocationUnavailable => "revocation-unavailable",
            Self::RedirectStrict => "redirect-strict",
            Self::ResponseIssuerUnannounced => "response-issuer-unannounced",
            Self::TokenEndpointMoved => "token-endpoint-moved",
            Self::RedirectPort(_) => "redirect-port",
            Self::TokenLifetime(_) => "token-lifetime",
            Self::Module(module) => module.name,
        }
    }

    /// The same fault with the value written after `=`; `None` when it takes none or not this one.
    fn with_value(self, value: &str) -> Option<Self> {
        match self {
            Self::Slow(_) => parse_duration(value).map(Self::Slow),
            Self::TooManyRequests(_) => value.parse().ok().map(Self::TooManyRequests),
            Self::ClockOff(_) => value.parse().ok().map(Self::ClockOff),
            Self::RedirectPort(_) => value.parse().ok().map(Self::RedirectPort),
            Self::TokenLifetime(_) => value.parse().ok().map(Self::TokenLifetime),
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
            Self::TooManyRequests(seconds) | Self::TokenLifetime(seconds) => {
                write!(formatter, "={seconds}")
            }
            Self::ClockOff(seconds) => write!(formatter, "={seconds}"),
            Self::RedirectPort(port) => write!(formatter, "={port}"),
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
        Self::all()
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
    "There is no fault {text:?}. Use one of: {}; or the name of a module, as \"proofkey sandbox \
     --fault list\" prints them.",
    Fault::PLAIN.map(|fault| fault.to_string()).join(", ")
)]
pub struct UnknownFault {
    text: String,
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
        for fault in Fault::all().chain(odd) {
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
}
