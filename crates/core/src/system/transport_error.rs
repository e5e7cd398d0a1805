//! Why a request got no answer, in kinds that can be told apart.

use std::net::IpAddr;

use crate::error::{Code, Problem};

/// A request that failed before there was a usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host}: {kind}")]
pub struct TransportError {
    pub kind: TransportErrorKind,
    /// Host and port that were tried.
    pub host: String,
    /// Whether the server may have seen the request. A request that may have been seen is never
    /// repeated by itself.
    pub sent: bool,
}

impl TransportError {
    /// An error from before anything was sent.
    pub fn unsent(kind: TransportErrorKind, host: impl Into<String>) -> Self {
        Self {
            kind,
            host: host.into(),
            sent: false,
        }
    }

    /// An error after the request may have left.
    pub fn sent(kind: TransportErrorKind, host: impl Into<String>) -> Self {
        Self {
            kind,
            host: host.into(),
            sent: true,
        }
    }

    /// Whether the same request may succeed a moment later and was surely not seen (rule D17).
    pub fn may_repeat(&self) -> bool {
        use TransportErrorKind as Kind;
        !self.sent && matches!(self.kind, Kind::Refused | Kind::Unreachable | Kind::Closed)
    }
}

/// Remote text in it is already cleaned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportErrorKind {
    /// The name servers say that there is no such name.
    #[error("there is no server of this name")]
    UnknownHost,
    /// No name server answered; whether the name exists is not known.
    #[error("the name could not be looked up")]
    ResolverSilent,
    #[error("the server refused the connection")]
    Refused,
    #[error("the server could not be reached")]
    Unreachable,
    #[error("the server did not take the connection in time")]
    ConnectTimeout,
    /// The presented chain leads to no trusted authority.
    #[error("the certificate comes from an unknown authority: {issuer}")]
    TlsUnknownIssuer { issuer: String, subject: String },
    #[error("the certificate expired on {not_after}")]
    TlsExpired { not_after: String },
    #[error("the certificate is not valid before {not_before}")]
    TlsNotYetValid { not_before: String },
    #[error("the certificate is for another name: {}", names.join(", "))]
    TlsWrongName { names: Vec<String> },
    /// The server shows the certificate of an authority as its own, which nobody accepts (RFC 5280
    /// §4.2.1.9). Tools that sign a certificate with its own key make such ones.
    #[error("the certificate is one of an authority and not of a server: {subject}")]
    TlsIsAuthority { subject: String },
    /// The server wants a certificate of this side, and none or another one was shown (mutual TLS).
    #[error("the server does not take the certificate of its caller: {reason}")]
    TlsCallerRefused { reason: String },
    #[error("no secure connection could be made: {reason}")]
    TlsOther { reason: String },
    #[error("the server did not begin to answer in time")]
    FirstByteTimeout,
    #[error("the answer did not end in time")]
    TotalTimeout,
    #[error("the connection was closed before the answer was complete")]
    Closed,
    #[error("the answer is longer than {limit} bytes")]
    BodyTooLarge { limit: usize },
    /// The proxy did not open a tunnel; `status` is its answer when it gave one.
    #[error("the proxy did not let the connection through")]
    ProxyRefused { status: Option<u16> },
    /// The system names a proxy of a kind that Proofkey does not use (SOCKS, for instance).
    #[error("the proxy is of a kind that cannot be used")]
    ProxyUnsupported,
    #[error("the address is not https")]
    NotHttps,
    /// A practice connection was led away from this machine.
    #[error("the name leads to {address}, which is not this machine")]
    NotLoopback { address: IpAddr },
    /// A public name was led into the private network (rule H6).
    #[error("the name leads to {address}, a private address")]
    PrivateAddress { address: IpAddr },
    /// The answer is compressed although that was not asked for.
    #[error("the answer is encoded as {encoding}")]
    Encoded { encoding: String },
    #[error("the answer is not HTTP: {reason}")]
    Malformed { reason: String },
}

impl From<TransportError> for Problem {
    fn from(error: TransportError) -> Self {
        let (code, remedy) = error.kind.remedy();
        let host = &error.host;
        Self::new(
            code,
            format!("{host} could not be asked: {}.", error.kind),
            remedy,
        )
    }
}

impl TransportErrorKind {
    fn remedy(&self) -> (Code, &'static str) {
        let remedy = match self {
            Self::UnknownHost | Self::TlsWrongName { .. } => {
                "Check the account name and the region."
            }
            Self::ResolverSilent => "Check the connection to the network and its name servers.",
            Self::Refused | Self::Unreachable | Self::ConnectTimeout => {
                "Check the connection to the network, the firewall and the proxy settings."
            }
            Self::TlsUnknownIssuer { .. } => {
                "If your network inspects encrypted traffic, add its authority as a CA file in \
                 the network settings. Otherwise do not go on."
            }
            Self::TlsExpired { .. } | Self::TlsNotYetValid { .. } => {
                "Check this machine's date. If it is right, tell the operator of the server."
            }
            Self::TlsIsAuthority { .. } => {
                "Tell the operator of the server to make a certificate for a server, with basicConstraints CA:FALSE."
            }
            Self::TlsCallerRefused { .. } => {
                "Ask the operator of the server which certificates it takes from its callers."
            }
            Self::TlsOther { .. } => {
                "Check the proxy settings, or tell the operator of the server."
            }
            Self::FirstByteTimeout | Self::TotalTimeout | Self::Closed => "Try again in a while.",
            Self::ProxyRefused { .. } | Self::ProxyUnsupported => {
                "Check the proxy in the network settings."
            }
            Self::NotHttps => "Use an address that begins with https.",
            Self::NotLoopback { .. } => "Start the practice server and use its address.",
            Self::PrivateAddress { .. } => {
                "If the server really is in your network, name its address with connect-to."
            }
            Self::BodyTooLarge { .. } | Self::Encoded { .. } | Self::Malformed { .. } => {
                "Check the address. If it is right, tell the operator of the server."
            }
        };
        let code = match self {
            Self::BodyTooLarge { .. } | Self::Encoded { .. } | Self::Malformed { .. } => {
                Code::ResponseMalformed
            }
            Self::NotHttps => Code::DraftInvalid,
            _ => Code::ServerUnreachable,
        };
        (code, remedy)
    }
}
