//! Refreshes that go wrong, at each step.

use std::sync::Arc;

use proofkey_core::border::AuthorizationStanding;
use proofkey_core::provider::Grant;
use proofkey_core::vault::Vault;
use proofkey_core::{Code, Secret};
use proofkey_tests::{Conduct, Mood, approval};

use crate::stage::Stage;

#[tokio::test]
async fn a_refusal_of_the_refresh_token_means_sign_in_again_and_deletes_nothing() {
    let stage = Stage::expired().await;
    stage.server.behave(|_| Conduct::Refuse("invalid_grant"));
    let problem = stage.token().await.expect_err("refused");
    assert_eq!(problem.code, Code::AuthorizationRequired);
    assert_eq!(
        problem.quoted.expect("quoted").error.as_deref(),
        Some("invalid_grant")
    );
    assert_eq!(stage.standing(), AuthorizationStanding::SignInAgain);
    assert_eq!(stage.refresh_token(), "refresh-0-0-kept-secret");
    // It is known now: the server is not bothered with the token again.
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    assert_eq!(stage.server.tally().token_requests, 1);
    stage.server.behave(|_| Conduct::Rotate);
    stage.approve("ann").await.expect("kept");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(stage.token().await.expect("a token"), "access-1-1");
}

#[tokio::test]
async fn a_refusal_of_anything_else_changes_nothing() {
    let stage = Stage::expired().await;
    for error in ["invalid_client", "invalid_scope", "temporarily_unavailable"] {
        stage.server.behave(move |_| Conduct::Refuse(error));
        assert_eq!(stage.refused().await, Code::TokenRefused);
        assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    }
    stage.server.behave(|_| Conduct::Rotate);
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    assert_eq!(stage.server.tally().reuses, 0);
}

#[tokio::test]
async fn a_server_that_broke_may_have_spent_the_token_which_is_not_sent_again() {
    let stage = Stage::expired().await;
    stage.server.behave(|_| Conduct::Break);
    assert_eq!(stage.refused().await, Code::TokenRefused);
    stage.server.behave(|_| Conduct::Rotate);
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (1, 0));
}

#[tokio::test]
async fn a_server_that_begins_to_rotate_never_sees_the_spent_token_again() {
    let stage = Stage::expired().await;
    stage.server.behave(|number| match number {
        0 => Conduct::Keep,
        1 => Conduct::Forge,
        _ => Conduct::Rotate,
    });
    stage.token().await.expect("it does not rotate yet");
    stage.clock.set(crate::stage::LATER + 1_000);
    assert_eq!(stage.refused().await, Code::AuthorizationInvalid);
    let stage = stage.restarted();
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (2, 0));
}

#[tokio::test]
async fn an_id_token_that_no_published_key_can_prove_costs_no_refresh_token() {
    let stage = Stage::expired().await;
    stage.server.behave(|_| Conduct::Unprovable);
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    assert_eq!(stage.refresh_token(), "refresh-0-1-kept-secret");
    assert!(stage.secrets().id_token.is_none());
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_stops_a_refresh_before_anything_is_sent() {
    let stage = Stage::expired().await;
    let record = stage
        .home
        .path()
        .join("connections/rotating.authorization.json");
    let aside = stage.home.path().join("aside");
    std::fs::rename(&record, &aside).expect("moved");
    std::fs::create_dir(&record).expect("made");
    assert_eq!(stage.refused().await, Code::FileFailed);
    assert_eq!(stage.server.tally().token_requests, 0);
    std::fs::remove_dir(&record).expect("removed");
    std::fs::rename(&aside, &record).expect("moved back");
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
}

#[tokio::test]
async fn a_record_that_cannot_be_understood_is_set_aside_by_the_next_approval() {
    let stage = Stage::expired().await;
    let folder = stage.home.path().join("connections");
    std::fs::write(folder.join("rotating.authorization.json"), "cut o").expect("written");
    stage.approve("ann").await.expect("kept");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    let broken = folder.join("rotating.authorization.json.broken");
    assert_eq!(std::fs::read_to_string(&broken).expect("kept"), "cut o");
    stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(!broken.exists());
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_asked_once_more() {
    let stage = Stage::expired().await;
    stage.server.behave(|number| {
        if number == 0 {
            Conduct::Busy
        } else {
            Conduct::Rotate
        }
    });
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    assert_eq!(stage.server.tally().token_requests, 2);
}

#[tokio::test]
async fn a_lost_answer_never_makes_the_spent_token_go_out_again() {
    for conduct in [Conduct::LoseAnswer, Conduct::HangUp, Conduct::Garble] {
        let stage = Stage::expired().await;
        stage.server.behave(move |_| conduct);
        let first = stage.token().await.expect_err("lost").code;
        assert_ne!(first, Code::AuthorizationRequired, "{conduct:?}");
        assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
        stage.server.behave(|_| Conduct::Rotate);
        let stage = stage.restarted();
        let problem = stage.token().await.expect_err("not sent again");
        assert_eq!(problem.code, Code::AuthorizationRequired, "{conduct:?}");
        assert!(problem.summary.contains("interrupted"), "{problem}");
        assert_eq!(stage.standing(), AuthorizationStanding::SignInAgain);
        let tally = stage.server.tally();
        assert_eq!((tally.token_requests, tally.reuses), (1, 0), "{conduct:?}");
        stage.approve("ann").await.expect("kept");
        assert_eq!(stage.token().await.expect("a token"), "access-1-1");
    }
}

#[tokio::test]
async fn where_the_server_does_not_rotate_an_interrupted_refresh_is_repeated() {
    let stage = Stage::expired().await;
    stage.server.behave(|number| {
        if number == 1 {
            Conduct::HangUp
        } else {
            Conduct::Keep
        }
    });
    stage
        .token()
        .await
        .expect("a token, and it is known that this server keeps its refresh token");
    stage.clock.set(crate::stage::LATER + 1_000);
    assert_eq!(stage.refused().await, Code::ServerUnreachable);
    assert_eq!(stage.token().await.expect("repeated"), "access-0-3");
    assert_eq!(stage.server.tally().reuses, 0);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_changes_nothing() {
    let stage = Stage::expired().await;
    let Stage {
        home,
        server,
        vault,
        clock,
        id,
        ..
    } = stage;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = gone.local_addr().expect("bound");
    drop(gone);
    let unreachable = proofkey_tests::opened(
        home.path(),
        Arc::clone(&vault) as Arc<dyn Vault>,
        Arc::clone(&clock) as _,
        nobody,
        &server.root_pem(),
    )
    .expect("opened");
    for _ in 0..3 {
        let problem = unreachable
            .access_token(&id, 60)
            .await
            .err()
            .expect("nobody there");
        assert_eq!(problem.code, Code::ServerUnreachable);
    }
    let page = unreachable.page(&id).expect("a page").connection;
    assert_eq!(
        page.authorization.expect("shown").standing,
        AuthorizationStanding::Authorized
    );
    let stage = Stage {
        proofkey: unreachable,
        home,
        server,
        vault,
        clock,
        id,
    }
    .restarted();
    assert_eq!(stage.token().await.expect("a token"), "access-0-2");
}

#[tokio::test]
async fn a_token_that_somebody_else_rotated_is_adopted() {
    let stage = Stage::expired().await;
    let (access, refresh) = stage.server.rotate_elsewhere();
    let mut theirs = stage.secrets();
    theirs.refresh_token = Some(Secret::new(refresh));
    theirs.cached_token = Some(proofkey_core::vault::CachedToken::new(
        Secret::new(access),
        Some(600),
        None,
        proofkey_core::ports::Clock::now(&*stage.clock),
    ));
    let (vault, name) = (Arc::clone(&stage.vault), stage.name());
    // They write it while our request is on its way, and the server has heard of it already.
    stage.server.behave(move |_| {
        vault.write(&name, &theirs).expect("written");
        Conduct::Refuse("invalid_grant")
    });
    assert_eq!(stage.token().await.expect("theirs"), "access-0-2");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    assert_eq!(stage.refresh_token(), "refresh-0-1-kept-secret");
    stage.server.behave(|_| Conduct::Rotate);
    stage.clock.set(crate::stage::LATER + 1_000);
    assert_eq!(stage.token().await.expect("a token"), "access-0-3");
    assert_eq!(stage.server.tally().reuses, 0);
}

#[tokio::test]
async fn a_refresh_token_that_the_vault_does_not_take_waits_in_memory_and_is_never_resent() {
    for working in 1..8 {
        let stage = Stage::expired().await;
        stage.vault.fail_after(working);
        // A single failure is survived by the second try, or nothing was sent yet.
        let first = stage.token().await;
        let token = match first {
            Ok(token) => token,
            Err(_) => stage.token().await.expect("saved after all"),
        };
        stage.vault.fail_after(usize::MAX);
        assert_eq!(
            stage
                .secrets()
                .cached_token
                .expect("kept")
                .access_token
                .expose(),
            token
        );
        let tally = stage.server.tally();
        assert_eq!(
            (tally.refreshes, tally.reuses),
            (1, 0),
            "after {working} calls"
        );
    }
}

#[tokio::test]
async fn a_vault_that_stays_shut_after_rotation_loses_nothing_while_proofkey_runs() {
    let stage = Stage::expired().await;
    let vault = Arc::clone(&stage.vault);
    stage.server.behave(move |_| {
        vault.set_mood(Mood::Locked);
        Conduct::Rotate
    });
    let problem = stage.token().await.expect_err("locked");
    assert_eq!(problem.code, Code::VaultDenied);
    let view = stage.proofkey.page(&stage.id).expect("a page").connection;
    assert!(view.authorization.expect("shown").unsaved);
    stage.vault.set_mood(Mood::Working);
    assert_eq!(stage.token().await.expect("saved"), "access-0-2");
    assert_eq!(stage.refresh_token(), "refresh-0-1-kept-secret");
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (1, 0));
}

#[tokio::test]
async fn a_vault_that_stays_shut_until_proofkey_ends_means_sign_in_again_without_reuse() {
    let stage = Stage::expired().await;
    let vault = Arc::clone(&stage.vault);
    stage.server.behave(move |_| {
        vault.set_mood(Mood::Locked);
        Conduct::Rotate
    });
    assert!(stage.token().await.is_err());
    stage.vault.set_mood(Mood::Working);
    let stage = stage.restarted();
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    let tally = stage.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (1, 0));
}

#[tokio::test]
async fn a_client_credentials_token_is_handed_out_though_it_cannot_be_kept() {
    let stage = Stage::unapproved(Grant::ClientCredentials).await;
    let vault = Arc::clone(&stage.vault);
    stage.server.behave(move |_| {
        vault.set_mood(Mood::Locked);
        Conduct::Rotate
    });
    let issued = stage
        .proofkey
        .access_token(&stage.id, 60)
        .await
        .expect("a token");
    assert_eq!(issued.access_token.expose(), "access-client-1");
    assert_eq!(issued.unkept.expect("told").code, Code::VaultDenied);
}

#[tokio::test]
async fn an_answer_with_an_id_token_that_nobody_signed_is_not_believed() {
    let stage = Stage::expired().await;
    stage.server.behave(|_| Conduct::Forge);
    assert_eq!(stage.refused().await, Code::AuthorizationInvalid);
    assert_eq!(stage.standing(), AuthorizationStanding::SignInAgain);
    assert_eq!(stage.refresh_token(), "refresh-0-0-kept-secret");
    assert_eq!(stage.refused().await, Code::AuthorizationRequired);
    assert_eq!(stage.server.tally().token_requests, 1);
}

#[tokio::test]
async fn an_approval_without_a_refresh_token_lasts_as_long_as_its_access_token() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let (access, _) = stage.server.approve();
    let reply = approval((access, String::new()));
    stage.approve_with("ann", reply).await.expect("kept");
    assert_eq!(stage.token().await.expect("it lives"), "access-0-1");
    stage.clock.set(crate::stage::LATER);
    let problem = stage.token().await.expect_err("ended");
    assert_eq!(problem.code, Code::AuthorizationRequired);
    assert!(problem.summary.contains("no refresh token"), "{problem}");
    assert_eq!(stage.server.tally().token_requests, 0);
}
