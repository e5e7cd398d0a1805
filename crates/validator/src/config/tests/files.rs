//! The configuration's own file, and those that it names.

use super::*;

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
