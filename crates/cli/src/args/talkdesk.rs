//! `proofkey talkdesk ...`: what only Talkdesk's apps need.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use proofkey_core::connection::InstallationState;

#[derive(Subcommand)]
pub(crate) enum Talkdesk {
    /// Make a connection of an app.installed event, or keep the new credentials of app.credentials_rotated; the signature comes first
    ImportEvent(ImportEvent),
    /// Say who signed an event; exit status 1 when nobody can be named
    VerifyEvent(Delivery),
    /// Approve or reject the installation that a connection was made of
    Installation(AnswerInstallation),
}

/// An event as it was received.
#[derive(Args)]
pub(crate) struct Delivery {
    /// The body, byte for byte as it was delivered; - for standard input
    pub(crate) file: PathBuf,
    /// A header of the delivery, X-Hub-Ecdsa-Signature or X-Hub-Ecdsa-Signature-Id; others are left aside
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// All headers of the delivery, one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) headers_file: Option<PathBuf>,
    /// Provider id, for a provider file of your own
    #[arg(long, value_name = "ID", default_value = "talkdesk")]
    pub(crate) provider: String,
    /// The event comes from the practice server of "proofkey sandbox"
    #[arg(long)]
    pub(crate) practice: bool,
}

#[derive(Args)]
pub(crate) struct ImportEvent {
    #[command(flatten)]
    pub(crate) delivery: Delivery,
    /// A name for the new connection
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Refuse an event of any other account; left out, it is asked for on a terminal
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Scope to ask for, repeatable; without it, everything that the app was granted
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// Take an event that came without a signature: nobody can say who sent it
    #[arg(long)]
    pub(crate) unsigned: bool,
    /// Of new credentials: the old ones ended at once, because somebody else may have them
    #[arg(long)]
    pub(crate) compromised: bool,
    /// Save without proving
    #[arg(long)]
    pub(crate) no_validate: bool,
}

#[derive(Args)]
pub(crate) struct AnswerInstallation {
    /// Name or id of the connection
    pub(crate) name: String,
    /// What to say to it; it cannot be taken back here
    #[arg(value_enum)]
    pub(crate) answer: Answer,
    /// Shown to the customer
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Answer {
    Approve,
    Reject,
}

impl From<Answer> for InstallationState {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Approve => Self::Approve,
            Answer::Reject => Self::Reject,
        }
    }
}
