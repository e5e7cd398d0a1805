//! A provider file that was replaced: what one server gave goes to no other.

use std::sync::Arc;

use proofkey_core::Code;
use proofkey_core::border::AuthorizationStanding;
use proofkey_core::ports::Clock;
use proofkey_core::vault::Vault;
use proofkey_tests::{ROTATING, opened_with};

use crate::stage::Stage;

/// The same folder in another process, after the provider file was changed.
fn replaced(stage: Stage, from: &str, to: &str) -> Stage {
    let text = ROTATING.replace(from, to);
    assert_ne!(text, ROTATING);
    let proofkey = opened_with(
        stage.home.path(),
        Arc::clone(&stage.vault) as Arc<dyn Vault>,
        Arc::clone(&stage.clock) as Arc<dyn Clock>,
        (stage.server.address(), &stage.server.root_pem()),
        &text,
    );
    Stage {
        proofkey: proofkey.expect("opened"),
        ..stage
    }
}

#[tokio::test]
async fn a_refresh_token_is_not_sent_where_nobody_approved() {
    for (from, to) in [
        ("//as.example.com/token", "//other.example.com/token"),
        ("//as.example.com/token", "//as.example.com:8443/token"),
        (
            "issuer = \"https://as.example.com\"",
            "issuer = \"https://as.example.com/other\"",
        ),
    ] {
        let stage = replaced(Stage::expired().await, from, to);
        let problem = stage.token().await.expect_err("refused");
        assert_eq!(problem.code, Code::AuthorizationRequired, "{to}");
        assert!(
            problem.summary.contains("another server"),
            "{}",
            problem.summary
        );
        assert_eq!(stage.standing(), AuthorizationStanding::SignInAgain);
        assert_eq!(stage.server.tally().token_requests, 0);
        // The file as it was leads back, and nothing was spent.
        let stage = stage.restarted();
        stage.token().await.expect("a token");
        assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    }
}

#[tokio::test]
async fn without_a_record_of_the_server_the_connection_says_where_it_may_go() {
    let stage = Stage::expired().await;
    let record = format!("connections/{}.authorization.json", stage.id);
    std::fs::remove_file(stage.home.path().join(record)).expect("it was there");
    let stage = replaced(stage, "//as.example.com/token", "//other.example.com/token");
    let problem = stage.token().await.expect_err("refused");
    assert_eq!(problem.code, Code::ConfirmationMissing);
    assert_eq!(stage.server.tally().token_requests, 0);
}

#[tokio::test]
async fn another_path_on_the_same_server_is_the_same_server() {
    let stage = Stage::expired().await;
    let stage = replaced(stage, "as.example.com/token", "as.example.com/token?v=2");
    let refused = stage.token().await.err();
    assert!(
        refused.is_none_or(|problem| problem.code != Code::AuthorizationRequired),
        "it was sent"
    );
}

#[tokio::test]
async fn removing_withdraws_nothing_where_nobody_approved_and_says_so() {
    for (from, to) in [
        ("//as.example.com/token", "//other.example.com/token"),
        ("//as.example.com/revoke", "//other.example.com/revoke"),
    ] {
        let stage = replaced(Stage::expired().await, from, to);
        let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
        assert!(!removal.revoked);
        assert!(removal.notes[0].contains("another server"), "{removal:?}");
        assert!(stage.server.tally().revoked.is_empty());
        assert!(stage.vault.names().is_empty());
    }
}
