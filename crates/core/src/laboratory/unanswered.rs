//! Why there is no answer, in words for whoever runs the validator.

use super::report::{PointId, TrialPoint};
use crate::system::transport_error::{TransportError, TransportErrorKind as Kind};

/// A failed point for `error`, which happened on the way to `host`.
pub(super) fn failed(id: PointId, host: &str, error: &TransportError) -> TrialPoint {
    let (summary, cause, remedy) = unreached(host, &error.kind)
        .or_else(|| untrusted(host, &error.kind))
        .unwrap_or_else(|| broken_off(host, &error.kind));
    TrialPoint::failed(id, summary)
        .because(cause, remedy)
        .with("host", host)
        .with("detail", format!("{}.", shown(&error.kind)))
}

/// The kind without words of the validator: nobody looked for secrets in them.
pub(super) fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Encoded { .. } => "the answer is compressed".to_owned(),
        _ => kind.to_string(),
    }
}

/// Summary, cause and remedy.
type Said = (String, &'static str, &'static str);

fn unreached(host: &str, kind: &Kind) -> Option<Said> {
    Some(match kind {
        Kind::UnknownHost | Kind::ResolverSilent => (
            format!("The name {host} leads nowhere."),
            "The name is mistyped, or it is known inside one network only.",
            "Talkdesk looks the name up on the internet. Publish it there, or correct it.",
        ),
        Kind::Refused | Kind::Unreachable | Kind::ConnectTimeout => (
            format!("Nothing takes connections at {host}."),
            "The validator is not running, listens on another port, or a firewall stands before it.",
            "Start it, compare the port, and let connections from Talkdesk through.",
        ),
        Kind::NotLoopback { .. } | Kind::PrivateAddress { .. } => (
            format!("{host} leads to an address that is not on the internet."),
            "The name is for a private network. Talkdesk cannot reach it there.",
            "Publish the validator on the internet. To try it from here all the same, name its address with --connect-to.",
        ),
        Kind::ProxyRefused { .. } | Kind::ProxyUnsupported => (
            format!("The proxy of this network does not connect to {host}."),
            "The proxy does not allow this host, or is of a kind that cannot be used.",
            "Ask the people who run the proxy to allow it, or choose another proxy in the settings.",
        ),
        _ => return None,
    })
}

fn untrusted(host: &str, kind: &Kind) -> Option<Said> {
    Some(match kind {
        Kind::NotHttps => (
            format!("{host} would be reached without encryption."),
            "The address begins with http, and the credentials would be readable on their way. They were not sent.",
            "Serve the validator over https, and use that address.",
        ),
        Kind::TlsUnknownIssuer { .. } => (
            format!("The certificate of {host} is not trusted."),
            "It was issued by an authority that nobody else knows, or the server leaves out the intermediate certificate.",
            "Use a certificate of a public authority, with its whole chain. To try it from here all the same, name the authority with --ca-file.",
        ),
        Kind::TlsExpired { .. } | Kind::TlsNotYetValid { .. } => (
            format!("The certificate of {host} is not valid today."),
            "It has expired or is not valid yet, or the clock of this computer is wrong.",
            "Renew the certificate, and have it renewed by itself from then on.",
        ),
        Kind::TlsWrongName { .. } => (
            format!("The certificate is not for {host}."),
            "The certificate was made for another name, or another server answers here.",
            "Get a certificate for this name.",
        ),
        Kind::TlsIsAuthority { .. } => (
            format!("The certificate of {host} is one of an authority, not of a server."),
            "It was signed with its own key by a tool that makes authorities, as “openssl req -x509” does unless told otherwise. Many callers accept no such certificate from a server, and Proofkey does not even with --ca-file.",
            "Make it with “-addext basicConstraints=critical,CA:FALSE”, and name it with --ca-file to try it from here. Talkdesk needs one of a public authority.",
        ),
        Kind::TlsCallerRefused { .. } => (
            format!("{host} does not let this caller in."),
            "It wants a certificate of its caller (mutual TLS), and none was shown, or one of an authority that it does not know.",
            "Name a certificate that it takes and its key with --client-certificate and --client-key.",
        ),
        Kind::TlsOther { .. } => (
            format!("No secure connection with {host} could be agreed."),
            "The server does not speak TLS on this port, or only versions of it that are no longer safe.",
            "Serve TLS 1.2 or 1.3 there.",
        ),
        _ => return None,
    })
}

fn broken_off(host: &str, kind: &Kind) -> Said {
    match kind {
        Kind::FirstByteTimeout | Kind::TotalTimeout => (
            format!("{host} did not answer in time."),
            "The validator waits for the external system without an end, or hangs.",
            "End the wait after a few seconds and answer 401.",
        ),
        Kind::Closed => (
            format!("{host} closed the connection before its answer was complete."),
            "The validator ended while it worked on the call, or a server before it gave up.",
            "Look into its log at this time.",
        ),
        Kind::BodyTooLarge { .. } => (
            format!("{host} answers with more than 1 MiB."),
            "Something else than the validator answers, or it returns far more than Talkdesk can keep.",
            "Return the few fields that later calls need.",
        ),
        Kind::Encoded { .. } => (
            format!("{host} compresses its answer although that was not asked for."),
            "A server before the validator compresses everything.",
            "Compress answers only for callers that ask for it.",
        ),
        _ => (
            format!("What {host} answers is not HTTP."),
            "Something else than a web server listens on this port.",
            "Compare the port with the one that the validator listens on.",
        ),
    }
}
