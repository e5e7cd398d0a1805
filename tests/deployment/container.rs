//! The image: its recipe, and the folder that becomes its root.

use std::path::Path;
use std::process::Command;

use crate::{good, output_of, packaging, repository, text_of};

fn recipe() -> Vec<String> {
    let text = text_of(&packaging("Containerfile")).replace("\\\n", "");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// What follows `word` on the lines that begin with it.
fn said<'a>(recipe: &'a [String], word: &str) -> Vec<&'a str> {
    let lines = recipe
        .iter()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    lines.collect()
}

#[test]
fn the_recipe_builds_with_the_toolchain_of_the_repository_and_takes_what_is_there() {
    let recipe = recipe();
    let toolchain = text_of(&repository().join("rust-toolchain.toml"));
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "));
    let version = channel.expect("a channel").trim_matches('"');
    let from = said(&recipe, "FROM");
    assert_eq!(from, ["${RUST_IMAGE} AS build", "scratch"]);
    let image = format!("RUST_IMAGE=rust:{version}-slim-bookworm");
    assert_eq!(said(&recipe, "ARG"), [image.as_str()]);
    for copy in said(&recipe, "COPY")
        .iter()
        .filter(|it| !it.starts_with("--from"))
    {
        let (sources, _) = copy.rsplit_once(' ').expect("a source and a target");
        for source in sources.split(' ') {
            assert!(repository().join(source).exists(), "{source}");
        }
    }
    let libraries = said(&recipe, "RUN")[0];
    let packages = text_of(&repository().join("scripts/packages.txt"));
    let needed = packages
        .lines()
        .filter_map(|line| line.strip_prefix("build "));
    for package in needed.filter_map(|line| line.split_whitespace().next()) {
        assert!(libraries.contains(package), "{package}");
    }
}

#[test]
fn the_image_runs_the_service_as_somebody_without_a_name() {
    let recipe = recipe();
    assert_eq!(said(&recipe, "USER"), ["65532:65532"]);
    let start = said(&recipe, "ENTRYPOINT");
    assert_eq!(start, [r#"["/usr/bin/proofkey", "validator", "serve"]"#]);
    assert_eq!(said(&recipe, "STOPSIGNAL"), ["SIGTERM"]);
}

/// Run in a root of its own: what the program needs is in there.
#[test]
fn the_root_of_the_image_holds_all_that_the_program_needs_and_no_other_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("image");
    let mut make = Command::new(packaging("image-root"));
    let make = make.arg(env!("CARGO_BIN_EXE_proofkey")).arg(&root);
    good(&make.output().expect("bash"));
    assert_eq!(programs(&root), ["usr/bin/proofkey"]);
    assert!(root.join("etc/ssl/certs/ca-certificates.crt").is_file());

    // Nothing of it can be written, as in a container.
    let inside = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && \
        exec chroot \"$0\" /usr/bin/proofkey providers list";
    let mut run = Command::new("unshare");
    run.args(["--user", "--map-root-user", "--mount", "sh", "-c", inside]);
    let Some(output) = output_of(run.arg(&root)) else {
        return;
    };
    let refused = String::from_utf8_lossy(&output.stderr).contains("Operation not permitted");
    if refused && std::env::var_os("PROOFKEY_TEST_NODE").is_none() {
        eprintln!("skipped: this machine lets nobody have a root of their own");
        return;
    }
    let listed = good(&output);
    assert!(listed.contains("zendesk-token"), "{listed}");
}

/// Files that can be run and are no libraries.
fn programs(root: &Path) -> Vec<String> {
    let mut find = Command::new("find");
    find.arg(root).args([
        "-type", "f", "-perm", "/111", "-not", "-name", "*.so*", "-printf", "%P\n",
    ]);
    let found = good(&find.output().expect("find"));
    found.lines().map(str::to_owned).collect()
}
