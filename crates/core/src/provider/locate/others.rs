//! Hosts, https addresses and texts inside a pasted address, and names in its path.

use url::Url;

use super::address::{Pasted, read};
use super::{region_text, shown};
use crate::border::Located;
use crate::provider::schema::{Provider, Region, Variable, VariableKind};
use crate::provider::template::{Piece, Template};
use crate::provider::{host, pattern};

/// Takes the value of `variable` out of `text` when that is an address that holds it. Anything else is
/// left to the review of the draft, which says what is wrong with it.
pub(super) fn take(provider: &Provider, variable: &Variable, text: &str, located: &mut Located) {
    let found = match variable.kind {
        VariableKind::Host => host_of(text),
        VariableKind::HttpsUrl => base_of(text),
        VariableKind::Text if text.contains("://") => text_of(provider, variable, text),
        VariableKind::Text
        | VariableKind::Path
        | VariableKind::HostLabel
        | VariableKind::Region => None,
    };
    let Some(found) = found.filter(|found| fits(variable, found)) else {
        return;
    };
    if found != text {
        located.note(
            &format!("variables.{}", variable.name),
            &format!("{} was taken from what was pasted.", shown(&found)),
        );
        located.taken_from = Some(format!("Taken from the address {}", shown(text)));
    }
    located.account = Some(found);
}

fn fits(variable: &Variable, found: &str) -> bool {
    variable
        .pattern
        .as_deref()
        .is_none_or(|pattern| pattern::matches(pattern, found))
}

fn host_of(text: &str) -> Option<String> {
    let Pasted { host, .. } = read(text).ok()?;
    let host = host.to_ascii_lowercase();
    host::is_host(&host).then_some(host)
}

/// The address without query and fragment, with https:// where no scheme was typed.
fn base_of(text: &str) -> Option<String> {
    if host::typed_base(text).is_ok() {
        return Some(text.to_owned());
    }
    if text.chars().any(|c| !c.is_ascii_graphic() || c == '\\') {
        return None;
    }
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let plain = whole.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let base = format!("{scheme}://{authority}").to_ascii_lowercase() + path;
    host::typed_base(&base).is_ok().then_some(base)
}

/// A value in the path of a pasted address.
pub(super) struct InPath {
    pub(super) value: String,
    /// There is something behind it.
    pub(super) more: bool,
}

/// The value of `variable` in an address that the file lists among those people paste.
pub(super) fn in_pasted_address(
    provider: &Provider,
    variable: &Variable,
    pasted: &Pasted<'_>,
) -> Option<InPath> {
    // Parsed, so that a path is what a browser makes of it.
    let url = Url::parse(&format!("https://{}{}", pasted.host, pasted.after)).ok()?;
    pasted_addresses(provider).find_map(|template| in_path(provider, &template, variable, &url))
}

/// What stands before the value of `variable` in the path of such an address at `host`.
pub(super) fn before_it(provider: &Provider, variable: &Variable, host: &str) -> Option<String> {
    pasted_addresses(provider).find_map(|template| {
        let (before, name) = before_name(&template)?;
        let pieces = template.host()?;
        let there = name == variable.name && is_one_of_the_hosts(provider, pieces, host);
        there.then(|| before.to_owned())
    })
}

/// How the addresses begin that have the value of `variable` in their path.
pub(super) fn beginnings<'p>(
    provider: &'p Provider,
    variable: &'p Variable,
) -> impl Iterator<Item = &'p str> {
    let addresses = provider.pasted_addresses.iter();
    addresses.filter_map(|text| text.strip_suffix(&format!("{{{}}}", variable.name)))
}

fn pasted_addresses(provider: &Provider) -> impl Iterator<Item = Template> {
    let addresses = provider.pasted_addresses.iter();
    addresses.filter_map(|text| Template::parse(text).ok())
}

/// The part of the path that stands where an endpoint has the variable: the directory's ID in
/// `https://{login_host}/{tenant}/oauth2/v2.0/token`. Addresses that people paste may have it, too.
fn text_of(provider: &Provider, variable: &Variable, text: &str) -> Option<String> {
    read(text).ok()?;
    let url = Url::parse(text).ok()?;
    let endpoints = &provider.endpoints;
    let found = [
        endpoints.token.as_ref(),
        endpoints.authorization.as_ref(),
        endpoints.issuer.as_ref(),
        Some(&endpoints.api_base),
    ]
    .into_iter()
    .flatten()
    .filter_map(|template| Template::parse(template).ok())
    .chain(pasted_addresses(provider))
    .find_map(|template| in_path(provider, &template, variable, &url))?;
    Some(found.value)
}

/// The first name in the path, and what stands before it.
fn before_name(template: &Template) -> Option<(&str, &str)> {
    match template.path() {
        [Piece::Literal(before), Piece::Placeholder(name), ..] => Some((before, name)),
        _ => None,
    }
}

fn in_path(
    provider: &Provider,
    template: &Template,
    variable: &Variable,
    url: &Url,
) -> Option<InPath> {
    let (before, _) = before_name(template).filter(|(_, name)| *name == variable.name)?;
    let path = url.path();
    let rest = match template.host() {
        Some(pieces) if is_one_of_the_hosts(provider, pieces, url.host_str()?) => {
            path.strip_prefix(before)?
        }
        Some(_) => return None,
        // Whose address it is, another variable says; it may have a path of its own.
        None => path.split_once(before)?.1,
    };
    let (value, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let more = !matches!(after, "" | "/") || url.query().is_some() || url.fragment().is_some();
    let plain = !value.is_empty() && !value.contains('%');
    plain.then(|| InPath {
        value: value.to_owned(),
        more,
    })
}

/// Whether a template's host, with the values of one of the regions, is `host`.
fn is_one_of_the_hosts(provider: &Provider, pieces: &[Piece], host: &str) -> bool {
    let filled = |region: Option<&Region>| -> Option<String> {
        let labels: Option<Vec<String>> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(label) => Some(label.clone()),
                Piece::Placeholder(name) => region_text(region?, name),
            })
            .collect();
        labels.map(|labels| labels.join("."))
    };
    std::iter::once(None)
        .chain(provider.regions.iter().map(Some))
        .any(|region| filled(region).as_deref() == Some(host))
}
