//! What a trial presents to the system, by the names of the fields that hold it.

use super::auth::Auth;
use super::judgement::RefusedWhy;
use super::text::{TextTemplate, text_of};
use crate::probe::Presented;
use crate::provider::{BasicEncoding, ClientAuthentication, TokenHeader};

/// How credentials are shown.
pub(super) enum Presents {
    /// HTTP Basic (RFC 7617).
    Basic {
        username: TextTemplate,
        password: TextTemplate,
    },
    /// A key in a header.
    Key { header: TokenHeader, field: String },
    /// An access token in a header (RFC 6750 §2.1).
    Token { header: TokenHeader, field: String },
    /// A client that asks for a token (RFC 6749 §4.4).
    Client(ClientFields),
}

pub(super) struct ClientFields {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) authentication: ClientAuthentication,
    pub(super) basic_encoding: BasicEncoding,
}

impl Presents {
    /// What goes to the API with the call itself; nothing for a client, which asks for a token first.
    pub(super) fn with<'a>(&'a self, auth: &'a Auth) -> Result<Presented<'a>, RefusedWhy> {
        Ok(match self {
            Self::Basic { username, password } => Presented::Basic {
                username: username.filled(auth)?,
                password: password.filled(auth)?,
            },
            Self::Key { header, field } => Presented::Key {
                header,
                key: text_of(auth, field)?,
            },
            Self::Token { header, field } => Presented::Token {
                header,
                token: text_of(auth, field)?,
            },
            Self::Client(_) => Presented::Nothing,
        })
    }

    /// The fields that it takes, the one that names the caller first.
    pub(super) fn fields(&self) -> Vec<&str> {
        match self {
            Self::Basic { username, password } => {
                username.fields().chain(password.fields()).collect()
            }
            Self::Key { field, .. } | Self::Token { field, .. } => vec![field],
            Self::Client(client) => vec![&client.id, &client.secret],
        }
    }

    /// Whether it takes the field of that name.
    pub(super) fn takes(&self, name: &str) -> bool {
        match self {
            Self::Basic { username, password } => username
                .fields()
                .chain(password.fields())
                .any(|it| it == name),
            Self::Key { field, .. } | Self::Token { field, .. } => field == name,
            Self::Client(client) => client.id == name || client.secret == name,
        }
    }

    /// The header that it takes, where one is chosen for it.
    pub(super) fn header(&self) -> Option<&TokenHeader> {
        match self {
            Self::Key { header, .. } | Self::Token { header, .. } => Some(header),
            Self::Basic { .. } | Self::Client(_) => None,
        }
    }

    /// For people, in the middle of a sentence.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Basic { .. } => "user name and password, by HTTP Basic".to_owned(),
            Self::Key { header, .. } => format!("a key in the header {}", header.name),
            Self::Token { header, .. } => format!("an access token in the header {}", header.name),
            Self::Client(_) => "client ID and client secret, for a token".to_owned(),
        }
    }
}
