//! Every module of the OpenID Foundation's suite that the practice server can play, run through the
//! command line. The server's record decides how far the client came; what the client says of itself
//! does not count.
//!
//! ```text
//! cargo test -p proofkey-cli --test conformance -- --nocapture
//! ```

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod client;
mod judge;
mod plan;
mod table;

use std::collections::HashSet;
use std::sync::Mutex;

use client::{Client, Ended};
use judge::{Seen, judge};
use plan::{ABSENT, FAPI_2, OPENID_CONNECT, Reach};
use proofkey_sandbox::{Fault, MODULES, Module, Options, Sandbox};
use serde_json::Value;

/// An answer that is not believed leaves `proofkey` waiting for the true one, so that silence can be
/// heard only when it gives up.
const BRIEF: &str = "3s";
const USUAL: &str = "60s";

/// The exit status of a proof that failed.
const FOUND_WANTING: i32 = 1;

/// Runs at once. Most of a run is waiting for the other process.
const AT_ONCE: usize = 4;

struct Row {
    module: &'static Module,
    expected: Reach,
    seen: Seen,
    /// For whoever looks into a failure.
    said: String,
}

#[test]
fn every_module_comes_as_far_as_it_must_and_no_further() {
    let rows = run_all();
    println!("{}", table::printed(&rows));
    let failed: Vec<String> = rows
        .iter()
        .filter(|row| row.seen != Seen::Came(row.expected))
        .map(|row| format!("{}: {}\n{}", row.module.name, row.seen.in_words(), row.said))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    table::assert_documented(&rows);
}

#[test]
fn every_module_of_the_plans_is_handled_once() {
    let played: HashSet<&str> = MODULES.iter().map(|module| module.name).collect();
    for module in &MODULES {
        assert!(plan::demanded(module.name).is_some(), "{}", module.name);
    }
    assert_eq!(played.len(), OPENID_CONNECT.len() + FAPI_2.len());
    for absent in &ABSENT {
        assert!(!played.contains(absent.name), "{}", absent.name);
        assert!(!absent.reason.is_empty());
    }
}

fn run_all() -> Vec<Row> {
    let waiting = Mutex::new(MODULES.iter().enumerate());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("no panic before").next();
                    let Some((place, module)) = next else {
                        return;
                    };
                    let row = run(module);
                    done.lock().expect("no panic before").push((place, row));
                }
            });
        }
    });
    let mut rows = done.into_inner().expect("no panic before");
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn run(module: &'static Module) -> Row {
    let expected = plan::demanded(module.name).expect("somebody has said what is demanded");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let options = Options {
        faults: vec![("id.practice.example".to_owned(), Fault::Module(module))],
        ..Options::default()
    };
    let sandbox = runtime
        .block_on(Sandbox::start(options))
        .expect("a sandbox");
    let last = walked(&Client::new(&sandbox), expected);
    let tally = sandbox.tally();
    let seen = match judge(&sandbox.records(), tally) {
        Seen::Came(reach @ (Reach::End | Reach::Refusal)) => ending(reach, &last, tally.refreshes),
        stopped if last.status != 0 => stopped,
        stopped => Seen::Strayed(format!("{}, and reports success", stopped.in_words())),
    };
    Row {
        module,
        expected,
        seen,
        said: last.stderr,
    }
}

/// The whole way of a person who sets up a connection, as far as it leads; the last command of it.
fn walked(client: &Client<'_>, expected: Reach) -> Ended {
    let discovered = client.discover();
    if discovered.status != 0 {
        return discovered;
    }
    let added = client.add();
    assert_eq!(added.status, 0, "{}", added.stderr);
    client.authorize(match expected {
        Reach::AuthorizationResponse => BRIEF,
        _ => USUAL,
    })
}

/// What became of a client that went all the way. Whether it believed userinfo, and whether it noticed
/// that the API refuses, no request shows: its receipt and its exit status do.
fn ending(reach: Reach, last: &Ended, refreshes: u64) -> Seen {
    let receipt: Value = serde_json::from_str(&last.stdout).unwrap_or_default();
    let person = &receipt["consent"]["person"];
    match (reach, last.status, person["name"].is_null()) {
        (Reach::End, 0, false) => Seen::Came(Reach::End),
        (Reach::End, 0, true) if person["subject"].is_string() => {
            Seen::Came(Reach::EndWithoutUserinfo)
        }
        (Reach::Refusal, FOUND_WANTING, true) if refreshes == 3 => Seen::Came(Reach::Refusal),
        (_, status, _) => Seen::Strayed(format!("ends with {status} after {refreshes} refreshes")),
    }
}
