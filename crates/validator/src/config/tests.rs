use std::path::PathBuf;

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
    assert_eq!(config.behaves().len(), 6);
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
        "line 13, integration[0].provider: ",
    ] {
        assert!(
            found.iter().any(|it| it.starts_with(beginning)),
            "{beginning}\n{found:#?}"
        );
    }
}

#[test]
fn what_is_no_such_file_is_named_with_its_line() {
    let folder = folder();
    for (text, beginning) in [
        ("listn = \"a\"\n", "line 1: "),
        ("[limits]\nper_second = 0\n", "line 2: "),
        ("[limits]\nper_second = \"of\"\n", "line 2: "),
        ("[limits]\nper_secnd = 1\n", "line 2: "),
        ("listen = \u{201c}a\u{201d}\n", "line 1: "),
        ("", "line 1, integration: "),
    ] {
        let found = said(&folder, text);
        assert!(
            found.len() == 1 && found[0].starts_with(beginning),
            "{text:?} {found:?}"
        );
    }
    let twice = said(&folder, &format!("{DESK}\n{DESK}"));
    assert!(
        twice.len() == 1 && twice[0].contains("integration[1].path"),
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
