//! Certificates that are not believed, and why.

use super::Surroundings;
use crate::check::report::{Cause, Check, CheckId};
use crate::check::wording::{list, quoted};
use crate::system::transport_error::TransportErrorKind as Kind;

pub(super) fn untrusted(id: CheckId, around: &Surroundings<'_>, kind: &Kind) -> Check {
    match kind {
        Kind::TlsUnknownIssuer { issuer, subject } => {
            unknown_issuer(id, around, issuer, subject)
        }
        Kind::TlsWrongName { names } => wrong_name(id, around, names),
        Kind::TlsExpired { not_after } => expired(id, around, not_after),
        Kind::TlsNotYetValid { not_before } => not_yet_valid(id, around, not_before),
        Kind::TlsIsAuthority { subject } => authority(id, around, subject),
        Kind::TlsCallerRefused { .. } => Check::failed(
            id,
            format!("{} wants a certificate of its callers.", around.host),
        )
        .because(Cause::new(
            "It lets in only callers that prove themselves by a certificate (mutual TLS), and a connection has none.",
            "Ask the people who run the server for a way in without one.",
        )),
        _ if around.terms.connection.practice => unplayed(id, around),
        _ => Check::failed(
            id,
            format!("No secure connection with {} could be agreed.", around.host),
        )
        .because(Cause::new(
            "Something between this computer and the server interferes with encrypted connections, or the server speaks only versions of TLS that are no longer safe.",
            "Try from another network. If that works, show these details to the people who run this one.",
        )),
    }
}

/// A practice server has certificates for the hosts of what it plays and for no other.
fn unplayed(id: CheckId, around: &Surroundings<'_>) -> Check {
    let provider = &around.terms.provider.id;
    Check::failed(
        id,
        format!("The practice server that runs now does not play {}.", around.host),
    )
    .because(Cause::new(
        "It plays another system, or the one that played this system was ended.",
        format!(
            "Stop it, run \"proofkey sandbox --provider {provider}\" in a terminal, and validate again."
        ),
    ))
}

fn unknown_issuer(id: CheckId, around: &Surroundings<'_>, issuer: &str, subject: &str) -> Check {
    let name = quoted(issuer, 120);
    let check = Check::failed(
        id,
        format!(
            "The certificate of {} was issued by {name}, which this computer does not trust.",
            around.host
        ),
    );
    let inspecting = Cause::new(
        format!(
            "Your network probably inspects encrypted connections: {name} would be your company’s own authority."
        ),
        "Ask the people who run your network for its certificate as a PEM file, and choose it in the settings under network (or pass --ca-file).",
    );
    let impostor = Cause::new(
        "Another server answers in place of the real one, such as the sign-in page of a guest network.",
        "If you do not know this issuer, do not add it. Try from a network you trust. Nothing secret was sent.",
    );
    let check = if issuer == subject {
        check.because(impostor).because(inspecting)
    } else {
        check.because(inspecting).because(impostor)
    };
    check
        .with("certificate_issuer", issuer)
        .with("certificate_subject", subject)
}

fn authority(id: CheckId, around: &Surroundings<'_>, subject: &str) -> Check {
    Check::failed(
        id,
        format!(
            "The certificate of {} is one of an authority, not of a server.",
            around.host
        ),
    )
    .because(Cause::new(
        "It was signed with its own key by a tool that makes authorities, as “openssl req -x509” does unless told otherwise.",
        "Tell the people who run the server to make a certificate with basicConstraints CA:FALSE. Nothing secret was sent.",
    ))
    .with("certificate_subject", subject)
}

fn wrong_name(id: CheckId, around: &Surroundings<'_>, names: &[String]) -> Check {
    let shown = list(names.iter().map(String::as_str));
    Check::failed(
        id,
        format!(
            "The certificate is for {shown}, not for {}.",
            around.host
        ),
    )
    .because_any(around.elsewhere.cause())
    .because(Cause::new(
        "Another server answers in place of the real one, such as a proxy or the sign-in page of a guest network.",
        "Open any web page to see whether the network asks you to sign in, then validate again. Nothing secret was sent.",
    ))
    .because(Cause::new(
        "A value of this connection or a connect-to rule leads to the wrong server.",
        format!(
            "Compare {} with {}.",
            around.terms.place(),
            around.terms.shown_where()
        ),
    ))
    .with("certificate_names", names.join(" "))
}

fn expired(id: CheckId, around: &Surroundings<'_>, not_after: &str) -> Check {
    Check::failed(
        id,
        format!(
            "The certificate of {} expired on {}.",
            around.host,
            day(not_after)
        ),
    )
    .because(not_renewed(around))
    .because(clock("ahead"))
    .with("not_after", not_after)
}

fn not_yet_valid(id: CheckId, around: &Surroundings<'_>, not_before: &str) -> Check {
    // A certificate from the future is rare; a clock that is behind is not.
    Check::failed(
        id,
        format!(
            "The certificate of {} is valid only from {} on.",
            around.host,
            day(not_before)
        ),
    )
    .because(clock("behind"))
    .because(not_renewed(around))
    .with("not_before", not_before)
}

/// The day of an RFC 3339 time; any other text as it is.
fn day(time: &str) -> &str {
    time.split_once('T').map_or(time, |(day, _)| day)
}

fn not_renewed(around: &Surroundings<'_>) -> Cause {
    Cause::new(
        format!(
            "The certificate was not replaced in time by {} or by a proxy in between.",
            around.terms.name()
        ),
        "Tell the people who run it, and validate again once it is replaced. Nothing secret was sent.",
    )
}

fn clock(direction: &str) -> Cause {
    Cause::new(
        format!("This computer’s clock is {direction}."),
        "Compare its date and time with those of a phone, and let it set them from the network.",
    )
}
