//! Service tokens on the command line, judged by the practice Talkdesk's record.

use proofkey_sandbox::Record;

use crate::stage::{Ran, Stage};

#[test]
fn one_service_token_is_asked_for_and_sent_without_a_word_before_it() {
    let stage = Stage::set();
    let added = add(&stage, &["--service-token", "30d"]).succeeded();
    assert_eq!(added.json()["verdict"], "passed", "{}", added.stdout());
    let shown = stage.run(&["connection", "show", "Acme"], None).succeeded();
    let life = line(&shown, "Service token");
    assert!(
        life.contains("for 30 days; the one that is kept ends on "),
        "{life}"
    );

    stage.run(&["validate", "Acme"], None).succeeded();
    let called = stage
        .run(&["call", "Acme", "GET", "/account"], None)
        .succeeded();
    assert!(called.stderr().starts_with("200 OK"), "{}", called.stderr());

    let records = stage.sandbox.records();
    let asked = of(&records, "/oauth/token");
    assert_eq!(asked.len(), 1, "one token, however many proofs and calls");
    let form = String::from_utf8(asked[0].body.clone()).expect("a form");
    for part in ["token_type=opaque", "expires_in=2592000"] {
        assert!(form.contains(part), "{form}");
    }
    let calls = of(&records, "/account");
    assert_eq!(calls.len(), 1, "a proof asks introspection instead");
    let presented = calls[0].header("authorization").expect("one header");
    assert!(
        presented.starts_with("tdst_"),
        "no word stands before the token"
    );
    assert!(!of(&records, "/oauth/introspect").is_empty());
    for ran in [&shown, &called, &added] {
        let text = String::from_utf8_lossy(&ran.all()).into_owned();
        assert!(!text.contains("tdst_"), "the token is in no output");
    }
}

#[test]
fn the_usual_tokens_come_back_with_none() {
    let stage = Stage::set();
    add(&stage, &["--service-token", "30d", "--no-validate"]).succeeded();
    let shown = stage.run(&["connection", "show", "Acme"], None).succeeded();
    assert!(line(&shown, "Service token").contains("none is kept yet"));
    let edit = ["connection", "edit", "Acme", "--service-token", "none"];
    stage.run(&edit, None).succeeded();
    let shown = stage.run(&["connection", "show", "Acme"], None).succeeded();
    assert!(!shown.stdout().contains("Service token"));
    stage.run(&["validate", "Acme"], None).succeeded();
    let records = stage.sandbox.records();
    let asked = of(&records, "/oauth/token");
    let last = asked.last().expect("a token request");
    assert!(!String::from_utf8_lossy(&last.body).contains("opaque"));
    let called = of(&records, "/account").pop().expect("a call");
    let presented = called.header("authorization").expect("one header");
    assert!(presented.starts_with("Bearer "));
}

#[test]
fn a_life_that_the_provider_does_not_offer_is_refused_before_anything_is_sent() {
    let stage = Stage::set();
    for life in ["12h", "400d"] {
        let refused = add(&stage, &["--service-token", life]).failed_with(2);
        assert!(
            refused.stderr().contains("issues service tokens for"),
            "{}",
            refused.stderr()
        );
    }
    assert!(stage.sandbox.records().is_empty());
}

fn add(stage: &Stage, more: &[&str]) -> Ran {
    let acme = stage.account("acme");
    let mut arguments = vec![
        "connection",
        "add",
        "Acme",
        "--provider",
        "talkdesk",
        "--var",
        "account=acme",
        "--var",
        "region=us",
        "--client-id",
        &acme.client_id,
        "--client-secret-stdin",
        "--scope",
        "account:read",
        "--json",
    ];
    arguments.extend(more);
    stage.run(&arguments, Some(&acme.client_secret))
}

fn of<'r>(records: &'r [Record], path: &str) -> Vec<&'r Record> {
    records.iter().filter(|it| it.path == path).collect()
}

/// The line of the page that begins with `term`.
fn line(ran: &Ran, term: &str) -> String {
    let page = ran.stdout();
    let found = page
        .lines()
        .find(|line| line.trim_start().starts_with(term));
    found.expect("the fact").to_owned()
}
