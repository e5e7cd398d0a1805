//! A private key as the arguments give it: from a file of one's own, from standard input, or kept.

use proofkey_core::Secret;
use proofkey_core::connection::{ConnectionDraft, SigningDraft};
use proofkey_core::provider::ClientAuthentication;
use proofkey_core::signing_key::SigningKey;

use crate::args::Signing;
use crate::exit::Failure;
use crate::prompt;

/// Reads what is named; nothing is asked for yet.
pub(super) fn read(options: &Signing) -> Result<SigningDraft, Failure> {
    let private_key = match &options.private_key_file {
        Some(_) if options.takes_stdin() => Some(prompt::key_from_stdin()?),
        Some(path) => Some(prompt::key_from_file(path)?),
        None => None,
    };
    let passphrase = options.passphrase_file.as_deref();
    let public_key = options.public_key_file.as_deref();
    Ok(SigningDraft {
        private_key,
        kept_key: options.key.clone(),
        passphrase: passphrase.map(prompt::passphrase_from_file).transpose()?,
        key_id: options.key_id.clone(),
        algorithm: options.algorithm.map(Into::into),
        public_key: public_key.map(prompt::public_key_from_file).transpose()?,
    })
}

/// Asks for the passphrase of a key that needs one, when somebody is there to type it.
pub(super) async fn open(draft: &mut ConnectionDraft) -> Result<(), Failure> {
    if draft.client_authentication != ClientAuthentication::PrivateKeyJwt {
        return Ok(());
    }
    let signing = &mut draft.signing;
    if needs_passphrase(signing) && prompt::is_on_a_terminal() {
        signing.passphrase = Some(prompt::key_passphrase().await?);
    }
    Ok(())
}

pub(super) fn needs_passphrase(signing: &SigningDraft) -> bool {
    let key = signing
        .private_key
        .as_ref()
        .filter(|_| signing.passphrase.is_none());
    key.map(|key: &Secret| SigningKey::read(key, None))
        .and_then(Result::err)
        .is_some_and(proofkey_core::signing_key::KeyDefect::needs_passphrase)
}

/// What to type for each place of a key that a finding names.
pub(super) const OPTIONS: [(&str, &str); 5] = [
    (
        "signing.private_key",
        "Name its file with --private-key-file, or a key of “proofkey key new” with --key.",
    ),
    (
        "signing.passphrase",
        "Give it in a file with --passphrase-file.",
    ),
    ("signing.key_id", "Give it with --key-id."),
    ("signing.algorithm", "Give it with --algorithm."),
    (
        "signing.public_key",
        "Name its file with --public-key-file.",
    ),
];
