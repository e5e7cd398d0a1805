//! What an admin of Talkdesk does for another system: practise, connect, prove, and print the sheet.

use proofkey_tests::Decision;

use crate::approval::Approval;
use crate::practice::{Practice, person_of, shell};
use crate::stage::{Ran, Stage, text_of};

/// As `proofkey sandbox --provider` prints it.
const CLIENT: [&str; 2] = ["practice-client-4711", "practice-k3Yq7Vn2Zt9Lw5Rb"];

fn run(stage: &Stage, arguments: &[&str], stdin: Option<&str>) -> Ran {
    Stage::ran(stage.outside(arguments), stdin).succeeded()
}

/// The sheet as Markdown and as a page, each with the values and nothing secret.
fn printed(stage: &Stage, name: &str, more: &[&str], values: &[&str], secrets: &[&str]) {
    let proof = run(stage, &["validate", name, "--json"], None).json();
    assert_eq!(proof["verdict"], "passed");
    let export = ["export", name, "--format", "talkdesk-sheet"];
    let export = [&export[..], more].concat();
    let markdown = run(stage, &export, None).stdout();
    let page = stage.path("sheet.html");
    let path = page.display().to_string();
    run(stage, &[&export[..], &["--output", &path]].concat(), None);
    let html = text_of(&page);
    assert!(html.starts_with("<!doctype html>"), "{html}");
    for value in values {
        assert!(
            markdown.contains(&format!("    {value}\n")),
            "{value} in {markdown}"
        );
        let escaped = value.replace('&', "&amp;");
        assert!(html.contains(&escaped), "{value} in {html}");
    }
    let token = run(stage, &["token", name], None).stdout();
    for secret in secrets.iter().copied().chain([token.trim()]) {
        for text in [&markdown, &html] {
            assert!(!text.contains(secret), "{name} shows {secret}");
        }
    }
    assert!(markdown.contains("practice"), "{markdown}");
}

#[test]
fn zendesk_by_a_client_of_its_own() {
    let stage = Stage::set();
    let pasted = ["--var", "subdomain=https://acme.zendesk.com/agent"];
    let practice = Practice::of(&stage, "zendesk", &pasted);
    let commands = practice.commands("Connect to it");
    Stage::ran(shell(&stage, &commands), None).succeeded();
    let values = [
        "Rehearsal",
        "https://acme.zendesk.com/api/v2",
        "https://acme.zendesk.com/oauth/tokens",
        "OAuth2 Client Credentials with scopes",
        "read",
    ];
    printed(&stage, "Rehearsal", &[], &values, &CLIENT);
}

#[test]
fn salesforce_with_a_person() {
    let stage = Stage::set();
    let practice = Practice::of(&stage, "salesforce", &[]);
    let commands = practice.commands("Or have a person approve");
    let (add, authorize) = commands.rsplit_once('\n').expect("two commands");
    Stage::ran(shell(&stage, add), None).succeeded();
    let authorize = format!("{authorize} --no-browser --json");
    let approval = Approval::of(shell(&stage, &authorize));
    let landing = approval.landing_of(&stage, &person_of(&practice), Decision::Approve);
    let landed = stage.browser().get(&landing);
    assert!(landed.body.contains("<title>Connected"), "{}", landed.body);
    approval.end().succeeded();
    let redirect = "https://acme.mytalkdesk.com/connections/callback";
    let values = [
        "Approval",
        redirect,
        "https://practice.salesforce.com",
        "OAuth2 Authorization Code Flow",
    ];
    let pasted = ["--redirect-url", redirect];
    printed(&stage, "Approval", &pasted, &values, &CLIENT);
}

#[test]
fn a_server_of_which_only_the_issuer_is_known() {
    let stage = Stage::set();
    let practice = Practice::start(&stage);
    let card = stage.sandbox.issuer();
    let commands = practice.commands("Beside Talkdesk");
    let new = commands.lines().next().expect("a command");
    Stage::ran(shell(&stage, new), None).succeeded();
    #[rustfmt::skip]
    let add = [
        "connection", "add", "Helpdesk", "--practice", "--provider", "id-practice-example",
        "--grant", "client_credentials", "--client-id", &card.client_id, "--client-secret-stdin",
        "--scope", "account:read", "--no-validate",
    ];
    run(&stage, &add, Some(&card.client_secret));
    let values = [
        "Helpdesk",
        "https://id.practice.example/token",
        "account:read",
    ];
    let secrets = [card.client_id.as_str(), card.client_secret.as_str()];
    printed(&stage, "Helpdesk", &[], &values, &secrets);
}
