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
fn a_server_on_another_port_or_on_this_machine_is_named_as_it_is() {
    for address in [
        "https://id.example.com:8443/realms/acme/token",
        "http://127.0.0.1:8080/token",
        "http://localhost:3000/token",
        "http://[::1]:8080/token",
        "https://localhost/token",
        "http://127.0.0.1/token?p=1",
    ] {
        assert_eq!(fill(address, &[]), Ok(address.to_owned()));
    }
    assert_eq!(
        fill(
            "https://id.example.com:8443/{tenant}",
            &[("tenant", Value::Text("a/b".to_owned()))]
        ),
        Ok("https://id.example.com:8443/a%2Fb".to_owned())
    );
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
        "https://example.com:/",
        "https://example.com:99999/",
        "https://{account}.example.com:8443/",
        "https://10.0.0.1:8443/",
        "https://user@example.com:8443/",
        "https://example.com:8443@evil.example/",
        "http://example.com:8080/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1:80/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:8080@evil.example/",
        "http://127.1:8080/",
        "http://[::1]evil.example/",
        "http://[::1/",
        "ftp://127.0.0.1/",
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
