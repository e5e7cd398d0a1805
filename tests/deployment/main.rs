//! The files in `packaging/validator`: what they promise is asked of the tools that will read them, where
//! these are here.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod container;
mod kubernetes;
mod page;
mod systemd;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a systemd unit and a Kubernetes manifest are kept in.
fn packaging(name: &str) -> PathBuf {
    repository().join("packaging/validator").join(name)
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the program said; `None` when it is not here and nobody demanded that it is, as `make test` does.
fn output_of(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) if std::env::var_os("PROOFKEY_TEST_NODE").is_some() => {
            panic!("{command:?}: {error}")
        }
        Err(error) => {
            eprintln!("skipped: {command:?}: {error}");
            None
        }
    }
}

/// Everything that the program printed, when it ended well.
fn good(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
    said
}
