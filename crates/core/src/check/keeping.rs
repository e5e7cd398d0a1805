//! Whether the secrets that were used are the ones that are kept.

use super::report::{Cause, Check, CheckId};
use crate::connection::credentials::Credentials;
use crate::secret::Secret;
use crate::vault::{SecretDocument, SecretName, Vault, VaultDescription, VaultError};

/// Reads the stored secrets back, compares them with the ones `used` in this proof, and lets the
/// vault prove that it still keeps things. It may block for as long as a person looks at a prompt.
pub(super) fn check(
    vault: &dyn Vault,
    name: &SecretName,
    used: &SecretDocument,
    kept: &Kept,
) -> Check {
    let description = vault.description();
    let outcome = vault.read(name).and_then(|document| {
        let found = compare(document.as_ref(), used);
        // Asking a vault that lost the secrets whether it works would only blur the answer.
        if found == Found::Same {
            vault.probe()?;
        }
        Ok(found)
    });
    judge(&description, outcome, kept)
}

/// The failed check of a proof that has no secrets to work with.
pub(super) fn absent(vault: &VaultDescription, why: SecretsAbsent, kept: &Kept) -> Check {
    judge(
        vault,
        match why {
            SecretsAbsent::Missing => Ok(Found::Absent),
            SecretsAbsent::Vault(error) => Err(error),
        },
        kept,
    )
}

/// The connection keeps nothing in the vault.
pub(super) fn unneeded() -> Check {
    Check::skipped(
        CheckId::Vault,
        "This connection presents nothing, so there is nothing to keep in the vault.",
    )
}

/// What a connection keeps in the vault, by the names that people know.
pub(super) struct Kept {
    names: String,
    several: bool,
}

impl Kept {
    pub(super) fn of(credentials: &Credentials<'_>) -> Self {
        Self {
            names: credentials.in_a_sentence(),
            several: credentials.are_several(),
        }
    }

    fn enter_again(&self) -> String {
        let stored = if self.several { "they are" } else { "it is" };
        format!("Enter the {} again; {stored} then stored anew.", self.names)
    }
}

/// The thread that asked the vault ended without an answer.
pub(super) fn stopped() -> Check {
    Check::failed(CheckId::Vault, "The vault stopped without an answer.").because(Cause::new(
        "The system’s keychain ended while it was asked.",
        "Validate again. If it happens again, restart the keychain or log out and in.",
    ))
}

/// Why a proof has no secrets to work with.
#[derive(Debug)]
pub enum SecretsAbsent {
    /// The vault works and holds nothing for this connection.
    Missing,
    Vault(VaultError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Same,
    Different,
    Absent,
}

fn compare(kept: Option<&SecretDocument>, used: &SecretDocument) -> Found {
    let Some(kept) = kept else {
        return Found::Absent;
    };
    let same = same(Some(&kept.client_id), Some(&used.client_id))
        && same(kept.client_secret.as_ref(), used.client_secret.as_ref())
        && same(kept.private_key.as_ref(), used.private_key.as_ref());
    if same { Found::Same } else { Found::Different }
}

fn same(one: Option<&Secret>, other: Option<&Secret>) -> bool {
    one.map(Secret::expose) == other.map(Secret::expose)
}

fn judge(vault: &VaultDescription, outcome: Result<Found, VaultError>, kept: &Kept) -> Check {
    let check = match outcome {
        Ok(Found::Same) => Check::passed(
            CheckId::Vault,
            format!(
                "The {} used here {} kept in: {}.",
                kept.names,
                if kept.several { "are" } else { "is" },
                vault.name
            ),
        ),
        Ok(Found::Absent) => Check::failed(
            CheckId::Vault,
            format!(
                "The secrets of this connection are no longer in: {}.",
                vault.name
            ),
        )
        .because(Cause::new(
            "They were removed by another program, or this connection was saved with another vault or on another computer.",
            kept.enter_again(),
        )),
        Ok(Found::Different) => Check::failed(
            CheckId::Vault,
            "The stored secrets are not the ones this proof used.",
        )
        .because(Cause::new(
            "They were changed while the checks ran, perhaps in another Proofkey window.",
            "Validate again, so that the stored secrets are the ones that are proven.",
        )),
        Err(error) => refused(vault, &error, kept),
    };
    check
        .with("vault", &vault.name)
        .with("protection", &vault.protection)
}

fn refused(vault: &VaultDescription, error: &VaultError, kept: &Kept) -> Check {
    let (state, summary) = match error {
        VaultError::Locked => ("locked", format!("The vault is locked: {}.", vault.name)),
        VaultError::Denied => (
            "denied",
            format!("Access to the vault was denied: {}.", vault.name),
        ),
        VaultError::Unavailable { reason } => (
            "unavailable",
            format!("There is no vault to keep the secrets: {reason}."),
        ),
        VaultError::SealedFile { reason, .. } => (
            "unavailable",
            format!("The sealed vault is not available: {reason}."),
        ),
        VaultError::WrongKey => (
            "wrong_key",
            "The vault file does not open with this passphrase or identity.".to_owned(),
        ),
        VaultError::Corrupt { reason } => (
            "corrupt",
            format!("The vault returned something else than was stored: {reason}."),
        ),
        VaultError::TooLarge { bytes } => (
            "too_large",
            format!("The secrets are too large for this vault ({bytes} bytes)."),
        ),
    };
    Check::failed(CheckId::Vault, summary)
        .because(cause_of(error, kept))
        .with("state", state)
}

fn cause_of(error: &VaultError, kept: &Kept) -> Cause {
    match error {
        VaultError::Locked => Cause::new(
            "It was not unlocked in time, or nobody was there to unlock it.",
            "Unlock it and validate again. Nothing was changed.",
        ),
        VaultError::Denied => Cause::new(
            "The question whether Proofkey may use it was dismissed, or the system forbids it.",
            "Validate again and allow Proofkey to use it. Nothing was changed.",
        ),
        VaultError::Unavailable { .. } => Cause::new(
            "No keychain is running in this session, or it has no default collection.",
            "Start or install a keychain such as GNOME Keyring, or use a sealed file with --vault file:PATH.",
        ),
        VaultError::SealedFile { remedy, .. } => Cause::new(
            "It is not where it was named, or it may not be used.",
            *remedy,
        ),
        VaultError::WrongKey => Cause::new(
            "The passphrase was mistyped, or the file was made with another one.",
            "Enter the passphrase, or name the identity file, that this vault was made with.",
        ),
        VaultError::Corrupt { .. } => Cause::new(
            "The stored item was changed by another program, or its file is damaged.",
            format!("{} Nothing was overwritten.", kept.enter_again()),
        ),
        VaultError::TooLarge { .. } => Cause::new(
            "This platform's keychain limits the size of an item.",
            "Use a sealed file with --vault file:PATH for this connection.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::report::CheckStatus;

    fn description() -> VaultDescription {
        VaultDescription {
            name: "System keychain (Secret Service)".to_owned(),
            protection: "Unlocked with your login.".to_owned(),
        }
    }

    fn document(id: &str, secret: &str) -> SecretDocument {
        SecretDocument::new(
            Secret::new(id.to_owned()),
            Some(Secret::new(secret.to_owned())),
        )
    }

    #[test]
    fn what_is_kept_must_equal_what_was_used() {
        let used = document("id", "secret");
        assert_eq!(compare(None, &used), Found::Absent);
        assert_eq!(
            compare(Some(&document("id", "secret ")), &used),
            Found::Different
        );
        assert_eq!(
            compare(Some(&document("di", "secret")), &used),
            Found::Different
        );
        assert_eq!(compare(Some(&document("id", "secret")), &used), Found::Same);
    }

    #[test]
    fn locked_denied_absent_and_unavailable_are_told_apart() {
        let cases = [
            (Ok(Found::Same), CheckStatus::Passed, None),
            (Ok(Found::Absent), CheckStatus::Failed, None),
            (Ok(Found::Different), CheckStatus::Failed, None),
            (Err(VaultError::Locked), CheckStatus::Failed, Some("locked")),
            (Err(VaultError::Denied), CheckStatus::Failed, Some("denied")),
            (
                Err(VaultError::Unavailable {
                    reason: "no bus".to_owned(),
                }),
                CheckStatus::Failed,
                Some("unavailable"),
            ),
            (
                Err(VaultError::WrongKey),
                CheckStatus::Failed,
                Some("wrong_key"),
            ),
            (
                Err(VaultError::Corrupt {
                    reason: "not JSON".to_owned(),
                }),
                CheckStatus::Failed,
                Some("corrupt"),
            ),
            (
                Err(VaultError::TooLarge { bytes: 70_000 }),
                CheckStatus::Failed,
                Some("too_large"),
            ),
        ];
        let mut summaries = std::collections::BTreeSet::new();
        for (outcome, status, state) in cases {
            let kept = Kept {
                names: "client ID and secret".to_owned(),
                several: true,
            };
            let check = judge(&description(), outcome, &kept);
            assert_eq!(check.status, status);
            assert_eq!(check.evidence.get("state").map(String::as_str), state);
            assert_eq!(check.causes.is_empty(), status == CheckStatus::Passed);
            assert!(summaries.insert(check.summary));
        }
    }
}
