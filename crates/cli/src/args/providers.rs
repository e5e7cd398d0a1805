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
    /// Make a provider of your own from what an authorization server publishes of itself
    New(NewProvider),
}

#[derive(Args)]
pub(crate) struct NewProvider {
    /// The server's issuer, or the address of its metadata
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// Id of the provider; without it, it is called after the server
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Take the place of a provider that has this id
    #[arg(long)]
    pub(crate) replace: bool,
    /// Look for the issuer at the practice server
    #[arg(long)]
    pub(crate) practice: bool,
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
