//! The Talkdesk sheet on the command line, for a system that a provider file of the test's own describes.

use proofkey_core::provider::{Catalogue, CustomConnection, Provider};

use crate::stage::{Stage, text_of};

/// The practice server under another name: Talkdesk itself has no custom connection to itself.
fn proven_helpdesk() -> Stage {
    let stage = Stage::set();
    let folder = stage.path("config/providers");
    std::fs::create_dir_all(&folder).expect("a folder");
    let catalogue = Catalogue::built_in();
    let helpdesk = Provider {
        id: "helpdesk".to_owned(),
        name: "Helpdesk <b>".to_owned(),
        custom_connection: CustomConnection {
            base_path: Some("/v2".to_owned()),
            ..CustomConnection::default()
        },
        ..catalogue.provider("talkdesk").expect("built in").clone()
    };
    let file = toml::to_string(&helpdesk).expect("TOML");
    std::fs::write(folder.join("helpdesk.toml"), file).expect("a provider file");
    let acme = stage.account("acme");
    let arguments = [
        "connection",
        "add",
        "Help | desk",
        "--provider",
        "helpdesk",
        "--var",
        "account=acme",
        "--var",
        "region=us",
        "--client-id",
        &acme.client_id,
        "--client-secret-stdin",
        "--scope",
        "account:read",
    ];
    stage.run(&arguments, Some(&acme.client_secret)).succeeded();
    stage
}

fn sheet<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["export", "Help | desk", "--format", "talkdesk-sheet"];
    fixed.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn a_proven_connection_is_told_what_to_type_where() {
    let stage = proven_helpdesk();
    let acme = stage.account("acme");
    let markdown = stage.run(&sheet(&[]), None).succeeded().stdout();
    for value in [
        "    Help | desk\n",
        "    https://api.talkdeskapp.com/v2\n",
        "    https://acme.talkdeskid.com/oauth/token\n",
        "    OAuth2 Client Credentials with scopes\n",
        "    account:read\n",
        r"# Talkdesk sheet: Help \| desk",
    ] {
        assert!(markdown.contains(value), "{value} in {markdown}");
    }
    let json = stage.run(&sheet(&["--json"]), None).succeeded().json();
    assert_eq!(
        json["lines"][2]["value"]["text"],
        "https://api.talkdeskapp.com/v2"
    );
    let page = stage.path("sheet.html");
    let path = page.display().to_string();
    stage.run(&sheet(&["--output", &path]), None).succeeded();
    let html = text_of(&page);
    assert!(html.starts_with("<!doctype html>"), "{html}");
    assert!(html.contains("Helpdesk &lt;b&gt;") && !html.contains("<b>"));
    for text in [&markdown, &html, &json.to_string()] {
        assert!(!text.contains(&acme.client_secret) && !text.contains(&acme.client_id));
    }
    let again = stage.run(&sheet(&["--output", &path]), None).failed_with(2);
    assert!(again.stderr().contains("--force"));
}

#[test]
fn what_has_no_sheet_is_told_why() {
    let stage = proven_helpdesk();
    let plain = stage.run(&sheet(&["--secrets", "plain"]), None);
    assert!(
        plain
            .failed_with(2)
            .stderr()
            .contains("never holds secrets")
    );
    let stray = [
        "export",
        "Help | desk",
        "--redirect-url",
        "https://acme.mytalkdesk.com/",
    ];
    assert!(
        stage
            .run(&stray, None)
            .failed_with(2)
            .stderr()
            .contains("talkdesk-sheet")
    );
    let wrong = stage.run(&sheet(&["--description", "two\nlines"]), None);
    assert!(wrong.failed_with(2).stderr().contains("description"));
    let edit = [
        "connection",
        "edit",
        "Help | desk",
        "--scope",
        "users:read",
        "--no-validate",
    ];
    stage.run(&edit, None).succeeded();
    assert!(
        stage
            .run(&sheet(&[]), None)
            .failed_with(1)
            .stderr()
            .contains("changed")
    );
}
