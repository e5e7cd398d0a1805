//! Where an event leads: to the API of the customer's region and to its sign-in host. Both are compared
//! with the provider's file before anything is asked there (rules F3 and S9).

use std::collections::BTreeMap;

use url::Url;

use super::{AppEvent, EventRefusal};
use crate::error::{Code, Problem};
use crate::provider::{KnownRegion, Provider, api_hosts, known_regions, locate, plain_https};

/// Names of Talkdesk's variables and region values.
const ACCOUNT: &str = "account";
const REGION: &str = "region";
const ID_HOST: &str = "id_host";
const API_BASE: &str = "api_base";

/// The event's root link, when it is the API of the provider. A look-alike is a foreign host.
pub(crate) fn api_root(provider: &Provider, event: &AppEvent) -> Result<Url, EventRefusal> {
    let url = plain_https(&event.root).map_err(EventRefusal::OddRoot)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    if !api_hosts(provider).contains(&host) {
        return Err(EventRefusal::ForeignRoot {
            host,
            provider: provider.name.clone(),
        });
    }
    if url.path() != "/" {
        return Err(EventRefusal::OddRoot("It has a path."));
    }
    Ok(url)
}

/// The variables of a connection for this event: the account, the region of its sign-in host, and the API
/// base of the root link, which counts where the region's own value differs from it.
pub(crate) fn variables(
    provider: &Provider,
    event: &AppEvent,
    root: &Url,
) -> Result<BTreeMap<String, String>, Problem> {
    let named = event.account_name.as_deref();
    let named = named.ok_or(EventRefusal::Missing("account_name"))?;
    let account = named.to_ascii_lowercase();
    let regions = known_regions(provider, &account).map_err(|finding| {
        Problem::new(Code::DraftInvalid, finding.summary, finding.remedy).at("event")
    })?;
    let region = sign_in_region(provider, event, &account, &regions)?
        .or_else(|| regions.iter().find(|it| it.api_base.as_ref() == Some(root)))
        .ok_or_else(|| EventRefusal::NoSignIn(shown_host(root)))?;
    let base = root.as_str().trim_end_matches('/').to_owned();
    let mut variables = BTreeMap::from([(ACCOUNT.to_owned(), account)]);
    let asks = |it: &KnownRegion<'_>, name: &str| it.region.asks.iter().any(|ask| ask.name == name);
    if asks(region, API_BASE) {
        variables.insert(REGION.to_owned(), region.region.id.clone());
        variables.insert(API_BASE.to_owned(), base);
    } else if region.api_base.as_ref() == Some(root) {
        variables.insert(REGION.to_owned(), region.region.id.clone());
    } else {
        let free = regions
            .iter()
            .find(|it| asks(it, ID_HOST) && asks(it, API_BASE));
        let (free, id_host) = free
            .zip(region.region.values.get(ID_HOST))
            .ok_or_else(|| EventRefusal::NoSignIn(shown_host(root)))?;
        variables.insert(REGION.to_owned(), free.region.id.clone());
        variables.insert(ID_HOST.to_owned(), id_host.clone());
        variables.insert(API_BASE.to_owned(), base);
    }
    Ok(variables)
}

/// The region whose sign-in host the event's links name; `None` when none of them names one.
fn sign_in_region<'r, 'p>(
    provider: &Provider,
    event: &AppEvent,
    account: &str,
    regions: &'r [KnownRegion<'p>],
) -> Result<Option<&'r KnownRegion<'p>>, EventRefusal> {
    let mut found: Option<&KnownRegion<'_>> = None;
    let api = api_hosts(provider);
    for link in &event.sign_in {
        let host = host_of(provider, link)?;
        // An endpoint of the API says nothing about the sign-in.
        if api.contains(&host) {
            continue;
        }
        let here = regions
            .iter()
            .find(|it| it.sign_in.as_deref() == Some(&*host));
        let here = here.ok_or_else(|| foreign(provider, account, &host))?;
        match found {
            Some(other) if other.region.id != here.region.id => {
                return Err(EventRefusal::Contradictory("token", "authorization"));
            }
            _ => found = Some(here),
        }
    }
    Ok(found)
}

/// The host of a link; what a template or a query adds behind the path is left aside.
fn host_of(provider: &Provider, link: &str) -> Result<String, EventRefusal> {
    let end = link.find(['?', '#', '{']).unwrap_or(link.len());
    let url = plain_https(&link[..end]).map_err(|_| EventRefusal::ForeignSignIn {
        host: link.to_owned(),
        provider: provider.name.clone(),
    })?;
    Ok(shown_host(&url))
}

/// Another account's sign-in address, or nobody's that is known.
fn foreign(provider: &Provider, account: &str, host: &str) -> EventRefusal {
    match locate(provider, host).account {
        Some(_) => EventRefusal::OtherSignIn {
            account: account.to_owned(),
            host: host.to_owned(),
        },
        None => EventRefusal::ForeignSignIn {
            host: host.to_owned(),
            provider: provider.name.clone(),
        },
    }
}

fn shown_host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;

    fn event(root: &str, links: &str) -> AppEvent {
        let body = format!(
            r#"{{"id":"e1","type":"app.installed","app_id":"a1","data":{{"installation_id":"i1",
            "account_id":"c1","account_name":"Acme","client_id":"x","client_secret":"y"}},
            "_links":{{"root":{{"href":"{root}"}}{links}}}}}"#
        );
        AppEvent::read(body.as_bytes()).unwrap()
    }

    fn placed(root: &str, links: &str) -> Result<Vec<String>, String> {
        let provider = Catalogue::built_in().shared("talkdesk").unwrap();
        let event = event(root, links);
        let root = api_root(&provider, &event).map_err(|refusal| refusal.to_string())?;
        let variables = variables(&provider, &event, &root).map_err(|it| it.summary)?;
        Ok(variables
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect())
    }

    #[test]
    fn the_root_link_is_the_api_base_whatever_the_region_says() {
        let eu = r#","token":{"href":"https://acme.talkdeskid.eu/oauth/token"}"#;
        assert_eq!(
            placed("https://api.talkdeskapp.eu", eu).unwrap(),
            ["account=acme", "region=eu"]
        );
        assert_eq!(
            placed("https://api.talkdeskapp.eu/", "").unwrap(),
            ["account=acme", "region=eu"]
        );
        assert_eq!(
            placed("https://api.talkdeskapp.com", eu).unwrap(),
            [
                "account=acme",
                "api_base=https://api.talkdeskapp.com",
                "id_host=talkdeskid.eu",
                "region=custom"
            ]
        );
    }

    #[test]
    fn a_root_that_is_not_the_api_of_the_provider_is_foreign() {
        for root in [
            "https://api.talkdeskapp.com.evil.example",
            "https://api.talkdeskapp.co",
            "https://xapi.talkdeskapp.com",
            "https://evil.example",
            "https://acme.talkdeskid.com",
            // Seen in the field, and documented nowhere.
            "https://api.mytalkdesk.au",
            "https://api.talkdeskapp.au",
            "https://api.talkdeskapp.co.uk",
        ] {
            let said = placed(root, "").unwrap_err();
            assert!(
                said.contains("is not the API of Talkdesk"),
                "{root}: {said}"
            );
        }
        for root in [
            "http://api.talkdeskapp.com",
            "https://api.talkdeskapp.com:8443",
            "https://api.talkdeskapp.com@evil.example",
            "https://api.talkdeskapp.com/v1",
            "https://api.talkdeskapp.com?x",
            "https://127.0.0.1",
            "https://API.talkdeskapp.com",
        ] {
            let said = placed(root, "").unwrap_err();
            assert!(said.contains("root link is not a plain"), "{root}: {said}");
        }
    }

    #[test]
    fn a_sign_in_host_is_the_providers_and_of_the_same_account() {
        let root = "https://api.talkdeskapp.com";
        for (link, part) in [
            (
                "https://other.talkdeskid.com/oauth/token",
                "sign-in address of other.talkdeskid.com",
            ),
            (
                "https://acme.talkdeskid.com.evil.example/",
                "is not one of Talkdesk",
            ),
            (
                "https://acme.evil.example/oauth/token",
                "is not one of Talkdesk",
            ),
            (
                "http://acme.talkdeskid.com/oauth/token",
                "is not one of Talkdesk",
            ),
        ] {
            let links = format!(r#","token":{{"href":"{link}"}}"#);
            let said = placed(root, &links).unwrap_err();
            assert!(said.contains(part), "{link}: {said}");
        }
        let two = r#","token":"https://acme.talkdeskid.com/oauth/token",
            "authorization":"https://acme.talkdeskid.eu/oauth/authorize{?state}""#;
        assert!(
            placed(root, two)
                .unwrap_err()
                .contains("contradicts itself")
        );
        let api = r#","token":"https://api.talkdeskapp.com/oauth/token""#;
        assert_eq!(placed(root, api).unwrap(), ["account=acme", "region=us"]);
        let mut provider = (*Catalogue::built_in().shared("talkdesk").unwrap()).clone();
        let events = provider.app_events.as_mut().unwrap();
        events.api_hosts.push("api.talkdesk.example".to_owned());
        let event = event("https://api.talkdesk.example", "");
        let root = api_root(&provider, &event).unwrap();
        let said = variables(&provider, &event, &root).unwrap_err().summary;
        assert!(
            said.contains("no region answers at api.talkdesk.example"),
            "{said}"
        );
    }
}
