//! Connections and providers for people.

use std::fmt::Write;

use proofkey_core::border::{ConnectionPage, ConnectionView, Standing};
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

/// Facts of one connection. Client ID and secret are not among them.
pub(crate) fn connection_page(page: &ConnectionPage) -> String {
    let view = &page.connection;
    let mut facts = vec![
        ("Name", view.name.clone()),
        ("Id", view.id.clone()),
        ("Status", standing(view)),
        ("Provider", view.provider_name.clone()),
    ];
    facts.extend(
        view.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone())),
    );
    if let Some(endpoints) = &view.endpoints {
        facts.push(("Token URL", endpoints.token.clone()));
        facts.push(("API base", endpoints.api_base.clone()));
    }
    facts.push(("Grant", plain(&view.grant)));
    facts.push(("Authentication", plain(&view.client_authentication)));
    let scopes = if view.scopes.is_empty() {
        "everything the client may have".to_owned()
    } else {
        view.scopes.join(" ")
    };
    facts.push(("Scopes", scopes));
    facts.push(("Client ID", "saved, never shown".to_owned()));
    facts.push(("Client secret", "saved, never shown".to_owned()));
    let mut text = String::new();
    for (label, value) in facts {
        let _infallible = writeln!(text, "{label:<15} {value}");
    }
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
    let _infallible = writeln!(
        text,
        "\nToken endpoint  {}\nAPI base        {}\n",
        provider.endpoints.token, provider.endpoints.api_base
    );
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

fn standing(view: &ConnectionView) -> String {
    let when = view
        .proven_at
        .map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
    match (view.standing, when) {
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
