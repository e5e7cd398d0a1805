//! A person approves a connection from the command line, judged by the practice Talkdesk's record.

use std::net::TcpStream;
use std::process::Command;

use proofkey_tests::Decision;
use serde_json::Value;

use crate::approval::{ACCOUNT, Approval};
use crate::stage::{Stage, text_of};

#[test]
fn a_person_approves_and_the_connection_is_proven() {
    let stage = Stage::set();
    let added = stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let view = added.json();
    assert_eq!(view["authorization"]["standing"], "required");
    let registered = view["authorization"]["redirect_uris"][0].clone();

    let approval = Approval::begin(&stage, "oceanic", &[]);
    assert_eq!(approval.waiting["redirect_uri"], registered);
    let landed = approval.decide(&stage, ACCOUNT, Decision::Approve);
    let document = approval.end().succeeded().json();
    assert!(landed.body.contains("<title>Connected"), "{}", landed.body);
    let query = landed.url.query().unwrap_or_default();
    assert!(
        !query.contains("code="),
        "the code is gone from the address"
    );

    assert_eq!(document["consent"]["person"]["name"], "Ada Lovelace");
    assert_eq!(document["consent"]["account"], ACCOUNT);
    assert_eq!(document["consent"]["refresh"]["outcome"], "proven");
    assert_eq!(document["report"]["verdict"], "passed");
    let page = stage
        .run(&["connection", "show", "oceanic"], None)
        .succeeded()
        .stdout();
    for words in ["✔ proven", "Ada Lovelace", "Redirect URI", "✔ given"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let token = stage.run(&["token", "oceanic"], None).succeeded().stdout();
    assert!(!token.trim().is_empty());
}

#[test]
fn what_is_missing_is_said_by_every_verb_until_somebody_approves() {
    let stage = Stage::set();
    let added = stage.add_in_words("oceanic", ACCOUNT).succeeded().stdout();
    for words in [
        "Authorization required",
        "http://127.0.0.1:",
        "proofkey authorize oceanic",
    ] {
        assert!(added.contains(words), "{words}: {added}");
    }
    let listed = stage.run(&["connection", "list"], None).succeeded();
    assert!(listed.stdout().contains("authorization required"));
    let shown = stage.run(&["connection", "show", "oceanic"], None);
    assert!(shown.succeeded().stdout().contains("○ required"));
    let token = stage.run(&["token", "oceanic"], None).failed_with(3);
    assert!(
        token.stderr().contains("proofkey authorize"),
        "{}",
        token.stderr()
    );
    assert!(token.stdout().is_empty());
    let validated = stage.run(&["validate", "oceanic"], None).failed_with(1);
    assert!(
        validated.stdout().contains("proofkey authorize oceanic"),
        "{}",
        validated.stdout()
    );
    let doctor = stage.run(&["doctor"], None).failed_with(1);
    assert!(
        doctor.stdout().contains("proofkey authorize oceanic"),
        "{}",
        doctor.stdout()
    );
    // One piece of advice at a time: without an approval nothing can be proven.
    assert!(
        !doctor.stdout().contains("proofkey validate"),
        "{}",
        doctor.stdout()
    );
}

#[test]
fn a_person_who_denies_is_quoted_and_nothing_is_lost() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let approval = Approval::begin(&stage, "oceanic", &[]);
    let landed = approval.decide(&stage, ACCOUNT, Decision::Deny);
    assert!(
        landed.body.contains("<title>Not approved"),
        "{}",
        landed.body
    );
    let refused = approval.end().failed_with(3);
    assert!(
        refused.stderr().contains("access_denied"),
        "{}",
        refused.stderr()
    );
    assert!(refused.stdout().is_empty());
    let page = stage.run(&["connection", "show", "oceanic", "--json"], None);
    let authorization = &page.succeeded().json()["connection"]["authorization"];
    assert_eq!(authorization["standing"], "required");
    assert_eq!(
        authorization["failure"]["problem"]["code"],
        "authorization_denied"
    );

    let again = Approval::begin(&stage, "oceanic", &["--no-validate"]);
    again.decide(&stage, ACCOUNT, Decision::Approve);
    let document = again.end().succeeded().json();
    assert_eq!(document["report"], Value::Null);
}

#[test]
fn the_address_that_the_browser_landed_on_can_be_pasted_on_a_pipe() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut approval = Approval::begin(&stage, "oceanic", &["--paste"]);
    let landing = approval.landing(&stage, ACCOUNT, Decision::Approve);
    approval.paste(landing.as_str());
    let document = approval.end().succeeded().json();
    assert_eq!(document["report"]["verdict"], "passed");
}

#[test]
fn a_wrong_address_on_a_pipe_ends_the_wait_with_its_reason() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut wrong = Approval::begin(&stage, "oceanic", &["--paste"]);
    wrong.paste("https://evil.example/?code=stolen&state=guessed");
    let refused = wrong.end().failed_with(2);
    assert!(!refused.stderr().contains("stolen"), "{}", refused.stderr());
    let mut empty = Approval::begin(&stage, "oceanic", &["--paste"]);
    empty.stdin.take();
    let refused = empty.end().failed_with(2);
    assert!(
        refused.stderr().contains("No address came"),
        "{}",
        refused.stderr()
    );
    let exchanged = stage.sandbox.records();
    assert!(exchanged.iter().all(|record| record.path != "/oauth/token"));
}

#[test]
fn nobody_is_waited_for_longer_than_asked() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let approval = Approval::begin(&stage, "oceanic", &["--timeout", "1s"]);
    let listener = approval.listener();
    let late = approval.end().failed_with(4);
    assert!(
        late.stderr().contains("authorization_timed_out"),
        "{}",
        late.stderr()
    );
    assert!(
        TcpStream::connect(listener).is_err(),
        "the listener is closed"
    );
}

#[test]
fn an_interrupted_wait_ends_with_130_and_closes_the_listener() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let approval = Approval::begin(&stage, "oceanic", &[]);
    let listener = approval.listener();
    drop(TcpStream::connect(&listener).expect("it listens"));
    let id = approval.child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill runs").success());
    let ended = approval.end().failed_with(130);
    assert!(ended.stderr().contains("cancelled"), "{}", ended.stderr());
    assert!(
        TcpStream::connect(listener).is_err(),
        "the listener is closed"
    );
    assert_eq!(stage.temporary_files(), Vec::<String>::new());
}

/// Rule A2: one argument, byte for byte, and no shell that could read it.
#[test]
#[cfg(target_os = "linux")]
fn the_browser_gets_the_address_as_its_only_argument() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let stub = stage.stub_browser();
    let mut command = stage.command(&["authorize", "oceanic", "--json", "--no-validate"]);
    command.env("BROWSER", &stub);
    let approval = Approval::of(command);
    assert_eq!(approval.waiting["browser"], "stub-browser");
    assert_eq!(approval.waiting["browser_problem"], Value::Null);
    let url = approval.waiting["url"].as_str().expect("an address");
    assert_eq!(text_of(&stage.path("argv")), format!("{url}\n"));
    approval.decide(&stage, ACCOUNT, Decision::Approve);
    approval.end().succeeded();
}

#[test]
fn without_a_screen_the_address_is_told_and_works() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let approval = Approval::of(stage.command(&["authorize", "oceanic", "--json"]));
    let problem = &approval.waiting["browser_problem"];
    assert_eq!(problem["code"], "user_agent_unavailable");
    assert_eq!(approval.waiting["browser"], Value::Null);
    approval.decide(&stage, ACCOUNT, Decision::Approve);
    approval.end().succeeded();
}

#[test]
fn a_port_that_is_registered_is_the_one_that_is_used() {
    let stage = Stage::set();
    let port = free_port().to_string();
    let view = stage
        .add_for_approval("oceanic", ACCOUNT, &["--port", &port])
        .succeeded()
        .json();
    let registered = view["authorization"]["redirect_uris"].clone();
    assert!(
        registered[0]
            .as_str()
            .is_some_and(|uri| uri.contains(&format!(":{port}/")))
    );
    let approval = Approval::begin(&stage, "oceanic", &["--no-validate"]);
    assert_eq!(approval.waiting["redirect_uri"], registered[0]);
    approval.decide(&stage, ACCOUNT, Decision::Approve);
    approval.end().succeeded();
}

#[test]
fn a_removed_connection_tells_what_became_of_its_approval() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let approval = Approval::begin(&stage, "oceanic", &["--no-validate"]);
    approval.decide(&stage, ACCOUNT, Decision::Approve);
    approval.end().succeeded();
    let removed = stage
        .run(&["connection", "remove", "oceanic", "--yes"], None)
        .succeeded();
    let (done, told) = (removed.stdout(), removed.stderr());
    assert!(done.contains("Removed “oceanic”"), "{done}");
    assert!(
        !done.contains("withdrew"),
        "Talkdesk withdraws nothing: {done}"
    );
    assert!(!told.is_empty(), "what stays valid is said");
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
