//! Why something is not a key to sign with, in one sentence each. No sentence quotes what was read.

use super::kind::{KeyKind, taken_by};
use crate::connection::Finding;
use crate::provider::SigningAlgorithm;

/// What is wrong with a key. Names in it come from tables of ours, never from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyDefect {
    Empty,
    TooLong,
    /// Neither PEM, JWK nor Base64 of DER.
    NotAKey,
    /// The armour begins and does not end, or the reverse.
    CutOff,
    Damaged,
    SeveralKeys,
    PublicInsteadOfPrivate,
    PrivateInsteadOfPublic,
    Certificate,
    Foreign {
        format: ForeignFormat,
    },
    /// A JWK of the type "oct".
    Symmetric,
    /// A JWK whose `use` or `key_ops` exclude signing.
    NotForSigning,
    UnsupportedKind {
        name: &'static str,
    },
    WeakRsa {
        bits: usize,
    },
    LargeRsa {
        bits: usize,
    },
    WeakCurve {
        name: &'static str,
    },
    /// `None` when we have no name for it.
    UnknownCurve {
        name: Option<&'static str>,
    },
    /// Its numbers do not belong together.
    Inconsistent,
    PassphraseNeeded,
    PassphraseWrong,
    /// Encrypted by something else than PBES2.
    EncryptionUnsupported,
    /// The file asks for more work than is reasonable.
    EncryptionTooCostly,
    WrongKind {
        algorithm: SigningAlgorithm,
        kind: KeyKind,
    },
    OtherPublicKey,
}

/// Formats of other worlds that hold keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignFormat {
    OpenSsh,
    OpenSshPublic,
    Putty,
    OpenPgp,
    Pkcs12,
}

impl KeyDefect {
    /// The passphrase has to be asked for.
    pub fn needs_passphrase(self) -> bool {
        self == Self::PassphraseNeeded
    }

    /// As a finding at `field` of a draft; it blocks.
    pub fn finding(self, field: &str) -> Finding {
        Finding::blocking(field, self.summary(), self.remedy())
    }

    /// What is wrong, in one sentence.
    pub fn summary(self) -> String {
        match self {
            Self::Empty => "The key is empty.".to_owned(),
            Self::TooLong => "This is far longer than a key.".to_owned(),
            Self::NotAKey => "This is not a key in a form that Proofkey knows.".to_owned(),
            Self::CutOff => "The key is cut off: its BEGIN or END line is missing.".to_owned(),
            Self::Damaged => "The key is damaged, so that it cannot be read.".to_owned(),
            Self::SeveralKeys => "There are several keys in it.".to_owned(),
            Self::PublicInsteadOfPrivate => {
                "This is the public key, not the private one.".to_owned()
            }
            Self::PrivateInsteadOfPublic => "This is a private key, not the public one.".to_owned(),
            Self::Certificate => "This is a certificate, not a key.".to_owned(),
            Self::Foreign { format } => format!("This is {}.", format.described()),
            Self::Symmetric => {
                "This is a shared secret (\"kty\": \"oct\"), not a key pair.".to_owned()
            }
            Self::NotForSigning => "The key says itself that it is not for signing.".to_owned(),
            Self::UnsupportedKind {
                name: "of an unknown kind",
            } => "The key is of a kind that no algorithm here signs with.".to_owned(),
            Self::UnsupportedKind { name } => {
                format!("This is a key for {name}, which no algorithm here signs with.")
            }
            Self::WeakRsa { bits } => format!("The RSA key has {bits} bits, which is too weak."),
            Self::LargeRsa { bits } => {
                format!("The RSA key has {bits} bits, more than the 8192 that can be used.")
            }
            Self::WeakCurve { name } => {
                format!("The key is on the curve {name}, which is too weak.")
            }
            Self::UnknownCurve { name: Some(name) } => {
                format!("The key is on the curve {name}, which no algorithm here signs with.")
            }
            Self::UnknownCurve { name: None } => {
                "The key is on a curve that no algorithm here signs with.".to_owned()
            }
            Self::Inconsistent => "The parts of the key do not belong together.".to_owned(),
            Self::PassphraseNeeded => "The key is protected by a passphrase.".to_owned(),
            Self::PassphraseWrong => "The passphrase does not open the key.".to_owned(),
            Self::EncryptionUnsupported => {
                "The key is protected in an old way that Proofkey does not read.".to_owned()
            }
            Self::EncryptionTooCostly => {
                "Opening the key would take more time or memory than is reasonable.".to_owned()
            }
            Self::WrongKind { algorithm, kind } => {
                format!("{} does not sign with {kind}.", algorithm.name())
            }
            Self::OtherPublicKey => "The private key does not belong to the public key.".to_owned(),
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> String {
        match self {
            Self::WeakRsa { .. } | Self::LargeRsa { .. } => {
                "Make a new key with 2048 to 4096 bits and register its public half.".to_owned()
            }
            Self::WeakCurve { .. }
            | Self::UnknownCurve { .. }
            | Self::UnsupportedKind { .. }
            | Self::Symmetric
            | Self::NotForSigning => {
                "Make a new key pair, on the curve P-256 for instance, and register its public half."
                    .to_owned()
            }
            Self::WrongKind { algorithm, .. } => format!(
                "Choose another algorithm, or give {}, as {} needs it.",
                taken_by(algorithm),
                algorithm.name()
            ),
            Self::Foreign { format } => format.remedy().to_owned(),
            Self::EncryptionUnsupported | Self::EncryptionTooCostly => {
                "Protect it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem"
                    .to_owned()
            }
            _ => self.plain_remedy().to_owned(),
        }
    }

    fn plain_remedy(self) -> &'static str {
        match self {
            Self::Empty => "Paste the key, or choose its file.",
            Self::CutOff => "Copy all of it, from the first line with BEGIN to the last with END.",
            Self::SeveralKeys => "Give a text or file that holds only the one to use.",
            Self::PublicInsteadOfPrivate => {
                "Give the private key that belongs to it; it says PRIVATE KEY in its first line."
            }
            Self::PrivateInsteadOfPublic => {
                "Give the public key here; it says PUBLIC KEY in its first line."
            }
            Self::Certificate => "Give the key that the certificate was made for.",
            Self::PassphraseNeeded => "Enter the passphrase of the key.",
            Self::PassphraseWrong => "Enter the passphrase again; upper and lower case count.",
            Self::Inconsistent | Self::Damaged => {
                "Copy it again from where it was first saved, or make a new key pair."
            }
            Self::OtherPublicKey => {
                "Give the two halves of one pair, or register the public half of this key."
            }
            _ => {
                "Give a private key as PEM, JWK or Base64, as the provider or the program that made it \
                 wrote it."
            }
        }
    }
}

impl ForeignFormat {
    /// By the first words of `text`.
    pub(super) fn recognized(text: &str) -> Option<Self> {
        const STARTS: [(&str, ForeignFormat); 7] = [
            ("PuTTY-User-Key-File", ForeignFormat::Putty),
            ("---- BEGIN SSH2", ForeignFormat::OpenSshPublic),
            ("ssh-rsa ", ForeignFormat::OpenSshPublic),
            ("ssh-dss ", ForeignFormat::OpenSshPublic),
            ("ssh-ed25519 ", ForeignFormat::OpenSshPublic),
            ("ecdsa-sha2-", ForeignFormat::OpenSshPublic),
            ("sk-", ForeignFormat::OpenSshPublic),
        ];
        let found = STARTS.iter().find(|one| text.starts_with(one.0));
        found.map(|one| one.1)
    }

    fn described(self) -> &'static str {
        match self {
            Self::OpenSsh => "a key in the format of OpenSSH",
            Self::OpenSshPublic => "a public key in the format of OpenSSH",
            Self::Putty => "a key in the format of PuTTY",
            Self::OpenPgp => "an OpenPGP key",
            Self::Pkcs12 => "a PKCS#12 file",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::OpenSsh => {
                "Change a copy of it: ssh-keygen -p -m PKCS8 -f copy-of-the-key, then give that copy."
            }
            Self::OpenSshPublic => "Give the private key that belongs to it, as PEM.",
            Self::Putty => {
                "Open it in PuTTYgen, export it in the format of OpenSSH, and convert that to PEM."
            }
            Self::OpenPgp => "Give a key that was made for signing tokens, as PEM or JWK.",
            Self::Pkcs12 => {
                "Take the key out of it: openssl pkcs12 -in file.p12 -nocerts -out key.pem"
            }
        }
    }
}
