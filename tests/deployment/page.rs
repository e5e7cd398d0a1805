//! What `docs/validator.md` and the pages below it say is what the program does, or this fails.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{good, output_of, packaging, repository, text_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_proofkey");
/// Where configurations say that their files are.
const INSTALLED: &str = "/etc/proofkey-validator";

/// The page to start with, and those that it leads to.
fn pages() -> Vec<PathBuf> {
    let docs = repository().join("docs");
    let below = fs::read_dir(docs.join("validator")).expect("a folder");
    let below = below.map(|entry| entry.expect("an entry").path());
    let below = below.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut pages: Vec<PathBuf> = below.collect();
    pages.sort();
    pages.insert(0, docs.join("validator.md"));
    assert!(pages.len() >= 5, "{pages:?}");
    pages
}

/// All of them, the one to start with first.
fn text() -> String {
    pages().iter().map(|page| text_of(page)).collect()
}

fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let parts = text.split(fence.as_str()).skip(1);
    let ends = parts.map(|part| part.split("\n```").next().expect("a part"));
    ends.collect()
}

/// A folder with the files that the configurations name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = rcgen::generate_simple_self_signed(["validator.example.com".to_owned()]);
    let made = made.expect("a certificate");
    for (name, content) in [
        ("tls/tls.crt", made.cert.pem()),
        ("tls/tls.key", made.signing_key.serialize_pem()),
        (
            "callers/bearer",
            "0123456789abcdef0123456789abcdef\n".to_owned(),
        ),
    ] {
        private(&folder.path().join(name), &content);
    }
    folder
}

/// Written for this user alone.
fn private(path: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, content).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("set");
}

fn check(folder: &Path, text: &str) -> Output {
    let config: PathBuf = folder.join("validator.toml");
    let here = folder.display().to_string();
    private(&config, &text.replace(INSTALLED, &here));
    let mut command = Command::new(PROGRAM);
    command.args(["validator", "serve", "--check-config", "--config"]);
    command.arg(&config).output().expect("started")
}

#[test]
fn every_configuration_of_the_page_and_of_the_manifest_is_right() {
    let pages = text();
    let manifest = text_of(&packaging("kubernetes.yaml"));
    let manifest: Vec<serde_json::Value> = serde_saphyr::from_multiple(&manifest).expect("YAML");
    let config = manifest
        .iter()
        .find_map(|it| it.pointer("/data/validator.toml")?.as_str());
    let mut configs: Vec<&str> = blocks(&pages, "toml");
    // A line of fields alone belongs to an integration that is not shown.
    configs.retain(|block| block.contains("[[integration]]"));
    assert!(configs.len() >= 4, "{}", configs.len());
    configs.push(config.expect("a configuration"));
    let folder = folder();
    for config in configs {
        good(&check(folder.path(), config));
    }
}

/// A key that does not exist is answered with those that do.
#[test]
fn every_key_stands_in_a_table_of_a_page() {
    let pages = text();
    let folder = folder();
    let mut known = BTreeSet::new();
    for section in [
        "x = 1",
        "[tls]\nx = 1",
        "[callers]\nx = 1",
        "[limits]\nx = 1",
        "[breaker]\nx = 1",
        "[health]\nx = 1",
        "[[integration]]\nx = 1",
        "[[integration]]\n[integration.upstream]\nx = 1",
        "[[integration]]\n[integration.upstream.basic]\nx = 1",
        "[[integration]]\n[integration.upstream.header]\nx = 1",
        "[[integration]]\nfields = { a = { x = 1 } }",
    ] {
        let refused = check(folder.path(), section);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        let (_, keys) = said
            .split_once("The keys here are ")
            .unwrap_or_else(|| panic!("{section}: {said}"));
        let keys = keys.split('.').next().expect("a sentence");
        known.extend(keys.split(", ").map(str::to_owned));
    }
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let rows = pages.lines().filter(|line| line.starts_with('|'));
    let named: BTreeSet<&str> = rows.flat_map(|row| row.split(|it| !is_part(it))).collect();
    let missing: Vec<&String> = known
        .iter()
        .filter(|key| !named.contains(key.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_link_between_the_pages_leads_to_a_file_and_a_heading() {
    for page in pages() {
        let text = text_of(&page);
        let links = text.split("](").skip(1);
        let links = links.map(|rest| rest.split(')').next().expect("a part"));
        for link in links.filter(|link| !link.starts_with("https://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let led = match file {
                "" => page.clone(),
                file => page.parent().expect("a folder").join(file),
            };
            assert!(led.exists(), "{link} in {}", page.display());
            let there = heading.is_empty() || headings(&text_of(&led)).contains(heading);
            assert!(there, "{link} in {}", page.display());
        }
    }
}

/// As links name them.
fn headings(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    let words = lines.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let named = words.map(|words| {
        let kept = words.chars().filter_map(|it| match it {
            ' ' => Some('-'),
            '-' | '_' => Some(it),
            it => it.is_alphanumeric().then_some(it),
        });
        kept.collect()
    });
    named.collect()
}

/// The lines of a page that are marked as run here.
fn lines_to_paste(page: &str) -> String {
    let text = text_of(&repository().join("docs").join(page));
    let (_, from) = text
        .split_once("<!-- These lines are run")
        .expect("lines to paste");
    blocks(from, "sh")[0].to_owned()
}

/// As a newcomer would paste them in a copy of the repository; only the port is another one. `None` where
/// there is no `timeout`.
fn pasted(lines: &str, port: u16) -> Option<Output> {
    let lines = lines.replace("8080", &port.to_string());
    let script = format!("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{lines}\n");
    let folder = tempfile::tempdir().expect("a folder");
    copy(
        &repository().join("docs/validator"),
        &folder.path().join("docs/validator"),
        port,
    );
    let programs = Path::new(PROGRAM).parent().expect("a folder").display();
    let path = std::env::var_os("PATH").expect("a path");
    let mut start = Command::new("timeout");
    start.args(["--kill-after=5", "120", "bash", "-uc", &script]);
    start
        .env("PATH", format!("{programs}:{}", path.display()))
        .env("HOME", folder.path());
    output_of(start.current_dir(folder.path()))
}

/// With the port that is free here.
fn copy(from: &Path, to: &Path, port: u16) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to, port);
        } else {
            fs::write(to, text_of(&path).replace("8080", &port.to_string())).expect("written");
        }
    }
}

fn taken_port() -> (TcpListener, u16) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    (taken, port)
}

fn free_port() -> u16 {
    taken_port().1
}

#[test]
fn the_lines_of_the_start_do_what_the_page_says() {
    let Some(output) = pasted(&lines_to_paste("validator.md"), free_port()) else {
        return;
    };
    let said = good(&output);
    for part in [
        "The configuration is right.",
        "{\"user_id\":4711} 200",
        "{\"error\":\"These credentials were not accepted.\"} 401",
        "\"outcome\":\"refused\",\"reason\":\"credentials\"",
        "calls, ",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("Found wanting"), "{said}");
}

#[test]
fn the_lines_of_the_start_end_by_themselves_when_the_port_is_taken() {
    let (_taken, port) = taken_port();
    let Some(output) = pasted(&lines_to_paste("validator.md"), port) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("cannot be listened on"), "{said}");
    assert!(!said.contains(" 200"), "{said}");
    // "timeout" says 124 of what it had to end.
    assert_ne!(output.status.code(), Some(124));
}

#[test]
fn the_sample_of_an_own_system_is_tried_as_the_page_says() {
    let start = lines_to_paste("validator.md");
    let (functions, _) = start.split_once("\n\n").expect("the functions");
    let lines = format!(
        "{functions}\n{}",
        lines_to_paste("validator/integrations.md")
    );
    let Some(output) = pasted(&lines, free_port()) else {
        return;
    };
    let said = good(&output);
    for part in [
        "{\"user_id\":4711} 200",
        "{\"error\":\"These credentials were not accepted.\"} 401",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
