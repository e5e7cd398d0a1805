//! Connections and providers for people.

use std::fmt::Write;

use jiff::Timestamp;
use proofkey_core::border::{AuthorizationStanding, ConnectionPage, ConnectionView, Standing};
use proofkey_core::check::lasts;
use proofkey_core::connection::ServiceToken;
use proofkey_core::proofkey::Connections;

/// One line a connection.
pub(crate) fn connection_list(all: &Connections) -> String {
    if all.connections.is_empty() && all.unreadable.is_empty() {
        return "There are no connections yet. Add one with \"proofkey connection add\"."
            .to_owned();
    }
    let width = all
        .connections
        .iter()
        .map(|view| view.id.chars().count())
        .max()
        .unwrap_or(0);
    let standings: Vec<String> = all.connections.iter().map(standing).collect();
    let column = standings
        .iter()
        .map(|words| words.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (view, standing) in all.connections.iter().zip(&standings) {
        let _infallible = writeln!(
            text,
            "{:<width$}  {standing:<column$}  {}",
            view.id,
            place(view)
        );
    }
    for file in &all.unreadable {
        let _infallible = writeln!(text, "Left alone: {} ({})", file.path, file.reason);
    }
    text
}

/// Labels and values, one pair a line.
#[derive(Default)]
pub(super) struct Facts(Vec<(String, String)>);

impl Facts {
    pub(super) fn add(&mut self, label: &str, value: impl Into<String>) {
        self.0.push((label.to_owned(), value.into()));
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (label, value) in &self.0 {
            let _infallible = writeln!(text, "{label:<15} {value}");
        }
        text
    }
}

/// Facts of one connection. Its credentials are not among them, only what they are called.
pub(crate) fn connection_page(page: &ConnectionPage, credentials: &[String]) -> String {
    let view = &page.connection;
    let mut facts = Facts::default();
    facts.add("Name", view.name.as_str());
    facts.add("Id", view.id.as_str());
    facts.add("Status", standing(view));
    facts.add("Provider", view.provider_name.as_str());
    for (name, value) in &view.variables {
        facts.add(name, value.as_str());
    }
    if let Some(endpoints) = &view.endpoints {
        if let Some(token) = &endpoints.token {
            facts.add("Token URL", token.as_str());
        }
        facts.add("API base", endpoints.api_base.as_str());
    }
    facts.add("Grant", plain(&view.grant));
    if view.grant.is_oauth() {
        facts.add("Authentication", plain(&view.client_authentication));
    }
    if let Some(asked) = view.service_token {
        facts.add(
            "Service token",
            service_token(asked, view.service_token_ends_at),
        );
    }
    let scopes = if view.scopes.is_empty() {
        "everything the client may have".to_owned()
    } else {
        view.scopes.join(" ")
    };
    if view.grant.is_oauth() {
        facts.add("Scopes", scopes);
    }
    for (name, value) in &view.parameters {
        facts.add("Parameter", format!("{name}={value}"));
    }
    if let Some(signing) = &view.signing {
        facts.add("Algorithm", signing.algorithm.name());
        facts.add("Key ID", signing.key_id.as_deref().unwrap_or("none"));
        facts.add("Thumbprint", signing.thumbprint.as_str());
    }
    for label in credentials {
        facts.add(label, "saved, never shown");
    }
    if let Some(authorization) = &view.authorization {
        super::approval::approval_facts(&mut facts, &view.id, authorization);
    }
    let mut text = facts.text();
    if view.rotation.is_some() {
        text.push('\n');
        text.push_str(&super::rotation(view));
    }
    if let Some(report) = &page.report {
        text.push('\n');
        text.push_str(&super::report_text(&view.name, report));
    }
    text
}

/// A time as it is written everywhere on the command line.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Without an approval no proof says anything about today.
fn standing(view: &ConnectionView) -> String {
    match view.authorization.as_ref().map(|one| one.standing) {
        Some(AuthorizationStanding::Required) => "○ authorization required".to_owned(),
        Some(AuthorizationStanding::SignInAgain) => "✖ sign in again".to_owned(),
        Some(AuthorizationStanding::Authorized) | None => proof_standing(view),
    }
}

fn proof_standing(view: &ConnectionView) -> String {
    match (view.standing, view.proven_at.map(moment)) {
        (Standing::Proven, Some(when)) => format!("✔ proven {when}"),
        (Standing::Failed, Some(when)) => format!("✖ failed {when}"),
        (Standing::Stale, _) => "○ changed since the last proof".to_owned(),
        _ => "○ never proven".to_owned(),
    }
}

fn place(view: &ConnectionView) -> String {
    let mut words = vec![view.provider_name.clone()];
    words.extend(view.variables.get("account").cloned());
    words.extend(view.region_label.clone());
    if view.practice {
        words.push("practice".to_owned());
    }
    format!("{} · {}", view.name, words.join(", "))
}

/// A value as it is written in files and arguments.
pub(super) fn plain<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// What is asked for, and the end of the one that is kept.
fn service_token(asked: ServiceToken, ends_at: Option<Timestamp>) -> String {
    let life = lasts(asked.lifetime_seconds.into());
    ends_at.map_or_else(
        || format!("for {life}; none is kept yet"),
        |end| format!("for {life}; the one that is kept ends on {}", moment(end)),
    )
}
