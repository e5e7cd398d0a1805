//! From what is typed or pasted to the addresses of a connection.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod corpus;
mod hostile;
mod names;
mod paths;
mod regions;
mod systems;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proofkey_core::connection::Finding;
use proofkey_core::provider::{Catalogue, Provider, Region, VariableKind};

/// Read once: the properties ask for it thousands of times.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);

fn talkdesk() -> &'static Provider {
    CATALOGUE.provider("talkdesk").expect("built in")
}

fn variables(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The file's own examples.
fn examples(provider: &Provider, region: Option<&Region>) -> BTreeMap<String, String> {
    provider
        .variables
        .iter()
        .map(|variable| {
            let value = match region {
                Some(region) if variable.kind == VariableKind::Region => &region.id,
                _ => &variable.example,
            };
            (variable.name.clone(), value.clone())
        })
        .collect()
}

fn fields(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.field.as_str())
        .collect()
}
