//! Grants, client authentication, and credentials of systems without an authorization server.

use super::super::fault::at;
use super::super::host;
use super::super::parameters::text_pieces;
use super::super::schema::{
    ClientAuthentication, ClientCredentialsGrant, CredentialField, Grant, ScopeUse,
    StaticCredentials, TokenHeader,
};
use super::super::template::Piece;
use super::{Path, Review};

/// Headers that belong to the connection itself (RFC 9110 §7, RFC 9112 §6).
pub(super) const FRAMING: [&str; 7] = [
    "connection",
    "content-length",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Review<'_> {
    pub(super) fn sign_in(&mut self) {
        let provider = self.provider;
        self.repeats("grants", &provider.grants);
        self.repeats("client_authentication", &provider.client_authentication);
        let lists = [
            ("grants", provider.grants.is_empty()),
            (
                "client_authentication",
                provider.client_authentication.is_empty(),
            ),
        ];
        for (key, empty) in lists {
            if empty && self.read(key) {
                self.fault(at![key], "The list is empty.", "Name at least one.");
            }
        }
        self.token_header();
        if self.read("grants") {
            self.client_authentication();
            self.client_credentials();
            self.static_credentials();
        }
    }

    pub(super) fn offers(&self, grant: Grant) -> bool {
        self.provider.grants.contains(&grant)
    }

    /// A part of the file that is for one grant: the grant is offered.
    pub(super) fn for_grant(&mut self, at: &Path, grant: Option<Grant>) {
        if self.read("grants") && grant.is_some_and(|grant| !self.offers(grant)) {
            self.fault(
                at.with("grant"),
                "This is for a grant that is not offered.",
                "Add it to grants, or correct its name.",
            );
        }
    }

    fn token_header(&mut self) {
        if !self.read("token_header") {
            return;
        }
        let header = &self.provider.token_header;
        self.presented_in(&at!["token_header"], header);
    }

    /// The header of a token, wherever a file describes one.
    pub(super) fn presented_in(&mut self, at: &Path, header: &TokenHeader) {
        if header.name.is_empty()
            || !header.name.bytes().all(is_header_byte)
            || is_one_of(&FRAMING, &header.name)
        {
            self.fault(
                at.with("name"),
                "This is not the name of a header.",
                "Usually it is authorization.",
            );
        }
        if !header.scheme.bytes().all(is_header_byte) {
            self.fault(
                at.with("scheme"),
                "This is not one word.",
                "Usually it is Bearer; leave it empty to send the token alone.",
            );
        }
    }

    /// RFC 6749 §4.4: the client credentials grant is for clients that can prove who they are.
    fn client_authentication(&mut self) {
        let ways = &self.provider.client_authentication;
        if ways.is_empty() || !self.read("client_authentication") {
            return;
        }
        let public_only = ways.iter().all(|way| *way == ClientAuthentication::None);
        if self.offers(Grant::ClientCredentials) && public_only {
            self.fault(
                at!["client_authentication"],
                "With client credentials, the client must prove who it is (RFC 6749 §4.4).",
                "Add client_secret_basic or client_secret_post.",
            );
        }
        let grants = &self.provider.grants;
        if !grants.is_empty() && !grants.iter().any(|grant| grant.is_oauth()) && !public_only {
            self.fault(
                at!["client_authentication"],
                "No offered grant has a client that could authenticate itself.",
                "Write client_authentication = [\"none\"].",
            );
        }
    }

    fn client_credentials(&mut self) {
        if !self.read("client_credentials") {
            return;
        }
        let rules = &self.provider.client_credentials;
        if !self.offers(Grant::ClientCredentials) {
            if *rules != ClientCredentialsGrant::default() {
                self.fault(
                    at!["client_credentials"],
                    "The section is about a grant that is not offered.",
                    "Add client_credentials to grants, or remove the section.",
                );
            }
            return;
        }
        self.parameters(&at!["client_credentials", "parameters"], &rules.parameters);
        let at = at!["client_credentials", "suggested_scopes"];
        if rules.scope == ScopeUse::Unsupported && !rules.suggested_scopes.is_empty() {
            self.fault(
                at.clone(),
                "Scopes are suggested, but none is sent.",
                "Remove the list, or write scope = \"optional\".",
            );
        }
        for (index, scope) in rules.suggested_scopes.iter().enumerate() {
            self.listed_scope(at.with(index), scope);
        }
    }

    fn static_credentials(&mut self) {
        if !self.read("static_credentials") {
            return;
        }
        let basic = self.offers(Grant::HttpBasic);
        let used = basic || self.offers(Grant::ApiKey);
        match &self.provider.static_credentials {
            None if used => self.fault(
                at!["static_credentials"],
                "The section that names the fields of the credentials is missing.",
                "Add [static_credentials] with secret = { label = \"...\", help = \"...\" }.",
            ),
            None => {}
            Some(_) if !used => self.fault(
                at!["static_credentials"],
                "The section is about a grant that is not offered.",
                "Add http_basic or api_key to grants, or remove the section.",
            ),
            Some(rules) => {
                let at = at!["static_credentials"];
                if let Some(identifier) = &rules.identifier {
                    self.credential(&at.with("identifier"), identifier);
                }
                self.credential(&at.with("secret"), &rules.secret);
                if basic {
                    self.basic_templates(rules);
                }
            }
        }
    }

    fn credential(&mut self, at: &Path, field: &CredentialField) {
        self.speaks(at.with("label"), &field.label);
        self.speaks(at.with("help"), &field.help);
    }

    /// What stands before and after the colon of HTTP Basic.
    fn basic_templates(&mut self, rules: &StaticCredentials) {
        let mut sent = false;
        for (key, text) in [("username", &rules.username), ("password", &rules.password)] {
            let at = at!["static_credentials", key];
            let pieces = text_pieces(text);
            let names: Vec<&str> = pieces.iter().flatten().filter_map(Piece::name).collect();
            sent |= names.contains(&"secret");
            if let Err(fault) = &pieces {
                self.fault(at, fault.as_str(), CREDENTIAL_NAMES);
            } else if let Some(name) = names
                .iter()
                .find(|name| !["identifier", "secret"].contains(name))
            {
                let summary = format!("There is no credential called {}.", host::shown(name));
                self.fault(at, summary, CREDENTIAL_NAMES);
            } else if names.contains(&"identifier") && rules.identifier.is_none() {
                self.fault(
                    at,
                    "{identifier} is used, but nobody is asked for one.",
                    "Add identifier = { label = \"User name\", help = \"...\" }, or write what stands \
                     in its place.",
                );
            } else if text.chars().any(char::is_control)
                || (key == "username" && text.contains(':'))
            {
                self.fault(
                    at,
                    "A colon ends the user name, and control characters are not sent (RFC 7617 §2).",
                    "Leave the character out.",
                );
            }
        }
        if !sent {
            self.fault(
                at!["static_credentials", "password"],
                "The secret is asked for and never sent.",
                "Use {secret} in username or password.",
            );
        }
    }
}

const CREDENTIAL_NAMES: &str = "The names are {identifier} and {secret}.";

/// RFC 9110 §5.6.2 `tchar`.
pub(super) fn is_header_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

pub(super) fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}
