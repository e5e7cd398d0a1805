//! A session without a bus, without a keychain, and with one that is not set up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use proofkey_tests::Actor;

use crate::stage::{Ending, gdbus, on_desktop};

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");

#[test]
fn no_bus_and_a_bus_without_a_keychain_are_unavailable() {
    on_desktop(|| {
        let home = tempfile::tempdir().expect("directory");
        let config = home.path().to_str().expect("text");
        let nowhere = format!("unix:path={config}/nowhere");
        let arguments = ["keychain:5000", config, "list"];
        let said = Actor::on_bus(ACTOR, &nowhere, &arguments).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no session bus"), "{said}");

        let bus = Bus::without_services(home.path());
        let said = Actor::on_bus(ACTOR, &bus.address, &arguments).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no keychain on the session bus"), "{said}");
    });
}

#[test]
fn a_keychain_without_a_default_collection_is_unavailable_and_not_empty() {
    on_desktop(|| {
        let home = tempfile::tempdir().expect("directory");
        let config = home.path().to_str().expect("text");
        let bus = Bus::without_services(home.path());
        let _daemon = Ending(
            Command::new("gnome-keyring-daemon")
                .args(["--foreground", "--components=secrets"])
                .arg(format!("--control-directory={config}/control"))
                .env("HOME", home.path())
                .env("XDG_RUNTIME_DIR", home.path())
                .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("gnome-keyring-daemon"),
        );
        gdbus(&[
            "wait",
            "--address",
            &bus.address,
            "--timeout",
            "10",
            "org.freedesktop.secrets",
        ]);
        let said = Actor::on_bus(ACTOR, &bus.address, &["keychain:5000", config, "list"]).line();
        assert!(said.starts_with("VaultUnavailable"), "{said}");
        assert!(said.contains("no default collection"), "{said}");
    });
}

/// A session bus that starts no service by itself.
struct Bus {
    address: String,
    _daemon: Ending,
}

impl Bus {
    fn without_services(home: &Path) -> Self {
        let config = home.join("bus.conf");
        let listen = format!("unix:path={}", home.join("bus").display());
        fs::write(
            &config,
            format!(
                "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
                 \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\
                 <busconfig><type>session</type><listen>{listen}</listen>\
                 <policy context=\"default\"><allow send_destination=\"*\"/>\
                 <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"
            ),
        )
        .expect("written");
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("an address");
        Self {
            address: address.trim().to_owned(),
            _daemon: Ending(daemon),
        }
    }
}
