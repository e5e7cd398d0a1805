//! Files that extend another one: what holds then, and where a mistake is told.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use std::path::Path;

use proofkey_core::Problem;
use proofkey_core::border::ProviderOrigin;
use proofkey_core::connection::Connection;
use proofkey_core::provider::{Catalogue, Certainty, FileProblem, parse};

const COMPLETE: &str = include_str!("../../../tests/data/complete-provider.toml");

struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (id, text) in files {
            std::fs::write(folder.path().join(format!("{id}.toml")), text).expect("written");
        }
        Self(folder)
    }

    fn load(&self) -> (Catalogue, Vec<Problem>) {
        Catalogue::load(self.0.path())
    }
}

fn places(problems: &[FileProblem]) -> Vec<(&str, u32, &str)> {
    problems
        .iter()
        .map(|problem| (problem.file.as_str(), problem.line, problem.field.as_str()))
        .collect()
}

#[test]
fn tables_are_merged_and_everything_else_is_replaced() {
    let folder = Folder::of(&[
        ("complete", COMPLETE),
        (
            "ours",
            "id = \"ours\"\nextends = \"complete\"\nname = \"Ours\"\nsources = [\"Our own notes\"]\n\
             [endpoints]\njwks = \"https://{org}.crm.example/our-keys\"\n\
             [authorization_code.parameters]\nprompt = \"consent\"\n",
        ),
        (
            "deeper",
            "id = \"deeper\"\nextends = \"ours\"\nsummary = \"Two below it.\"\n",
        ),
    ]);
    let (catalogue, problems) = folder.load();
    assert!(problems.is_empty(), "{problems:#?}");
    let base = catalogue.provider("complete").expect("there");
    let ours = catalogue.provider("ours").expect("there");
    assert_eq!(ours.name, "Ours");
    assert_eq!(ours.summary, base.summary);
    assert_eq!(ours.extends.as_deref(), Some("complete"));
    assert_eq!(ours.sources, ["Our own notes"]);
    assert_eq!(ours.endpoints.token, base.endpoints.token);
    assert!(
        ours.endpoints
            .jwks
            .as_deref()
            .expect("there")
            .ends_with("/our-keys")
    );
    let sent = &ours.authorization_code.as_ref().expect("there").parameters;
    let names: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(names, ["access_type", "prompt"]);
    let deeper = catalogue.provider("deeper").expect("there");
    assert_eq!(
        (deeper.name.as_str(), deeper.summary.as_str()),
        ("Ours", "Two below it.")
    );
}

#[test]
fn a_file_with_the_id_of_a_built_in_one_changes_that_one() {
    let folder = Folder::of(&[(
        "talkdesk",
        "id = \"talkdesk\"\nextends = \"talkdesk\"\nname = \"Our Talkdesk\"\n",
    )]);
    let (catalogue, problems) = folder.load();
    assert!(problems.is_empty(), "{problems:#?}");
    let (changed, origin) = catalogue
        .origins()
        .find(|(provider, _)| provider.id == "talkdesk")
        .expect("there");
    assert_eq!(changed.name, "Our Talkdesk");
    assert_eq!(changed.scopes.entries.len(), 222);
    assert!(
        matches!(origin, ProviderOrigin::Replacement { .. }),
        "{origin:?}"
    );
}

#[test]
fn evidence_is_inherited_only_for_what_nobody_changed() {
    let folder = Folder::of(&[("complete", COMPLETE)]);
    let (catalogue, _) = folder.load();
    let ours = catalogue
        .parse(
            "ours.toml",
            "id = \"ours\"\nextends = \"complete\"\nprobes = []\n[endpoints]\n\
             api_base = \"https://{org}.crm.example/api/v3\"\n",
        )
        .expect("valid");
    let kept: Vec<&String> = ours.evidence.iter().flat_map(|one| &one.values).collect();
    assert_eq!(
        kept,
        ["regions.eu", "authorization_code", "variables.org.suffix"]
    );
    assert!(
        ours.evidence
            .iter()
            .all(|one| one.certainty == Certainty::Inferred)
    );
}

#[test]
fn a_mistake_is_told_in_the_file_that_wrote_the_value() {
    let folder = Folder::of(&[("complete", COMPLETE)]);
    let (catalogue, _) = folder.load();
    let told = |text: &str| catalogue.parse("ours.toml", text).expect_err("wrong");
    let line = |needle: &str| {
        let before = COMPLETE.split(needle).next().expect("there");
        u32::try_from(before.matches('\n').count()).expect("small") + 1
    };
    // Its own values, merged or replaced.
    let problems =
        told("id = \"ours\"\nextends = \"complete\"\n[endpoints]\njwks = \"http://x.example\"\n");
    assert_eq!(places(&problems), [("ours.toml", 4, "endpoints.jwks")]);
    let problems = told("id = \"ours\"\nextends = \"complete\"\n[[probes]]\npath = \"/me\"\n");
    assert!(
        problems.iter().all(|problem| problem.file == "ours.toml"),
        "{problems:#?}"
    );
    // What it makes wrong below it.
    let problems = told("id = \"ours\"\nextends = \"complete\"\nvariables = []\nregions = []\n");
    assert!(
        places(&problems).contains(&(
            "complete.toml",
            line("token = \"https://"),
            "endpoints.token"
        )),
        "{problems:#?}"
    );
    // A key nobody wrote, and an unknown one.
    let problems = told("extends = \"complete\"\nnmae = \"x\"\n");
    assert_eq!(
        places(&problems),
        [("ours.toml", 1, "id"), ("ours.toml", 2, "nmae")]
    );
}

#[test]
fn a_chain_that_leads_nowhere_or_in_a_circle_is_refused_with_its_names() {
    let folder = Folder::of(&[
        ("one", "id = \"one\"\nextends = \"two\"\n"),
        ("two", "id = \"two\"\nextends = \"three\"\n"),
        ("three", "id = \"three\"\n\nextends = \"one\"\n"),
        ("alone", "id = \"alone\"\nextends = \"alone\"\n"),
        ("lost", "id = \"lost\"\nextends = \"talkdsk\"\n"),
    ]);
    let (catalogue, problems) = folder.load();
    assert_eq!(
        catalogue.providers().count(),
        Catalogue::built_in().providers().count()
    );
    let told: Vec<&str> = problems.iter().map(|one| one.summary.as_str()).collect();
    assert_eq!(
        told,
        [
            "alone.toml, line 2, column 1: alone extends itself, and there is no built-in provider of that id.",
            "lost.toml, line 2, column 1: lost extends talkdsk, and there is no provider of that id.",
            "one.toml, line 2, column 1: The files extend each other in a circle: one, then two, then three, then one.",
            "three.toml, line 3, column 1: The files extend each other in a circle: three, then one, then two, then three.",
            "two.toml, line 2, column 1: The files extend each other in a circle: two, then three, then one, then two.",
        ]
    );
    let lost = problems
        .iter()
        .find(|one| one.summary.starts_with("lost"))
        .expect("told");
    assert_eq!(lost.remedy, "Write extends = \"talkdesk\".");
    assert!(parse("x.toml", "id = \"x\"\nextends = \"x\"\n").is_err());
}

#[test]
fn a_wrong_file_takes_only_those_with_it_that_extend_it() {
    let folder = Folder::of(&[
        (
            "broken",
            &COMPLETE
                .replace("id = \"complete\"", "id = \"broken\"")
                .replace("2026-11", "now"),
        ),
        ("child", "id = \"child\"\nextends = \"broken\"\n"),
        ("grandchild", "id = \"grandchild\"\nextends = \"child\"\n"),
        ("other", "id = \"other\"\nextends = \"talkdesk\"\n"),
        ("scrap", "id = [\n"),
        ("scrapling", "id = \"scrapling\"\nextends = \"scrap\"\n"),
    ]);
    let (catalogue, problems) = folder.load();
    let told: Vec<&str> = problems
        .iter()
        .map(|one| one.summary.split(", line").next().expect("a name"))
        .collect();
    assert_eq!(
        told,
        [
            "broken.toml",
            "child.toml",
            "grandchild.toml",
            "scrap.toml",
            "scrapling.toml"
        ]
    );
    assert!(
        problems[1]
            .summary
            .contains("broken.toml, which this file extends"),
        "{problems:#?}"
    );
    assert!(catalogue.provider("other").is_ok());
}

#[test]
fn a_connection_is_bound_to_what_the_files_say_together() {
    let content = |text: &str| {
        let folder = Folder::of(&[("ours", text)]);
        let (catalogue, problems) = folder.load();
        assert!(problems.is_empty(), "{problems:#?}");
        let connection: Connection = toml::from_str(
            r#"
            version = 1
            id = "crm"
            name = "CRM"
            provider = "ours"
            grant = "client_credentials"
            client_authentication = "client_secret_basic"
            basic_encoding = "form"
            scopes = []
            practice = false
            secrets = 1
            created_at = "2026-11-22T00:00:00Z"
            changed_at = "2026-11-22T00:00:00Z"
            variables = { account = "acme", region = "us" }
            "#,
        )
        .expect("a connection");
        let provider = catalogue.provider("ours").expect("there");
        proofkey_core::check::content_id(&connection, provider)
    };
    let plain = "id = \"ours\"\nextends = \"talkdesk\"\n";
    let moved =
        format!("{plain}[endpoints]\ntoken = \"https://{{account}}.{{id_host}}/oauth/v2\"\n");
    assert_eq!(
        content(plain),
        content(&format!("{plain}name = \"Ours\"\n"))
    );
    assert_ne!(content(plain), content(&moved));
}

#[test]
fn a_folder_that_is_no_folder_leaves_the_built_in_ones() {
    let (catalogue, problems) = Catalogue::load(Path::new("/dev/null"));
    assert_eq!(problems.len(), 1);
    assert!(catalogue.provider("talkdesk").is_ok());
}
