//! What is about this machine: `proofkey sandbox`, `vault` and `generate`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use proofkey_sandbox::{Curve, EventKind, Spoilt};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sandbox {
    #[command(subcommand)]
    pub(crate) order: Option<SandboxOrder>,
    /// Listen on this port instead of a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Make an account misbehave: ACCOUNT=FAULT; "list" prints the faults
    #[arg(long, value_name = "ACCOUNT=FAULT")]
    pub(crate) fault: Vec<String>,
    /// Play this system instead of Talkdesk; see "proofkey providers list"
    #[arg(long, value_name = "ID", conflicts_with = "fault")]
    pub(crate) provider: Option<String>,
    /// A variable of that system, for example --var subdomain=acme; the others take their examples
    #[arg(long, value_name = "NAME=VALUE", requires = "provider")]
    pub(crate) var: Vec<String>,
}

/// What is asked of the practice server that runs in another terminal, or in the window.
#[derive(Subcommand)]
pub(crate) enum SandboxOrder {
    /// Print the private key of a practice account; it is public
    Key {
        /// The account: wallace, omnicorp or tessier
        account: String,
    },
    /// Register a public key for the client of a practice account
    RegisterKey(RegisterKey),
    /// Have the practice Talkdesk send an event: two files, the body and its headers
    EmitEvent(EmitEvent),
    /// Take the events that requests to the API have caused
    TakeEvents {
        /// The folder for the files
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        out: PathBuf,
    },
    /// Sign the following events with another key
    RotateSignatureKey,
}

#[derive(Args)]
pub(crate) struct RegisterKey {
    /// A practice account; a system played with --provider has one client and looks at none
    pub(crate) account: String,
    /// The public key: JWK, PEM or its Base64
    pub(crate) file: PathBuf,
    /// What the key signs with: ES256, PS256, ...
    #[arg(long)]
    pub(crate) alg: String,
    /// The name of the key; a JWK may bring its own
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: Option<String>,
}

#[derive(Args)]
pub(crate) struct EmitEvent {
    /// app.installed, app.updated, app.uninstalled or app.credentials_rotated
    pub(crate) kind: EventKind,
    /// The practice account that it is about
    #[arg(long, default_value = "wallace")]
    pub(crate) account: String,
    /// The folder for the files
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Rotation: somebody else may have the old credentials, so they end at once
    #[arg(long)]
    pub(crate) compromised: bool,
    /// Rotation: only the secret and the key are new
    #[arg(long)]
    pub(crate) same_client_id: bool,
    /// Name some members as the tables of Talkdesk's documents do, and not as its samples
    #[arg(long)]
    pub(crate) other_names: bool,
    /// The curve of the key that signs
    #[arg(long, default_value = "P-256")]
    pub(crate) curve: Curve,
    /// What is to be wrong: signature, reserialized, truncated, unknown-key, other-curve, other-hash,
    /// raw-signature, foreign-root, look-alike-root, other-account or other-key
    #[arg(long, value_name = "HOW")]
    pub(crate) spoil: Option<Spoilt>,
}

#[derive(Subcommand)]
pub(crate) enum Vault {
    /// Create the sealed file named by --vault file:PATH
    Create {
        /// Seal it for this age identity file instead of a passphrase
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Say which vault is in use, what protects it and whether it works
    Status,
}

#[derive(Subcommand)]
pub(crate) enum Generate {
    /// Shell completions on standard output
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Man pages into a folder
    Man {
        /// An existing folder
        dir: PathBuf,
    },
}
