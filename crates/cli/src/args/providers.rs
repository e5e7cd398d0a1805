//! `proofkey providers ...` and `proofkey detect`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum Providers {
    /// List the known providers
    List,
    /// Show one provider: what it asks, how it signs in, what ends when, and how sure each value is
    Show {
        /// Provider id
        id: String,
    },
    /// Check a provider file: name every mistake with its line, or show what it makes
    Check {
        /// The file
        file: PathBuf,
    },
    /// Make a provider of your own: from what an authorization server publishes of itself, on top of
    /// another provider, or from two addresses
    New(NewProvider),
    /// Print the JSON Schema of provider files, for an editor
    Schema,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["issuer", "from", "token_url"]))]
pub(crate) struct NewProvider {
    /// The server's issuer, or the address of its metadata
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// A provider that the new one extends: the file says only what differs
    #[arg(long, value_name = "PROVIDER", requires = "id")]
    pub(crate) from: Option<String>,
    /// Where tokens are issued, for a server that publishes nothing of itself
    #[arg(long, value_name = "URL", requires_all = ["id", "api_base"])]
    pub(crate) token_url: Option<String>,
    /// Where a person approves
    #[arg(long, value_name = "URL", requires = "token_url")]
    pub(crate) authorization_url: Option<String>,
    /// Where the API answers
    #[arg(long, value_name = "URL", requires = "token_url")]
    pub(crate) api_base: Option<String>,
    /// Id of the provider; without it, it is called after the issuer
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Take the place of a provider that has this id
    #[arg(long)]
    pub(crate) replace: bool,
    /// Look for the issuer at the practice server
    #[arg(long, requires = "issuer")]
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
