//! `proofkey connection ...`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};

use super::key::Signing;

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
    /// Connect to the practice server of "proofkey sandbox"
    #[arg(long)]
    pub(crate) practice: bool,
    /// Go on to "proofkey authorize" when a person has to approve
    #[arg(long)]
    pub(crate) authorize: bool,
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
    /// Ask for a new client secret, password or key
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
    /// A further parameter of the request that signs in, for example --param audience=https://...; when
    /// editing, --param NAME= removes it
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) param: Vec<String>,
    /// The client ID that the provider showed, or the user name
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret, password or key from standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Read the client secret, password or key from a file
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret_stdin")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// A scope to ask for; repeat for more
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// How the connection signs in
    #[arg(long, value_enum)]
    pub(crate) grant: Option<GrantName>,
    /// How the client proves who it is; with a private key it is private_key_jwt
    #[arg(long, value_enum)]
    pub(crate) auth: Option<AuthName>,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// How ID and secret are written in the Basic header
    #[arg(long, value_enum)]
    pub(crate) basic_encoding: Option<EncodingName>,
    /// Ask for a service token that lives so long, where the provider issues such: 30d, 12h; "none" goes
    /// back to the usual tokens
    #[arg(long, value_name = "TIME", value_parser = parse_service_token)]
    pub(crate) service_token: Option<ServiceTokenWish>,
    /// Come back from the browser on this port of this machine; repeat for more to try in order
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Vec<u16>,
    /// Come back to this https address, and paste it: for providers that accept no address of this
    /// machine
    #[arg(long, value_name = "URI", conflicts_with = "port")]
    pub(crate) redirect_uri: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum GrantName {
    /// The client proves itself; nobody has to approve (RFC 6749 §4.4)
    ClientCredentials,
    /// A person logs in and approves in the browser (RFC 6749 §4.1)
    AuthorizationCode,
    /// A user name and password, or a key in their place, with every call (RFC 7617)
    HttpBasic,
    /// A key in a header of its own with every call
    ApiKey,
    /// Nothing is presented
    None,
    /// Not offered, and explained (RFC 9700 §2.4)
    Password,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum AuthName {
    ClientSecretBasic,
    ClientSecretPost,
    /// A private key signs each request (RFC 7523)
    PrivateKeyJwt,
    /// The client secret signs each request and is not sent itself (RFC 7523)
    ClientSecretJwt,
    /// A public client, which has no secret (RFC 6749 §2.1)
    None,
}

impl From<AuthName> for ClientAuthentication {
    fn from(name: AuthName) -> Self {
        match name {
            AuthName::ClientSecretBasic => Self::ClientSecretBasic,
            AuthName::ClientSecretPost => Self::ClientSecretPost,
            AuthName::PrivateKeyJwt => Self::PrivateKeyJwt,
            AuthName::ClientSecretJwt => Self::ClientSecretJwt,
            AuthName::None => Self::None,
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

/// How long a service token is to live, or that none is wanted.
#[derive(Clone, Copy)]
pub(crate) enum ServiceTokenWish {
    None,
    Seconds(u32),
}

fn parse_service_token(text: &str) -> Result<ServiceTokenWish, String> {
    if text == "none" {
        return Ok(ServiceTokenWish::None);
    }
    let seconds = match text.strip_suffix('d') {
        Some(days) => days
            .parse::<u64>()
            .ok()
            .and_then(|days| days.checked_mul(86_400)),
        None => super::proof::parse_seconds(text).ok(),
    };
    seconds
        .and_then(|seconds| u32::try_from(seconds).ok())
        .map(ServiceTokenWish::Seconds)
        .ok_or_else(|| "use a time such as 30d, or none".to_owned())
}
