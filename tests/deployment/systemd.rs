//! The units for systemd, read by systemd's own tools.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::{good, output_of, packaging, repository, text_of};

const SERVICE: &str = "proofkey-validator.service";
const SOCKET: &str = "proofkey-validator.socket";
const INSTALLED: &str = "/usr/bin/proofkey";

/// Both units in a folder of their own; the program is the one under test, since none needs to be installed.
fn units() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let text = text_of(&packaging(name)).replace(INSTALLED, env!("CARGO_BIN_EXE_proofkey"));
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    let (service, socket) = (place(SERVICE), place(SOCKET));
    (folder, service, socket)
}

/// The values of `key` in a unit, in order.
fn values(unit: &str, key: &str) -> Vec<String> {
    let text = text_of(&packaging(unit));
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    lines.map(str::to_owned).collect()
}

#[test]
fn systemd_reads_every_line_of_the_units() {
    let (_folder, service, socket) = units();
    let verify = |path: &PathBuf| {
        let mut command = Command::new("systemd-analyze");
        command.args(["verify", "--man=no"]).arg(path);
        output_of(&mut command).map(|output| good(&output))
    };
    for path in [&service, &socket] {
        if let Some(said) = verify(path) {
            assert_eq!(said, "", "{}", path.display());
        }
    }
}

/// Below 1.5 of 10, where no sandbox at all is about 9. What is left is the network, which is its work.
#[test]
fn systemd_finds_the_service_little_exposed() {
    let (_folder, service, _socket) = units();
    let mut command = Command::new("systemd-analyze");
    command.args(["security", "--offline=true", "--threshold=15", "--no-pager"]);
    if let Some(output) = output_of(command.arg(&service)) {
        good(&output);
    }
}

#[test]
fn a_reload_looks_at_the_configuration_before_the_service_is_told() {
    let start = values(SERVICE, "ExecStart");
    let [start] = start.as_slice() else {
        panic!("{start:?}");
    };
    assert!(
        start.starts_with(&format!("{INSTALLED} validator serve --config /etc/")),
        "{start}"
    );
    assert_eq!(
        values(SERVICE, "ExecReload"),
        [
            format!("{start} --check-config"),
            "/bin/kill -HUP $MAINPID".to_owned()
        ]
    );
    assert_eq!(values(SERVICE, "Type"), ["notify"]);
}

/// The unit names the program where the package puts it. Nothing there turns the service on: systemd starts
/// what a link below /etc/systemd wants, and the package has no script that would make one.
#[test]
fn the_debian_package_brings_the_units_and_the_user_and_turns_nothing_on() {
    let bundle = text_of(&repository().join("packaging/bundle.json"));
    let bundle: serde_json::Value = serde_json::from_str(&bundle).expect("JSON");
    let package = &bundle["bundle"]["linux"]["deb"];
    let files = package["files"].as_object().expect("files");
    for (place, name) in [
        (
            "/usr/lib/systemd/system/proofkey-validator.service",
            SERVICE,
        ),
        ("/usr/lib/systemd/system/proofkey-validator.socket", SOCKET),
        (
            "/usr/lib/sysusers.d/proofkey-validator.conf",
            "proofkey-validator.sysusers",
        ),
    ] {
        assert_eq!(files[place], format!("packaging/validator/{name}"));
        assert!(packaging(name).is_file(), "{name}");
    }
    assert!(files.contains_key(INSTALLED));
    assert!(files.keys().all(|place| place.starts_with("/usr/")));
    for script in ["postInstallScript", "preInstallScript"] {
        assert!(package[script].is_null(), "{script}");
    }
}

#[test]
fn nobody_but_this_machine_reaches_the_port_before_somebody_says_so() {
    let addresses = values(SOCKET, "ListenStream");
    assert_eq!(addresses, ["127.0.0.1:8080"]);
}

#[test]
fn the_user_of_the_service_is_made_as_the_unit_names_it() {
    let user = values(SERVICE, "User");
    assert_eq!(user, values(SERVICE, "Group"));
    let made = text_of(&packaging("proofkey-validator.sysusers"));
    assert!(
        made.lines()
            .any(|line| line.starts_with(&format!("u {} ", user[0]))),
        "{made}"
    );
    let mut command = Command::new("systemd-sysusers");
    let command = command
        .arg("--dry-run")
        .arg(packaging("proofkey-validator.sysusers"));
    if let Some(output) = output_of(command) {
        good(&output);
    }
}
