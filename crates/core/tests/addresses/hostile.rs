//! Hostile values in every variable of every system that becomes part of a host.

use proofkey_core::provider::{self, Provider, VariableKind, label_defect};

use crate::corpus::corpus;
use crate::{CATALOGUE, examples};

#[test]
fn no_hostile_label_reaches_another_host_of_any_system() {
    let names: Vec<String> = corpus().into_iter().map(|(_, name)| name).collect();
    assert!(names.len() >= 300);
    let mut systems = 0;
    for provider in CATALOGUE.providers() {
        let labels: Vec<&provider::Variable> = provider
            .variables
            .iter()
            .filter(|variable| {
                matches!(
                    variable.kind,
                    VariableKind::HostLabel | VariableKind::Host | VariableKind::HttpsUrl
                )
            })
            .collect();
        systems += usize::from(!labels.is_empty());
        let region = provider.regions.first();
        let usual = usual_hosts(provider);
        for variable in labels {
            for name in &names {
                let mut values = examples(provider, region);
                values.insert(variable.name.clone(), name.clone());
                let Ok(endpoints) = provider::resolve(provider, &values) else {
                    continue;
                };
                for url in [
                    endpoints.token.as_ref(),
                    Some(&endpoints.api_base),
                    endpoints.authorization.as_ref(),
                    endpoints.jwks.as_ref(),
                    endpoints.revocation.as_ref(),
                    endpoints.userinfo.as_ref(),
                    endpoints.pushed_authorization.as_ref(),
                    endpoints.metadata.as_ref(),
                ]
                .into_iter()
                .flatten()
                {
                    assert_reaches_only(&usual, variable, name, url);
                }
            }
        }
    }
    assert!(systems >= 3, "{systems}");
}

/// The hosts of the endpoints for the file's own examples.
fn usual_hosts(provider: &Provider) -> Vec<String> {
    let examples = examples(provider, provider.regions.first());
    let usual = provider::resolve(provider, &examples).expect("complete");
    [
        usual.token.as_ref(),
        Some(&usual.api_base),
        usual.authorization.as_ref(),
        usual.metadata.as_ref(),
    ]
    .into_iter()
    .flatten()
    .filter_map(|url| url.host_str().map(str::to_owned))
    .collect()
}

/// A name of the corpus that makes an address at all is, in it, exactly what was typed.
fn assert_reaches_only(
    usual: &[String],
    variable: &provider::Variable,
    name: &str,
    url: &url::Url,
) {
    let place = format!("{}: {name:?} -> {url}", variable.name);
    let host = url.host_str().expect("a host");
    assert!(
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
        "{place}"
    );
    if usual.iter().any(|one| one == host) {
        return;
    }
    match variable.kind {
        VariableKind::HostLabel => {
            assert!(label_defect(name).is_none(), "{place}");
            let rest = host.strip_prefix(&format!("{name}.")).expect(&place);
            let ends = usual
                .iter()
                .any(|usual| usual.split_once('.').map(|(_, rest)| rest) == Some(rest));
            assert!(ends, "{place}");
        }
        VariableKind::Host => assert_eq!(host, name, "{place}"),
        _ => assert!(name.contains(&format!("://{host}")), "{place}"),
    }
}
