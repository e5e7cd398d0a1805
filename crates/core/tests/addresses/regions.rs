//! Account and region in, addresses out: where a value may end up.

use std::collections::BTreeMap;

use proofkey_core::provider::{self, label_defect};
use proptest::prelude::*;

use crate::{fields, talkdesk, variables};

#[test]
fn each_region_has_its_own_endpoints() {
    let talkdesk = talkdesk();
    for (region, id_host, api) in [
        ("us", "talkdeskid.com", "https://api.talkdeskapp.com/"),
        ("eu", "talkdeskid.eu", "https://api.talkdeskapp.eu/"),
        ("ca", "talkdeskidca.com", "https://api.talkdeskappca.com/"),
    ] {
        let variables = variables(&[("account", "acme"), ("region", region)]);
        let endpoints = provider::resolve(talkdesk, &variables).expect("complete");
        assert_eq!(
            endpoints.token_url().unwrap().as_str(),
            format!("https://acme.{id_host}/oauth/token")
        );
        assert_eq!(endpoints.api_base.as_str(), api);
        assert_eq!(
            provider::region(talkdesk, &variables).expect("known").id,
            region
        );
    }
}

#[test]
fn a_region_typed_by_hand_takes_checked_hosts_only() {
    let talkdesk = talkdesk();
    let custom = |id_host: &str, api_base: &str| {
        let typed = [
            ("account", "acme"),
            ("region", "custom"),
            ("id_host", id_host),
            ("api_base", api_base),
        ];
        provider::resolve(talkdesk, &variables(&typed))
    };
    let endpoints = custom("talkdeskid.co.uk", "https://api.talkdeskapp.co.uk").expect("complete");
    assert_eq!(
        endpoints.token_url().unwrap().as_str(),
        "https://acme.talkdeskid.co.uk/oauth/token"
    );
    let findings = custom("https://talkdeskid.co.uk", "http://api.example.com").expect_err("wrong");
    assert_eq!(
        fields(&findings),
        ["variables.id_host", "variables.api_base"]
    );
    let findings = custom("", "").expect_err("missing");
    assert_eq!(
        fields(&findings),
        ["variables.id_host", "variables.api_base"]
    );
    for host in [
        "evil.com/",
        "evil.com#",
        "127.0.0.1",
        "com",
        "a@b.com",
        "b.com:1",
        "[::1]",
    ] {
        assert!(custom(host, "https://api.example.com").is_err(), "{host}");
    }
}

#[test]
fn everything_wrong_with_the_variables_is_said_at_once() {
    let typed = variables(&[("account", "-"), ("region", "mars"), ("acount", "acme")]);
    let findings = provider::resolve(talkdesk(), &typed).expect_err("wrong");
    assert_eq!(
        fields(&findings),
        ["variables.account", "variables.region", "variables.acount"]
    );
    let nothing = provider::resolve(talkdesk(), &BTreeMap::new()).expect_err("missing");
    assert_eq!(fields(&nothing), ["variables.account", "variables.region"]);
}

#[test]
fn a_typed_value_never_replaces_one_from_the_closed_list() {
    let typed = variables(&[
        ("account", "acme"),
        ("region", "us"),
        ("id_host", "evil.com"),
        ("api_base", "https://evil.com"),
    ]);
    let endpoints = provider::resolve(talkdesk(), &typed).expect("complete");
    assert_eq!(
        endpoints.token_url().unwrap().host_str(),
        Some("acme.talkdeskid.com")
    );
    assert_eq!(endpoints.api_base.host_str(), Some("api.talkdeskapp.com"));
}

proptest! {
    #[test]
    fn whatever_is_typed_the_host_is_a_label_and_the_suffix(
        account in prop_oneof!["[a-z0-9-]{0,70}", ".{0,40}", "[a-z.@/:#?%\\\\\\[\\]]{0,20}"],
        region in prop::sample::select(vec!["us", "eu", "ca"]),
    ) {
        let talkdesk = talkdesk();
        let typed = variables(&[("account", &account), ("region", region)]);
        if let Ok(endpoints) = provider::resolve(talkdesk, &typed) {
            let suffix = &talkdesk.regions.iter().find(|r| r.id == region).expect("known").values["id_host"];
            let expected = format!("{account}.{suffix}");
            for url in [endpoints.token.as_ref(), endpoints.jwks.as_ref(), endpoints.authorization.as_ref()] {
                let url = url.expect("given by the file");
                prop_assert_eq!(url.host_str(), Some(expected.as_str()));
                prop_assert_eq!((url.scheme(), url.port(), url.username()), ("https", None, ""));
            }
            prop_assert!(label_defect(&account).is_none());
        }
    }
}
