//! What a refusal by the authorization server means, and what speaks for each cause.

use super::clock::Clock;
use super::configuration;
use super::report::{Cause, Check, CheckId};
use super::token::{self, Attempt};
use super::wording::{lasts, list};
use crate::error::Quoted;
use crate::oauth::TokenError;
use crate::provider::{BasicEncoding, ClientAuthentication, Grant, endpoints, scopes};

/// The verdict on an OAuth error (RFC 6749 §5.2), with the server's own words as evidence.
pub(super) fn judge(attempt: &Attempt<'_>, error: &TokenError, refusal: &Quoted) -> Check {
    let check = if rejects_client(refusal) {
        client_rejected(attempt, error)
    } else if is(refusal, "invalid_scope") {
        scopes_rejected(attempt)
    } else if is(refusal, "unauthorized_client") || is(refusal, "unsupported_grant_type") {
        grant_rejected(attempt)
    } else if refusal.status == Some(404) {
        no_such_place(attempt)
    } else if refusal.status.is_some_and(|status| status >= 500) {
        token::unavailable(attempt, None)
    } else {
        otherwise_refused(attempt)
    };
    check
        .with_some("error", refusal.error.as_deref())
        .with_some("error_description", refusal.description.as_deref())
}

fn client_rejected(attempt: &Attempt<'_>, error: &TokenError) -> Check {
    if let Some(check) = clock_at_fault(attempt, error) {
        return check;
    }
    let elsewhere = attempt.around.elsewhere;
    let mut causes =
        configuration::suspicions(attempt.subject.terms(), attempt.findings, attempt.swapped);
    if !elsewhere.found_here() {
        causes.extend(elsewhere.cause().or_else(|| elsewhere.nowhere()));
    }
    let nothing_speaks = causes.is_empty();
    causes.push(wrong_secret(attempt));
    // Guesses for want of evidence; beside evidence they would only distract from it.
    if nothing_speaks {
        causes.extend(scope_too_young(attempt));
        causes.extend(elsewhere.cause());
        causes.extend(audience(attempt));
        causes.extend(encoding(attempt));
        causes.push(other_authentication(attempt));
    }
    let check = Check::failed(
        CheckId::Token,
        format!(
            "{} did not accept the {}.",
            attempt.name(),
            attempt.terms().credentials().in_a_sentence()
        ),
    )
    .because_any(causes);
    if error.clock_corrected {
        check.with(
            "told_apart_by",
            "The same request signed by the server’s clock was refused too.",
        )
    } else if attempt.refused_without_scopes {
        check.with(
            "told_apart_by",
            "The same request without scopes was refused too.",
        )
    } else {
        check
    }
}

fn wrong_secret(attempt: &Attempt<'_>) -> Cause {
    let connection = attempt.subject.connection;
    if connection.client_authentication == ClientAuthentication::PrivateKeyJwt {
        let named = connection
            .signing
            .as_ref()
            .and_then(|one| one.key_id.as_ref());
        let and_id = if named.is_some() { ", its key ID" } else { "" };
        return Cause::new(
            "The public key that is registered is not that of this private key, or the client ID or the key ID is another.",
            format!(
                "Open the client in {}, and compare its ID, the public key{and_id} and the algorithm with those of this connection.",
                attempt.name()
            ),
        );
    }
    if attempt.terms().credentials().secret.is_none() {
        return Cause::new(
            "The client ID is mistyped, or the client is not a public one.",
            format!(
                "Open the client in {}, and compare its ID and its type.",
                attempt.name()
            ),
        );
    }
    Cause::new(
        "The secret was replaced or mistyped, or it belongs to another client.",
        format!(
            "Open the client in {}, copy the client ID again, and create a new secret if the old one is not at hand.",
            attempt.name()
        ),
    )
}

fn scopes_rejected(attempt: &Attempt<'_>) -> Check {
    let scopes = scopes(attempt.subject.provider, attempt.subject.connection);
    Check::failed(
        CheckId::Token,
        format!(
            "{} knows the client, and refuses the scopes that were asked for.",
            attempt.name()
        ),
    )
    .because(Cause::new(
        if scopes.is_empty() {
            "The server wants a scope to be named, and this connection names none.".to_owned()
        } else {
            format!(
                "The client is not allowed {}, or one of them is misspelt.",
                list(scopes.iter().map(String::as_str))
            )
        },
        format!(
            "Open the client in {} and compare its scopes with those of this connection.",
            attempt.name()
        ),
    ))
    .because_any(scope_too_young(attempt))
    .with("requested", scopes.join(" "))
}

fn grant_rejected(attempt: &Attempt<'_>) -> Check {
    let (what, cause, allow) = match attempt.subject.connection.grant {
        Grant::AuthorizationCode => (
            "use a refresh token",
            "The client is not allowed the grant type refresh token.",
            "allow refresh tokens, and authorize this connection again.",
        ),
        _ => (
            "sign in by itself",
            "The client was created for another grant type than client credentials.",
            "allow the grant type client credentials, or create a new client with it.",
        ),
    };
    Check::failed(
        CheckId::Token,
        format!(
            "{} knows the client, and does not let it {what}.",
            attempt.name()
        ),
    )
    .because(Cause::new(
        cause,
        format!("Open the client in {}, {allow}", attempt.name()),
    ))
    .because(other_authentication(attempt))
}

fn no_such_place(attempt: &Attempt<'_>) -> Check {
    let missing = if attempt.terms().has_label() {
        "has no account of this name there"
    } else {
        "has no token endpoint at this address"
    };
    Check::failed(
        CheckId::Token,
        format!("{} answers, and {missing}.", attempt.around.host),
    )
    .because(misplaced(attempt))
}

fn otherwise_refused(attempt: &Attempt<'_>) -> Check {
    Check::failed(
        CheckId::Token,
        format!("{} refused to issue a token.", attempt.name()),
    )
    .because(Cause::new(
        "The server’s own words, quoted with this check, say more than can be guessed here.",
        format!(
            "If they do not help, copy the details of this check and ask the support of {}.",
            attempt.name()
        ),
    ))
}

/// The account is probably not where it was asked for.
pub(super) fn misplaced(attempt: &Attempt<'_>) -> Cause {
    let (elsewhere, terms) = (attempt.around.elsewhere, attempt.terms());
    let known = elsewhere.cause().or_else(|| elsewhere.nowhere());
    known.unwrap_or_else(|| {
        if terms.has_label() && terms.has_regions() {
            Cause::new(
                format!(
                    "The {} is mistyped, or it lives in another {}.",
                    terms.account(),
                    terms.region()
                ),
                "Compare both with the address you see when you sign in.",
            )
        } else {
            terms.mistyped().unwrap_or_else(|| token::moved(terms))
        }
    })
}

/// What was signed by a clock that is off tells nothing about client and key. Once it was refused when
/// signed by the server's clock, too, the clock is not the reason.
fn clock_at_fault(attempt: &Attempt<'_>, error: &TokenError) -> Option<Check> {
    let clock = Clock::of_error(error);
    let clock = clock
        .worth_a_warning()
        .filter(|_| attempt.terms().signs())?;
    (!clock.corrected)
        .then(|| Check::failed(CheckId::Token, clock.summary()).because(clock.cause()))
}

/// Where the issuer is not known, the token endpoint stands in its place (RFC 7523 §3), and some servers
/// take their issuer alone.
fn audience(attempt: &Attempt<'_>) -> Option<Cause> {
    let (provider, connection) = (attempt.subject.provider, attempt.subject.connection);
    let endpoints = endpoints(provider, &connection.variables).ok()?;
    let guessed =
        attempt.terms().signs() && provider.client_assertion.issuer_is_unknown(&endpoints);
    guessed.then(|| {
        Cause::new(
            "The server may only take what is addressed to its issuer; this was addressed to its token endpoint, because no issuer is known.",
            "If the system publishes an issuer address, set the connection up with that.",
        )
    })
}

/// Only while it has not been ruled out.
fn scope_too_young(attempt: &Attempt<'_>) -> Option<Cause> {
    let seconds = attempt
        .subject
        .provider
        .lifetimes
        .scope_activation_seconds?;
    let possible = !attempt.refused_without_scopes
        && !scopes(attempt.subject.provider, attempt.subject.connection).is_empty();
    possible.then(|| {
        Cause::new(
            format!(
                "A scope was added to the client only minutes ago: {} answers like this until it is active.",
                attempt.name()
            ),
            format!("Wait {} and validate again.", lasts(u64::from(seconds))),
        )
    })
}

/// RFC 6749 §2.3.1 wants form encoding; a server that skips the decoding refuses what needs it. The
/// other way is never tried unasked, because each try sends the secret.
fn encoding(attempt: &Attempt<'_>) -> Option<Cause> {
    let connection = attempt.subject.connection;
    if connection.client_authentication != ClientAuthentication::ClientSecretBasic {
        return None;
    }
    let secrets = attempt.subject.secrets;
    let special = |text: &str| {
        !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._*".contains(&byte))
    };
    let needs = special(secrets.client_id.expose())
        || secrets
            .client_secret
            .as_ref()
            .is_some_and(|secret| special(secret.expose()));
    needs.then(|| match connection.basic_encoding {
        BasicEncoding::Form => Cause::new(
            "The client ID or secret has characters that are encoded before they are sent, and some servers do not decode them.",
            "Set the Basic encoding of this connection to raw, then validate again.",
        ),
        BasicEncoding::Raw => Cause::new(
            "The client ID or secret has characters that the standard wants encoded, and this connection sends them raw.",
            "Set the Basic encoding of this connection to form, then validate again.",
        ),
    })
}

fn other_authentication(attempt: &Attempt<'_>) -> Cause {
    let compare = format!(
        "Compare the sign-in method of the client in {} with that of this connection.",
        attempt.name()
    );
    let used = match attempt.subject.connection.client_authentication {
        ClientAuthentication::ClientSecretBasic => "the secret in the header",
        ClientAuthentication::ClientSecretPost => "the secret in the body",
        ClientAuthentication::PrivateKeyJwt | ClientAuthentication::ClientSecretJwt => {
            "a signed assertion"
        }
        ClientAuthentication::None => {
            return Cause::new(
                "The client has a secret, and this connection sends none.",
                compare,
            );
        }
    };
    Cause::new(
        format!("The client is set up for another sign-in method than {used}."),
        compare,
    )
}

/// The refusal is about the client and its credentials.
pub(super) fn rejects_client(refusal: &Quoted) -> bool {
    is(refusal, "invalid_client") || (refusal.status == Some(401) && !is(refusal, "invalid_scope"))
}

pub(super) fn is(refusal: &Quoted, error: &str) -> bool {
    refusal.error.as_deref() == Some(error)
}

#[cfg(test)]
mod tests;
