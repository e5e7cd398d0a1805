mod files;
mod reach;

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
    // The reader of TOML trips twice over this list.
    assert_eq!(said(&folder, "hosts = [\"a\", \"b\"\n").len(), 1);
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
