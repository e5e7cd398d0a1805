//! What a call presents to the API, so that it is let in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

use crate::connection::Connection;
use crate::error::{Code, Problem};
use crate::oauth::is_header_safe;
use crate::provider::{Grant, Provider, StaticCredentials, TokenHeader, token_header};
use crate::secret::Secret;
use crate::vault::SecretDocument;

/// An access token, a key, a user name with its password, or nothing.
pub enum Presented<'a> {
    /// An access token in the header that the provider names (RFC 6750 §2.1).
    Token {
        header: &'a TokenHeader,
        token: &'a Secret,
    },
    /// A key in the header that the provider names.
    Key {
        header: &'a TokenHeader,
        key: &'a Secret,
    },
    /// HTTP Basic (RFC 7617), put together as the provider file says.
    Basic {
        username: Secret,
        password: Secret,
    },
    Nothing,
}

impl<'a> Presented<'a> {
    /// An access token of `connection` for the API of `provider`.
    pub fn token(provider: &'a Provider, connection: &Connection, token: &'a Secret) -> Self {
        Self::Token {
            header: token_header(provider, connection),
            token,
        }
    }

    /// What a connection without OAuth presents. `SecretMissing` when the document holds no secret, and
    /// `DraftInvalid` for a grant that has to ask for a token first.
    pub fn credentials(
        provider: &'a Provider,
        grant: Grant,
        secrets: &'a SecretDocument,
    ) -> Result<Self, Problem> {
        match grant {
            Grant::None => Ok(Self::Nothing),
            Grant::ApiKey => Ok(Self::Key {
                header: &provider.token_header,
                key: secrets.required_client_secret()?,
            }),
            Grant::HttpBasic => {
                let (username, password) = templates(provider.static_credentials.as_ref());
                let secret = secrets.required_client_secret()?;
                let filled = |template| filled(template, &secrets.client_id, secret);
                Ok(Self::Basic {
                    username: filled(username),
                    password: filled(password),
                })
            }
            Grant::ClientCredentials | Grant::AuthorizationCode => Err(Problem::new(
                Code::DraftInvalid,
                "A token has to be asked for first.",
                "Ask for a token, and present that.",
            )),
        }
    }

    /// The header that carries it, marked as sensitive; none for [`Presented::Nothing`]. The error says
    /// what keeps it from being sent.
    pub fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, &'static str> {
        match self {
            Self::Token { header, token } if is_header_safe(token.expose()) => {
                carried(header, token).map(Some)
            }
            Self::Token { .. } => Err("the token holds characters that a header cannot carry"),
            Self::Key { header, key } if is_field_value(key.expose()) => {
                carried(header, key).map(Some)
            }
            Self::Key { .. } => Err("the key holds characters that a header cannot carry"),
            Self::Basic { username, password } => basic(username, password).map(Some),
            Self::Nothing => Ok(None),
        }
    }

    /// Whether anything is presented that the API could refuse.
    pub fn is_something(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// What must never come back in a quotation of the server.
    pub fn withheld(&self) -> Vec<Secret> {
        match self {
            Self::Token { token: secret, .. } | Self::Key { key: secret, .. } => {
                vec![secret.duplicate()]
            }
            Self::Basic { username, password } => vec![
                Secret::new(STANDARD.encode(pair(username, password).as_bytes())),
                password.duplicate(),
                username.duplicate(),
            ],
            Self::Nothing => Vec::new(),
        }
    }
}

fn templates(fields: Option<&StaticCredentials>) -> (&str, &str) {
    fields.map_or(("{identifier}", "{secret}"), |fields| {
        (fields.username.as_str(), fields.password.as_str())
    })
}

/// The template with its two names replaced in one go: what stands in a value is never replaced again.
fn filled(template: &str, identifier: &Secret, secret: &Secret) -> Secret {
    let most = template.len() + identifier.expose().len() + secret.expose().len();
    // One allocation: a string that grows would leave copies behind.
    let mut text = String::with_capacity(most);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let (value, name) = if after.starts_with(IDENTIFIER) {
            (identifier.expose(), IDENTIFIER)
        } else if after.starts_with(SECRET) {
            (secret.expose(), SECRET)
        } else {
            ("{", "{")
        };
        text.push_str(value);
        rest = after.get(name.len()..).unwrap_or_default();
    }
    text.push_str(rest);
    Secret::new(text)
}

const IDENTIFIER: &str = "{identifier}";
const SECRET: &str = "{secret}";

fn carried(
    header: &TokenHeader,
    value: &Secret,
) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::try_from(header.name.as_str())
        .map_err(|_| "the provider's header name is not one")?;
    let text = Zeroizing::new(match header.scheme.as_str() {
        "" => value.expose().to_owned(),
        scheme => format!("{scheme} {}", value.expose()),
    });
    let value =
        HeaderValue::from_str(&text).map_err(|_| "the provider's header scheme is not one")?;
    Ok((name, sensitive(value)))
}

/// RFC 7617 §2: no colon in the user name, no control character in either, here as UTF-8.
fn basic(username: &Secret, password: &Secret) -> Result<(HeaderName, HeaderValue), &'static str> {
    if username.expose().contains(':') {
        return Err("the user name holds a colon, which HTTP Basic cannot carry");
    }
    let controls = |secret: &Secret| secret.expose().chars().any(char::is_control);
    if controls(username) || controls(password) {
        return Err("the user name or password holds a control character");
    }
    let encoded = Zeroizing::new(STANDARD.encode(pair(username, password).as_bytes()));
    let text = Zeroizing::new(format!("Basic {}", encoded.as_str()));
    let value = HeaderValue::from_str(&text).map_err(|_| "the header cannot be written")?;
    Ok((header::AUTHORIZATION, sensitive(value)))
}

fn pair(username: &Secret, password: &Secret) -> Zeroizing<String> {
    Zeroizing::new(format!("{}:{}", username.expose(), password.expose()))
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

/// RFC 9110 §5.5, without the blanks around it that a receiver would take off.
fn is_field_value(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

#[cfg(test)]
mod tests;
