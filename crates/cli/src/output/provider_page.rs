//! Providers for people: one line each, or everything that a file says.

use std::fmt::Write;

use proofkey_core::border::{ProviderOrigin, ProviderView, ProviderWarning};
use proofkey_core::provider::{
    AuthorizationCode, Evidence, Grant, Pkce, Provider, RedirectHost, RedirectPolicy, Refresh,
    RefreshPolicy, Variable,
};

use super::tables::{Facts, plain};

/// One line a provider.
pub(crate) fn provider_list(all: &[ProviderView]) -> String {
    let column = |of: &dyn Fn(&Provider) -> &str| {
        all.iter()
            .map(|view| of(&view.provider).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (ids, names) = (column(&|one| &one.id), column(&|one| &one.name));
    let categories = column(&|one| &one.category);
    let mut text = String::new();
    for view in all {
        let one = &view.provider;
        let _infallible = writeln!(
            text,
            "{:<ids$}  {:<names$}  {:<categories$}  {}{}{}",
            one.id,
            one.name,
            one.category,
            names_of(&one.grants),
            origin(&view.origin),
            match view.warnings.len() {
                0 => String::new(),
                1 => " · 1 change to know of".to_owned(),
                more => format!(" · {more} changes to know of"),
            }
        );
    }
    text
}

fn origin(origin: &ProviderOrigin) -> String {
    match origin {
        ProviderOrigin::BuiltIn => String::new(),
        ProviderOrigin::Own { path } => format!(" · your own, {path}"),
        ProviderOrigin::Replacement { path } => format!(" · replaced by {path}"),
    }
}

/// Everything a provider file says, each value with how sure it is.
pub(crate) fn provider_page(
    provider: &Provider,
    came_from: Option<&ProviderOrigin>,
    warnings: &[ProviderWarning],
) -> String {
    let mut text = format!(
        "{} ({})\n{}\n",
        provider.name, provider.id, provider.summary
    );
    let mut facts = Facts::default();
    if !provider.also_known_as.is_empty() {
        facts.add("Also known as", provider.also_known_as.join(", "));
    }
    facts.add("Category", provider.category.as_str());
    facts.add("As of", provider.as_of.as_str());
    if let Some(base) = &provider.extends {
        facts.add("Extends", base.as_str());
    }
    if let Some(came_from) = came_from.map(origin).filter(|origin| !origin.is_empty()) {
        facts.add("File", came_from.trim_start_matches(" · "));
    }
    facts.add("Grants", names_of(&provider.grants));
    if provider.grants.iter().any(|grant| grant.is_oauth()) {
        facts.add("Authentication", names_of(&provider.client_authentication));
    }
    if let Some(fields) = &provider.static_credentials {
        let first = fields.identifier.iter().map(|field| field.label.as_str());
        let labels: Vec<&str> = first.chain([fields.secret.label.as_str()]).collect();
        facts.add("Credentials", labels.join(", "));
    }
    text.push('\n');
    text.push_str(&facts.text());
    asked(&mut text, provider);
    addresses(&mut text, provider);
    if let Some(approval) = &provider.authorization_code {
        approved(&mut text, provider, approval);
    }
    list(&mut text, "Know before you start", &provider.notes);
    ends(&mut text, warnings);
    probes(&mut text, provider);
    guide(&mut text, provider);
    evidence(&mut text, &provider.evidence);
    list(&mut text, "Sources", &provider.sources);
    let _infallible = writeln!(
        text,
        "\n{}",
        match provider.scopes.entries.len() {
            0 => "No scopes are listed.".to_owned(),
            1 => "1 scope is known; see --json for its name.".to_owned(),
            many => format!("{many} scopes are known; see --json for their names."),
        }
    );
    text
}

fn asked(text: &mut String, provider: &Provider) {
    text.push_str("\nAsks for\n");
    if provider.variables.is_empty() {
        text.push_str("  nothing but the credentials\n");
    }
    for variable in &provider.variables {
        let optional = if variable.optional { " Optional." } else { "" };
        let _infallible = writeln!(
            text,
            "  {:<12} {} For example {}.{optional}",
            variable.name,
            variable.help,
            in_its_place(variable)
        );
    }
    if !provider.regions.is_empty() {
        text.push_str("\nRegions\n");
        for region in &provider.regions {
            let note = region
                .note
                .as_ref()
                .map_or_else(String::new, |note| format!(" {note}"));
            let _infallible = writeln!(
                text,
                "  {:<12} {} ({}).{note}",
                region.id,
                region.label,
                plain(&region.certainty)
            );
        }
    }
}

/// The example, with what is drawn around the field.
fn in_its_place(variable: &Variable) -> String {
    let prefix = variable.prefix.as_deref().unwrap_or_default();
    let suffix = variable.suffix.as_deref().unwrap_or_default();
    if prefix.is_empty() && suffix.is_empty() {
        variable.example.clone()
    } else {
        format!("{prefix}[{}]{suffix}", variable.example)
    }
}

fn addresses(text: &mut String, provider: &Provider) {
    let endpoints = &provider.endpoints;
    let mut facts = Facts::default();
    for (label, address) in [
        ("Token endpoint", &endpoints.token),
        ("Approval", &endpoints.authorization),
        ("Withdrawal", &endpoints.revocation),
        ("Who it was", &endpoints.userinfo),
        ("Metadata", &endpoints.metadata),
    ] {
        if let Some(address) = address {
            facts.add(label, address.as_str());
        }
    }
    facts.add("API base", endpoints.api_base.as_str());
    if let Some(base) = &endpoints.api_base_from {
        facts.add(
            "",
            format!(
                "or what the token response says in {}, below {}",
                base.member,
                base.hosts.join(", ")
            ),
        );
    }
    facts.add("Presented as", presented(provider));
    text.push('\n');
    text.push_str(&facts.text());
}

fn presented(provider: &Provider) -> String {
    let header = &provider.token_header;
    let basic = provider.static_credentials.as_ref().map(|fields| {
        format!(
            "Authorization: Basic of {}:{}",
            fields.username, fields.password
        )
    });
    let own = match header.scheme.as_str() {
        "" => format!("{}: ...", header.name),
        scheme => format!("{}: {scheme} ...", header.name),
    };
    let words: Vec<String> = provider
        .grants
        .iter()
        .map(|grant| match grant {
            Grant::HttpBasic => basic.clone().unwrap_or_default(),
            Grant::None => "nothing".to_owned(),
            Grant::ApiKey | Grant::ClientCredentials | Grant::AuthorizationCode => own.clone(),
        })
        .fold(Vec::new(), |mut words, word| {
            if !words.contains(&word) {
                words.push(word);
            }
            words
        });
    words.join("; ")
}

fn approved(text: &mut String, provider: &Provider, approval: &AuthorizationCode) {
    text.push_str("\nWhen a person approves\n");
    let words = [
        redirect(approval),
        pkce(approval.pkce).to_owned(),
        kept(&provider.refresh),
    ];
    for word in words.iter().chain(&approval.notes) {
        let _infallible = writeln!(text, "  - {word}");
    }
}

fn redirect(approval: &AuthorizationCode) -> String {
    let host = match approval.redirect_host {
        RedirectHost::Address => "127.0.0.1",
        RedirectHost::Localhost => "localhost",
    };
    match approval.redirect {
        RedirectPolicy::LoopbackAnyPort => {
            format!("The browser comes back to {host} on any port.")
        }
        RedirectPolicy::LoopbackFixedPort => {
            let ports: Vec<String> = approval.redirect_ports.iter().map(u16::to_string).collect();
            format!(
                "The browser comes back to {host} on a registered port: {}.",
                ports.join(", ")
            )
        }
        RedirectPolicy::HttpsOnly => "Only an https address is taken: register one of your own, \
                                      and paste the address you land on."
            .to_owned(),
        RedirectPolicy::Unknown => {
            format!("Nobody says which redirect address is taken; {host} is tried.")
        }
    }
}

fn pkce(pkce: Pkce) -> &'static str {
    match pkce {
        Pkce::Required => "A PKCE challenge is required, and always sent.",
        Pkce::Supported => "The PKCE challenge that is sent is checked.",
        Pkce::Unsupported => "A PKCE challenge is sent, and the server ignores it.",
        Pkce::Unknown => "A PKCE challenge is sent; nobody says whether it is checked.",
    }
}

fn kept(refresh: &Refresh) -> String {
    let mut words = match refresh.policy {
        RefreshPolicy::None => "There are no refresh tokens.",
        RefreshPolicy::Static => "The refresh token stays the same.",
        RefreshPolicy::Rotating => "Each refresh replaces the refresh token.",
        RefreshPolicy::Unknown => "Nobody says whether a refresh replaces the refresh token.",
    }
    .to_owned();
    if let Some(seconds) = refresh.idle_seconds {
        let _infallible = write!(words, " It ends when unused for {}.", span(seconds));
    }
    if let Some(seconds) = refresh.absolute_seconds {
        let _infallible = write!(words, " It ends {} after the approval.", span(seconds));
    }
    words
}

fn span(seconds: u32) -> String {
    let (count, unit) = match seconds {
        days if days % 86_400 == 0 => (days / 86_400, "day"),
        hours if hours % 3_600 == 0 => (hours / 3_600, "hour"),
        minutes if minutes % 60 == 0 => (minutes / 60, "minute"),
        other => (other, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn ends(text: &mut String, warnings: &[ProviderWarning]) {
    if warnings.is_empty() {
        return;
    }
    text.push_str("\nWhat ends\n");
    for one in warnings {
        let when = match (&one.on, one.days_left) {
            (Some(on), Some(left)) if left > 0 => format!("{on}, in {left} days"),
            (Some(on), _) => format!("{on}, already"),
            (None, _) => "no day is known".to_owned(),
        };
        let _infallible = writeln!(
            text,
            "  - {} ({when}) {} [{}: {}]",
            one.summary,
            one.remedy,
            plain(&one.certainty),
            one.source
        );
    }
}

fn probes(text: &mut String, provider: &Provider) {
    text.push_str("\nProven by\n");
    if provider.probes.is_empty() {
        text.push_str("  nothing beyond the token: the file knows no call\n");
    }
    for probe in &provider.probes {
        let needs = [
            probe
                .scope
                .as_ref()
                .map(|scope| format!("with the scope {scope}")),
            probe.grant.map(|grant| format!("for {}", plain(&grant))),
        ];
        let needs: Vec<String> = needs.into_iter().flatten().collect();
        let needs = if needs.is_empty() {
            String::new()
        } else {
            format!(" ({})", needs.join(", "))
        };
        let _infallible = writeln!(
            text,
            "  GET {}{needs}: {} [{}]",
            probe.path,
            probe.proves,
            plain(&probe.certainty)
        );
    }
}

fn guide(text: &mut String, provider: &Provider) {
    if provider.guide.is_empty() {
        return;
    }
    let _infallible = writeln!(text, "\nCreating the client (as of {})", provider.as_of);
    for (index, step) in provider.guide.iter().enumerate() {
        let only = step
            .grant
            .map_or_else(String::new, |grant| format!(" (only {})", plain(&grant)));
        let _infallible = writeln!(text, "  {}. {}{only}: {}", index + 1, step.title, step.text);
        if let Some(uncertain) = &step.uncertain {
            let _infallible = writeln!(text, "     Not certain: {uncertain}");
        }
    }
}

fn evidence(text: &mut String, evidence: &[Evidence]) {
    if evidence.is_empty() {
        return;
    }
    text.push_str("\nHow sure each value is\n");
    for one in evidence {
        let _infallible = writeln!(
            text,
            "  {:<12} {}\n               {}",
            plain(&one.certainty),
            one.values.join(", "),
            one.source
        );
        if let Some(note) = &one.note {
            let _infallible = writeln!(text, "               {note}");
        }
    }
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _infallible = writeln!(text, "\n{title}");
    for item in items {
        let _infallible = writeln!(text, "  - {item}");
    }
}

fn names_of<T: serde::Serialize>(items: &[T]) -> String {
    let names: Vec<String> = items.iter().map(plain).collect();
    names.join(", ")
}
