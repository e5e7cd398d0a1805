//! `proofkey key ...`, and how a private key is given elsewhere.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use proofkey_core::provider::SigningAlgorithm;

/// What is given of a client that signs.
#[derive(Args)]
pub(crate) struct Signing {
    /// Read the private key from a file that only you may read, or from standard input with -: PEM, JWK,
    /// or Base64 without armour
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Read the passphrase of an encrypted private key from a file; it is asked for otherwise
    #[arg(long, value_name = "FILE", requires = "private_key_file")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Take a key that "proofkey key new" made; it goes over to the connection
    #[arg(long, value_name = "NAME", conflicts_with = "private_key_file")]
    pub(crate) key: Option<String>,
    /// The id by which the provider knows the key (kid)
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<String>,
    /// What the key signs with; suggested by the key when left out
    #[arg(long, visible_alias = "alg", value_enum)]
    pub(crate) algorithm: Option<AlgorithmName>,
    /// The public key that the provider has, to compare: PEM, JWK or Base64
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key_file: Option<PathBuf>,
}

impl Signing {
    /// Whether a key is given, in whatever way.
    pub(crate) fn names_a_key(&self) -> bool {
        self.private_key_file.is_some() || self.key.is_some()
    }

    /// Whether the key comes on standard input, where nobody can type then.
    pub(crate) fn takes_stdin(&self) -> bool {
        self.private_key_file.as_deref() == Some(Path::new("-"))
    }
}

#[derive(Subcommand)]
pub(crate) enum Key {
    /// Make a key pair: the private part stays in the vault, the public part is printed to be registered
    New(NewKey),
    /// List the keys that wait for a connection
    List,
    /// Print the public part of a kept key, or of the key of a connection
    Show {
        /// Name or id of the key, or of a connection that signs
        name: String,
        /// Print only this form of the public key, exactly
        #[arg(long, value_enum, value_name = "FORM")]
        public: Option<PublicForm>,
    },
    /// Remove a key that no connection took over
    Remove {
        /// Name or id of the key
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct NewKey {
    /// A name for the key, for example "Acme reports"
    #[arg(required_unless_present = "for_connection")]
    pub(crate) name: Option<String>,
    /// What the key is to sign with; where a connection is named, what its provider prefers
    #[arg(long, visible_alias = "alg", value_enum)]
    pub(crate) algorithm: Option<AlgorithmName>,
    /// The connection that is to take the key once its public part is registered
    #[arg(long = "for", value_name = "CONNECTION")]
    pub(crate) for_connection: Option<String>,
    /// The id to publish the key under (kid); its thumbprint (RFC 7638) when left out
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<String>,
    /// Print only this form of the public key, exactly
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) public: Option<PublicForm>,
}

/// A form of a public key that providers register.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PublicForm {
    /// JSON Web Key (RFC 7517)
    Jwk,
    /// JSON Web Key Set that holds the one key
    Jwks,
    /// "-----BEGIN PUBLIC KEY-----"
    Pem,
}

/// JWS algorithms (RFC 7518 section 3.1, RFC 8037).
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum AlgorithmName {
    #[value(name = "ES256")]
    Es256,
    #[value(name = "ES384")]
    Es384,
    #[value(name = "ES512")]
    Es512,
    #[value(name = "PS256")]
    Ps256,
    #[value(name = "PS384")]
    Ps384,
    #[value(name = "PS512")]
    Ps512,
    #[value(name = "RS256")]
    Rs256,
    #[value(name = "EdDSA")]
    EdDsa,
}

impl From<AlgorithmName> for SigningAlgorithm {
    fn from(name: AlgorithmName) -> Self {
        match name {
            AlgorithmName::Es256 => Self::Es256,
            AlgorithmName::Es384 => Self::Es384,
            AlgorithmName::Es512 => Self::Es512,
            AlgorithmName::Ps256 => Self::Ps256,
            AlgorithmName::Ps384 => Self::Ps384,
            AlgorithmName::Ps512 => Self::Ps512,
            AlgorithmName::Rs256 => Self::Rs256,
            AlgorithmName::EdDsa => Self::EdDsa,
        }
    }
}
