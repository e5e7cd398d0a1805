//! What may go wrong between a proven connection and Talkdesk, the gravest first.

use jiff::Timestamp;

use super::authentication::Authentication;
use super::{Page, base_path};
use crate::error::Problem;
use crate::provider::{
    self, BodyFormat, ClientAuthentication, ParameterUse, Pkce, request_parameters,
};
use crate::wording;

const WORKSPACE: &str = "Talkdesk says that this type does not work inside Talkdesk Workspace, and that \
    the person who sets it up must not open Workspace by default. The same page then tells to switch that \
    setting on, which contradicts it. If approving ends in Workspace, change “Activate Talkdesk Workspace” \
    for that person (Admin > Agents > the person > Talkdesk Workspace) and authorize again.";

impl Page<'_> {
    pub(super) fn doubts(&self, base_path: &str, now: Timestamp) -> Result<Vec<String>, Problem> {
        let mut doubts = Vec::new();
        if self.connection.practice {
            let practice = "This is practice: nothing here exists for Talkdesk. Set up the real \
                            connection before you fill in the form.";
            doubts.push(practice.to_owned());
        }
        doubts.extend(self.uncalled());
        doubts.extend(base_path::out_of_reach(base_path));
        doubts.extend(self.key_header());
        doubts.extend(self.of_approval()?);
        doubts.extend(self.token_header());
        doubts.extend(self.of_token_requests());
        if base_path.starts_with("http://") {
            let clear = "The base path begins with http://, so credentials travel unencrypted.";
            doubts.push(clear.to_owned());
        }
        doubts.extend(self.provider.custom_connection.notes.iter().cloned());
        doubts.extend(self.deadlines(now));
        Ok(doubts)
    }

    fn uncalled(&self) -> Option<String> {
        let name = &self.provider.name;
        if !base_path::was_called(self.validated) {
            return Some(format!(
                "The sign-in was proven, and no call of an API: nothing shows that the system behind \
                 {name} takes the token. Your first action in Talkdesk is that test."
            ));
        }
        base_path::is_sign_in_server(self.validated).then(|| {
            format!(
                "What was called is the sign-in server of {name}, which says whose the token is. Nothing \
                 shows that the system behind it takes the token: your first action in Talkdesk is that \
                 test."
            )
        })
    }

    fn key_header(&self) -> Option<String> {
        let header = &self.provider.token_header;
        let fits = header.name.eq_ignore_ascii_case("x-api-key") && header.scheme.is_empty();
        if self.authentication != Authentication::ApiKey || fits {
            return None;
        }
        Some(format!(
            "{} wants the key as “{}”. Talkdesk's type is called X-API-Key, and nobody says that it can \
             send another header: this will most likely not work.",
            self.provider.name,
            shown(&header.name, &header.scheme, "key"),
        ))
    }

    fn of_approval(&self) -> Result<Vec<String>, Problem> {
        let Some(code) = &self.provider.authorization_code else {
            return Ok(Vec::new());
        };
        if self.authentication != Authentication::AuthorizationCode {
            return Ok(Vec::new());
        }
        let name = &self.provider.name;
        let mut doubts = Vec::new();
        if self.connection.client_authentication == ClientAuthentication::PrivateKeyJwt {
            doubts.push(format!(
                "This connection signs with a private key, and Talkdesk documents no such type where a \
                 person approves. Make a client of {name} that has a secret, prove it here, and type that \
                 one in."
            ));
        }
        if self.connection.client_authentication == ClientAuthentication::None {
            doubts.push(format!(
                "This connection has no client secret, and Talkdesk asks for one. Make a client of {name} \
                 that has a secret, prove it here, and type that one in."
            ));
        }
        doubts.push(format!(
            "The redirect address that Proofkey used leads back to this computer and does not serve for \
             Talkdesk. Register Talkdesk's at {name} beside it, or make a second client."
        ));
        doubts.push(WORKSPACE.to_owned());
        if code.pkce == Pkce::Required {
            doubts.push(format!(
                "{name} wants PKCE (RFC 7636). Nobody says whether Talkdesk sends it; where it does not, \
                 approving is refused."
            ));
        }
        doubts.extend(self.unsendable_parameters()?);
        Ok(doubts)
    }

    /// Talkdesk's additional parameters are for client credentials only.
    fn unsendable_parameters(&self) -> Result<Option<String>, Problem> {
        let mut pairs = Vec::new();
        for (of, behind) in [
            (ParameterUse::Authorization, ""),
            (ParameterUse::Code, " (with the code)"),
            (ParameterUse::Refresh, " (with a refresh)"),
        ] {
            let sent = request_parameters(self.provider, self.connection, of)?;
            pairs.extend(
                sent.iter()
                    .map(|(name, value)| format!("{name}={value}{behind}")),
            );
        }
        Ok((!pairs.is_empty()).then(|| {
            format!(
                "Proofkey sent further parameters: {}. Talkdesk has no setting for them with this type. \
                 Try without; if it matters, try to put those of the approval behind a question mark of the \
                 authorization address. Nobody says whether Talkdesk keeps them there.",
                pairs.join(", ")
            )
        }))
    }

    fn token_header(&self) -> Option<String> {
        let header = &self.provider.token_header;
        let usual = header.name.eq_ignore_ascii_case("authorization")
            && header.scheme.eq_ignore_ascii_case("bearer");
        if !self.connection.grant.is_oauth() || usual {
            return None;
        }
        Some(format!(
            "{} wants the access token as “{}”. Nobody says that Talkdesk can send anything but \
             “authorization: Bearer token”: its actions may be refused.",
            self.provider.name,
            shown(&header.name, &header.scheme, "token"),
        ))
    }

    fn of_token_requests(&self) -> Vec<String> {
        if !self.connection.grant.is_oauth() {
            return Vec::new();
        }
        let name = &self.provider.name;
        let mut doubts = Vec::new();
        if self.connection.client_authentication == ClientAuthentication::ClientSecretJwt {
            doubts.push(format!(
                "This client of {name} signs with its secret instead of sending it. No type of Talkdesk \
                 says that it can: this will most likely not work."
            ));
        }
        if let Some(place) = self.only_place_of_the_secret() {
            doubts.push(format!(
                "{name} takes client ID and secret only {place}. Talkdesk does not say where it sends them."
            ));
        }
        if self.provider.body_format == BodyFormat::Json {
            doubts.push(format!(
                "{name} was asked for tokens in JSON. The standard has a form, and Talkdesk does not say \
                 what it sends."
            ));
        }
        let answer = &self.provider.token_response;
        let is_bearer = |word: &String| word.eq_ignore_ascii_case("bearer");
        if answer.without_token_type || !answer.token_types.iter().any(is_bearer) {
            doubts.push(format!(
                "{name} answers without the token type that the standard wants. Nobody says whether \
                 Talkdesk accepts that."
            ));
        }
        doubts
    }

    fn only_place_of_the_secret(&self) -> Option<&'static str> {
        let mut offered = self
            .provider
            .client_authentication
            .iter()
            .filter(|way| **way != ClientAuthentication::None);
        match (offered.next(), offered.next()) {
            (Some(ClientAuthentication::ClientSecretBasic), None) => {
                Some("in the header (HTTP Basic)")
            }
            (Some(ClientAuthentication::ClientSecretPost), None) => {
                Some("in the body of the token request")
            }
            _ => None,
        }
    }

    fn deadlines(&self, now: Timestamp) -> impl Iterator<Item = String> {
        let grant = self.connection.grant;
        provider::warnings(self.provider, now)
            .into_iter()
            .filter(move |warning| warning.grant.is_none_or(|of| of == grant))
            .map(|warning| {
                let from = warning.on.map_or_else(String::new, |on| {
                    let past = warning.days_left.is_some_and(|left| left < 0);
                    let from = if past { "Since" } else { "From" };
                    format!("{from} {}: ", wording::day(&on))
                });
                format!("{from}{} {}", warning.summary, warning.remedy)
            })
    }
}

/// "x-shopify-access-token: token".
fn shown(name: &str, scheme: &str, what: &str) -> String {
    if scheme.is_empty() {
        format!("{name}: {what}")
    } else {
        format!("{name}: {scheme} {what}")
    }
}
