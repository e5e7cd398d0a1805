//! `proofkey providers new`: a provider from an issuer alone.

use proofkey_tests::Website;
use serde_json::json;

use crate::stage::Stage;

#[test]
fn an_issuer_becomes_a_provider_that_a_connection_can_be_added_for() {
    let stage = Stage::set();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let site = runtime.block_on(Website::start());
    let at = |path: &str| format!("{}{path}", site.origin());
    let metadata = json!({
        "issuer": site.origin(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "scopes_supported": ["openid", "crm:read"]
    });
    let place = "/.well-known/openid-configuration";
    site.put_json(place, &metadata);
    let new = |more: &[&str]| {
        let issuer = at("");
        let fixed = ["providers", "new", "--issuer", &issuer, "--id", "crm"];
        Stage::ran(stage.outside(&[&fixed[..], more].concat()), None)
    };

    let made = new(&[]).succeeded();
    assert!(made.stdout().contains(&at("/token")), "{}", made.stdout());
    assert!(
        made.stderr().contains("--provider crm"),
        "{}",
        made.stderr()
    );
    assert!(stage.path("config/providers/crm.toml").is_file());

    let again = new(&[]).failed_with(2);
    assert!(again.stderr().contains("--replace"), "{}", again.stderr());
    let replaced = new(&["--replace", "--json"]).succeeded();
    assert_eq!(replaced.json()["id"], "crm");
    assert_eq!(replaced.json()["endpoints"]["issuer"], at(""));

    let listed = stage.run(&["providers", "list"], None).succeeded();
    assert!(listed.stdout().contains("crm "), "{}", listed.stdout());
    let added = stage.run(
        &[
            "connection",
            "add",
            "ours",
            "--provider",
            "crm",
            "--grant",
            "client_credentials",
            "--client-id",
            "the-client",
            "--client-secret-stdin",
            "--scope",
            "crm:read",
            "--no-validate",
        ],
        Some("a secret of some length"),
    );
    added.succeeded();

    let mut foreign = metadata;
    foreign["issuer"] = json!("https://login.example.com");
    site.put_json(place, &foreign);
    let refused = new(&["--replace"]).failed_with(3);
    assert!(
        refused.stderr().contains("https://login.example.com"),
        "{}",
        refused.stderr()
    );
    let refused = stage.run(
        &["providers", "new", "--issuer", "http://example.com"],
        None,
    );
    assert!(refused.failed_with(2).stderr().contains("https"));
}
