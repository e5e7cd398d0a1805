//! What a connection signs in with, by the names that its provider gives it.

use crate::provider::{ClientAuthentication, CredentialField, Grant, Provider};
use crate::wording::in_a_sentence;

/// The places for credentials, as far as a connection uses them. No connection uses all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// Of the provider, whose own words keep their capitals.
    pub(crate) name: &'a str,
    /// Kept in the place of the client ID.
    pub identifier: Option<Asked<'a>>,
    /// Kept in the place of the client secret.
    pub secret: Option<Asked<'a>>,
    /// The private key of a client that signs (RFC 7523 §2.2).
    pub key: Option<Asked<'a>>,
}

/// A credential as a form asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    pub label: &'a str,
    /// Where to find it, when the provider file says so.
    pub help: Option<&'a str>,
}

/// What `provider` asks for a connection of `grant`: client ID and secret for OAuth (a public client has
/// no secret, RFC 6749 §2.1, and one that signs has a private key in its place), the fields of `[static_credentials]` for user names, passwords and keys, and
/// nothing for [`Grant::None`].
pub fn credentials(
    provider: &Provider,
    grant: Grant,
    authentication: ClientAuthentication,
) -> Credentials<'_> {
    let fields = provider.static_credentials.as_ref();
    let (identifier, secret) = match (grant, fields) {
        (Grant::None, _) => (None, None),
        (Grant::HttpBasic, Some(fields)) => (
            fields.identifier.as_ref().map(Asked::from),
            Some(Asked::from(&fields.secret)),
        ),
        // A key stands in its header alone.
        (Grant::ApiKey, Some(fields)) => (None, Some(Asked::from(&fields.secret))),
        (Grant::HttpBasic, None) => (
            Some(Asked::named("User name")),
            Some(Asked::named("Password")),
        ),
        (Grant::ApiKey, None) => (None, Some(Asked::named("API key"))),
        (Grant::ClientCredentials | Grant::AuthorizationCode, _) => (
            Some(Asked::named("Client ID")),
            has_secret(authentication).then(|| Asked::named("Client secret")),
        ),
    };
    let signs = grant.is_oauth() && authentication == ClientAuthentication::PrivateKeyJwt;
    Credentials {
        name: &provider.name,
        identifier,
        secret,
        key: signs.then(|| Asked::named("Private key")),
    }
}

/// Whether a secret is presented. What an installation brought may be kept beside it, unused.
pub(crate) fn presents_secret(grant: Grant, authentication: ClientAuthentication) -> bool {
    !grant.is_oauth() || has_secret(authentication)
}

fn has_secret(authentication: ClientAuthentication) -> bool {
    match authentication {
        ClientAuthentication::ClientSecretBasic
        | ClientAuthentication::ClientSecretPost
        | ClientAuthentication::ClientSecretJwt => true,
        ClientAuthentication::PrivateKeyJwt | ClientAuthentication::None => false,
    }
}

impl Credentials<'_> {
    /// For the middle of a sentence: "client ID and secret", "API key", "user name and password".
    pub(crate) fn in_a_sentence(&self) -> String {
        match (self.identifier, self.secret.or(self.key)) {
            (Some(id), Some(secret)) if id.is_client_id() && secret.is_client_secret() => {
                "client ID and secret".to_owned()
            }
            (Some(first), Some(second)) => {
                format!(
                    "{} and {}",
                    first.in_a_sentence(self.name),
                    second.in_a_sentence(self.name)
                )
            }
            (Some(only), None) | (None, Some(only)) => only.in_a_sentence(self.name),
            (None, None) => "credentials".to_owned(),
        }
    }

    /// "are" or "is" in a sentence about them.
    pub(crate) fn are_several(&self) -> bool {
        self.identifier.is_some() && self.secret.or(self.key).is_some()
    }

    /// What stands in the place of the client secret, for the middle of a sentence.
    pub(crate) fn secret_in_a_sentence(&self) -> String {
        self.secret.or(self.key).map_or_else(
            || "client secret".to_owned(),
            |asked| asked.in_a_sentence(self.name),
        )
    }
}

impl<'a> Asked<'a> {
    fn named(label: &'a str) -> Self {
        Self { label, help: None }
    }

    fn is_client_id(self) -> bool {
        self.label == "Client ID"
    }

    fn is_client_secret(self) -> bool {
        self.label == "Client secret"
    }

    /// The standard's own name holds a capital and is no name of anybody.
    fn in_a_sentence(self, name: &str) -> String {
        if self.is_client_id() {
            return "client ID".to_owned();
        }
        in_a_sentence(self.label, name)
    }
}

impl<'a> From<&'a CredentialField> for Asked<'a> {
    fn from(field: &'a CredentialField) -> Self {
        Self {
            label: &field.label,
            help: (!field.help.is_empty()).then_some(field.help.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures;
    use crate::provider::StaticCredentials;

    fn phrase(identifier: Option<&str>, secret: &str, grant: Grant) -> String {
        let field = |label: &str| CredentialField {
            label: label.to_owned(),
            help: String::new(),
        };
        let mut provider = fixtures::provider();
        provider.static_credentials = Some(StaticCredentials {
            identifier: identifier.map(field),
            secret: field(secret),
            username: "{identifier}".to_owned(),
            password: "{secret}".to_owned(),
        });
        credentials(&provider, grant, ClientAuthentication::None).in_a_sentence()
    }

    #[test]
    fn labels_read_well_inside_a_sentence() {
        for (identifier, secret, said) in [
            (Some("User name"), "Password", "user name and password"),
            (
                Some("E-mail address"),
                "API token",
                "e-mail address and API token",
            ),
            (None, "API key", "API key"),
            (None, "Freshdesk API key", "Freshdesk API key"),
        ] {
            assert_eq!(phrase(identifier, secret, Grant::HttpBasic), said);
        }
        assert_eq!(phrase(None, "Key", Grant::None), "credentials");
        assert_eq!(phrase(None, "Key", Grant::AuthorizationCode), "client ID");
    }

    #[test]
    fn a_confidential_client_has_both_and_a_public_one_no_secret() {
        let provider = fixtures::provider();
        let of = |method| credentials(&provider, Grant::AuthorizationCode, method);
        let confidential = of(ClientAuthentication::ClientSecretPost);
        assert_eq!(confidential.in_a_sentence(), "client ID and secret");
        assert!(of(ClientAuthentication::None).secret.is_none());
    }

    #[test]
    fn a_client_that_signs_has_a_key_and_no_secret() {
        let provider = fixtures::provider();
        let of = |method| credentials(&provider, Grant::ClientCredentials, method);
        let signing = of(ClientAuthentication::PrivateKeyJwt);
        assert_eq!(signing.in_a_sentence(), "client ID and private key");
        assert_eq!(signing.secret_in_a_sentence(), "private key");
        assert!(signing.are_several() && signing.secret.is_none());
        assert!(of(ClientAuthentication::ClientSecretJwt).key.is_none());
    }
}
