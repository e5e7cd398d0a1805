//! A server that keeps every standard: the request is pushed, the answer names its server, the ID token
//! is proven, and what is not kept is withdrawn.

use proofkey_core::Secret;
use proofkey_core::border::{AuthorizationStanding, RefreshOutcome};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;
use proofkey_sandbox::{Fault, Module};

use crate::stage::{Stage, draft, options};
use crate::visitor::land;

/// The server's own name among the accounts.
const SERVER: &str = "id";

#[tokio::test]
async fn a_provider_made_from_an_issuer_is_approved_with_a_pushed_request() {
    let stage = Stage::of_issuer().await;
    let attempt = stage.begin(options()).await;
    let mut carried: Vec<String> = attempt
        .url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    carried.sort();
    assert_eq!(carried, ["client_id", "request_uri"]);
    let callback = stage.decide(&attempt, "approve").await;
    assert!(callback.query_pairs().any(|(name, _)| name == "iss"));
    land(&callback).await;
    let consent = attempt.ended().await.expect("approved");
    let person = consent.person.expect("somebody");
    assert_eq!(person.issuer, Some(stage.sandbox.issuer().issuer));
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    let tally = stage.sandbox.tally();
    assert_eq!(
        (tally.pushed, tally.codes_redeemed, tally.refreshes),
        (1, 1, 1)
    );
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
}

/// Rules C1 and C2: the code goes nowhere.
#[tokio::test]
async fn an_answer_from_another_server_is_not_redeemed() {
    for module in [
        "fapi2-security-profile-final-client-test-invalid-authorization-response-iss",
        "fapi2-security-profile-final-client-test-remove-authorization-response-iss",
    ] {
        let stage = mutated(module).await;
        let (shown, ended) = stage.walk("approve").await;
        assert_eq!(ended.expect_err(module).code, Code::AuthorizationInvalid);
        assert!(shown.body.contains("The connection was not made"));
        assert_eq!(stage.sandbox.tally().codes_redeemed, 0, "{module}");
    }
}

#[tokio::test]
async fn tokens_of_an_id_token_that_is_not_believed_are_given_back() {
    let stage = mutated("oidcc-client-test-nonce-invalid").await;
    let (_, ended) = stage.walk("approve").await;
    assert_eq!(
        ended.expect_err("the nonce").code,
        Code::AuthorizationInvalid
    );
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_redeemed, tally.revocations), (1, 2));
    assert!(stage.document().refresh_token.is_none());
}

#[tokio::test]
async fn an_approval_that_a_change_was_faster_than_is_given_back() {
    let stage = Stage::of_issuer().await;
    let attempt = stage.begin(options()).await;
    let callback = stage.decide(&attempt, "approve").await;
    let connection = stage.proofkey.find(&stage.id).expect("found");
    let changed = stage.proofkey.change(
        &stage.id,
        ConnectionDraft {
            scopes: connection.scopes,
            redirect: connection.redirect,
            client_secret: Some(Secret::new("another-secret".to_owned())),
            ..draft(&connection.name, &connection.provider)
        },
    );
    let changed = changed.await.map_err(|rejected| rejected.findings);
    changed.expect("changed");
    land(&callback).await;
    let problem = attempt.ended().await.expect_err("of no use");
    assert_eq!(problem.code, Code::AlreadyExists);
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_redeemed, tally.revocations), (1, 2));
    assert!(stage.document().refresh_token.is_none());
}

async fn mutated(module: &str) -> Stage {
    let stage = Stage::of_issuer().await;
    let module = Module::named(module).expect("a module of that name");
    let set = stage.sandbox.set_fault(SERVER, Fault::Module(module));
    set.expect("the server");
    stage
}
