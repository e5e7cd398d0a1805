//! What is about this machine: `proofkey sandbox`, `vault` and `generate`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct Sandbox {
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
