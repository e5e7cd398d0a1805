//! Connections and providers for people.

use std::fmt::Write;

use jiff::Timestamp;
use proofkey_core::border::{AuthorizationStanding, ConnectionPage, ConnectionView, Standing};
use proofkey_core::proofkey::Connections;
use proofkey_core::provider::Provider;

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

/// Facts of one connection. Client ID and secret are not among them.
pub(crate) fn connection_page(page: &ConnectionPage) -> String {
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
    facts.add("Authentication", plain(&view.client_authentication));
    let scopes = if view.scopes.is_empty() {
        "everything the client may have".to_owned()
    } else {
        view.scopes.join(" ")
    };
    facts.add("Scopes", scopes);
    facts.add("Client ID", "saved, never shown");
    facts.add("Client secret", "saved, never shown");
    if let Some(authorization) = &view.authorization {
        super::approval::approval_facts(&mut facts, &view.id, authorization);
    }
    let mut text = facts.text();
    if let Some(report) = &page.report {
        text.push('\n');
        text.push_str(&super::report_text(&view.name, report));
    }
    text
}

/// What a provider asks for and where it leads.
pub(crate) fn provider_page(provider: &Provider) -> String {
    let mut text = format!(
        "{} ({})\n{}\n\nAsks for\n",
        provider.name, provider.id, provider.summary
    );
    if provider.variables.is_empty() {
        text.push_str("  nothing but client ID and client secret\n");
    }
    for variable in &provider.variables {
        let _infallible = writeln!(
            text,
            "  {:<12} {} For example {}.",
            variable.name, variable.help, variable.example
        );
    }
    if !provider.regions.is_empty() {
        text.push_str("\nRegions\n");
        for region in &provider.regions {
            let _infallible = writeln!(text, "  {:<12} {}", region.id, region.label);
        }
    }
    text.push('\n');
    if let Some(token) = &provider.endpoints.token {
        let _infallible = writeln!(text, "Token endpoint  {token}");
    }
    let _infallible = writeln!(text, "API base        {}\n", provider.endpoints.api_base);
    if let Some(approval) = &provider.authorization_code {
        text.push_str("When a person approves\n");
        for note in &approval.notes {
            let _infallible = writeln!(text, "  - {note}");
        }
        text.push('\n');
    }
    text.push_str("Creating the client\n");
    for (index, step) in provider.guide.iter().enumerate() {
        let only = step
            .grant
            .map_or_else(String::new, |grant| format!(" (only {})", plain(&grant)));
        let _infallible = writeln!(text, "  {}. {}{only}: {}", index + 1, step.title, step.text);
        if let Some(uncertain) = &step.uncertain {
            let _infallible = writeln!(text, "     Not certain: {uncertain}");
        }
    }
    let _infallible = writeln!(
        text,
        "\n{} scopes are known; see --json for their names. As of {}.",
        provider.scopes.entries.len(),
        provider.as_of
    );
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

fn plain<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
