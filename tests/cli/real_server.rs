//! The life of an approved connection at a certified server that somebody else wrote, from the command
//! line: its issuer's address is all that is known of it. The server's record is the judge.

use std::time::{Duration, Instant};

use proofkey_tests::{RealServer, Wish};
use serde_json::json;
use url::Url;

use crate::approval::Approval;
use crate::stage::{Ran, Stage};

const CLIENT: (&str, &str) = ("code!client", "s:e-c+r%t-of-code");
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn an_issuer_is_enough_for_a_connection_that_lives_until_it_is_removed() {
    let options = json!({ "access_token_seconds": 2, "pushed_requests": "required" });
    let Some(mut server) = RealServer::start(&options) else {
        return;
    };
    let stage = Stage::set();
    add(&stage, &mut server);

    let approval = approval(&stage);
    let url = approval.waiting["url"].as_str().expect("an address");
    let back = RealServer::visit(&Url::parse(url).expect("an address"), Wish::Approve("ada"));
    let page = RealServer::page(&back);
    let document = approval.end().succeeded().json();
    assert!(page.contains("Your approval has arrived"), "{page}");
    let consent = &document["consent"];
    assert_eq!(consent["person"]["issuer"], server.issuer());
    assert_eq!(consent["person"]["name"], "Ada");
    assert_eq!(consent["refresh"]["outcome"], "proven");
    assert_eq!(document["report"]["verdict"], "passed");
    assert_eq!(server.requests("/request", 201), 1);

    let first = token(&stage, &["--min-ttl", "0s"]);
    await_end(&server, &first);
    let second = token(&stage, &[]);
    assert_ne!(first, second);
    assert_eq!(server.status_for("/me", &second), 200);
    let validated = run(&stage, &["validate", "Real"], None);
    validated.succeeded();
    assert_eq!(server.count("grant.revoked"), 0, "nothing was reused");

    let removed = run(&stage, &["connection", "remove", "Real", "--yes"], None);
    let removed = removed.succeeded().stdout();
    assert!(removed.contains("withdrew"), "{removed}");
    assert!(server.requests("/token/revocation", 200) >= 1);
}

#[test]
fn a_person_who_cancels_there_is_quoted_here() {
    let Some(mut server) = RealServer::start(&json!({})) else {
        return;
    };
    let stage = Stage::set();
    add(&stage, &mut server);
    let approval = approval(&stage);
    let url = approval.waiting["url"].as_str().expect("an address");
    let back = RealServer::visit(&Url::parse(url).expect("an address"), Wish::Cancel);
    RealServer::page(&back);
    let refused = approval.end().failed_with(3);
    assert!(
        refused.stderr().contains("access_denied"),
        "{}",
        refused.stderr()
    );
    assert_eq!(server.requests("/token", 200), 0);
}

/// Makes provider and connection, and has the server take the address that was told.
fn add(stage: &Stage, server: &mut RealServer) {
    let issuer = server.issuer();
    let named = ["providers", "new", "--issuer", &issuer, "--id", "real"];
    run(stage, &named, None).succeeded();
    let mut arguments = vec!["connection", "add", "Real", "--provider", "real", "--json"];
    arguments.extend(["--grant", "authorization_code", "--client-id", CLIENT.0]);
    arguments.push("--client-secret-stdin");
    for scope in ["openid", "profile", "email", "offline_access"] {
        arguments.extend(["--scope", scope]);
    }
    let view = run(stage, &arguments, Some(CLIENT.1)).succeeded().json();
    let told = &view["authorization"]["redirect_uris"];
    let addresses: Vec<String> = serde_json::from_value(told.clone()).expect("addresses");
    server.register(CLIENT.0, CLIENT.1, &addresses);
}

/// `proofkey authorize` that waits for a person.
fn approval(stage: &Stage) -> Approval {
    Approval::of(stage.outside(&["authorize", "Real", "--no-browser", "--json"]))
}

fn run(stage: &Stage, arguments: &[&str], stdin: Option<&str>) -> Ran {
    Stage::ran(stage.outside(arguments), stdin)
}

fn token(stage: &Stage, more: &[&str]) -> String {
    let mut arguments = vec!["token", "Real"];
    arguments.extend(more);
    let printed = run(stage, &arguments, None).succeeded().stdout();
    printed.trim_end().to_owned()
}

/// Asks the server until it takes the token for expired.
fn await_end(server: &RealServer, access_token: &str) {
    let started = Instant::now();
    while server.status_for("/me", access_token) != 401 {
        assert!(started.elapsed() < PATIENCE, "the token does not expire");
    }
}
