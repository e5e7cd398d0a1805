//! What a typed or pasted value is: a name, or an address that holds one.

mod address;
mod others;

use address::read;

use super::host::shown;
use super::resolve::account_variable;
use super::schema::{Provider, Region, Variable, VariableKind};
use super::template::{Piece, Place, Template, Value};
use super::values::{label_finding, of_file};
use crate::border::Located;
use crate::connection::{Finding, Severity};

/// Longer text is no address anyone signs in at.
const LONGEST_INPUT: usize = 2048;

/// The key of `pasted_suffixes` for endings that tell no region.
pub(super) const ANY_REGION: &str = "any";

/// Finds account and region in `input`: [`locate_variable`] for the variable that names the account.
pub fn locate(provider: &Provider, input: &str) -> Located {
    match account_variable(provider) {
        Some(variable) => located(provider, variable, input),
        None => Located::default(),
    }
}

/// Finds the value of the variable `name`, and the region, in `input`.
///
/// The account in an address is believed only when its host is exactly one label and a suffix that the
/// provider's file lists (rule I4). A host, an https address, and a text that stands in the path of an
/// endpoint are taken from pasted addresses as well; any other text has nothing to find. What was taken,
/// and every change to what was typed (blanks at the ends, capital letters, a path), is said in the
/// answer, where `account` is the value. Nothing is contacted.
pub fn locate_variable(provider: &Provider, name: &str, input: &str) -> Located {
    let variable = provider.variables.iter().find(|one| one.name == name);
    variable.map_or_else(Located::default, |one| located(provider, one, input))
}

fn located(provider: &Provider, variable: &Variable, input: &str) -> Located {
    let mut located = Located::default();
    let field = format!("variables.{}", variable.name);
    let text = input.trim_matches([' ', '\t', '\r', '\n']);
    let label = variable.kind == VariableKind::HostLabel;
    if text.len() != input.len() && !text.is_empty() && label {
        located.note(&field, "Blanks around it were left out.");
    }
    let outcome = if text.len() > LONGEST_INPUT {
        Err(Finding::blocking(
            field,
            format!(
                "This is too long for {} or an address.",
                an(&variable.label)
            ),
            format!("Type it alone, for example {}.", variable.example),
        ))
    } else if !label {
        others::take(provider, variable, text, &mut located);
        Ok(())
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

/// A label inside a sentence: "the account name".
fn an(label: &str) -> String {
    format!("the {}", label.to_lowercase())
}

/// Endings of addresses with their region, the longest first.
fn suffixes(provider: &Provider, variable: &Variable) -> Vec<(String, Option<String>)> {
    let mut suffixes: Vec<(String, Option<String>)> = Vec::new();
    let pasted = |region: &str| provider.pasted_suffixes.get(region).into_iter().flatten();
    let regions = provider.regions.iter().map(Some);
    let nowhere = std::iter::once(None).filter(|_| provider.regions.is_empty());
    for region in regions.chain(nowhere) {
        let id = region.map(|region| region.id.clone());
        let own = fixed_suffixes(provider, variable, region).into_iter();
        let listed = id.as_deref().map(pasted).into_iter().flatten().cloned();
        for suffix in own.chain(listed) {
            if !suffixes
                .iter()
                .any(|(known, at)| *known == suffix && *at == id)
            {
                suffixes.push((suffix, id.clone()));
            }
        }
    }
    suffixes.extend(pasted(ANY_REGION).map(|suffix| (suffix.clone(), None)));
    suffixes.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
    suffixes
}

/// What follows the variable's label in the hosts of the endpoints, where the region fixes it.
fn fixed_suffixes(
    provider: &Provider,
    variable: &Variable,
    region: Option<&Region>,
) -> Vec<String> {
    let endpoints = &provider.endpoints;
    [
        endpoints.token.as_ref(),
        endpoints.authorization.as_ref(),
        Some(&endpoints.api_base),
    ]
    .into_iter()
    .flatten()
    .filter_map(|template| fixed_suffix(template, variable, region))
    .collect()
}

fn fixed_suffix(template: &str, variable: &Variable, region: Option<&Region>) -> Option<String> {
    let template = Template::parse(template).ok()?;
    let (first, rest) = template.host()?.split_first()?;
    if *first != Piece::Placeholder(variable.name.clone()) {
        return None;
    }
    let labels: Option<Vec<String>> = rest
        .iter()
        .map(|piece| match piece {
            Piece::Literal(label) => Some(label.clone()),
            Piece::Placeholder(name) => region_text(region?, name),
        })
        .collect();
    labels
        .filter(|labels| !labels.is_empty())
        .map(|labels| labels.join("."))
}

/// A value of the region that can stand in a host.
fn region_text(region: &Region, name: &str) -> Option<String> {
    match of_file(region.values.get(name)?) {
        Value::Host(text) | Value::Label(text) => Some(text),
        Value::Base(_) | Value::Text(_) | Value::Path(_) => None,
    }
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
    let refused = |summary: String| foreign(provider, variable, &suffixes, summary);
    let pasted = read(text).map_err(refused)?;
    let host = located.lower_case(&variable.name, pasted.host);
    let (label, region, left_out);
    if let Some(found) = others::in_pasted_address(provider, variable, &pasted) {
        label = located.lower_case(&variable.name, &found.value);
        region = None;
        left_out = found.more.then_some("What follows it in the address");
    } else {
        (label, region) =
            in_host(provider, variable, &host, &suffixes, located).map_err(refused)?;
        let more = pasted.has_more();
        left_out = more.then_some("What follows the host of the address");
    }
    if let Some(finding) = label_finding(variable, &label) {
        return Err(finding);
    }
    if let Some(what) = left_out {
        located.note(
            &format!("variables.{}", variable.name),
            &format!("{what} was left out."),
        );
    }
    located.account = Some(label);
    located.region = region;
    located.taken_from = Some(format!("Taken from the address {host}"));
    Ok(())
}

/// The label before one of the endings, with the region of that ending; or why there is none, in a
/// sentence.
fn in_host(
    provider: &Provider,
    variable: &Variable,
    host: &str,
    suffixes: &[(String, Option<String>)],
    located: &mut Located,
) -> Result<(String, Option<String>), String> {
    if let Some(before) = others::before_it(provider, variable, host) {
        return Err(format!(
            "In an address at {host}, {} stands behind {before}. No name was found there.",
            an(&variable.label)
        ));
    }
    let taken = suffixes.iter().find_map(|(suffix, region)| {
        let label = host.strip_suffix(suffix.as_str())?.strip_suffix('.')?;
        Some((label, region))
    });
    let Some((label, region)) = taken else {
        located.region = api_region(provider, host);
        return Err(match &located.region {
            Some(_) => format!("{host} is the address of the API. It does not name an account."),
            None => address::stranger(host, &provider.name, suffixes),
        });
    };
    if label.contains('.') {
        return Err(format!(
            "{} has more parts than a sign-in address.",
            shown(host)
        ));
    }
    Ok((label.to_owned(), region.clone()))
}

/// Why an address yields no account, and which addresses would.
fn foreign(
    provider: &Provider,
    variable: &Variable,
    suffixes: &[(String, Option<String>)],
    summary: String,
) -> Finding {
    let endings: Vec<&str> = suffixes.iter().map(|(suffix, _)| suffix.as_str()).collect();
    let beginnings: Vec<&str> = others::beginnings(provider, variable).collect();
    let marks: Vec<String> = [("ends in", endings), ("begins with", beginnings)]
        .into_iter()
        .filter(|(_, parts)| !parts.is_empty())
        .map(|(how, parts)| format!("{how} {}", parts.join(", ")))
        .collect();
    let (what, example) = (an(&variable.label), &variable.example);
    let remedy = if marks.is_empty() {
        format!("Type {what}, for example {example}.")
    } else {
        format!(
            "Type {what}, for example {example}, or paste the address you sign in at. It {}.",
            marks.join(", or ")
        )
    };
    Finding::blocking(format!("variables.{}", variable.name), summary, remedy)
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
        let note = Finding::new(
            Severity::Note,
            field,
            summary,
            "Nothing to do, unless this is not what you meant.",
        );
        if !self.findings.contains(&note) {
            self.findings.push(note);
        }
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
