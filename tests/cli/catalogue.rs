//! Providers of one's own on the command line, and connections with what they need.

use crate::stage::{Stage, text_of};

const FROM_ZENDESK: [&str; 6] = [
    "providers",
    "new",
    "--from",
    "zendesk",
    "--id",
    "our-zendesk",
];

#[test]
fn a_provider_begun_from_another_one_is_listed_shown_and_used() {
    let stage = Stage::set();
    stage.run(&FROM_ZENDESK, None).succeeded();
    let listed = stage.run(&["providers", "list", "--json"], None);
    let listed = listed.succeeded().json();
    let mut listed = listed.as_array().expect("a list").iter();
    let ours = listed
        .find(|view| view["provider"]["id"] == "our-zendesk")
        .expect("listed");
    assert_eq!(ours["origin"]["kind"], "own");
    assert_eq!(ours["warnings"].as_array().expect("a list").len(), 1);
    assert_eq!(
        ours["suggested"],
        serde_json::json!({ "client_credentials": ["read"], "authorization_code": ["read"] })
    );
    let shown = stage
        .run(&["providers", "show", "our-zendesk"], None)
        .succeeded();
    assert!(
        shown.stdout().contains("Extends         zendesk"),
        "{}",
        shown.stdout()
    );
}

#[test]
fn a_provider_that_is_there_is_checked_and_replaced_only_when_asked() {
    let stage = Stage::set();
    stage.run(&FROM_ZENDESK, None).succeeded();
    let file = stage.path("config/providers/our-zendesk.toml");
    let text = text_of(&file);
    assert!(text.contains("extends = \"zendesk\""), "{text}");
    stage.run(&FROM_ZENDESK, None).failed_with(2);
    std::fs::write(&file, text + "\n[endpoints]\njwks = \"http://x.example\"\n").expect("written");
    let path = file.display().to_string();
    let told = stage
        .run(&["providers", "check", &path], None)
        .failed_with(2);
    assert!(
        told.stderr()
            .contains("Plain http is for this machine only"),
        "{}",
        told.stderr()
    );
    let replace = [&FROM_ZENDESK[..], &["--replace"]].concat();
    stage.run(&replace, None).succeeded();
    stage.run(&["providers", "check", &path], None).succeeded();
}

#[test]
fn a_provider_begun_from_two_addresses_is_one_that_a_connection_can_name() {
    let stage = Stage::set();
    stage
        .run(
            &[
                "providers",
                "new",
                "--id",
                "crm",
                "--token-url",
                "https://crm.example/token",
                "--authorization-url",
                "https://crm.example/authorize",
                "--api-base",
                "https://crm.example/api",
            ],
            None,
        )
        .succeeded();
    let shown = stage
        .run(&["providers", "show", "crm", "--json"], None)
        .succeeded()
        .json();
    assert_eq!(
        shown["provider"]["grants"],
        serde_json::json!(["authorization_code", "client_credentials"])
    );
}

#[test]
fn parameters_are_kept_changed_and_removed_one_by_one() {
    let stage = Stage::set();
    #[rustfmt::skip]
    let add = [
        "connection", "add", "CRM", "--provider", "zendesk",
        "--var", "subdomain=https://acme.zendesk.com/agent",
        "--client-id", "an-id-for-tests", "--client-secret-stdin", "--scope", "read",
        "--param", "audience=one", "--param", "organization=acme", "--no-validate", "--json",
    ];
    let added = stage
        .run(&add, Some("a-secret-for-tests-only-0123456789"))
        .succeeded();
    assert_eq!(added.json()["variables"]["subdomain"], "acme");
    assert!(
        added.stderr().contains("was left out"),
        "{}",
        added.stderr()
    );
    let edit = |more: &[&str]| {
        let fixed = ["connection", "edit", "CRM", "--no-validate", "--json"];
        let edited = stage.run(&[&fixed[..], more].concat(), None);
        edited.succeeded().json()["parameters"].clone()
    };
    let left = serde_json::json!({ "audience": "two" });
    let changed = ["--param", "audience=two", "--param", "organization="];
    assert_eq!(edit(&changed), left);
    assert_eq!(edit(&["--scope", "write"]), left);
    let shown = stage.run(&["connection", "show", "CRM"], None).succeeded();
    assert!(
        shown.stdout().contains("Parameter       audience=two"),
        "{}",
        shown.stdout()
    );
}

#[test]
fn a_key_and_an_open_system_are_added_with_what_they_need_and_nothing_else() {
    let stage = Stage::set();
    let key = [
        "connection",
        "add",
        "Desk",
        "--provider",
        "freshdesk",
        "--var",
        "domain=acme",
        "--client-secret-stdin",
        "--no-validate",
        "--json",
    ];
    let view = stage
        .run(&key, Some("abcdefghij0123456789"))
        .succeeded()
        .json();
    assert_eq!(
        (&view["grant"], &view["client_authentication"]),
        (&"http_basic".into(), &"none".into())
    );
    let shown = stage.run(&["connection", "show", "Desk"], None).succeeded();
    assert!(shown.stdout().contains("API key"), "{}", shown.stdout());
    assert!(
        !shown.stdout().contains("Client secret"),
        "{}",
        shown.stdout()
    );
    let open = [
        "connection",
        "add",
        "Open",
        "--provider",
        "none",
        "--var",
        "api=https://open.example",
        "--no-validate",
        "--json",
    ];
    let view = stage.run(&open, None).succeeded();
    assert_eq!(view.json()["grant"], "none");
    assert!(!view.stderr().contains("in the vault"), "{}", view.stderr());
}
