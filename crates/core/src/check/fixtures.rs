//! A small provider and a connection to it, for the tests of this room.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Subject;
use super::region::Elsewhere;
use super::report::Check;
use super::terms::Terms;
use super::token::{self, Attempt};
use super::transport::Surroundings;
use crate::border::RegionSighting;
use crate::connection::{Connection, ConnectionId, Finding};
use crate::error::Quoted;
use crate::oauth::{TokenError, TokenErrorKind};
use crate::provider::{BasicEncoding, ClientAuthentication, Grant, Provider};
use crate::secret::Secret;
use crate::vault::{Generation, SecretDocument};

pub(crate) fn provider() -> Provider {
    serde_json::from_value(serde_json::json!({
        "schema": 1,
        "id": "talkdesk",
        "name": "Talkdesk",
        "summary": "Contact centre",
        "category": "Contact centre",
        "as_of": "2026-11",
        "variables": [
            { "name": "account", "label": "Account", "help": "h", "example": "acme", "kind": "host_label" },
            { "name": "region", "label": "Region", "help": "h", "example": "us", "kind": "region" }
        ],
        "regions": [
            { "id": "us", "label": "United States (US)", "certainty": "documented",
              "values": { "id_host": "talkdeskid.com", "api_base": "https://api.talkdeskapp.com" } },
            { "id": "eu", "label": "Europe (EU)", "certainty": "documented",
              "values": { "id_host": "talkdeskid.eu", "api_base": "https://api.talkdeskapp.eu" } }
        ],
        "detection": { "url": "https://{account}.{id_host}/oauth/2023-10/certs", "found_status": [200],
            "found_member": "keys", "absent_status": [404], "certainty": "inferred" },
        "endpoints": { "token": "https://{account}.{id_host}/oauth/token", "api_base": "{api_base}" },
        "grants": ["client_credentials"],
        "client_authentication": ["client_secret_basic", "client_secret_post"],
        "token_header": { "name": "authorization", "scheme": "Bearer" },
        "scopes": { "separator": " ", "free_text": true, "entries": [
            { "name": "account:read", "group": "General" },
            { "name": "users:read", "group": "General" }
        ] },
        "probes": [
            { "path": "/account", "scope": "account:read", "success_status": [200],
              "matches": { "pointer": "/name", "variable": "account" },
              "proves": "the account answers by its own name", "certainty": "documented" },
            { "path": "/users?per_page=1", "scope": "users:read", "success_status": [200],
              "proves": "the API accepts the token", "certainty": "documented" }
        ],
        "guide": [],
        "lifetimes": { "access_token_seconds": 599, "scope_activation_seconds": 300 }
    }))
    .expect("a provider")
}

pub(crate) fn connection() -> Connection {
    Connection {
        version: 1,
        id: ConnectionId::from_name("acme"),
        name: "Support dashboards".to_owned(),
        provider: "talkdesk".to_owned(),
        grant: Grant::ClientCredentials,
        client_authentication: ClientAuthentication::ClientSecretBasic,
        basic_encoding: BasicEncoding::Form,
        scopes: vec!["account:read".to_owned(), "users:read".to_owned()],
        practice: false,
        redirect: None,
        created_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        secrets: Generation::FIRST,
        parameters: BTreeMap::new(),
        signing: None,
        service_token: None,
        service_token_ends_at: None,
        installation: None,
        generations: Vec::new(),
        newest_generation: None,
        destinations: Vec::new(),
        variables: BTreeMap::from([
            ("account".to_owned(), "acme".to_owned()),
            ("region".to_owned(), "us".to_owned()),
        ]),
    }
}

pub(super) fn secrets() -> SecretDocument {
    SecretDocument::new(
        Secret::new("7b52e1c0a94f4d0bb2f6f5e8d1c3a907".to_owned()),
        Some(Secret::new("kY8wQm2ZrT5vN1xC7bL4".to_owned())),
    )
}

/// The words of a refusal.
pub(super) const REFUSED: &str = "Client authentication failed";

/// A token request that did not give a token, with everything known around it.
pub(super) struct Case {
    pub provider: Provider,
    pub connection: Connection,
    pub secrets: SecretDocument,
    pub findings: Vec<Finding>,
    pub sightings: Vec<RegionSighting>,
    pub swapped: bool,
    pub refused_without_scopes: bool,
    pub clock_skew_seconds: Option<i64>,
    pub clock_corrected: bool,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            provider: provider(),
            connection: connection(),
            secrets: secrets(),
            findings: Vec::new(),
            sightings: Vec::new(),
            swapped: false,
            refused_without_scopes: false,
            clock_skew_seconds: None,
            clock_corrected: false,
        }
    }
}

impl Case {
    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            provider: &self.provider,
            connection: &self.connection,
        }
    }

    pub(super) fn judged(&self, status: u16, error: &str) -> Check {
        self.judged_words(Quoted {
            status: Some(status),
            error: Some(error.to_owned()),
            description: Some(REFUSED.to_owned()),
        })
    }

    pub(super) fn judged_words(&self, words: Quoted) -> Check {
        let status = words.status;
        self.judged_kind(TokenErrorKind::Refused(Box::new(words)), status)
    }

    pub(super) fn judged_kind(&self, kind: TokenErrorKind, status: Option<u16>) -> Check {
        let subject = Subject {
            connection: &self.connection,
            provider: &self.provider,
            secrets: &self.secrets,
            renewal: None,
        };
        let around = Surroundings {
            terms: subject.terms(),
            host: "acme.talkdeskid.com",
            elsewhere: Elsewhere {
                account: Some("acme"),
                here: Some("us"),
                sightings: &self.sightings,
            },
        };
        let attempt = Attempt {
            subject: &subject,
            around: &around,
            findings: &self.findings,
            swapped: self.swapped,
            refused_without_scopes: self.refused_without_scopes,
        };
        let error = TokenError {
            kind,
            status,
            clock_skew_seconds: self.clock_skew_seconds,
            clock_corrected: self.clock_corrected,
        };
        token::failed(&attempt, &error)
    }
}
