//! What Talkdesk needs to sign in, type by type.

use super::authentication::Authentication;
use super::{Page, line, text};
use crate::border::{SecretMember, SheetLine, SheetValue};
use crate::error::Problem;
use crate::provider::{self, Certainty, ClientAuthentication, ParameterUse};

impl Page<'_> {
    pub(super) fn credentials(&self) -> Result<Vec<SheetLine>, Problem> {
        Ok(match self.authentication {
            Authentication::None => Vec::new(),
            Authentication::HttpBasic => self.basic(),
            Authentication::ApiKey => vec![self.api_key()],
            Authentication::ClientCredentials | Authentication::ClientCredentialsWithScopes => {
                self.client_credentials()?
            }
            Authentication::ClientCredentialsWithKey => self.client_with_key()?,
            Authentication::AuthorizationCode => self.authorization_code(),
        })
    }

    /// RFC 7617, with what the provider puts on either side of the colon.
    fn basic(&self) -> Vec<SheetLine> {
        let file = self.provider.static_credentials.as_ref();
        let user = file.map_or("{identifier}", |file| &file.username);
        let word = file.map_or("{secret}", |file| &file.password);
        vec![
            self.part_of_basic("username", "User name", user, SecretMember::Username),
            self.part_of_basic("password", "Password", word, SecretMember::Password),
        ]
    }

    fn part_of_basic(&self, id: &str, name: &str, form: &str, member: SecretMember) -> SheetLine {
        let line = if form.contains('{') {
            self.secret(id, name, member, Certainty::Documented)
        } else {
            text(id, name, form, Certainty::Documented)
        };
        match self.put_together(form) {
            Some(note) => line.noting(&note),
            None => line,
        }
    }

    /// What the credential is called at the system, or how it is put together: "‹E-mail address›/token".
    fn put_together(&self, form: &str) -> Option<String> {
        let file = self.provider.static_credentials.as_ref()?;
        let identifier = file.identifier.as_ref().map_or("", |field| &field.label);
        let secret = &file.secret.label;
        Some(match form {
            "{identifier}" => format!("Called “{identifier}” there."),
            "{secret}" => format!("Called “{secret}” there."),
            fixed if !fixed.contains('{') => "It is always this word.".to_owned(),
            form => {
                let shown = form
                    .replace("{identifier}", &format!("‹{identifier}›"))
                    .replace("{secret}", &format!("‹{secret}›"));
                format!("Put together: {shown}.")
            }
        })
    }

    fn api_key(&self) -> SheetLine {
        let file = self.provider.static_credentials.as_ref();
        let name = file.map_or("API key", |file| &file.secret.label);
        self.secret("api_key", name, SecretMember::ApiKey, Certainty::Documented)
    }

    fn client_credentials(&self) -> Result<Vec<SheetLine>, Problem> {
        let mut lines = vec![self.token_address()];
        lines.extend(self.client(Certainty::Inferred));
        lines.extend(self.scopes_line(Certainty::Inferred, None));
        lines.extend(self.additional_parameters()?);
        Ok(lines)
    }

    /// Talkdesk's pages name the type and none of its fields (docs.talkdesk.com, "Configuring a custom
    /// connection"); what signing needs is the standard's (RFC 7523).
    fn client_with_key(&self) -> Result<Vec<SheetLine>, Problem> {
        let (id, key) = (SecretMember::ClientId, SecretMember::PrivateKey);
        let unsettled = Certainty::Unverified;
        let mut lines = vec![
            self.token_address(),
            self.secret("client_id", "Client ID", id, Certainty::Inferred),
            self.secret("private_key", "Private key", key, Certainty::Inferred)
                .noting(
                    "PKCS#8 as PEM. If it is refused, leave out the BEGIN and END lines: that is how \
                     Talkdesk writes keys itself.",
                ),
        ];
        if let Some(signing) = &self.connection.signing {
            let algorithm = signing.algorithm.name();
            lines.push(text("algorithm", "Algorithm", algorithm, unsettled));
            let key_id = signing.key_id.iter();
            lines.extend(key_id.map(|id| text("key_id", "Key ID (kid)", id, unsettled)));
        }
        lines.push(self.audience_of_assertions());
        lines.extend(self.scopes_line(unsettled, None));
        lines.extend(self.additional_parameters()?);
        Ok(lines)
    }

    fn audience_of_assertions(&self) -> SheetLine {
        let endpoints = &self.validated.endpoints;
        let audience = self.provider.client_assertion.audience_of(endpoints);
        let audience = audience.unwrap_or_default();
        text(
            "audience",
            "Audience (aud)",
            &audience,
            Certainty::Unverified,
        )
        .noting("What the signed assertion is addressed to.")
    }

    fn additional_parameters(&self) -> Result<Vec<SheetLine>, Problem> {
        let of = ParameterUse::ClientCredentials;
        let parameters = provider::request_parameters(self.provider, self.connection, of)?;
        let lines = parameters.iter().map(|(name, value)| {
            let id = format!("parameters.{name}");
            text(
                &id,
                &format!("Parameter {name}"),
                value,
                Certainty::Documented,
            )
            .labelled("Additional authentication parameters")
            .noting("A pair of name and value. Talkdesk keeps it encrypted.")
        });
        Ok(lines.collect())
    }

    fn authorization_code(&self) -> Vec<SheetLine> {
        let authorization = self.validated.endpoints.authorization.as_ref();
        let mut lines: Vec<SheetLine> = authorization
            .map(|url| {
                let name = "Authorization address";
                text(
                    "authorization_address",
                    name,
                    url.as_str(),
                    Certainty::Inferred,
                )
            })
            .into_iter()
            .collect();
        lines.push(self.token_address());
        lines.extend(self.client(Certainty::Documented));
        let unnamed = "Nobody says whether Talkdesk has a field for scopes with this type. Where it \
                       has none, the client at the system decides.";
        lines.extend(self.scopes_line(Certainty::Unverified, Some(unnamed)));
        lines
    }

    fn token_address(&self) -> SheetLine {
        let url = self.validated.endpoints.token.as_ref();
        let url = url.map_or("", |url| url.as_str());
        text("token_address", "Token address", url, Certainty::Inferred)
    }

    fn client(&self, certainty: Certainty) -> Vec<SheetLine> {
        let id = self.secret("client_id", "Client ID", SecretMember::ClientId, certainty);
        let without = match self.connection.client_authentication {
            ClientAuthentication::None => Some("has no secret"),
            ClientAuthentication::PrivateKeyJwt => {
                Some("signs with a private key and has no secret")
            }
            _ => None,
        };
        let secret = if let Some(without) = without {
            let hint = format!(
                "This client of {} {without}. Make one that has, for Talkdesk.",
                self.provider.name
            );
            let value = SheetValue::Ask { hint };
            line("client_secret", "Client secret", value, certainty)
        } else {
            let member = SecretMember::ClientSecret;
            self.secret("client_secret", "Client secret", member, certainty)
        };
        vec![id, secret]
    }

    fn scopes_line(&self, certainty: Certainty, note: Option<&str>) -> Option<SheetLine> {
        let scopes = provider::scopes(self.provider, self.connection);
        if scopes.is_empty() {
            return None;
        }
        let separator = self.provider.scopes.separator.as_str();
        let joined = scopes.join(separator);
        let line = text("scopes", "Scopes", &joined, certainty);
        let by_comma = (separator == ",").then(|| {
            format!(
                "{} separates them by a comma; the standard by a space.",
                self.provider.name
            )
        });
        let notes: Vec<&str> = note.into_iter().chain(by_comma.as_deref()).collect();
        Some(if notes.is_empty() {
            line
        } else {
            line.noting(&notes.join(" "))
        })
    }
}
