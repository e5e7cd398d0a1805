//! Provider files: the built-in ones are valid, and wrong ones are told by line and field.

mod approvals;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proofkey_core::Code;
use proofkey_core::provider::{self, Catalogue, Certainty, parse};
use proptest::prelude::*;

const TALKDESK: &str = include_str!("../../../../providers/talkdesk.toml");

#[test]
fn every_file_of_the_providers_folder_is_valid_and_built_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../providers");
    let catalogue = Catalogue::built_in();
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of providers") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let provider = parse(&name, &text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(
            catalogue.provider(&provider.id).is_ok(),
            "{name} is not built in"
        );
        files += 1;
    }
    assert_eq!(catalogue.providers().count(), files);
}

#[test]
fn talkdesk_has_222_scopes_each_in_its_group() {
    let talkdesk = parse("talkdesk.toml", TALKDESK).expect("a valid file");
    let names: BTreeSet<&str> = talkdesk
        .scopes
        .entries
        .iter()
        .map(|e| e.name.as_str())
        .collect();
    assert_eq!((talkdesk.scopes.entries.len(), names.len()), (222, 222));
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &talkdesk.scopes.entries {
        *groups.entry(&entry.group).or_default() += 1;
    }
    let expected = BTreeMap::from([
        ("General", 95),
        ("Reseller", 10),
        ("E-commerce", 10),
        ("Financial", 27),
        ("Healthcare", 34),
        ("Early access", 46),
    ]);
    assert_eq!(groups, expected);
    for name in [
        "account:read",
        "openid",
        "scim",
        "industries-workato-hub",
        "hls-epic:call-answered",
    ] {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn talkdesk_regions_are_firm_where_the_vendor_says_so() {
    let talkdesk = parse("talkdesk.toml", TALKDESK).expect("a valid file");
    let firm = |certainty: Certainty| certainty == Certainty::Documented;
    let regions: Vec<(&str, bool, usize)> = talkdesk
        .regions
        .iter()
        .map(|region| {
            (
                region.id.as_str(),
                firm(region.certainty),
                region.asks.len(),
            )
        })
        .collect();
    let expected = [
        ("us", true, 0),
        ("eu", true, 0),
        ("ca", true, 0),
        ("au", false, 1),
        ("custom", false, 2),
    ];
    assert_eq!(regions, expected);
}

#[test]
fn every_mistake_is_told_at_once_with_its_line_and_field() {
    let text = include_str!("../../../../tests/data/broken-provider.toml");
    let problems = parse("broken.toml", text).expect_err("it is broken");
    let mut told = String::new();
    for problem in &problems {
        assert_eq!(problem.file, "broken.toml");
        assert!(!problem.remedy.is_empty());
        let (line, column) = (problem.line, problem.column);
        writeln!(
            told,
            "{line}:{column} {}: {}",
            problem.field, problem.summary
        )
        .expect("memory");
    }
    assert_eq!(
        told,
        include_str!("../../../../tests/data/broken-provider.expected")
    );
}

#[test]
fn mistakes_of_toml_itself_are_told_with_line_and_column() {
    let problems = parse("x.toml", "id = \"x\"\nname = “x”\n[open\n").expect_err("not TOML");
    let places: Vec<(u32, u32)> = problems.iter().map(|p| (p.line, p.column)).collect();
    assert!(
        places.contains(&(2, 8)) && places.iter().any(|(line, _)| *line == 3),
        "{problems:?}"
    );
}

#[test]
fn a_file_over_1_mib_is_refused_unread() {
    let problems = parse("x.toml", &"#".repeat(1024 * 1024 + 1)).expect_err("too large");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].summary.contains("1 MiB"));
}

#[test]
fn a_folder_adds_and_replaces_providers_and_reports_the_wrong_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write(
        "talkdesk.toml",
        &TALKDESK.replace("name = \"Talkdesk\"", "name = \"Our Talkdesk\""),
    );
    write(
        "other.toml",
        &TALKDESK.replace("id = \"talkdesk\"", "id = \"other\""),
    );
    write("misnamed.toml", TALKDESK);
    write("wrong.toml", "schema = 1");
    write("notes.txt", "not a provider");
    let (catalogue, problems) = Catalogue::load(folder.path());
    let ids: Vec<&str> = catalogue.providers().map(|p| p.id.as_str()).collect();
    let built_in = Catalogue::built_in();
    let mut expected: Vec<&str> = built_in.providers().map(|p| p.id.as_str()).collect();
    expected.push("other");
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert_eq!(
        catalogue.provider("talkdesk").expect("there").name,
        "Our Talkdesk"
    );
    assert!(
        problems
            .iter()
            .any(|p| p.summary.starts_with("misnamed.toml, line 3, column 1:"))
    );
    assert!(
        problems
            .iter()
            .any(|p| p.summary.starts_with("wrong.toml, line 1"))
    );
    assert!(problems.iter().all(|p| p.code == Code::DraftInvalid));
}

#[test]
fn a_folder_that_is_not_there_is_empty_and_an_unknown_provider_is_named() {
    let (catalogue, problems) = Catalogue::load("/nonexistent/providers".as_ref());
    assert!(problems.is_empty());
    let problem = catalogue.provider("talkdsk").expect_err("unknown");
    assert_eq!(problem.code, Code::NotFound);
    assert!(problem.remedy.contains("talkdesk"));
}

#[test]
fn detection_asks_a_public_address_of_each_region_that_has_one() {
    let talkdesk = parse("talkdesk.toml", TALKDESK).expect("a valid file");
    let addresses: Vec<Option<String>> = talkdesk
        .regions
        .iter()
        .map(|region| {
            provider::detection_url(&talkdesk, "acme", region)
                .ok()
                .map(String::from)
        })
        .collect();
    let certs = |host: &str| Some(format!("https://acme.{host}/oauth/2023-10/certs"));
    assert_eq!(
        addresses,
        [
            certs("talkdeskid.com"),
            certs("talkdeskid.eu"),
            certs("talkdeskidca.com"),
            certs("talkdeskid.au"),
            None
        ]
    );
    assert!(provider::detection_url(&talkdesk, "evil.com/#", &talkdesk.regions[0]).is_err());
}

proptest! {
    #[test]
    fn no_damage_to_a_file_is_a_panic_or_a_problem_without_a_place(
        from in 0..TALKDESK.len(),
        length in 0_usize..60,
        put in prop_oneof!["[\\[\\]{}=\"',.\n#a-z0-9 ]{0,12}", ".{0,8}"],
    ) {
        let mut text: Vec<char> = TALKDESK.chars().collect();
        let to = (from + length).min(text.len());
        text.splice(from.min(to)..to, put.chars());
        let text: String = text.into_iter().collect();
        let lines = u32::try_from(text.lines().count()).expect("a small file") + 1;
        for problem in parse("talkdesk.toml", &text).err().into_iter().flatten() {
            prop_assert!((1..=lines).contains(&problem.line), "{:?}", problem);
            prop_assert!(problem.column >= 1 && !problem.summary.is_empty());
        }
    }
}
