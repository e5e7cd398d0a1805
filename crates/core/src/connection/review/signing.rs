//! What there is to say about the key of a client that signs.

use super::Kept;
use crate::connection::draft::{ConnectionDraft, Finding, Severity, SigningDraft};
use crate::connection::signing::{
    self, ALGORITHM, KEPT_KEY, KEY_ID, PASSPHRASE, PRIVATE_KEY, PUBLIC_KEY,
};
use crate::provider::{ClientAuthentication, KeyOrigin, Provider, resolve};
use crate::secret::Secret;

pub(super) fn findings(provider: &Provider, draft: &ConnectionDraft, kept: Kept) -> Vec<Finding> {
    let signs = draft.grant.is_oauth()
        && draft.client_authentication == ClientAuthentication::PrivateKeyJwt;
    let mut findings = Vec::new();
    if signs {
        findings.extend(signing::odd_key_id(&draft.signing));
        findings.extend(of_key(provider, &draft.signing, kept));
    } else {
        findings.extend(unused(&draft.signing));
        findings.extend(short_secret(draft));
    }
    findings.extend(audience_is_a_guess(provider, draft));
    findings
}

/// Rule D5 wants the issuer in `aud`. What takes its place is not taken in silence.
fn audience_is_a_guess(provider: &Provider, draft: &ConnectionDraft) -> Option<Finding> {
    let signs = draft.grant.is_oauth() && draft.client_authentication.is_signed();
    let endpoints = resolve(provider, &draft.variables).ok().filter(|_| signs)?;
    let rules = &provider.client_assertion;
    rules.issuer_is_unknown(&endpoints).then(|| {
        Finding::new(
            Severity::Note,
            "client_authentication",
            format!(
                "No issuer of {} is known, so what the client signs is addressed to the token endpoint.",
                provider.name
            ),
            "Most servers take that. If this one publishes an issuer address and refuses the client, set the \
             connection up with that address.",
        )
    })
}

fn of_key(provider: &Provider, draft: &SigningDraft, kept: Kept) -> Vec<Finding> {
    let mut findings = Vec::new();
    match (signing::given(draft), &draft.kept_key) {
        (Some(_), Some(_)) => findings.push(Finding::blocking(
            KEPT_KEY,
            "Two keys are given.",
            "Take the one that Proofkey keeps, or the one that you enter, not both.",
        )),
        (Some(Ok(key)), None) => {
            let settled = signing::settled(provider, &key, draft, key.key_id());
            findings.extend(settled.err().into_iter().flatten());
        }
        (Some(Err(finding)), None) => {
            findings.push(finding);
            findings.extend(signing::without_key(provider, draft));
            // A JWK that cannot be opened may name its key.
            if draft.passphrase.is_some() {
                findings.extend(signing::missing_key_id(provider, signing::key_id(draft)));
            }
        }
        (None, None) if !kept.key || draft.private_key.is_some() => {
            findings.push(missing(provider));
            findings.extend(signing::without_key(provider, draft));
            findings.extend(signing::missing_key_id(provider, signing::key_id(draft)));
        }
        // Its own id and algorithm are looked at with the key itself.
        (None, _) => findings.extend(signing::without_key(provider, draft)),
    }
    findings
}

fn missing(provider: &Provider) -> Finding {
    let name = &provider.name;
    let remedy = match provider.client_assertion.keys {
        KeyOrigin::Issued => format!("Enter the key that {name} handed out with this client."),
        KeyOrigin::Registered => format!(
            "Enter the key that belongs to this client of {name}, or have Proofkey make a pair and \
             register its public half."
        ),
    };
    Finding::blocking(PRIVATE_KEY, "The private key is missing.", remedy)
}

/// Stored, it would look as if it were used.
fn unused(draft: &SigningDraft) -> impl Iterator<Item = Finding> {
    let filled = |secret: &Option<Secret>| secret.as_ref().is_some_and(|one| !one.is_empty());
    let given = [
        (PRIVATE_KEY, filled(&draft.private_key)),
        (KEPT_KEY, draft.kept_key.is_some()),
        (PASSPHRASE, filled(&draft.passphrase)),
        (KEY_ID, signing::key_id(draft).is_some()),
        (ALGORITHM, draft.algorithm.is_some()),
        (PUBLIC_KEY, draft.public_key.is_some()),
    ];
    given
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(field, _)| {
            Finding::blocking(
                field,
                "This client does not sign with a key, so this would not be used.",
                "Choose private_key_jwt, or leave this out.",
            )
        })
}

fn short_secret(draft: &ConnectionDraft) -> Option<Finding> {
    let signs = draft.grant.is_oauth()
        && draft.client_authentication == ClientAuthentication::ClientSecretJwt;
    let secret = draft.client_secret.as_ref().filter(|one| !one.is_empty())?;
    (signs && signing::short_for_hmac(secret)).then(|| {
        Finding::new(
            Severity::Warning,
            "client_secret",
            "It is shorter than the 32 bytes that signing with it needs (RFC 7518 §3.2).",
            "Compare it with the page of the client. A server may refuse what it signs.",
        )
    })
}
