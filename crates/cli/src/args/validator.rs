//! `proofkey validator ...`: the service that Talkdesk asks whether credentials work, and the laboratory
//! that tries such a service.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use proofkey_core::laboratory::Expected;

#[derive(Subcommand)]
pub(crate) enum Validator {
    /// Answer Talkdesk's question whether what a person typed works, until asked to end
    ///
    /// SIGHUP reads the configuration again without losing a request, SIGTERM answers what has begun for up
    /// to ten seconds. One line of JSON a request goes to standard error.
    Serve(ServeValidator),
    /// Send what Talkdesk sends to any authorization validator, and judge its answers point by point
    ///
    /// Exit status 1 when a point failed. With --suite, each secret is sent wrong five times: altered, left
    /// out, and as null, true and an object. A validator that asks its system each time may have the account
    /// locked, so use one that was made for it.
    Try(TryValidator),
}

#[derive(Args)]
pub(crate) struct ServeValidator {
    /// The configuration; docs/validator.md describes it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Say what the configuration does, or everything that is wrong with it, and start nothing
    #[arg(long)]
    pub(crate) check_config: bool,
}

#[derive(Args)]
pub(crate) struct TryValidator {
    /// Address of the validator: https, or http on this machine
    pub(crate) url: String,
    /// The fields of auth as JSON, {"username": "...", "password": "..."}; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) auth_file: PathBuf,
    /// The status that is right for these credentials
    #[arg(
        long,
        value_name = "STATUS",
        default_value = "200",
        conflicts_with = "suite"
    )]
    pub(crate) expect: Expect,
    /// Try every point of the contract; the credentials must be right ones
    #[arg(long)]
    pub(crate) suite: bool,
    /// A field that holds a secret, repeatable; without it, those whose names say so
    #[arg(id = "secret_field", long = "secret-field", value_name = "FIELD")]
    pub(crate) secret_fields: Vec<String>,
    /// Headers that the validator wants to see from Talkdesk, one a line: Authorization: Bearer ...
    #[arg(long, value_name = "FILE")]
    pub(crate) header_file: Option<PathBuf>,
    /// Certificate to show to a validator that asks for one, in PEM with its chain
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub(crate) client_certificate: Option<PathBuf>,
    /// Its private key in PEM, without a passphrase
    #[arg(long, value_name = "FILE", requires = "client_certificate")]
    pub(crate) client_key: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Expect {
    #[value(name = "200")]
    Accepted,
    #[value(name = "401")]
    Refused,
}

impl From<Expect> for Expected {
    fn from(expect: Expect) -> Self {
        match expect {
            Expect::Accepted => Self::Accepted,
            Expect::Refused => Self::Refused,
        }
    }
}
