//! The hosts that the file of a provider names by itself: nobody typed them.

use std::collections::BTreeMap;

use url::Url;

use super::host;
use super::resolve::account_variable;
use super::schema::{Certainty, Provider, Region};
use super::template::{Template, Value};
use super::values::{label_finding, of_file};
use crate::connection::Finding;

/// Where a region of the provider is, by the values of the provider's file alone.
pub(crate) struct KnownRegion<'p> {
    pub(crate) region: &'p Region,
    /// Host of the token endpoint for one account; `None` where a person has to type it.
    pub(crate) sign_in: Option<String>,
    pub(crate) api_base: Option<Url>,
}

/// All regions, for `account`. The finding says what is wrong with the account name.
pub(crate) fn known_regions<'p>(
    provider: &'p Provider,
    account: &str,
) -> Result<Vec<KnownRegion<'p>>, Finding> {
    let variable = account_variable(provider);
    if let Some(finding) = variable.and_then(|variable| label_finding(variable, account)) {
        return Err(finding);
    }
    let known = |region: &'p Region| {
        let mut values = values_of(region);
        if let Some(variable) = variable {
            values.insert(variable.name.clone(), Value::Label(account.to_owned()));
        }
        let token = provider.endpoints.token.as_deref();
        KnownRegion {
            region,
            sign_in: token
                .and_then(|template| filled(template, &values))
                .and_then(|url| Some(url.host_str()?.to_owned())),
            api_base: filled(&provider.endpoints.api_base, &values),
        }
    };
    Ok(provider.regions.iter().map(known).collect())
}

/// The hosts at which the API of the provider answers: those of its regions that the vendor documents, and
/// those that its file names for the events of apps. An address that is only seen in the field may belong
/// to somebody else tomorrow, and the keys of signatures are asked for here.
pub(crate) fn api_hosts(provider: &Provider) -> Vec<String> {
    let documented = |region: &&Region| region.certainty == Certainty::Documented;
    let of_regions = provider
        .regions
        .iter()
        .filter(documented)
        .filter_map(|region| {
            let base = filled(&provider.endpoints.api_base, &values_of(region))?;
            Some(base.host_str()?.to_owned())
        });
    let further = provider.app_events.iter().flat_map(|it| &it.api_hosts);
    let mut hosts: Vec<String> = of_regions.chain(further.cloned()).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// `text` as a plain https address without port, query and fragment; in one sentence, why it is none.
pub(crate) fn plain_https(text: &str) -> Result<Url, &'static str> {
    host::https_base(text)
}

fn values_of(region: &Region) -> BTreeMap<String, Value> {
    let values = region.values.iter();
    values
        .map(|(name, text)| (name.clone(), of_file(text)))
        .collect()
}

fn filled(template: &str, values: &BTreeMap<String, Value>) -> Option<Url> {
    let template = Template::parse(template).ok()?;
    template.fill(|name| values.get(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;

    #[test]
    fn the_hosts_of_talkdesk_are_those_of_its_file() {
        let provider = Catalogue::built_in().shared("talkdesk").unwrap();
        let hosts = api_hosts(&provider);
        let documented = [
            "api.talkdeskapp.com",
            "api.talkdeskapp.eu",
            "api.talkdeskappca.com",
        ];
        assert_eq!(hosts, documented, "nothing that is not settled");
        let regions = known_regions(&provider, "acme").unwrap();
        let at = |id: &str| regions.iter().find(|it| it.region.id == id).unwrap();
        assert_eq!(at("ca").sign_in.as_deref(), Some("acme.talkdeskidca.com"));
        assert_eq!(
            at("eu").api_base.as_ref().map(Url::as_str),
            Some("https://api.talkdeskapp.eu/")
        );
        assert!(at("custom").sign_in.is_none() && at("custom").api_base.is_none());
        assert!(known_regions(&provider, "evil.example/").is_err());
    }
}
