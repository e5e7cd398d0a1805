//! Which fields are the credentials, and how they are shown.

use super::{Bound, Review};
use crate::integration::file::{Field, FieldKind, FieldUse};
use crate::integration::presents::{ClientFields, Presents};
use crate::integration::text::TextTemplate;
use crate::provider::{ClientAuthentication, Grant, Provider};
use crate::wording::clean;

/// What a provider without a word of its own makes of user name and password.
const USUAL: (&str, &str) = ("{identifier}", "{secret}");

impl Review<'_> {
    /// The grant that is said, or that the fields fit. An access token is used whatever grant it comes
    /// from.
    pub(super) fn grant(&mut self, provider: &Provider) -> Option<Grant> {
        if let Some(grant) = self.file.grant {
            if provider.grants.contains(&grant) {
                return Some(grant);
            }
            let offered: Vec<&str> = provider.grants.iter().map(|&grant| grant.word()).collect();
            let remedy = match offered.as_slice() {
                [only] => format!("Write {only}, or leave grant out."),
                _ => format!("Write one of {}.", offered.join(", ")),
            };
            let summary = format!(
                "The provider {} has no grant {}.",
                provider.id,
                grant.word()
            );
            self.wrong("grant", summary, remedy);
            return None;
        }
        let has_token = self.credential(&FieldUse::AccessToken).is_some();
        let approved = provider.grants.contains(&Grant::AuthorizationCode);
        let first = provider.grants.first().copied();
        match (has_token, approved) {
            (true, true) => Some(Grant::AuthorizationCode),
            _ => first,
        }
    }

    pub(super) fn presents(
        &mut self,
        provider: &Provider,
        grant: Grant,
        bound: &mut Bound,
    ) -> Option<Presents> {
        let has_token = self.credential(&FieldUse::AccessToken).is_some();
        if grant.is_oauth() && has_token || grant == Grant::AuthorizationCode {
            let field = self.secret(FieldUse::AccessToken, provider, bound)?;
            let header = provider.token_header.clone();
            return Some(Presents::Token { header, field });
        }
        match grant {
            Grant::ClientCredentials => self.client(provider, bound),
            Grant::HttpBasic => self.basic(provider, bound),
            Grant::ApiKey => {
                let field = self.secret(FieldUse::Secret, provider, bound)?;
                let header = provider.token_header.clone();
                Some(Presents::Key { header, field })
            }
            Grant::AuthorizationCode | Grant::None => {
                self.asks_nothing(provider);
                None
            }
        }
    }

    pub(super) fn asks_nothing(&mut self, provider: &Provider) {
        let summary = format!(
            "{} asks for no credentials, so there are none to judge.",
            provider.name
        );
        self.wrong(
            "provider",
            summary,
            "Choose the provider that fits the credentials, or describe a call in [integration.upstream].",
        );
    }

    fn client(&mut self, provider: &Provider, bound: &mut Bound) -> Option<Presents> {
        let id = self.needed(FieldUse::ClientId, provider, bound);
        let secret = self.secret(FieldUse::ClientSecret, provider, bound);
        let authentication = self.client_authentication(provider);
        Some(Presents::Client(ClientFields {
            id: id?,
            secret: secret?,
            authentication: authentication?,
            basic_encoding: provider.basic_encoding,
        }))
    }

    /// Nobody sends a private key to be judged, and who has no secret has nothing to judge.
    fn client_authentication(&mut self, provider: &Provider) -> Option<ClientAuthentication> {
        let by_secret = |method: &ClientAuthentication| {
            !matches!(
                method,
                ClientAuthentication::PrivateKeyJwt | ClientAuthentication::None
            )
        };
        let usual = provider
            .client_authentication
            .iter()
            .copied()
            .find(by_secret);
        match (self.file.client_authentication, usual) {
            (Some(chosen), _) if by_secret(&chosen) => Some(chosen),
            (None, Some(usual)) => Some(usual),
            _ => {
                self.wrong(
                    "client_authentication",
                    "The client has to sign in with its secret, so that it can be judged.",
                    "Write client_secret_basic, client_secret_post or client_secret_jwt.",
                );
                None
            }
        }
    }

    fn basic(&mut self, provider: &Provider, bound: &mut Bound) -> Option<Presents> {
        let own = provider.static_credentials.as_ref();
        let (username, password) = own.map_or(USUAL, |own| (&own.username, &own.password));
        let asks = own.is_none_or(|own| own.identifier.is_some());
        let identifier = if asks {
            self.needed(FieldUse::Identifier, provider, bound)?
        } else {
            String::new()
        };
        let secret = self.secret(FieldUse::Secret, provider, bound)?;
        let made = |text: &str| {
            let template = TextTemplate::parse(text).ok()?;
            let template = template.renamed(|name| match name {
                "identifier" => identifier.clone(),
                _ => secret.clone(),
            });
            Some(template)
        };
        Some(Presents::Basic {
            username: made(username)?,
            password: made(password)?,
        })
    }

    /// A field that has to be of the kind secret, so that nothing shows or returns it.
    fn secret(&mut self, of: FieldUse, provider: &Provider, bound: &mut Bound) -> Option<String> {
        let name = self.needed(of, provider, bound)?;
        if self.kind(&name) == Some(FieldKind::Secret) {
            return Some(name);
        }
        self.wrong(
            format!("fields.{name}"),
            "This is a credential, and would be treated as something that anybody may see.",
            "Make it a field of the kind secret.",
        );
        None
    }

    fn needed(&mut self, of: FieldUse, provider: &Provider, bound: &mut Bound) -> Option<String> {
        let name = self
            .credential(&of)
            .or_else(|| self.only_one_left(&of, bound));
        let Some(name) = name else {
            self.lacking(&of, provider, bound);
            return None;
        };
        let place = format!("fields.{name}");
        let field = self.file.fields.get(&name)?;
        if matches!(field.kind, FieldKind::Integer | FieldKind::Boolean) {
            self.wrong(
                place,
                "A credential is text.",
                "Make it a field of the kind secret or string.",
            );
            return None;
        }
        if field.optional {
            self.wrong(
                place,
                "Without it, nothing can be tried.",
                "Remove optional from the field.",
            );
            return None;
        }
        bound.bind(&name, of);
        Some(name)
    }

    /// The field that is said to be for `of`, or is called so.
    fn credential(&self, of: &FieldUse) -> Option<String> {
        let said = |field: &Field| field.used_as.as_ref() == Some(of);
        let mut fields = self.file.fields.iter();
        if let Some((name, _)) = fields.find(|(_, field)| said(field)) {
            return Some(name.clone());
        }
        let field = self.file.fields.get(of.word())?;
        field.used_as.is_none().then(|| of.word().to_owned())
    }

    /// User names, passwords and keys have many names: one field of the kind that is left will be it. A
    /// client and a token are named, because they are easily taken for something else.
    fn only_one_left(&self, of: &FieldUse, bound: &Bound) -> Option<String> {
        let kind = match of {
            FieldUse::Identifier => FieldKind::String,
            FieldUse::Secret => FieldKind::Secret,
            _ => return None,
        };
        match self.left(kind, bound).as_slice() {
            [only] => Some((*only).to_owned()),
            _ => None,
        }
    }

    /// The fields of that kind that are for nothing yet.
    fn left(&self, kind: FieldKind, bound: &Bound) -> Vec<&str> {
        let fields = self.file.fields.iter();
        let left = fields.filter(|(name, field)| {
            field.kind == kind && field.used_as.is_none() && !bound.is_bound(name)
        });
        left.map(|(name, _)| name.as_str()).collect()
    }

    fn lacking(&mut self, of: &FieldUse, provider: &Provider, bound: &Bound) {
        let label = label(of, provider);
        let word = of.word();
        let (kind, spelt) = match of {
            FieldUse::Identifier | FieldUse::ClientId => (FieldKind::String, "string"),
            _ => (FieldKind::Secret, "secret"),
        };
        let left: Vec<String> = self
            .left(kind, bound)
            .iter()
            .map(|name| clean(name, 60))
            .collect();
        let (summary, remedy) = match left.as_slice() {
            [] => (
                format!("{label} is missing."),
                format!("Add a field for it: {word} = \"{spelt}\"."),
            ),
            [first, ..] => (
                if let [only] = left.as_slice() {
                    format!("{label} is missing. Nothing says that it is {only}.")
                } else {
                    format!(
                        "Nothing says which field is for {label}: it could be {}.",
                        left.join(" or ")
                    )
                },
                format!(
                    "Write {first} = {{ kind = \"{spelt}\", as = \"{word}\" }}, where that is the field."
                ),
            ),
        };
        self.wrong("fields", summary, remedy);
    }

    fn kind(&self, name: &str) -> Option<FieldKind> {
        self.file.fields.get(name).map(|field| field.kind)
    }
}

/// "The client ID", or the provider's own word for it.
fn label<'a>(of: &'a FieldUse, provider: &'a Provider) -> &'a str {
    let own = provider.static_credentials.as_ref();
    let own = own.and_then(|own| match of {
        FieldUse::Identifier => own.identifier.as_ref().map(|field| field.label.as_str()),
        FieldUse::Secret => Some(own.secret.label.as_str()),
        _ => None,
    });
    own.unwrap_or(match of {
        FieldUse::Identifier => "The user name",
        FieldUse::Secret => "The password or key",
        FieldUse::AccessToken => "The access token",
        FieldUse::ClientId => "The client ID",
        FieldUse::ClientSecret => "The client secret",
        FieldUse::Variable(name) => name,
    })
}
