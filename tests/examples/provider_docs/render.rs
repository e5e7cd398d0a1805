//! The table of systems, made from the built-in provider files.

use std::collections::BTreeSet;

use proofkey_core::provider::{
    Catalogue, Certainty, ClientAuthentication, Grant, Pkce, Probe, Provider, RedirectHost,
    RedirectPolicy, RefreshPolicy,
};

const BEGIN: &str = "<!-- systems: made by scripts/generate, do not edit -->\n";
const END: &str = "<!-- end of systems -->\n";

/// `page` with the table between the markers made anew; `None` when a marker is missing.
pub(crate) fn with_table(page: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", table()))
}

fn table() -> String {
    let mut lines = vec![
        "| System | Grants | Client authentication | PKCE | Redirect | Refresh | Probe | Certainty | As of |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(Catalogue::built_in().providers().map(row));
    lines.join("\n") + "\n"
}

fn row(provider: &Provider) -> String {
    let oauth = provider.grants.iter().any(|grant| grant.is_oauth());
    let cells = [
        format!("{} (`{}`)", provider.name, provider.id),
        listed(provider.grants.iter().map(|grant| grant_words(*grant))),
        if oauth {
            let ways = provider.client_authentication.iter();
            listed(ways.map(|way| authentication_words(*way)))
        } else {
            nothing()
        },
        pkce(provider),
        redirect(provider),
        refresh(provider),
        probes(&provider.probes),
        certainty(provider),
        provider.as_of.clone(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |", cells.join(" | "))
}

fn grant_words(grant: Grant) -> &'static str {
    match grant {
        Grant::ClientCredentials => "client credentials",
        Grant::AuthorizationCode => "authorization code",
        Grant::HttpBasic => "HTTP Basic",
        Grant::ApiKey => "API key",
        Grant::None => "none",
    }
}

fn authentication_words(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::ClientSecretBasic => "basic",
        ClientAuthentication::ClientSecretPost => "post",
        ClientAuthentication::PrivateKeyJwt => "private key",
        ClientAuthentication::ClientSecretJwt => "secret as JWT",
        ClientAuthentication::None => "public client",
    }
}

fn pkce(provider: &Provider) -> String {
    let words = provider
        .authorization_code
        .as_ref()
        .map(|rules| match rules.pkce {
            Pkce::Required => "required",
            Pkce::Supported => "supported",
            Pkce::Unsupported => "ignored",
            Pkce::Unknown => "unknown",
        });
    words.map_or_else(nothing, str::to_owned)
}

fn redirect(provider: &Provider) -> String {
    let Some(rules) = &provider.authorization_code else {
        return nothing();
    };
    let host = match rules.redirect_host {
        RedirectHost::Address => "127.0.0.1",
        RedirectHost::Localhost => "localhost",
    };
    match rules.redirect {
        RedirectPolicy::LoopbackAnyPort => format!("{host}, any port"),
        RedirectPolicy::LoopbackFixedPort => format!("{host}, registered port"),
        RedirectPolicy::HttpsOnly => "https only".to_owned(),
        RedirectPolicy::Unknown => "unknown".to_owned(),
    }
}

fn refresh(provider: &Provider) -> String {
    if provider.authorization_code.is_none() {
        return nothing();
    }
    match provider.refresh.policy {
        RefreshPolicy::None => "no refresh token",
        RefreshPolicy::Static => "token stays",
        RefreshPolicy::Rotating => "token replaced",
        RefreshPolicy::Unknown => "unknown",
    }
    .to_owned()
}

/// The best call, and how many more there are.
fn probes(probes: &[Probe]) -> String {
    let Some(first) = probes.first() else {
        return "token only".to_owned();
    };
    let paths: BTreeSet<&str> = probes.iter().map(|probe| probe.path.as_str()).collect();
    match paths.len() - 1 {
        0 => format!("`{}`", first.path),
        more => format!("`{}` and {more} more", first.path),
    }
}

/// What the file's evidence and probes rest on, the firmest first.
fn certainty(provider: &Provider) -> String {
    let evidence = provider.evidence.iter().map(|one| one.certainty);
    let probes = provider.probes.iter().map(|one| one.certainty);
    let regions = provider.regions.iter().map(|one| one.certainty);
    let approval = provider.authorization_code.iter().map(|one| one.certainty);
    let all: Vec<Certainty> = evidence
        .chain(probes)
        .chain(regions)
        .chain(approval)
        .collect();
    let known = [
        (Certainty::Documented, "documented"),
        (Certainty::Observed, "observed"),
        (Certainty::Inferred, "inferred"),
        (Certainty::Unverified, "unverified"),
    ];
    let words = known.into_iter().filter(|(one, _)| all.contains(one));
    listed(words.map(|(_, word)| word))
}

fn listed<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<&str>>().join(", ")
}

fn nothing() -> String {
    "–".to_owned()
}
