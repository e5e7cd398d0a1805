//! What stands in a host behind the label that a caller chooses. Somebody has to own it: where anybody can
//! get a name below it, a caller would name a server of its own (rule I2).

use std::collections::BTreeMap;

use super::schema::{Provider, Region};
use super::template::{Piece, Template};

/// Behind the last of the `led` variables: "example.com" of "{shop}.example.com", and nothing where that is
/// the last. One for each region that the fixed values leave open. Addresses without such a variable have
/// none, and what no value is known for is left out: others say so.
pub(crate) fn ends_behind(
    provider: &Provider,
    template: &str,
    led: &[&str],
    fixed: &BTreeMap<String, String>,
) -> Vec<String> {
    let Ok(template) = Template::parse(template) else {
        return Vec::new();
    };
    let pieces = template.host().unwrap_or_default();
    let is_led = |piece: &Piece| piece.name().is_some_and(|name| led.contains(&name));
    let Some(last) = pieces.iter().rposition(is_led) else {
        return Vec::new();
    };
    let chosen = super::region(provider, fixed);
    let regions: Vec<Option<&Region>> = match chosen {
        None if !provider.regions.is_empty() => provider.regions.iter().map(Some).collect(),
        chosen => vec![chosen],
    };
    let behind = &pieces[last + 1..];
    let mut ends: Vec<String> = regions
        .into_iter()
        .filter_map(|region| end(behind, region, fixed))
        .collect();
    ends.sort();
    ends.dedup();
    ends
}

fn end(
    behind: &[Piece],
    region: Option<&Region>,
    fixed: &BTreeMap<String, String>,
) -> Option<String> {
    let labels: Option<Vec<&str>> = behind
        .iter()
        .map(|piece| match piece {
            Piece::Literal(label) => Some(label.as_str()),
            Piece::Placeholder(name) => {
                let of_region = || region?.values.get(name);
                fixed.get(name).or_else(of_region).map(String::as_str)
            }
        })
        .collect();
    Some(labels?.join("."))
}

/// Whether anybody can get a name below `end`: it is nothing, one label, or one that registries and hosters
/// give names below.
pub(crate) fn is_anybodys(end: &str) -> bool {
    let Some((first, rest)) = end.split_once('.') else {
        return true;
    };
    let of_a_country = rest.len() == 2 && SECOND_LEVEL.contains(&first);
    let below = |hoster: &str| {
        let front = end.strip_suffix(hoster);
        front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
    };
    of_a_country || HOSTERS.contains(&end) || HOSTERS_WITH_REGIONS.into_iter().any(below)
}

/// Under the domains of countries: co.uk, com.au.
const SECOND_LEVEL: [&str; 20] = [
    "ac", "biz", "co", "com", "edu", "firm", "go", "gob", "gov", "gv", "info", "ltd", "me", "ne",
    "net", "nom", "or", "org", "plc", "web",
];

/// The better known ones. The whole list of public suffixes is long, changes weekly, and would have to come
/// along; this is a guard against a slip of whoever writes the configuration, who chooses the host anyway.
const HOSTERS: [&str; 38] = [
    "azurecontainerapps.io",
    "azurewebsites.net",
    "blogspot.com",
    "cloudfront.net",
    "cloudfunctions.net",
    "ddns.net",
    "deno.dev",
    "duckdns.org",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "loca.lt",
    "netlify.app",
    "nip.io",
    "no-ip.org",
    "onrender.com",
    "pages.dev",
    "railway.app",
    "readthedocs.io",
    "repl.co",
    "replit.app",
    "replit.dev",
    "run.app",
    "serveo.net",
    "sslip.io",
    "surge.sh",
    "trycloudflare.com",
    "up.railway.app",
    "vercel.app",
    "web.app",
    "webflow.io",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "workers.dev",
];

/// These have further labels between the name and the end: eu.ngrok.io, s3.eu-west-1.amazonaws.com.
const HOSTERS_WITH_REGIONS: [&str; 16] = [
    "amazonaws.com",
    "appspot.com",
    "awsapprunner.com",
    "azure-api.net",
    "azure.com",
    "azureedge.net",
    "azurefd.net",
    "azurestaticapps.net",
    "elasticbeanstalk.com",
    "ngrok-free.app",
    "ngrok.app",
    "ngrok.dev",
    "ngrok.io",
    "on.aws",
    "trafficmanager.net",
    "windows.net",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;

    #[test]
    fn an_end_has_an_owner_or_is_anybodys() {
        for end in [
            "",
            "com",
            "localhost",
            "co.uk",
            "com.au",
            "github.io",
            "azurewebsites.net",
            "eu.ngrok.io",
            "s3.eu-west-1.amazonaws.com",
        ] {
            assert!(is_anybodys(end), "{end}");
        }
        for end in [
            "example.com",
            "crm.example.com",
            "example.co.uk",
            "co.example",
            "me.example.uk",
            "notgithub.io",
            "myngrok.io",
            "zendesk.com",
        ] {
            assert!(!is_anybodys(end), "{end}");
        }
    }

    #[test]
    fn the_end_is_what_stands_behind_the_last_label_of_the_caller_in_each_region() {
        let provider = Catalogue::built_in().shared("talkdesk").unwrap();
        let token = provider.endpoints.token.as_deref().unwrap();
        let none = BTreeMap::new();
        let all = ends_behind(&provider, token, &["account"], &none);
        assert!(
            all.len() > 3 && all.contains(&"talkdeskid.eu".to_owned()),
            "{all:?}"
        );
        let eu = BTreeMap::from([("region".to_owned(), "eu".to_owned())]);
        assert_eq!(
            ends_behind(&provider, token, &["account"], &eu),
            ["talkdeskid.eu"]
        );
        let of = |template: &str| ends_behind(&provider, template, &["account", "b"], &eu);
        assert_eq!(of("https://crm.{account}"), [""]);
        assert_eq!(of("https://{account}.{b}.example.com/x"), ["example.com"]);
        assert!(of("https://api.example.com/{account}").is_empty());
    }
}
