//! The command line's grammar. Secrets have no place in it: they come by prompt, standard input or
//! file (rule M3, J9).

#![expect(
    clippy::doc_markdown,
    reason = "comments on arguments are the help text, which has no Markdown"
)]

mod authorize;
mod call;
mod connection;
mod hand_over;
mod key;
mod machine;
mod proof;
mod providers;
mod rotate;
mod talkdesk;
mod validator;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use authorize::Authorize;
pub(crate) use call::Call;
pub(crate) use connection::{Add, Connection, Edit, GrantName, ServiceTokenWish, Values};
pub(crate) use hand_over::{Export, Import};
pub(crate) use key::{Key, NewKey, PublicForm, Signing};
pub(crate) use machine::{EmitEvent, Generate, RegisterKey, Sandbox, SandboxOrder, Vault};
pub(crate) use proof::{Token, Validate};
pub(crate) use providers::{Detect, NewProvider, Providers};
pub(crate) use rotate::{Begin, Retire, Rotate};
pub(crate) use talkdesk::{AnswerInstallation, Delivery, ImportEvent, Talkdesk};
pub(crate) use validator::{ServeValidator, TryValidator, Validator};

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
    /// Where connections, settings and provider files are kept
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
    /// Make key pairs for clients that sign, and print their public parts
    #[command(subcommand)]
    Key(Key),
    /// Have a person approve a connection in the browser, keep the tokens, then prove the connection
    Authorize(Authorize),
    /// Prove a connection stage by stage, print the report and keep it
    Validate(Validate),
    /// Print a valid access token, from the vault or fresh
    Token(Token),
    /// Ask the API of a connection; what it presents goes there and nowhere else
    ///
    /// The body of the answer goes to standard output, status and headers to standard error. A refused
    /// token is renewed once. A redirect is never followed. Exit status 3 unless the API answers 2xx.
    Call(Call),
    /// Replace the credentials of a connection without an outage, step by step
    #[command(subcommand)]
    Rotate(Rotate),
    /// Write a proven connection as a config file
    Export(Export),
    /// Read a config file that Proofkey exported, as a new connection
    Import(Import),
    /// List, show, check and make providers
    #[command(subcommand)]
    Providers(Providers),
    /// Find the region in which an account exists; no secret is sent
    Detect(Detect),
    /// Take in signed events of Talkdesk about an installed app, and answer its installation
    #[command(subcommand)]
    Talkdesk(Talkdesk),
    /// Serve the authorization validator that Talkdesk calls, or try any
    #[command(subcommand)]
    Validator(Validator),
    /// Start a practice Talkdesk, or another system, on this machine and say how to connect to it
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret_as_its_value() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let takes_value = argument.get_action().takes_values();
                // Where it is: in a file, or in which field of one.
                let is_place = id.ends_with("_file") || id.ends_with("_field");
                let hurts = ["secret", "passphrase", "private"];
                let is_secret = hurts.iter().any(|word| id.contains(word));
                assert!(
                    !(is_secret && takes_value && !is_place && id != "secrets"),
                    "{id}"
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }
}
