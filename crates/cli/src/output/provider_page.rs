//! A provider for people: everything that its file says.

mod approval;

use std::fmt::Write;

use proofkey_core::border::{ProviderOrigin, ProviderWarning};
use proofkey_core::provider::{Evidence, Grant, Provider, Variable};

use super::provider_list::{names_of, origin};
use super::tables::{Facts, plain};

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
        approval::approved(&mut text, provider, approval);
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
