//! A provider with one call, for whoever describes that call elsewhere than in a provider file. The same
//! rules hold for it, and the same code makes its addresses.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{Probe, Provider, TokenHeader, Variable, VariableKind};
use super::template::{Template, Value, is_name};
use super::{semantics, values};
use crate::connection::Finding;

/// What all calls begin with, the call, and what the names in braces stand for.
pub(crate) struct OneCall<'a> {
    pub(crate) api_base: &'a str,
    pub(crate) probe: Probe,
    /// What it carries its credential in; `None` for the usual header.
    pub(crate) header: Option<&'a TokenHeader>,
    /// Names whose values are one DNS label each, given with every call.
    pub(crate) labels: &'a [&'a str],
    /// Names whose values are known.
    pub(crate) fixed: &'a BTreeMap<String, String>,
}

/// The names in braces of what all calls begin with and of the path behind it. What cannot be read names
/// none; [`one_call`] says so.
pub(crate) fn names_of(api_base: &str, path: &str) -> BTreeSet<String> {
    let whole = format!("https://api.example{path}");
    let templates = [api_base, whole.as_str()].map(Template::parse);
    let mut names = BTreeSet::new();
    for template in templates.iter().flatten() {
        let placeholders = template.placeholders().into_iter();
        names.extend(placeholders.map(|(name, _)| name.to_owned()));
    }
    names
}

/// Whether a field of that name can be written in braces.
pub(crate) fn can_stand_in_braces(name: &str) -> bool {
    is_name(name)
}

/// The provider, or everything that is wrong at once. The fields of the findings are those of
/// `[integration.upstream]`: `api_base`, `path`, `headers.Accept`.
pub(crate) fn one_call(call: OneCall<'_>) -> Result<Provider, Vec<Finding>> {
    let mut provider = blank().map_err(|fault| vec![fault])?;
    call.api_base.clone_into(&mut provider.endpoints.api_base);
    provider.probes = vec![call.probe];
    if let Some(header) = call.header {
        provider.token_header = header.clone();
    }
    let labels = call.labels.iter().map(|name| (*name, "acme"));
    let fixed = call
        .fixed
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    provider.variables = labels
        .map(|(name, example)| variable(name, VariableKind::HostLabel, example))
        .chain(fixed.map(|(name, text)| variable(name, kind_of(text), text)))
        .collect();
    let faults = semantics::check(&provider, &BTreeSet::new());
    if faults.is_empty() {
        return Ok(provider);
    }
    let found = faults.into_iter().map(|fault| {
        let place = fault.path.to_string();
        let field = if let Some(rest) = place.strip_prefix("token_header") {
            format!("header{rest}")
        } else {
            let known = ["probes[0].", "endpoints."];
            let rest = known.iter().find_map(|front| place.strip_prefix(front));
            rest.unwrap_or_default().to_owned()
        };
        Finding::blocking(field, fault.summary, fault.remedy)
    });
    Err(found.collect())
}

fn kind_of(text: &str) -> VariableKind {
    match values::of_file(text) {
        Value::Label(_) => VariableKind::HostLabel,
        Value::Host(_) => VariableKind::Host,
        Value::Base(_) => VariableKind::HttpsUrl,
        Value::Path(_) => VariableKind::Path,
        Value::Text(_) => VariableKind::Text,
    }
}

fn variable(name: &str, kind: VariableKind, example: &str) -> Variable {
    Variable {
        name: name.to_owned(),
        label: name.to_owned(),
        help: "Chosen by the configuration of the validator.".to_owned(),
        example: example.to_owned(),
        kind,
        pattern: None,
        pattern_help: None,
        usual_pattern: None,
        usual_help: None,
        prefix: None,
        suffix: None,
        optional: false,
    }
}

/// A test proves that the text is one.
fn blank() -> Result<Provider, Finding> {
    toml::from_str(BLANK).map_err(|error| {
        Finding::blocking("", error.message(), "Tell the authors of this program.")
    })
}

const BLANK: &str = r#"
schema = 1
id = "upstream"
name = "The system"
summary = "One call of a system that has no provider file."
category = "Your own"
as_of = "2026-11"
variables = []
grants = ["none"]
client_authentication = ["none"]
probes = []
guide = []
endpoints = { api_base = "https://api.example.com" }
token_header = { name = "authorization", scheme = "Bearer" }
scopes = { separator = " ", free_text = false, entries = [] }
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Certainty;

    fn call(api_base: &str, path: &str, labels: &[&str], fixed: &[(&str, &str)]) -> Vec<String> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let fixed: BTreeMap<String, String> = fixed.iter().map(owned).collect();
        let made = one_call(OneCall {
            api_base,
            probe: Probe {
                path: path.to_owned(),
                headers: BTreeMap::new(),
                scope: None,
                grant: None,
                success_status: vec![200],
                requires: Vec::new(),
                matches: None,
                proves: "it works".to_owned(),
                certainty: Certainty::Unverified,
            },
            header: None,
            labels,
            fixed: &fixed,
        });
        let findings = made.err().unwrap_or_default();
        findings.into_iter().map(|finding| finding.field).collect()
    }

    #[test]
    fn a_call_that_holds_together_makes_a_provider() {
        let none: [String; 0] = [];
        assert_eq!(
            call("https://{shop}.example.com/api", "/me", &["shop"], &[]),
            none
        );
        assert_eq!(
            call(
                "https://{shop}.{host}",
                "/of/{shop}?a=1",
                &["shop"],
                &[("host", "example.com")]
            ),
            none
        );
        assert_eq!(
            call(
                "{base}/v1",
                "/me",
                &[],
                &[("base", "https://api.example.com:8443")]
            ),
            none
        );
        assert_eq!(call("http://127.0.0.1:8080", "/me", &[], &[]), none);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        assert_eq!(
            call("https://{shop}x.example.com", "/me", &["shop"], &[]),
            ["api_base"]
        );
        assert_eq!(call("{shop}", "/me", &["shop"], &[]), ["api_base"]);
        assert_eq!(call("https://api.example.com", "me", &[], &[]), ["path"]);
        assert_eq!(
            call("https://api.example.com", "/{who}", &[], &[]),
            ["path"]
        );
        assert_eq!(
            call("http://api.example.com", "//x", &[], &[]),
            ["api_base", "path"]
        );
    }
}
