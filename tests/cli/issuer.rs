//! `proofkey providers new`: a provider from an issuer alone.

use proofkey_tests::{Decision, Website};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::approval::Approval;
use crate::stage::{Ran, Stage};

const METADATA: &str = "/.well-known/openid-configuration";

/// The command line, and a server that publishes its metadata while this lives.
struct Scene {
    stage: Stage,
    site: Website,
    _runtime: Runtime,
}

impl Scene {
    fn set() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let scene = Self {
            stage: Stage::set(),
            site: runtime.block_on(Website::start()),
            _runtime: runtime,
        };
        scene.publish_as(scene.site.origin());
        scene
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.site.origin())
    }

    fn publish_as(&self, issuer: &str) {
        let metadata: Value = json!({
            "issuer": issuer,
            "authorization_endpoint": self.at("/authorize"),
            "token_endpoint": self.at("/token"),
            "jwks_uri": self.at("/keys"),
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "scopes_supported": ["openid", "crm:read"]
        });
        self.site.put_json(METADATA, &metadata);
    }

    /// `proofkey providers new` for the server, with the id "crm".
    fn new_provider(&self, more: &[&str]) -> Ran {
        let issuer = self.at("");
        let fixed = ["providers", "new", "--issuer", &issuer, "--id", "crm"];
        Stage::ran(self.stage.outside(&[&fixed[..], more].concat()), None)
    }
}

#[test]
fn an_issuer_becomes_a_provider_that_a_connection_can_be_added_for() {
    let scene = Scene::set();
    let made = scene.new_provider(&[]).succeeded();
    let token = scene.at("/token");
    assert!(made.stdout().contains(&token), "{}", made.stdout());
    assert!(
        made.stderr().contains("--provider crm"),
        "{}",
        made.stderr()
    );
    assert!(scene.stage.path("config/providers/crm.toml").is_file());

    let listed = scene.stage.run(&["providers", "list"], None).succeeded();
    assert!(listed.stdout().contains("crm "), "{}", listed.stdout());
    #[rustfmt::skip]
    let add = [
        "connection", "add", "ours", "--provider", "crm", "--grant", "client_credentials",
        "--client-id", "the-client", "--client-secret-stdin", "--scope", "crm:read",
        "--no-validate",
    ];
    let secret = Some("a secret of some length");
    scene.stage.run(&add, secret).succeeded();
}

#[test]
fn a_provider_stays_until_it_is_to_be_replaced() {
    let scene = Scene::set();
    scene.new_provider(&[]).succeeded();
    let again = scene.new_provider(&[]).failed_with(2);
    assert!(again.stderr().contains("--replace"), "{}", again.stderr());
    let replaced = scene.new_provider(&["--replace", "--json"]).succeeded();
    assert_eq!(replaced.json()["id"], "crm");
    assert_eq!(replaced.json()["endpoints"]["issuer"], scene.at(""));
}

#[test]
fn a_server_that_speaks_for_another_is_refused() {
    let scene = Scene::set();
    scene.publish_as("https://login.example.com");
    let refused = scene.new_provider(&[]).failed_with(3);
    let told = refused.stderr();
    assert!(told.contains("https://login.example.com"), "{told}");
    assert!(!scene.stage.path("config/providers/crm.toml").exists());
    let plain = ["providers", "new", "--issuer", "http://example.com"];
    let refused = Stage::ran(scene.stage.outside(&plain), None).failed_with(2);
    assert!(refused.stderr().contains("https"));
}

#[test]
fn the_practice_issuer_is_enough_for_a_connection_that_is_approved_proven_and_withdrawn() {
    let mut stage = Stage::set();
    let config = stage.path("config");
    std::fs::create_dir_all(&config).expect("a folder");
    stage.sandbox.publish(&config).expect("announced");
    let card = stage.sandbox.issuer();
    // No --connect-to and no --ca-file: what is announced in the folder is enough.
    let run = |arguments: &[&str], stdin| Stage::ran(stage.outside(arguments), stdin);
    let from = ["providers", "new", "--issuer", &card.issuer, "--practice"];
    let made = run(&from, None).succeeded();
    let next = made.stderr();
    assert!(
        next.contains("--provider id-practice-example --practice"),
        "{next}"
    );

    #[rustfmt::skip]
    let mut add = vec![
        "connection", "add", "Rehearsal", "--practice", "--provider", "id-practice-example",
        "--grant", "authorization_code", "--client-id", &card.client_id, "--client-secret-stdin",
    ];
    let scopes = card.scopes.iter();
    add.extend(scopes.flat_map(|scope| ["--scope", scope]));
    run(&add, Some(&card.client_secret)).succeeded();

    let authorize = ["authorize", "Rehearsal", "--no-browser", "--json"];
    let approval = Approval::of(stage.outside(&authorize));
    let landing = approval.landing_of(&stage, &card.person, Decision::Approve);
    let landed = stage.browser().get(&landing);
    assert!(landed.body.contains("<title>Connected"), "{}", landed.body);
    let document = approval.end().succeeded().json();
    let person = &document["consent"]["person"];
    assert_eq!(person["issuer"], card.issuer);
    assert_eq!(person["email"], card.person.email);
    assert_eq!(document["report"]["verdict"], "passed");

    let removed = run(&["connection", "remove", "Rehearsal", "--yes"], None).succeeded();
    assert!(
        removed.stdout().contains("withdrew"),
        "{}",
        removed.stdout()
    );
    let tally = stage.sandbox.tally();
    assert_eq!((tally.requests, tally.codes_redeemed), (1, 1));
    assert!(tally.refreshes >= 1, "{tally:?}");
    assert!(tally.revocations >= 1, "{tally:?}");
    assert_eq!(tally.codes_replayed + tally.refresh_tokens_reused, 0);
    assert_eq!(tally.families_revoked, 0);
}

#[test]
fn without_a_practice_server_its_issuer_is_not_looked_for_elsewhere() {
    let stage = Stage::set();
    let issuer = stage.sandbox.issuer().issuer;
    let from = ["providers", "new", "--issuer", &issuer, "--practice"];
    let refused = Stage::ran(stage.outside(&from), None).failed_with(4);
    assert!(
        refused.stderr().contains("proofkey sandbox"),
        "{}",
        refused.stderr()
    );
    assert!(stage.sandbox.records().is_empty(), "nobody was asked");
}
