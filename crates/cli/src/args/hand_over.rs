//! `proofkey export` and `proofkey import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use proofkey_core::export::{ExportFormat, SecretsChoice};

use super::key::Signing;

#[derive(Args)]
pub(crate) struct Export {
    /// Name or id of the connection
    pub(crate) name: String,
    /// What to write
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: FormatName,
    /// Whether the secrets are in it
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
    /// Write nothing: say whether this exported file, in any format, still carries the current proof
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "redirect_url", "description"])]
    pub(crate) check: Option<PathBuf>,
}

/// Files first, then what deployments and tools read.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FormatName {
    /// Config file with a schema; "proofkey import" reads it back
    Json,
    /// Config file for pipelines and charts
    Yaml,
    /// Config file for people who read it
    Toml,
    /// Variables for dotenv readers and shells
    Dotenv,
    /// Lines of "export NAME='value'", to be sourced by sh or bash
    Shell,
    /// Lines of NAME=value for "docker run --env-file"
    DockerEnv,
    /// Manifest for "kubectl apply"; only with --secrets plain
    KubernetesSecret,
    /// Environment to import into Postman
    Postman,
    /// What to type into the fields of a Nexla credential
    Nexla,
    /// Script for sh that asks for a token and calls the API with curl
    Curl,
    /// What to type into a custom connection of Talkdesk; it holds no secret
    TalkdeskSheet,
}

impl FormatName {
    /// The format of an export; `None` for the sheet, which people read.
    pub(crate) fn of_an_export(self) -> Option<ExportFormat> {
        match self {
            Self::Json => Some(ExportFormat::Json),
            Self::Yaml => Some(ExportFormat::Yaml),
            Self::Toml => Some(ExportFormat::Toml),
            Self::Dotenv => Some(ExportFormat::Dotenv),
            Self::Shell => Some(ExportFormat::Shell),
            Self::DockerEnv => Some(ExportFormat::DockerEnv),
            Self::KubernetesSecret => Some(ExportFormat::KubernetesSecret),
            Self::Postman => Some(ExportFormat::Postman),
            Self::Nexla => Some(ExportFormat::Nexla),
            Self::Curl => Some(ExportFormat::Curl),
            Self::TalkdeskSheet => None,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SecretsName {
    /// Left out; it says where they are kept
    Redacted,
    /// In plain text: whoever reads it can sign in
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
    /// The client ID or user name, when the file does not hold it
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret, password or key from this file, when the config file does not hold it
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// Accept these hosts of the file; each must be named
    #[arg(long, value_name = "HOST")]
    pub(crate) accept_host: Vec<String>,
    /// Accept these additional parameters of the file; each must be named with its value
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) accept_parameter: Vec<String>,
    /// Save without proving
    #[arg(long)]
    pub(crate) no_validate: bool,
}
