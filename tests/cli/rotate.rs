//! Credentials that are replaced on the command line, as a person reads it.

use proofkey_sandbox::{EventKind, EventOrder};
use serde_json::Value;

use crate::stage::Stage;

const WRONG: &str = "Zq1xW8sQ0pLr6TzN1mXc7bJd5hGf2aEu";

/// A proven connection to acme.
fn proven() -> Stage {
    let stage = Stage::set();
    let account = stage.account("acme");
    let add = [
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
        &account.client_id,
        "--client-secret-stdin",
        "--scope",
        "account:read",
    ];
    stage.run(&add, Some(&account.client_secret)).succeeded();
    stage
}

/// The secret that takes the place of acme's; its client ID stays.
fn new_secret(stage: &Stage) -> String {
    let order = EventOrder {
        kind: EventKind::CredentialsRotated,
        account: "acme".to_owned(),
        same_client_id: true,
        ..EventOrder::default()
    };
    let event = stage.sandbox.emit(&order).expect("an event");
    let event: Value = serde_json::from_str(&event.body).expect("JSON");
    let secret = event["data"]["client_secret"].as_str();
    secret.expect("a secret").to_owned()
}

/// What is printed, without the times.
fn told(stage: &Stage, arguments: &[&str]) -> String {
    let ran = stage.run(arguments, None).succeeded();
    let text = ran.stdout();
    let line = |line: &str| match line.split_once(", proven ") {
        Some((head, tail)) => {
            let until = tail.find(" UTC, ").map_or("", |at| &tail[at + 4..]);
            let clock = until.find(" until ").map_or(until, |at| &until[..at + 6]);
            format!("{head}, proven{clock}\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// Ended with that status, and said this.
fn refused(stage: &Stage, arguments: &[&str], stdin: Option<&str>, status: i32) -> String {
    let ran = stage.run(arguments, stdin).failed_with(status);
    ran.stderr().trim_end().to_owned()
}

#[test]
fn every_step_says_what_stands_there_and_what_can_be_done() {
    let stage = proven();
    let secret = new_secret(&stage);
    let arguments = ["rotate", "begin", "Acme", "--client-secret-stdin"];
    let begun = stage.run(&arguments, Some(&secret)).succeeded();
    assert!(begun.stdout().contains("(with the new credentials)"));
    assert!(begun.stderr().contains("\"proofkey rotate switch acme\""));
    assert_eq!(
        told(&stage, &["rotate", "status", "Acme"]),
        "Generation 1: current, proven\n\
         Generation 2: new, waits, proven\n  \
         proofkey rotate switch acme  make those that wait the current ones\n  \
         proofkey rotate prove acme   prove those that wait\n  \
         proofkey rotate undo acme    drop the new ones\n"
    );
    let switched = "Generation 2: current, proven\n\
         Generation 1: old, kept, proven, works until\n  \
         proofkey rotate retire acme                  forget the old ones, once they are refused\n  \
         proofkey rotate undo acme                    go back to the old ones, which are proven anew first\n  \
         proofkey rotate retire acme --without-proof  forget the old ones without asking the provider\n";
    assert_eq!(
        told(&stage, &["rotate", "switch", "Acme"]),
        format!("The new credentials are the current ones now.\n{switched}")
    );
    let kept = stage
        .run(&["rotate", "retire", "Acme"], None)
        .failed_with(1);
    assert_eq!(
        kept.stdout().trim_end(),
        "Talkdesk still takes the old credentials, so they were kept. Retire them when their time is over, or \
         after you have ended them at Talkdesk."
    );
    assert!(told(&stage, &["rotate", "undo", "Acme"]).contains("waits, was current, proven"));
    assert_eq!(
        refused(&stage, &["rotate", "undo", "Acme"], None, 2),
        "proofkey: “Acme” went back already. The credentials that were in use before (generation 2) wait, and \
         undoing once more would lose them.\n  \
         Switch to them again, or forget them expressly."
    );
    told(&stage, &["rotate", "switch", "Acme"]);
    stage
        .sandbox
        .advance(jiff::SignedDuration::from_hours(8 * 24));
    assert_eq!(
        told(&stage, &["rotate", "retire", "Acme"]),
        "Talkdesk refuses the old credentials (invalid_client) and takes the current ones. The old ones were \
         forgotten.\n"
    );
    assert_eq!(
        told(&stage, &["rotate", "status", "Acme"]),
        "“Acme” has one set of credentials (generation 2), and none is being replaced.\n"
    );
}

#[test]
fn nothing_is_forgotten_unasked() {
    let stage = proven();
    let secret = new_secret(&stage);
    let begin = ["rotate", "begin", "Acme", "--client-secret-stdin"];
    stage.run(&begin, Some(&secret)).succeeded();
    told(&stage, &["rotate", "switch", "Acme"]);
    let forget = ["rotate", "retire", "Acme", "--without-proof"];
    let unasked = refused(&stage, &forget, None, 2);
    let said = "proofkey: Nothing was forgotten.\n  Type acme when asked, or add --yes.";
    assert!(unasked.ends_with(said), "{unasked}");
    let other = [&forget[..], &["--generation", "7", "--yes"]].concat();
    assert_eq!(
        refused(&stage, &other, None, 2),
        "proofkey: Generation 7 does not stand beside the current credentials of “Acme”.\n  \
         Nothing was changed."
    );
    assert_eq!(
        told(&stage, &[&forget[..], &["--yes"]].concat()),
        "The credentials of generation 1 were forgotten. Talkdesk was not asked and may still take them, so \
         end them there if that was not done.\n"
    );
}

#[test]
fn what_cannot_be_done_now_says_why_and_what_to_do() {
    let stage = proven();
    for (step, said) in [
        (
            "undo",
            "proofkey: “Acme” has no replacement to undo.\n  Nothing was changed.",
        ),
        (
            "retire",
            "proofkey: “Acme” keeps no old credentials.\n  Nothing was changed.",
        ),
        (
            "switch",
            "proofkey: No new credentials of “Acme” are waiting.\n  Begin a replacement first.",
        ),
        (
            "prove",
            "proofkey: No new credentials of “Acme” are waiting.\n  Begin a replacement first.",
        ),
    ] {
        assert_eq!(refused(&stage, &["rotate", step, "Acme"], None, 2), said);
    }
    let acknowledge = ["rotate", "acknowledge", "Acme", "--yes"];
    assert_eq!(
        refused(&stage, &acknowledge, None, 2),
        "proofkey: The credentials of “Acme” did not come with an installation, so there is nothing to \
         acknowledge.\n  Nothing was sent."
    );
    let begin = ["rotate", "begin", "Acme", "--client-secret-stdin"];
    let same = stage.account("acme").client_secret;
    assert_eq!(
        refused(&stage, &begin, Some(&same), 2),
        "proofkey: Nothing new was entered: these are the credentials in use.\n  \
         Enter the new client ID and secret."
    );
    let failed = stage.run(&begin, Some(WRONG)).failed_with(1);
    assert!(
        failed
            .stdout()
            .contains("Talkdesk did not accept the client ID and secret.")
    );
    assert_eq!(
        refused(&stage, &["rotate", "switch", "Acme"], None, 1),
        "proofkey: The new credentials of “Acme” did not pass their proof, so they cannot take the place of \
         those that work.\n  Run \"proofkey rotate prove Acme\" first."
    );
    assert_eq!(
        told(&stage, &["rotate", "undo", "Acme"]),
        "Undone.\n“Acme” has one set of credentials (generation 1), and none is being replaced.\n"
    );
}
