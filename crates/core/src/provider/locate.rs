//! What a typed or pasted account is: a name, or an address that holds one.

use url::Url;

use super::host::shown;
use super::resolve::account_variable;
use super::schema::{Provider, Region, Variable};
use super::template::{Piece, Place, Template, Value};
use super::values::{label_finding, of_file};
use crate::border::Located;
use crate::connection::{Finding, Severity};

/// Longer text is no address anyone signs in at.
const LONGEST_INPUT: usize = 2048;

/// Finds account and region in `input`.
///
/// An address is believed only when its host is exactly one label and a suffix the provider's file
/// lists (rule I4). What was taken, and every change to what was typed (blanks at the ends, capital
/// letters), is said in the answer. Nothing is contacted.
pub fn locate(provider: &Provider, input: &str) -> Located {
    let Some(variable) = account_variable(provider) else {
        return Located::default();
    };
    let mut located = Located::default();
    let field = format!("variables.{}", variable.name);
    let text = input.trim_matches([' ', '\t', '\r', '\n']);
    if text.len() != input.len() && !text.is_empty() {
        located.note(&field, "Blanks around it were left out.");
    }
    let outcome = if text.len() > LONGEST_INPUT {
        Err(Finding::blocking(
            field,
            "This is too long for an account name or an address.",
            format!(
                "Type the account name alone, for example {}.",
                variable.example
            ),
        ))
    } else if text.contains(['.', '/', ':', '?', '#', '@', '\\']) {
        from_address(provider, variable, text, &mut located)
    } else {
        from_name(variable, text, &mut located)
    };
    if let Err(finding) = outcome {
        located.account = None;
        located.findings.push(finding);
    }
    located
}

/// Endings of sign-in addresses with their region, the longest first.
fn suffixes(provider: &Provider, variable: &Variable) -> Vec<(String, Option<String>)> {
    let mut suffixes: Vec<(String, Option<String>)> = Vec::new();
    if provider.regions.is_empty() {
        suffixes.extend(sign_in_suffix(provider, variable, None).map(|suffix| (suffix, None)));
    }
    for region in &provider.regions {
        let pasted = provider
            .pasted_suffixes
            .get(&region.id)
            .into_iter()
            .flatten();
        suffixes.extend(
            sign_in_suffix(provider, variable, Some(region))
                .into_iter()
                .chain(pasted.cloned())
                .map(|suffix| (suffix, Some(region.id.clone()))),
        );
    }
    suffixes.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
    suffixes
}

/// What follows the account's label in the token endpoint's host, when the region fixes it.
fn sign_in_suffix(
    provider: &Provider,
    variable: &Variable,
    region: Option<&Region>,
) -> Option<String> {
    let template = Template::parse(account_address(provider)).ok()?;
    let (first, rest) = template.host()?.split_first()?;
    if *first != Piece::Placeholder(variable.name.clone()) {
        return None;
    }
    let labels = rest.iter().map(|piece| match piece {
        Piece::Literal(label) => Some(label.clone()),
        Piece::Placeholder(name) => match of_file(region?.values.get(name)?) {
            Value::Host(text) | Value::Label(text) => Some(text),
            Value::Base(_) | Value::Text(_) | Value::Path(_) => None,
        },
    });
    let labels: Option<Vec<String>> = labels.collect();
    labels
        .filter(|labels| !labels.is_empty())
        .map(|labels| labels.join("."))
}

/// The address that holds the account: the token endpoint, or the API where nothing issues tokens.
fn account_address(provider: &Provider) -> &str {
    let endpoints = &provider.endpoints;
    endpoints.token.as_ref().unwrap_or(&endpoints.api_base)
}

fn from_name(variable: &Variable, text: &str, located: &mut Located) -> Result<(), Finding> {
    let name = located.lower_case(&variable.name, text);
    if let Some(finding) = label_finding(variable, &name) {
        return Err(finding);
    }
    located.account = Some(name);
    Ok(())
}

fn from_address(
    provider: &Provider,
    variable: &Variable,
    text: &str,
    located: &mut Located,
) -> Result<(), Finding> {
    let suffixes = suffixes(provider, variable);
    let refused = |summary: String| foreign(variable, &suffixes, summary);
    let host = address_host(text).map_err(refused)?;
    let host = located.lower_case(&variable.name, host);
    let taken = suffixes.iter().find_map(|(suffix, region)| {
        let label = host.strip_suffix(suffix.as_str())?.strip_suffix('.')?;
        Some((label, region))
    });
    let Some((label, region)) = taken else {
        located.region = api_region(provider, &host);
        return Err(refused(match &located.region {
            Some(_) => format!("{host} is the address of the API. It does not name an account."),
            None => format!(
                "{} is no sign-in address of {}.",
                shown(&host),
                provider.name
            ),
        }));
    };
    if label.contains('.') {
        return Err(refused(format!(
            "{} has more parts than a sign-in address.",
            shown(&host)
        )));
    }
    if let Some(finding) = label_finding(variable, label) {
        return Err(finding);
    }
    located.account = Some(label.to_owned());
    located.region.clone_from(region);
    located.taken_from = Some(format!("Taken from the address {host}"));
    Ok(())
}

/// Why an address yields no account, and which addresses would.
fn foreign(variable: &Variable, suffixes: &[(String, Option<String>)], summary: String) -> Finding {
    let endings: Vec<&str> = suffixes.iter().map(|(suffix, _)| suffix.as_str()).collect();
    Finding::blocking(
        format!("variables.{}", variable.name),
        summary,
        format!(
            "Type the account name, for example {}, or paste the address you sign in at. It ends in {}.",
            variable.example,
            endings.join(", ")
        ),
    )
}

/// The host of a pasted address, with or without scheme, path and query.
///
/// It is cut out by hand and then compared with what a URL parser reads: a browser would turn `\`
/// into `/`, drop line breaks and fold look-alike characters, and so find another host than the
/// person sees.
fn address_host(text: &str) -> Result<&str, String> {
    let rest = match text.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") =>
        {
            rest
        }
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            return Err(format!("An address does not begin with {}.", shown(scheme)));
        }
        _ => text,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
    {
        return Err("The address holds a blank, a line break or a backslash.".to_owned());
    }
    if !host.is_ascii() {
        return Err(format!(
            "The address holds characters that only look like plain ones: {}",
            shown(host)
        ));
    }
    if host.contains('@') {
        return Err("The address holds a user name before its host.".to_owned());
    }
    let read = Url::parse(&format!("https://{host}/")).ok();
    let same = read
        .as_ref()
        .and_then(Url::host_str)
        .is_some_and(|read| read.eq_ignore_ascii_case(host));
    if host.contains(':') || !same {
        return Err(format!("\"{}\" is not a host name.", shown(host)));
    }
    Ok(host)
}

/// The region whose API answers at `host`.
fn api_region(provider: &Provider, host: &str) -> Option<String> {
    let template = Template::parse(&provider.endpoints.api_base).ok()?;
    let region = provider.regions.iter().find(|region| {
        template.placeholders().iter().any(|(name, place)| {
            let value = region.values.get(*name).map(|text| of_file(text));
            *place == Place::Base
                && matches!(value, Some(Value::Base(url)) if url.host_str() == Some(host))
        })
    })?;
    Some(region.id.clone())
}

impl Located {
    fn note(&mut self, field: &str, summary: &str) {
        self.findings.push(Finding::new(
            Severity::Note,
            field,
            summary,
            "Nothing to do, unless this is not what you meant.",
        ));
    }

    /// `text` in lower case, said when that changes it: host names do not tell case apart.
    fn lower_case(&mut self, name: &str, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        if lower != text {
            self.note(
                &format!("variables.{name}"),
                "Capital letters were made small; in an address they mean the same.",
            );
        }
        lower
    }
}
