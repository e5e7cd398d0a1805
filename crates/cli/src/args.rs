//! The command line's grammar. Secrets have no place in it: they come by prompt, standard input or
//! file (rule M3, J9).

#![expect(
    clippy::doc_markdown,
    reason = "comments on arguments are the help text, which has no Markdown"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication, Grant};

/// Sets up, proves and hands over OAuth connections.
///
/// Standard output is data, standard error is talk. Exit status: 0 done; 1 checked and found wanting;
/// 2 invalid input; 3 the other side refused; 4 network or file trouble; 5 vault trouble; 70 a bug in
/// Proofkey; 130 cancelled.
#[derive(Parser)]
#[command(
    name = "proofkey",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command accepts.
#[derive(Args)]
#[command(next_help_heading = "Options for every command")]
pub(crate) struct Global {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Where connections and settings are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) config_dir: Option<PathBuf>,
    /// Where secrets are kept: keychain, or file:PATH for a sealed file
    #[arg(
        long,
        global = true,
        value_name = "keychain|file:PATH",
        default_value = "keychain"
    )]
    pub(crate) vault: VaultChoice,
    /// Trust the certificate authorities in this PEM file as well
    #[arg(long, global = true, value_name = "PEM")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Connect to ADDR:PORT instead of HOST:PORT (as curl's; empty HOST or PORT means any)
    #[arg(long, global = true, value_name = "HOST:PORT:ADDR:PORT")]
    pub(crate) connect_to: Vec<String>,
    /// Append a log without secrets to this file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Say more; twice for most
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum VaultChoice {
    Keychain,
    SealedFile(PathBuf),
}

impl std::str::FromStr for VaultChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("file:") {
            Some("") => Err("name the file, for example file:/etc/proofkey/vault.age".to_owned()),
            Some(path) => Ok(Self::SealedFile(PathBuf::from(path))),
            None if text == "keychain" => Ok(Self::Keychain),
            None => Err(
                "use keychain or file:PATH, for example file:/etc/proofkey/vault.age".to_owned(),
            ),
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add, list, show, change, rename and remove connections
    #[command(subcommand)]
    Connection(Connection),
    /// Prove a connection stage by stage, print the report and keep it
    Validate(Validate),
    /// Print a valid access token, from the vault or fresh
    Token(Token),
    /// Write a proven connection as a config file
    Export(Export),
    /// Read a config file that Proofkey exported, as a new connection
    Import(Import),
    /// List, show and check providers
    #[command(subcommand)]
    Providers(Providers),
    /// Find the region in which an account exists; no secret is sent
    Detect(Detect),
    /// Start the practice Talkdesk on this machine and say how to connect to it
    Sandbox(Sandbox),
    /// Check this machine: folders, vault, connections, practice
    Doctor,
    /// Create a sealed vault file for machines without a keychain
    #[command(subcommand)]
    Vault(Vault),
    /// Write shell completions or man pages
    #[command(subcommand)]
    Generate(Generate),
}

#[derive(Subcommand)]
pub(crate) enum Connection {
    /// Add a connection; asks for the client secret without showing it, then proves the connection
    Add(Add),
    /// List all connections with their last proof
    List,
    /// Show one connection and its last report
    Show(Named),
    /// Change values of a connection; what is not named stays
    Edit(Edit),
    /// Give a connection another name
    Rename {
        /// Name or id of the connection
        name: String,
        /// The new name
        new_name: String,
    },
    /// Remove a connection and its secrets
    Remove {
        /// Name or id of the connection
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct Named {
    /// Name or id of the connection
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct Add {
    /// A name for the connection, for example "Support dashboards"
    pub(crate) name: String,
    /// Provider id; see "proofkey providers list"
    #[arg(long)]
    pub(crate) provider: String,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Connect to the practice Talkdesk of "proofkey sandbox"
    #[arg(long)]
    pub(crate) practice: bool,
    /// Save without proving
    #[arg(long)]
    pub(crate) no_validate: bool,
}

#[derive(Args)]
pub(crate) struct Edit {
    /// Name or id of the connection
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Ask for no scopes: the server grants what the client may have
    #[arg(long, conflicts_with = "scope")]
    pub(crate) no_scopes: bool,
    /// Ask for a new client secret
    #[arg(long, conflicts_with_all = ["client_secret_stdin", "client_secret_file"])]
    pub(crate) new_client_secret: bool,
    /// Save without proving
    #[arg(long)]
    pub(crate) no_validate: bool,
}

/// What can be given for a new connection and changed in an old one.
#[derive(Args)]
pub(crate) struct Values {
    /// A provider variable, for example --var account=acme --var region=us (or region=auto)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) var: Vec<String>,
    /// The client ID that the provider showed
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Read the client secret from a file
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret_stdin")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// A scope to ask for; repeat for more
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// How the connection obtains tokens
    #[arg(long, value_enum)]
    pub(crate) grant: Option<GrantName>,
    /// How the client proves who it is
    #[arg(long, value_enum)]
    pub(crate) auth: Option<AuthName>,
    /// How ID and secret are written in the Basic header
    #[arg(long, value_enum)]
    pub(crate) basic_encoding: Option<EncodingName>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum GrantName {
    ClientCredentials,
}

impl From<GrantName> for Grant {
    fn from(name: GrantName) -> Self {
        match name {
            GrantName::ClientCredentials => Self::ClientCredentials,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum AuthName {
    ClientSecretBasic,
    ClientSecretPost,
}

impl From<AuthName> for ClientAuthentication {
    fn from(name: AuthName) -> Self {
        match name {
            AuthName::ClientSecretBasic => Self::ClientSecretBasic,
            AuthName::ClientSecretPost => Self::ClientSecretPost,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum EncodingName {
    /// Form-encoded first, as RFC 6749 §2.3.1 says
    Form,
    /// As they are, for servers that never decode
    Raw,
}

impl From<EncodingName> for BasicEncoding {
    fn from(name: EncodingName) -> Self {
        match name {
            EncodingName::Form => Self::Form,
            EncodingName::Raw => Self::Raw,
        }
    }
}

#[derive(Args)]
pub(crate) struct Validate {
    /// Name or id of the connection
    #[arg(required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Prove every connection
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}

#[derive(Args)]
pub(crate) struct Token {
    /// Name or id of the connection
    pub(crate) name: String,
    /// Get a fresh token when the kept one lives shorter than this: 60s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_seconds)]
    pub(crate) min_ttl: u64,
}

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
    /// Write to this file (mode 0600) instead of standard output
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
}

impl From<FormatName> for ExportFormat {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Json => Self::Json,
            FormatName::Yaml => Self::Yaml,
            FormatName::Toml => Self::Toml,
            FormatName::Dotenv => Self::Dotenv,
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

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Listen on this port instead of a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Make an account misbehave: ACCOUNT=FAULT; "list" prints the faults
    #[arg(long, value_name = "ACCOUNT=FAULT")]
    pub(crate) fault: Vec<String>,
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

/// Reads "90", "90s", "5m" or "1h" as seconds.
fn parse_seconds(text: &str) -> Result<u64, String> {
    let wrong = || "use a number of seconds or a time such as 60s, 5m or 1h".to_owned();
    let (digits, factor) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1),
        Some(b'm') => (&text[..text.len() - 1], 60),
        Some(b'h') => (&text[..text.len() - 1], 3600),
        _ => (text, 1),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_are_read() {
        assert_eq!(parse_seconds("90"), Ok(90));
        assert_eq!(parse_seconds("5m"), Ok(300));
        assert!(parse_seconds("soon").is_err());
        assert!(parse_seconds("99999999999999999999h").is_err());
    }

    #[test]
    fn no_option_takes_a_secret_as_its_value() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let takes_value = argument.get_action().takes_values();
                let is_file = id.ends_with("_file");
                assert!(
                    !(id.contains("secret") && takes_value && !is_file && id != "secrets"),
                    "{id}"
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }
}
