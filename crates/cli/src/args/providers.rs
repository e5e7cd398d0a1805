//! `proofkey providers ...` and `proofkey detect`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum Providers {
    /// List the known providers
    List,
    /// Show one provider: what it asks, endpoints, scopes, steps
    Show {
        /// Provider id
        id: String,
    },
    /// Check a provider file and name every mistake with its line
    Check {
        /// The file
        file: PathBuf,
    },
}

#[derive(Args)]
pub(crate) struct Detect {
    /// Account name, or any address of the account
    pub(crate) account: String,
    /// Provider id
    #[arg(long, default_value = "talkdesk")]
    pub(crate) provider: String,
    /// Ask the practice Talkdesk instead
    #[arg(long)]
    pub(crate) practice: bool,
}
