//! Provider files: the built-in ones are valid, and wrong ones are told by line and field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proofkey_core::Code;
use proofkey_core::provider::{self, Catalogue, Certainty, parse};
use proptest::prelude::*;

const TALKDESK: &str = include_str!("../../../providers/talkdesk.toml");

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
    let text = include_str!("../../../tests/data/broken-provider.toml");
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
        include_str!("../../../tests/data/broken-provider.expected")
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

/// A file whose authorization code section and endpoints hold these lines.
fn approving(endpoints: &str, section: &str) -> String {
    format!(
        r#"schema = 1
id = "crm"
name = "CRM"
summary = "A CRM."
category = "CRM"
as_of = "2026-11"
variables = []
grants = ["authorization_code"]
client_authentication = ["client_secret_basic"]
probes = []
guide = []
[endpoints]
token = "https://crm.example/token"
api_base = "https://crm.example"
{endpoints}
[token_header]
name = "authorization"
scheme = "Bearer"
[scopes]
separator = " "
free_text = true
entries = [{{ name = "offline_access", group = "Usual" }}]
{section}
"#
    )
}

const AUTHORIZATION: &str = "authorization = \"https://crm.example/authorize\"";

fn section(lines: &str) -> String {
    let policy = if lines.contains("redirect = ") {
        ""
    } else {
        "redirect = \"loopback_any_port\""
    };
    format!(
        "[authorization_code]\npkce = \"required\"\ncertainty = \"documented\"\n{policy}\n{lines}"
    )
}

#[test]
fn an_approval_needs_its_section_and_its_addresses() {
    let told = |endpoints: &str, section: &str| -> Vec<String> {
        match parse("crm.toml", &approving(endpoints, section)) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|problem| problem.field).collect(),
        }
    };
    assert!(told(AUTHORIZATION, &section("")).is_empty());
    assert_eq!(told(AUTHORIZATION, ""), ["grants"]);
    assert_eq!(told("", &section("")), ["endpoints.authorization"]);
    for (lines, field) in [
        ("pushed_requests = \"required\"", "pushed_requests"),
        ("pushed_requests = \"supported\"", "pushed_requests"),
        ("response_issuer = \"sent\"", "response_issuer"),
        ("redirect = \"loopback_fixed_port\"", "redirect_ports"),
        ("redirect_ports = [49213]", "redirect_ports"),
        ("refresh_scope = \"offline\"", "refresh_scope"),
        (
            "suggested_scopes = [\"offline_access\", \"x\"]",
            "suggested_scopes[1]",
        ),
        ("notes = [\"\"]", "notes[0]"),
        ("keep = [\"sid\", \"refresh_token\"]", "keep[1]"),
        ("keep = [\"a b\"]", "keep[0]"),
    ] {
        let expected = format!("authorization_code.{field}");
        assert_eq!(told(AUTHORIZATION, &section(lines)), [expected], "{lines}");
    }
    let metadata = format!("{AUTHORIZATION}\nmetadata = \"https://crm.example/m\"");
    assert_eq!(told(&metadata, &section("")), ["endpoints.metadata"]);
    let whole =
        format!("{metadata}\nissuer = \"https://crm.example\"\njwks = \"https://crm.example/k\"");
    let full = section(
        "redirect = \"loopback_fixed_port\"\nredirect_ports = [49213, 49214]\n\
         response_issuer = \"sent\"\nrefresh_scope = \"offline_access\"\nkeep = [\"sid\"]\n\
         id_token_algorithms = [\"ES256\"]\nparameters = { access_type = \"offline\" }",
    );
    assert!(told(&whole, &full).is_empty(), "{:?}", told(&whole, &full));
    for ports in ["[80]", "[49213, 49213]", "[0]"] {
        let lines = format!("redirect = \"loopback_fixed_port\"\nredirect_ports = {ports}");
        let fields = told(AUTHORIZATION, &section(&lines));
        assert!(
            fields[0].starts_with("authorization_code.redirect_ports["),
            "{ports}: {fields:?}"
        );
    }
}

#[test]
fn a_file_cannot_set_what_the_flow_itself_sets() {
    for name in [
        "client_id",
        "redirect_uri",
        "Redirect_URI",
        "state",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "response_type",
        "response_mode",
        "scope",
        "request",
        "request_uri",
        "client_secret",
        "a b",
        "a&redirect_uri",
        "",
    ] {
        let lines = section(&format!("parameters = {{ \"{name}\" = \"x\" }}"));
        let problems = parse("crm.toml", &approving(AUTHORIZATION, &lines)).expect_err(name);
        assert!(
            problems[0]
                .field
                .starts_with("authorization_code.parameters."),
            "{problems:?}"
        );
    }
    for name in [
        "grant_type",
        "refresh_token",
        "scope",
        "client_id",
        "client_assertion",
    ] {
        let lines = section(&format!("refresh_parameters = {{ {name} = \"x\" }}"));
        assert!(
            parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err(),
            "{name}"
        );
    }
    let lines = section("parameters = { prompt = \"a\\nb\" }");
    assert!(parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err());
    // A value is encoded when it is sent, so it cannot become a parameter of its own.
    let lines = section("parameters = { audience = \"x&redirect_uri=https://evil.example\" }");
    assert!(parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_ok());
}

#[test]
fn a_file_can_only_choose_signatures_with_a_published_key() {
    let endpoints = format!("{AUTHORIZATION}\njwks = \"https://crm.example/keys\"");
    for name in [
        "none", "NONE", "HS256", "HS512", "RS1", "ES256K", "rs256", "",
    ] {
        let lines = section(&format!("id_token_algorithms = [\"RS256\", \"{name}\"]"));
        let problems = parse("crm.toml", &approving(&endpoints, &lines)).expect_err(name);
        assert_eq!(
            problems[0].field,
            "authorization_code.id_token_algorithms[1]"
        );
    }
    for name in provider::ID_TOKEN_ALGORITHMS {
        let lines = section(&format!("id_token_algorithms = [\"{name}\"]"));
        assert!(
            parse("crm.toml", &approving(&endpoints, &lines)).is_ok(),
            "{name}"
        );
    }
    let lines = section("id_token_algorithms = [\"RS256\"]");
    assert!(
        parse("crm.toml", &approving(AUTHORIZATION, &lines)).is_err(),
        "no keys to check with"
    );
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

#[test]
fn other_names_are_said_once_and_differ_from_the_name() {
    let whole = approving(AUTHORIZATION, &section(""));
    let named = |names: &str| {
        let text = whole.replacen(
            "name = \"CRM\"\n",
            &format!("name = \"CRM\"\nalso_known_as = {names}\n"),
            1,
        );
        parse("crm.toml", &text)
    };
    let read = named(r#"["Customers", "Sales desk"]"#).map(|provider| provider.also_known_as);
    assert_eq!(read.unwrap(), ["Customers", "Sales desk"]);
    for (names, field) in [
        (r#"["Customers", ""]"#, "also_known_as[1]"),
        (r#"["CRM"]"#, "also_known_as[0]"),
        (r#"["Customers", "Customers"]"#, "also_known_as[1]"),
        ("\"Customers\"", "also_known_as"),
    ] {
        let problems = named(names).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, [field], "{names}");
    }
}
