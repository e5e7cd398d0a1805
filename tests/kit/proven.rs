//! A connection that was proven, for tests of what comes after a proof.

#![expect(clippy::expect_used, reason = "the kit of tests fails by panicking")]

use std::sync::LazyLock;

use proofkey_core::check::{Check, CheckId, CheckStatus, Report, Verdict, content_id};
use proofkey_core::connection::Connection;
use proofkey_core::error::Problem;
use proofkey_core::export::{SecretsReference, ValidatedConnection};
use proofkey_core::provider::{
    Catalogue, ClientAuthentication, Grant, Provider, VariableKind, suggested_scopes,
};
use serde_json::{Value, from_value, json};

/// The parts of a proof; tests change one and see what happens.
pub struct Proven {
    pub connection: Connection,
    pub provider: Provider,
    pub report: Report,
}

impl Proven {
    /// Talkdesk's account "acme" in the EU region, with two scopes.
    ///
    /// # Panics
    /// When the shapes of core changed and this was forgotten.
    pub fn acme() -> Self {
        let connection: Connection = from_value(connection()).expect("a connection");
        Self {
            report: report(&connection, &TALKDESK),
            provider: TALKDESK.clone(),
            connection,
        }
    }

    /// A connection to `provider` by `grant`, with the examples of its file as values.
    ///
    /// # Panics
    /// When the shapes of core changed and this was forgotten.
    pub fn example(provider: &Provider, grant: Grant) -> Self {
        let mut proven = Self::acme();
        let connection = &mut proven.connection;
        let region = provider.regions.first();
        let asked = region.map_or(&[][..], |region| &region.asks);
        let asked = asked.iter().map(|ask| (&ask.name, &ask.example));
        let own = provider.variables.iter().map(|it| (&it.name, &it.example));
        connection.variables = own
            .chain(asked)
            .map(|(name, example)| (name.clone(), example.clone()))
            .collect();
        let choice = provider.variables.iter();
        let mut choice = choice.filter(|it| it.kind == VariableKind::Region);
        if let (Some(region), Some(variable)) = (region, choice.next()) {
            let id = region.id.clone();
            connection.variables.insert(variable.name.clone(), id);
        }
        connection.provider.clone_from(&provider.id);
        connection.grant = grant;
        connection.client_authentication = match provider.client_authentication.first() {
            Some(usual) if grant.is_oauth() => *usual,
            _ => ClientAuthentication::None,
        };
        connection.basic_encoding = provider.basic_encoding;
        connection.scopes = suggested_scopes(provider, grant);
        proven.report = report(&proven.connection, provider);
        let answered = provider.endpoints.api_base_from.as_ref();
        proven.report.api_base = answered.map(|base| format!("https://{}", base.hosts[0]));
        proven.provider = provider.clone();
        proven
    }

    pub fn validated(&self) -> Result<ValidatedConnection<'_>, Problem> {
        ValidatedConnection::new(&self.connection, &self.provider, &self.report)
    }

    /// The same report, for the connection as it is now.
    pub fn prove_again(&mut self) {
        self.report.content_id = content_id(&self.connection, &self.provider);
    }

    /// Where the secrets are kept, as a redacted export says it.
    pub fn reference(&self) -> SecretsReference {
        SecretsReference {
            vault: "System keychain (Secret Service)".to_owned(),
            service: "dev.proofkey".to_owned(),
            account: format!("{}.1", self.connection.id),
        }
    }
}

/// Read once: hundreds of values are tried on it.
static TALKDESK: LazyLock<Provider> = LazyLock::new(|| {
    let catalogue = Catalogue::built_in();
    catalogue.provider("talkdesk").expect("built in").clone()
});

fn report(connection: &Connection, provider: &Provider) -> Report {
    let checks = CheckId::ALL.into_iter().map(|id| Check {
        id,
        status: CheckStatus::Passed,
        summary: "Fine.".to_owned(),
        remedy: None,
        causes: Vec::new(),
        evidence: std::collections::BTreeMap::new(),
        duration_ms: 1,
        standard: None,
    });
    Report {
        connection: connection.id.to_string(),
        provider: connection.provider.clone(),
        verdict: Verdict::Passed,
        started_at: "2026-11-22T09:29:58Z".parse().expect("a time"),
        finished_at: "2026-11-22T09:30:00.25Z".parse().expect("a time"),
        checks: checks.collect(),
        granted_scopes: Some(vec!["account:read".to_owned()]),
        api_base: None,
        content_id: content_id(connection, provider),
        tool_version: "0.1.0".to_owned(),
    }
}

fn connection() -> Value {
    json!({
        "version": 1, "id": "acme-support", "name": "Support dashboards", "provider": "talkdesk",
        "grant": "client_credentials", "client_authentication": "client_secret_basic",
        "basic_encoding": "form", "scopes": ["account:read", "users:read"],
        "created_at": "2026-11-20T08:00:00Z", "changed_at": "2026-11-20T08:00:00Z", "secrets": 1,
        "variables": { "account": "acme", "region": "eu" }
    })
}
