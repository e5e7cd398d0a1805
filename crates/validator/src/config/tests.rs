use std::path::PathBuf;

use jiff::Timestamp;
use proofkey_core::provider::Catalogue;

use super::*;

const DESK: &str = "[[integration]]\npath = \"/desk\"\nprovider = \"zendesk-token\"\n\
    fields = { subdomain = \"label\", email = \"string\", api_token = \"secret\" }\n";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// As a service's own secret file.
fn own(folder: &tempfile::TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

fn read(folder: &tempfile::TempDir, text: &str) -> Result<Config, Vec<Mistake>> {
    Config::read(&own(folder, "validator.toml", text), &Catalogue::built_in())
}

fn said(folder: &tempfile::TempDir, text: &str) -> Vec<String> {
    let found = read(folder, text).err().unwrap_or_default();
    found.iter().map(Mistake::to_string).collect()
}

fn certificate(folder: &tempfile::TempDir) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    own(folder, "cert.pem", &made.cert.pem());
    own(folder, "key.pem", &made.signing_key.serialize_pem());
}

#[test]
fn the_smallest_configuration_serves_this_machine_alone() {
    let config = read(&folder(), DESK).map_err(|it| format!("{it:?}"));
    let config = config.unwrap();
    assert_eq!(config.settings.listen.to_string(), "127.0.0.1:8080");
    assert!(config.settings.tls.is_none() && !config.settings.callers.is_asked());
    assert_eq!(config.explains()[0].path, "/desk");
    let said = config.behaves().join("\n");
    for part in [
        "plain HTTP, to everybody on this machine.",
        "by the names localhost, 127.0.0.1 and [::1].",
        "X-Forwarded-For of nobody",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(config.warnings(Timestamp::UNIX_EPOCH), []);
}

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

#[test]
fn everything_that_is_wrong_is_named_at_once_with_its_line() {
    let folder = folder();
    let text = "listen = \"localhost\"\nupstream_failure = 200\ntrusted_proxies = [\"10.0.0.0/8\", \"x\"]\n\
        hosts = [\"https://a\"]\n[limits]\nper_second = 5\nin_flight = 0\n[callers]\n[health]\nlisten = \"9090\"\n\
        [[integration]]\npath = \"/a\"\nprovider = \"nobody\"\nfields = {}\n";
    let found = said(&folder, text);
    for beginning in [
        "line 1, listen: ",
        "line 2, upstream_failure: ",
        "line 3, trusted_proxies[1]: ",
        "line 7, limits.in_flight: ",
        "line 10, health.listen: ",
        "line 13, /a, provider: ",
    ] {
        assert!(
            found.iter().any(|it| it.starts_with(beginning)),
            "{beginning}\n{found:#?}"
        );
    }
}

/// As a stranger wrote it (all of it was told in seven rounds, one mistake each, and not in order).
#[test]
fn mistakes_of_the_shape_come_at_once_with_all_others() {
    let folder = folder();
    let text = "listen = 8080\nhosts = \"validator.example.com\"\nupstream_fail = 200\nper_source = 5\n[limits]\n\
        per_secnd = 5\nper_client = 0\nin_flight = \"512\"\n[callrs]\nbearer_file = \"\"\n[[integration]]\n\
        path = \"desk\"\nprovidr = \"nobody\"\nfield = { a = \"lable\", b = { kind = \"secret\", optinal = 1 } }\n\
        grant = \"basic\"\n[integration.upstream]\n";
    let found = said(&folder, text);
    let told = [
        "line 1, listen: This is a number, and must be text in straight quotes. Write it like listen = \"127.0.0.1:8080\".",
        "line 2, hosts: This is text in quotes, and must be a list in square brackets.",
        "line 3, upstream_fail: There is no key upstream_fail here. Write upstream_failure.",
        "line 3, upstream_failure: 200 is out of range. Write 401 or 503, without quotes.",
        "line 4, per_source: There is no key per_source here. It belongs below [limits].",
        "line 6, limits.per_secnd: There is no key per_secnd here. Write per_second.",
        "line 7, limits.per_client: 0 is out of range. Write a whole number from 1 to 1000000, or \"off\".",
        "line 8, limits.in_flight: This is text in quotes, and must be a whole number from 1 to 65536, without quotes.",
        "line 9, callrs: There is no key callrs here. Write [callers].",
        "line 10, callers.bearer_file: This names no file.",
        "line 12, integration 1, path: \"desk\" is not a path: it does not begin with a slash.",
        "line 13, integration 1, providr: There is no key providr here. Write provider.",
        "line 14, integration 1, field: There is no key field here. Write fields.",
        "line 14, integration 1, fields.a: \"lable\" cannot stand here. Write \"label\".",
        "line 14, integration 1, fields.b.optinal: There is no key optinal here. Write optional.",
        "line 14, integration 1, fields.b.optional: This is a number, and must be true or false, without quotes.",
        "line 15, integration 1, grant: \"basic\" cannot stand here. Write one of the words client_credentials,",
        "line 16, integration 1, upstream.api_base: The key api_base is missing.",
        "line 16, integration 1, upstream.path: The key path is missing.",
    ];
    for (index, beginning) in told.iter().enumerate() {
        let told = found.get(index).map_or("", String::as_str);
        assert!(told.starts_with(beginning), "{beginning}\n{found:#?}");
    }
    assert_eq!(found.len(), told.len(), "{found:#?}");
}

#[test]
fn brackets_and_quotes_that_are_wrong_are_told_in_words_for_people() {
    let folder = folder();
    for (text, told) in [
        (
            "listn = \"a\"\n[[integration]]\npath = \"/a\"\nprovider = \"zendesk-token\"\n",
            "Write listen.",
        ),
        (
            "listen = \u{201c}a\u{201d}\n",
            "line 1: This line has typographic quotes.",
        ),
        (
            "listen = localhost\n",
            "line 1: Text has to stand in quotes.",
        ),
        (
            "[tls]\n[limits]\n[tls]\n",
            "line 3: tls is written a second time.",
        ),
        (
            "hosts = [\"a\"\n\nlisten = \"b\"\n",
            "line 1: The list that begins here is not closed",
        ),
        ("listen 5\n", "line 1: This line cannot be read: "),
        (
            "[integration]\npath = \"/a\"\nprovider = \"none\"\nfields = {}\n",
            "Write [[integration]], with two pairs of brackets.",
        ),
        (
            "[[tls]]\n[[integration]]\n",
            "Write [tls], with one pair of brackets.",
        ),
        (
            "integration = 5\n",
            "This is a number, and must be one or more sections.",
        ),
        (
            "[tls]\nhosts = [\"a\"]\ncertificate = \"c\"\n",
            "It belongs above the first section.",
        ),
        ("", "line 1, integration: "),
    ] {
        let found = said(&folder, text);
        assert!(
            found.iter().any(|it| it.contains(told)),
            "{told}\n{text:?} {found:#?}"
        );
    }
}

#[test]
fn a_path_can_be_taken_once_and_a_limit_can_be_off() {
    let folder = folder();
    let twice = said(&folder, &format!("{DESK}\n{DESK}"));
    assert!(
        twice.len() == 1 && twice[0].contains("/desk, path"),
        "{twice:?}"
    );
    let off = format!("[limits]\nper_second = \"off\"\nper_client = \"off\"\n{DESK}");
    assert!(read(&folder, &off).is_ok_and(|it| it.settings.limits.per_client.is_none()));
}

#[cfg(unix)]
#[test]
fn secret_files_are_there_and_private_and_long_enough() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    certificate(&folder);
    let text = format!("[callers]\nbearer_file = \"bearer\"\n{DESK}");
    assert_eq!(said(&folder, &text).len(), 1);
    own(&folder, "bearer", "short\n");
    assert!(said(&folder, &text)[0].contains("16"));
    let path = own(&folder, "bearer", "canary-0123456789abcdef\n");
    assert!(read(&folder, &text).is_ok_and(|it| {
        it.settings.callers.is_asked() && it.settings.limits.per_source.is_none()
    }));
    let limited = format!("[limits]\nper_source = 7\n{text}");
    assert!(read(&folder, &limited).is_ok_and(|it| it.settings.limits.per_source == Some(7)));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let found = said(&folder, &text);
    assert!(
        found.len() == 1 && !found[0].contains("canary"),
        "{found:?}"
    );

    own(&folder, "other.pem", "no key");
    let text = format!("[tls]\ncertificate = \"key.pem\"\nkey = \"other.pem\"\n{DESK}");
    let found = said(&folder, &text);
    assert_eq!(found.len(), 2, "{found:?}");
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
    let open = self::said(
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

#[test]
fn a_certificate_says_for_whom_it_is_and_that_it_has_ended() {
    let folder = folder();
    certificate(&folder);
    let text = format!("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n{DESK}");
    let config = read(&folder, &text).ok().unwrap();
    let said = config.behaves().join("\n");
    assert!(said.contains("is for localhost, and ends on "), "{said}");
    assert_eq!(config.warnings("2026-11-22T00:00:00Z".parse().unwrap()), []);
    let late = config.warnings("9000-01-01T00:00:00Z".parse().unwrap());
    assert!(
        late.len() == 1 && late[0].field == "tls.certificate",
        "{late:?}"
    );
}

#[test]
fn the_wrong_file_of_the_two_is_told_for_what_it_is() {
    let folder = folder();
    certificate(&folder);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    own(&folder, "other.pem", &other.signing_key.serialize_pem());
    own(
        &folder,
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let tls = |certificate: &str, key: &str| {
        let text = format!("[tls]\ncertificate = \"{certificate}\"\nkey = \"{key}\"\n{DESK}");
        said(&folder, &text).join("\n")
    };
    let swapped = tls("key.pem", "cert.pem");
    for part in [
        "a private key, and no certificate",
        "a certificate, and no private key",
    ] {
        assert!(swapped.contains(part), "{swapped}");
    }
    assert!(tls("cert.pem", "locked.pem").contains("has a passphrase"));
    let apart = tls("cert.pem", "other.pem");
    assert!(apart.contains("do not go together. Name"), "{apart}");
    let none = tls("cert.pem", "nothere.pem");
    assert!(
        none.contains("nothere.pem") && none.contains("Check the path."),
        "{none}"
    );
}

/// It decides where credentials go.
#[cfg(unix)]
#[test]
fn a_configuration_that_everybody_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = own(&folder, "validator.toml", DESK);
    let with = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        Config::read(&path, &Catalogue::built_in()).map(|it| it.warnings(Timestamp::UNIX_EPOCH))
    };
    assert_eq!(with(0o644), Ok(Vec::new()));
    assert!(with(0o664).is_ok_and(|it| it.len() == 1 && it[0].line.is_none()));
    let refused = with(0o646).unwrap_err();
    assert!(
        refused[0]
            .summary
            .contains("everybody on this computer may change it"),
        "{refused:?}"
    );
    let none = Config::read(&folder.path().join("none.toml"), &Catalogue::built_in());
    let said = none.err().unwrap()[0].to_string();
    assert!(
        !said.contains("line") && !said.contains("folder must exist"),
        "{said}"
    );
}
