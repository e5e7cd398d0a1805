//! Which host names belong to the practice Talkdesk, and what each of them is.

/// A region with its host families, as Talkdesk documents them. Australia's API host is unsettled, so
/// both names seen in the field answer.
struct Region {
    id: &'static str,
    sign_in_suffix: &'static str,
    api_hosts: &'static [&'static str],
    /// The region's name in token claims.
    claim: &'static str,
}

/// The server beside Talkdesk, under a name that no real one can have (RFC 2606 §2).
pub(crate) const COMPLETE: &str = "practice";

const REGIONS: [Region; 5] = [
    Region {
        id: "us",
        sign_in_suffix: ".talkdeskid.com",
        api_hosts: &["api.talkdeskapp.com"],
        claim: "td-us-1",
    },
    Region {
        id: "eu",
        sign_in_suffix: ".talkdeskid.eu",
        api_hosts: &["api.talkdeskapp.eu"],
        claim: "td-eu-1",
    },
    Region {
        id: "ca",
        sign_in_suffix: ".talkdeskidca.com",
        api_hosts: &["api.talkdeskappca.com"],
        claim: "td-ca-1",
    },
    Region {
        id: "au",
        sign_in_suffix: ".talkdeskid.au",
        api_hosts: &["api.talkdeskapp.au", "api.mytalkdesk.au"],
        claim: "td-au-1",
    },
    Region {
        id: COMPLETE,
        sign_in_suffix: ".practice.example",
        api_hosts: &["api.practice.example"],
        claim: COMPLETE,
    },
];

/// What a host name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `{account}.talkdeskid.com` and its siblings.
    SignIn {
        account: String,
        region: &'static str,
    },
    /// `api.talkdeskapp.com` and its siblings.
    Api { region: &'static str },
    /// The sandbox itself, under no Talkdesk name.
    Local,
}

impl Place {
    /// `None` for a host that is neither a Talkdesk one nor this machine.
    pub(crate) fn of(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        if matches!(host.as_str(), "localhost" | "127.0.0.1") {
            return Some(Self::Local);
        }
        REGIONS.iter().find_map(|region| {
            if region.api_hosts.contains(&host.as_str()) {
                return Some(Self::Api { region: region.id });
            }
            let account = host.strip_suffix(region.sign_in_suffix)?;
            is_label(account).then(|| Self::SignIn {
                account: account.to_owned(),
                region: region.id,
            })
        })
    }
}

/// The sign-in host of an account.
pub(crate) fn sign_in(account: &str, region: &str) -> String {
    let suffix = region_of(region).sign_in_suffix;
    format!("{account}{suffix}")
}

/// The first API host of a region.
pub(crate) fn api(region: &str) -> &'static str {
    region_of(region).api_hosts[0]
}

/// The region's name in token claims.
pub(crate) fn claim(region: &str) -> &'static str {
    region_of(region).claim
}

/// Region ids come from this file and the table of accounts only; a test holds them together.
fn region_of(id: &str) -> &'static Region {
    REGIONS
        .iter()
        .find(|region| region.id == id)
        .unwrap_or(&REGIONS[0])
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account;

    #[test]
    fn each_family_is_recognised_and_nothing_else_is() {
        let sign_in = |account: &str, region| Place::SignIn {
            account: account.to_owned(),
            region,
        };
        for (host, place) in [
            ("acme.talkdeskid.com", Some(sign_in("acme", "us"))),
            ("ACME.TalkdeskID.eu", Some(sign_in("acme", "eu"))),
            ("acme.talkdeskidca.com", Some(sign_in("acme", "ca"))),
            ("acme.talkdeskid.au", Some(sign_in("acme", "au"))),
            ("api.talkdeskapp.eu", Some(Place::Api { region: "eu" })),
            ("api.mytalkdesk.au", Some(Place::Api { region: "au" })),
            ("127.0.0.1", Some(Place::Local)),
            ("talkdeskid.com", None),
            (".talkdeskid.com", None),
            ("a.b.talkdeskid.com", None),
            ("acme.talkdeskid.com.evil.example", None),
            ("id.practice.example", Some(sign_in("id", "practice"))),
            ("practice.example", None),
            ("example.com", None),
        ] {
            assert_eq!(Place::of(host), place, "{host}");
        }
    }

    #[test]
    fn every_account_lives_in_a_known_region() {
        for account in account::talkdesk() {
            assert!(
                REGIONS.iter().any(|region| region.id == account.region),
                "{}",
                account.name
            );
        }
    }
}
