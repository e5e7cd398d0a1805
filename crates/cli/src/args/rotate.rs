//! `proofkey rotate ...`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::key::Signing;

/// The steps of a replacement, in their order.
#[derive(Subcommand)]
pub(crate) enum Rotate {
    /// Put new credentials beside the current ones, which go on working, and prove them
    Begin(Box<Begin>),
    /// Show what stands beside the current credentials, until when, and what can be done
    Status(Rotated),
    /// Prove the new credentials, without touching the current ones
    Prove(Rotated),
    /// Make the new credentials the current ones; the old ones are kept
    Switch(Rotated),
    /// Drop the new credentials, or go back to the old ones once they are proven anew
    Undo(Rotated),
    /// Forget the old credentials, once the provider refuses them
    Retire(Retire),
    /// Tell the provider that the new credentials are in use; it ends the old ones then
    Acknowledge {
        /// Name or id of the connection
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct Rotated {
    /// Name or id of the connection
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct Retire {
    /// Name or id of the connection
    pub(crate) name: String,
    /// Forget them although the provider was not asked, for one that is gone or tells nothing
    #[arg(long)]
    pub(crate) without_proof: bool,
    /// Which generation to forget without proof, when several stand beside the current one
    #[arg(long, value_name = "NUMBER", requires = "without_proof")]
    pub(crate) generation: Option<u32>,
    /// Do not ask
    #[arg(long, requires = "without_proof")]
    pub(crate) yes: bool,
}

#[derive(Args)]
pub(crate) struct Begin {
    /// Name or id of the connection
    pub(crate) name: String,
    /// The new client ID or user name, when it changes too
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the new client secret, password or key from standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Read the new client secret, password or key from a file
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret_stdin")]
    pub(crate) client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// Somebody else may have the old ones: there is no way back to them
    #[arg(long)]
    pub(crate) compromised: bool,
    /// Until when the provider takes the old ones, for example 2026-11-29T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) ends_at: Option<Timestamp>,
    /// Do not prove the new ones yet
    #[arg(long)]
    pub(crate) no_prove: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write date, time and zone, for example 2026-11-29T12:00:00Z".to_owned())
}
