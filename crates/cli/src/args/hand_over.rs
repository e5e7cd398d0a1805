//! `proofkey export` and `proofkey import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use proofkey_core::export::{ExportFormat, SecretsChoice};

#[derive(Args)]
pub(crate) struct Export {
    /// Name or id of the connection
    pub(crate) name: String,
    /// Format of the file
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: FormatName,
    /// Whether the file holds client ID and client secret, or says where they are kept
    #[arg(long, value_enum, default_value = "redacted")]
    pub(crate) secrets: SecretsName,
    /// For talkdesk-sheet: the redirect URL that Talkdesk shows for your region
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_url: Option<String>,
    /// For talkdesk-sheet: what the connection is for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Write to this file (mode 0600) instead of standard output; a sheet becomes HTML when its name ends in .html, and Markdown otherwise
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FormatName {
    Json,
    Yaml,
    Toml,
    Dotenv,
    /// What to type into a custom connection of Talkdesk; it holds no secret
    TalkdeskSheet,
}

impl FormatName {
    /// The format of a config file; `None` for the sheet, which people read.
    pub(crate) fn config_file(self) -> Option<ExportFormat> {
        match self {
            Self::Json => Some(ExportFormat::Json),
            Self::Yaml => Some(ExportFormat::Yaml),
            Self::Toml => Some(ExportFormat::Toml),
            Self::Dotenv => Some(ExportFormat::Dotenv),
            Self::TalkdeskSheet => None,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SecretsName {
    Redacted,
    Plain,
}

impl From<SecretsName> for SecretsChoice {
    fn from(name: SecretsName) -> Self {
        match name {
            SecretsName::Redacted => Self::Redacted,
            SecretsName::Plain => Self::Plain,
        }
    }
}

#[derive(Args)]
pub(crate) struct Import {
    /// The file, in the JSON form; - for standard input
    pub(crate) file: PathBuf,
    /// A name for the connection instead of the file's
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The client ID, when the file does not hold it
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from this file, when the config file does not hold it
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Accept these hosts of the file; each must be named
    #[arg(long, value_name = "HOST")]
    pub(crate) accept_host: Vec<String>,
    /// Save without proving
    #[arg(long)]
    pub(crate) no_validate: bool,
}
