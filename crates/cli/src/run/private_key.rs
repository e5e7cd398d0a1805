//! A private key as the arguments give it: from a file of one's own, from standard input, or kept.

use proofkey_core::connection::SigningDraft;
use proofkey_core::proofkey::Proofkey;

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
        ..SigningDraft::default()
    })
}

/// Opens the key that is given, and asks for its passphrase when it needs one and `someone` is there to type
/// it.
pub(super) async fn open(
    proofkey: &Proofkey,
    signing: &mut SigningDraft,
    someone: bool,
) -> Result<(), Failure> {
    proofkey.open_key(signing).await?;
    if someone && signing.needs_passphrase() {
        signing.passphrase = Some(prompt::key_passphrase().await?);
        proofkey.open_key(signing).await?;
    }
    Ok(())
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
