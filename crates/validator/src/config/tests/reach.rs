//! Who can reach the service, and on whose word.

use super::*;

#[test]
fn an_address_that_others_can_reach_demands_tls_and_callers_and_names() {
    let folder = folder();
    certificate(&folder);
    own(&folder, "bearer", "0123456789abcdef0123\n");
    let tls = "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";
    let callers = "[callers]\nbearer_file = \"bearer\"\n";
    let hosts = "hosts = [\"v.example.com\"]\n";
    for (listen, hosts, tls, callers, mistakes) in [
        ("127.0.0.1:1", "", "", "", 0),
        ("[::1]:1", "", "", "", 0),
        ("[::ffff:127.0.0.1]:1", "", "", "", 0),
        ("127.0.0.1:1", "", tls, callers, 0),
        ("0.0.0.0:1", "", "", "", 3),
        ("0.0.0.0:1", hosts, tls, "", 1),
        ("[::]:1", hosts, "", callers, 1),
        ("192.0.2.1:1", "", tls, callers, 1),
        ("192.0.2.1:1", hosts, tls, callers, 0),
    ] {
        let text = format!("listen = \"{listen}\"\n{hosts}{tls}{callers}{DESK}");
        let found = said(&folder, &text);
        assert_eq!(found.len(), mistakes, "{text}\n{found:?}");
    }
}

/// With nothing more, anybody in the world could try credentials there.
#[test]
fn behind_a_proxy_somebody_says_who_may_call() {
    let folder = folder();
    own(&folder, "bearer", "0123456789abcdef0123\n");
    let (named, trusted) = (
        "hosts = [\"v.example.com\"]\n",
        "trusted_proxies = [\"127.0.0.1\"]\n",
    );
    let proxy = "callers = \"proxy\"\n";
    let bearer = "[callers]\nbearer_file = \"bearer\"\n";
    for (front, section, field) in [
        (named.to_owned(), "", Some("line 1, hosts")),
        (trusted.to_owned(), "", Some("line 1, trusted_proxies")),
        (format!("{named}{trusted}"), "", Some("line 1, hosts")),
        (
            "hosts = [\"localhost\", \"127.0.0.1:8080\", \"[::1]\"]\n".to_owned(),
            "",
            None,
        ),
        (format!("{named}{trusted}{proxy}"), "", None),
        (named.to_owned(), bearer, None),
        (
            format!("{named}callers = \"prox\"\n"),
            "",
            Some("line 2, callers"),
        ),
    ] {
        let text = format!("{front}{section}{DESK}");
        let found = said(&folder, &text);
        match field {
            None => assert_eq!(found, [""; 0], "{text}"),
            Some(field) => assert!(
                found.len() == 1 && found[0].starts_with(field),
                "{text}\n{found:?}"
            ),
        }
    }
    let config = read(&folder, &format!("{named}{trusted}{proxy}{DESK}"))
        .ok()
        .unwrap();
    let said = config.behaves().join("\n");
    for part in [
        "whomever the proxy lets through",
        "names v.example.com",
        "Forwarded-For of 127.0.0.1",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // The proxy is not before an address that others can reach.
    certificate(&folder);
    let tls = "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";
    let open = super::said(
        &folder,
        &format!("listen = \"0.0.0.0:1\"\n{named}{proxy}{tls}{DESK}"),
    );
    assert!(
        open.len() == 1 && open[0].starts_with("line 3, callers: "),
        "{open:?}"
    );
}

#[test]
fn proxies_are_named_and_not_the_whole_world() {
    let folder = folder();
    for (proxies, right, warned) in [
        ("0.0.0.0/0", false, false),
        ("::/0", false, false),
        ("128.0.0.0/1", false, false),
        ("2000::/3", false, false),
        ("::ffff:10.0.0.0/104", false, false),
        ("10.0.0.0/7", false, false),
        ("10.0.0.0/8", true, false),
        ("192.168.1.7", true, false),
        ("fd00::/8", true, false),
        ("198.51.100.0/24", true, true),
        ("2001:db8::/32", true, true),
    ] {
        let text = format!("callers = \"proxy\"\ntrusted_proxies = [\"{proxies}\"]\n{DESK}");
        let config = read(&folder, &text);
        assert_eq!(config.is_ok(), right, "{proxies} {:?}", config.err());
        let warnings = config.map_or(Vec::new(), |it| it.warnings(Timestamp::UNIX_EPOCH));
        assert_eq!(!warnings.is_empty(), warned, "{proxies} {warnings:?}");
    }
}

#[test]
fn what_could_never_work_is_named_before_the_start() {
    let folder = folder();
    for (text, told) in [
        (
            "listen = \"127.0.0.1:9\"\n[health]\nlisten = \"127.0.0.1:9\"\n",
            "health.listen: The service itself",
        ),
        (
            "listen = \"127.0.0.1:9\"\n[health]\nlisten = \"0.0.0.0:9\"\n",
            "health.listen: The service itself",
        ),
        (
            "hosts = [\"localhost:99999\"]\n",
            "hosts[0]: The port of \"localhost:99999\"",
        ),
        ("hosts = [\"localhost:0\"]\n", "hosts[0]: The port"),
        (
            "hosts = [\"https://a\"]\n",
            "\"https://a\" is no name of a host",
        ),
        (
            "origins = [\"https://a.example\"]\n",
            "origins: There is no key origins",
        ),
        (
            "[breaker]\nfailures = 0\n",
            "breaker.failures: 0 is out of range",
        ),
        (
            "[breaker]\nrest_ms = 90000000\n",
            "breaker.rest_ms: 90000000 is out of range",
        ),
    ] {
        let found = said(&folder, &format!("{text}{DESK}"));
        assert!(
            found.iter().any(|it| it.contains(told)),
            "{told}\n{found:?}"
        );
    }
    let apart = "listen = \"127.0.0.1:0\"\n[health]\nlisten = \"127.0.0.1:0\"\n";
    assert_eq!(said(&folder, &format!("{apart}{DESK}")), [""; 0]);
}
