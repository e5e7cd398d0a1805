//! What `docs` says of provider files is what the code does, or this fails.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proofkey_core::provider::{self, Catalogue};

#[path = "examples/provider_docs/render.rs"]
mod render;

const PAGE: &str = include_str!("../docs/providers.md");
const AGAIN: &str = "run: cargo run -q -p proofkey-tests --example provider_docs";

#[test]
fn the_table_of_systems_says_what_the_files_say() {
    let renewed = render::with_table(PAGE).expect("both markers");
    assert!(renewed == PAGE, "the provider files changed; {AGAIN}");
}

#[test]
fn the_published_schema_says_what_the_rust_types_say() {
    let kept = include_str!("../docs/schema/provider-1.schema.json");
    assert!(
        kept == provider::provider_file(),
        "the shapes changed; {AGAIN}"
    );
}

/// The TOML blocks of the page that are whole files: those that name their id.
fn examples() -> Vec<(String, String)> {
    let blocks = PAGE.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("an end"))
        .filter_map(|block| {
            let id = block
                .lines()
                .find_map(|line| line.strip_prefix("id = \""))?;
            Some((id.trim_end_matches('"').to_owned(), block.to_owned()))
        })
        .collect()
}

#[test]
fn the_examples_of_the_page_are_files_that_load_and_lead_where_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let examples = examples();
    assert!(examples.len() >= 2, "{}", examples.len());
    for (id, text) in &examples {
        fs::write(folder.path().join(format!("{id}.toml")), text).expect("written");
    }
    let (catalogue, problems) = Catalogue::load(folder.path());
    assert!(problems.is_empty(), "{problems:#?}");
    let desk = catalogue.provider("acme-desk").expect("the worked example");
    let variables = BTreeMap::from([("team".to_owned(), "blue".to_owned())]);
    let endpoints = provider::resolve(desk, &variables).expect("complete");
    assert_eq!(
        (
            endpoints.token_url().expect("there").as_str(),
            endpoints.api_base.as_str()
        ),
        (
            "https://blue.desk.example/oauth/token",
            "https://blue.desk.example/api/v1"
        )
    );
    let ours = catalogue
        .provider("our-zendesk")
        .expect("the example that extends");
    assert_eq!(ours.extends.as_deref(), Some("zendesk"));
    let located = provider::locate(desk, "https://blue.desk.example/inbox");
    assert_eq!(located.account.as_deref(), Some("blue"));
}

#[test]
fn every_key_is_explained_on_the_page() {
    let schema: serde_json::Value = serde_json::from_str(&provider::provider_file()).expect("JSON");
    let definitions = schema["$defs"].as_object().expect("definitions");
    let whole = definitions
        .iter()
        .filter(|(name, _)| !name.ends_with("-in-part"));
    for (name, definition) in whole {
        let keys = definition["properties"].as_object();
        for key in keys.into_iter().flat_map(|keys| keys.keys()) {
            assert!(
                PAGE.contains(&format!("`{key}`"))
                    || PAGE.contains(&format!("`[{key}]`"))
                    || PAGE.contains(&format!("`[[{key}]]`")),
                "{name}: {key} is not explained"
            );
        }
    }
}

#[test]
fn an_independent_validator_takes_every_file_and_refuses_what_is_misshapen() {
    let home = tempfile::tempdir().expect("a folder");
    let providers = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers");
    let mut texts: Vec<String> = fs::read_dir(providers)
        .expect("the folder of providers")
        .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("text"))
        .collect();
    texts.push(include_str!("data/complete-provider.toml").to_owned());
    texts.extend(examples().into_iter().map(|(_, text)| text));
    let right = texts.len();
    let complete = include_str!("data/complete-provider.toml");
    for (from, to) in [
        ("summary = ", "summry = "),
        ("schema = 1", "schema = \"1\""),
        ("grants = [", "grants = [\"password\", "),
        ("api_base = \"https", "api_bases = \"https"),
        ("pkce = \"required\"", "pkce = \"maybe\""),
        ("id = \"complete\"", "extends = \"zendesk\""),
        (
            "id = \"complete\"",
            "id = \"complete\"\nextends = \"zendesk\"\nx = 1",
        ),
    ] {
        assert!(complete.contains(from), "{from}");
        texts.push(complete.replacen(from, to, 1));
    }
    let paths: Vec<PathBuf> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let value: toml::Value = toml::from_str(text).expect("TOML");
            let path = home.path().join(format!("{index}.json"));
            fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("written");
            path
        })
        .collect();
    let answer = validated(&paths);
    let verdicts: Vec<&str> = answer.lines().collect();
    assert_eq!(verdicts.len(), texts.len());
    for (index, verdict) in verdicts.iter().enumerate() {
        let expected = if index < right { "valid" } else { "invalid" };
        let head: String = texts[index].lines().take(4).collect();
        assert_eq!(*verdict, expected, "{index}: {head}");
    }
}

/// What Ajv says of each file, one a line.
fn validated(paths: &[PathBuf]) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut ajv = Command::new("node")
        .arg(here.join("readers/schema.mjs"))
        .arg(here.join("../docs/schema/provider-1.schema.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut input = ajv.stdin.take().expect("piped");
    input
        .write_all(names.join("\n").as_bytes())
        .expect("written");
    drop(input);
    let output = ajv.wait_with_output().expect("it ends");
    assert!(
        output.status.success(),
        "node readers/schema.mjs failed; run: npm ci --prefix tests/readers"
    );
    String::from_utf8(output.stdout).expect("text")
}
