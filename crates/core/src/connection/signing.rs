//! Which key of a client signs, and with what.

use std::sync::Arc;

use super::draft::{Finding, SigningDraft};
use super::rotation::Signing;
use crate::provider::{KeyOrigin, Provider, SigningAlgorithm};
use crate::secret::Secret;
use crate::signing_key::{KeyDefect, PublicKey, SigningKey};

/// The longest `kid` that is not surely something else.
const LONGEST_KEY_ID: usize = 256;

pub(crate) const PRIVATE_KEY: &str = "signing.private_key";
pub(crate) const KEPT_KEY: &str = "signing.kept_key";
pub(crate) const PASSPHRASE: &str = "signing.passphrase";
pub(crate) const KEY_ID: &str = "signing.key_id";
pub(crate) const ALGORITHM: &str = "signing.algorithm";
pub(crate) const PUBLIC_KEY: &str = "signing.public_key";

/// What came of opening a private key. It goes along with the draft, because opening an encrypted one takes
/// its time on purpose, and several steps look at the key.
#[derive(Clone, Default)]
pub struct OpenedKey(Option<Result<Arc<SigningKey>, KeyDefect>>);

impl SigningDraft {
    /// Opens the private key with its passphrase, unless that was done or none was given. For a thread that
    /// may block: an encrypted key can take a second.
    pub(crate) fn open(&mut self) {
        let opened = matches!(self.opened.0, Some(Ok(_))) || self.failed_for_good();
        if !opened {
            self.opened = OpenedKey(read(self));
        }
    }

    /// Whether the key is encrypted and its passphrase was not given. Known once the key was opened.
    pub fn needs_passphrase(&self) -> bool {
        matches!(&self.opened.0, Some(Err(defect)) if defect.needs_passphrase())
    }

    fn failed_for_good(&self) -> bool {
        matches!(&self.opened.0, Some(Err(defect)) if !defect.needs_passphrase())
    }
}

/// The key that was typed or read, opened with its passphrase; `None` when none was given.
pub(crate) fn given(draft: &SigningDraft) -> Option<Result<Arc<SigningKey>, Finding>> {
    let opened = draft.opened.0.clone().or_else(|| read(draft))?;
    Some(opened.map_err(at_its_field))
}

fn read(draft: &SigningDraft) -> Option<Result<Arc<SigningKey>, KeyDefect>> {
    let text = draft.private_key.as_ref().filter(|key| !key.is_empty())?;
    let passphrase = draft.passphrase.as_ref().filter(|one| !one.is_empty());
    Some(SigningKey::read(text, passphrase).map(Arc::new))
}

/// What `key` signs with at `provider` and under which id, as `draft` wants it; or all that is in the way.
///
/// `known` is the id that the key already has, from its JWK or from before.
pub(crate) fn settled(
    provider: &Provider,
    key: &SigningKey,
    draft: &SigningDraft,
    known: Option<&str>,
) -> Result<Signing, Vec<Finding>> {
    let mut findings = Vec::new();
    let algorithm = algorithm(provider, key, draft.algorithm)
        .map_err(|finding| findings.push(finding))
        .ok();
    let key_id = key_id(draft).or(known);
    findings.extend(missing_key_id(provider, key_id));
    findings.extend(other_public_key(key, draft));
    match algorithm {
        Some(algorithm) if findings.is_empty() => Ok(Signing {
            algorithm,
            key_id: key_id.map(str::to_owned),
            thumbprint: key.public().thumbprint(),
        }),
        _ => Err(findings),
    }
}

/// What can be said of the rest of a draft whose key is not looked at.
pub(crate) fn without_key(provider: &Provider, draft: &SigningDraft) -> Vec<Finding> {
    let mut findings: Vec<Finding> = draft
        .algorithm
        .and_then(|algorithm| not_offered(provider, algorithm))
        .into_iter()
        .collect();
    if let Some(public) = public_key(draft) {
        findings.extend(PublicKey::read(public).err().map(of_public_key));
    }
    findings
}

/// The `kid` as it was typed, without blanks around it; `None` when nothing was.
pub(crate) fn key_id(draft: &SigningDraft) -> Option<&str> {
    let typed = draft.key_id.as_deref().map(str::trim);
    typed.filter(|typed| !typed.is_empty())
}

/// It goes into the header of each assertion, so it is short and visible.
pub(crate) fn odd_key_id(draft: &SigningDraft) -> Option<Finding> {
    let typed = key_id(draft)?;
    let odd = typed.chars().count() > LONGEST_KEY_ID
        || typed
            .chars()
            .any(|c| c.is_control() || crate::wording::is_unseen(c));
    odd.then(|| {
        Finding::blocking(
            KEY_ID,
            "The key ID is very long, or holds a character that cannot be seen.",
            "Copy the key ID alone, as the page of the key shows it.",
        )
    })
}

/// Where the provider finds the key by its id alone.
pub(crate) fn missing_key_id(provider: &Provider, key_id: Option<&str>) -> Option<Finding> {
    (provider.client_assertion.key_id_required && key_id.is_none()).then(|| {
        Finding::blocking(
            KEY_ID,
            "The key ID is missing.",
            format!(
                "Enter the ID that {} shows for this key. It finds the key by it.",
                provider.name
            ),
        )
    })
}

/// A defect of the private key, at the field that can put it right.
pub(crate) fn at_its_field(defect: KeyDefect) -> Finding {
    let field = match defect {
        KeyDefect::PassphraseNeeded | KeyDefect::PassphraseWrong => PASSPHRASE,
        KeyDefect::WrongKind { .. } => ALGORITHM,
        KeyDefect::OtherPublicKey => PUBLIC_KEY,
        _ => PRIVATE_KEY,
    };
    defect.finding(field)
}

fn algorithm(
    provider: &Provider,
    key: &SigningKey,
    wanted: Option<SigningAlgorithm>,
) -> Result<SigningAlgorithm, Finding> {
    let offered = &provider.client_assertion.algorithms;
    let Some(wanted) = wanted else {
        return key.suggested(offered).ok_or_else(|| {
            Finding::blocking(
                PRIVATE_KEY,
                format!(
                    "{} cannot be used at {}, which takes {}.",
                    capitalized(&key.kind().to_string()),
                    provider.name,
                    names(offered)
                ),
                match provider.client_assertion.keys {
                    KeyOrigin::Issued => "Take the key that was handed out with this client.",
                    KeyOrigin::Registered => {
                        "Make a key pair for one of these, and register its public half."
                    }
                },
            )
        });
    };
    if let Some(finding) = not_offered(provider, wanted) {
        return Err(finding);
    }
    key.algorithm_fits(wanted).map_err(at_its_field)?;
    Ok(wanted)
}

fn not_offered(provider: &Provider, algorithm: SigningAlgorithm) -> Option<Finding> {
    let offered = &provider.client_assertion.algorithms;
    (!offered.contains(&algorithm)).then(|| {
        Finding::blocking(
            ALGORITHM,
            format!("{} does not take {}.", provider.name, algorithm.name()),
            format!("Choose {}.", names(offered)),
        )
    })
}

fn other_public_key(key: &SigningKey, draft: &SigningDraft) -> Option<Finding> {
    match PublicKey::read(public_key(draft)?) {
        Ok(public) => key.belongs_to(&public).err().map(at_its_field),
        Err(defect) => Some(of_public_key(defect)),
    }
}

fn public_key(draft: &SigningDraft) -> Option<&str> {
    let typed = draft.public_key.as_deref().map(str::trim);
    typed.filter(|typed| !typed.is_empty())
}

fn of_public_key(defect: KeyDefect) -> Finding {
    defect.finding(PUBLIC_KEY)
}

/// "ES256, ES384 or PS256".
fn names(algorithms: &[SigningAlgorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|one| one.name()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => "none".to_owned(),
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// RFC 7518 §3.2: a key for HS256 has at least the 32 bytes of the hash.
pub(crate) fn short_for_hmac(secret: &Secret) -> bool {
    secret.expose().len() < 32
}
