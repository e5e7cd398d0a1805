use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn fill(template: &str, values: &[(&str, Value)]) -> Result<String, Fault> {
    let values: BTreeMap<&str, &Value> = values.iter().map(|(n, v)| (*n, v)).collect();
    Template::parse(template)?
        .fill(|name| values.get(name).copied())
        .map(String::from)
}

#[test]
fn values_take_their_place() {
    let account = ("account", Value::Label("acme".to_owned()));
    let host = ("id_host", Value::Host("talkdeskid.eu".to_owned()));
    assert_eq!(
        fill(
            "https://{account}.{id_host}/oauth/token",
            &[account.clone(), host]
        ),
        Ok("https://acme.talkdeskid.eu/oauth/token".to_owned())
    );
    let base = Url::parse("https://api.example.com/v2/").expect("an address");
    assert_eq!(
        fill(
            "{base}/of/{account}",
            &[("base", Value::Base(base)), account]
        ),
        Ok("https://api.example.com/v2/of/acme".to_owned())
    );
}

#[test]
fn text_in_a_path_is_escaped_and_cannot_climb() {
    let tenant = |text: &str| {
        fill(
            "https://a.example/{t}/x",
            &[("t", Value::Text(text.to_owned()))],
        )
    };
    assert_eq!(
        tenant("a/b?c#d"),
        Ok("https://a.example/a%2Fb%3Fc%23d/x".to_owned())
    );
    assert!(tenant("..").is_err());
    assert!(tenant(".").is_err());
}

#[test]
fn malformed_templates_are_refused() {
    for template in [
        "",
        "acme",
        "http://{account}.example.com",
        "https://",
        "https://{account}x.example.com/",
        "https://{account.example.com/",
        "https://user@example.com/",
        "https://example.com:443/",
        "https://{Account}.example.com/",
        "https://example.com/a b",
        "https://example.com/#x",
        "{base}x",
    ] {
        assert!(Template::parse(template).is_err(), "{template}");
    }
}

proptest! {
    #[test]
    fn whatever_the_label_the_host_ends_with_the_fixed_suffix(label in ".{0,80}") {
        let filled = fill(
            "https://{account}.{id_host}/oauth/token",
            &[("account", Value::Label(label.clone())), ("id_host", Value::Host("talkdeskid.com".to_owned()))],
        );
        if let Ok(address) = filled {
            prop_assert_eq!(address, format!("https://{}.talkdeskid.com/oauth/token", label));
        }
    }
}
