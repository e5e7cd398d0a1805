//! What others do to a connection while somebody approves it or refreshes its token.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;

use jiff::Timestamp;
use proofkey_core::Code;
use proofkey_core::border::AuthorizationStanding;
use proofkey_core::provider::Grant;
use proofkey_tests::{Conduct, approval, consent, rotating_draft};
use tokio::sync::Notify;

use crate::stage::{LATER, START, Stage};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_approval_during_a_refresh_is_kept_and_not_replaced_by_it() {
    let stage = Arc::new(Stage::expired().await);
    let asked = Arc::new(Notify::new());
    let (release, waiting) = mpsc::channel::<()>();
    let (asking, waiting) = (Arc::clone(&asked), Mutex::new(waiting));
    stage.server.behave(move |_| {
        asking.notify_one();
        waiting.lock().expect("whole").recv().expect("released");
        Conduct::Rotate
    });
    let refreshing = Arc::clone(&stage);
    let refresh = tokio::spawn(async move { refreshing.token().await });
    asked.notified().await;
    let mut approving = pin!(stage.approve("bob"));
    let begun = poll_fn(|context| Poll::Ready(approving.as_mut().poll(context).is_pending()));
    assert!(begun.await, "it waits for its turn");
    release.send(()).expect("the server waits");
    let refreshed = refresh.await.expect("ended").expect("a token");
    assert_eq!(refreshed, "access-0-2");
    approving.await.expect("kept");
    assert_eq!(stage.refresh_token(), "refresh-1-0-kept-secret");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    let page = stage.proofkey.page(&stage.id).expect("a page");
    let consent = page.connection.authorization.expect("shown").consent;
    let person = consent.expect("kept").person.expect("named");
    assert_eq!(person.subject, "bob");
}

#[tokio::test]
async fn an_approval_whose_record_could_not_be_written_is_finished_by_the_next_try() {
    for place in [
        "renewals/rotating.spent",
        "connections/rotating.authorization.json",
    ] {
        let stage = Stage::unapproved(Grant::AuthorizationCode).await;
        let in_the_way = stage.home.path().join(place);
        std::fs::create_dir(&in_the_way).expect("made");
        let problem = stage.approve("ann").await.expect_err("in the way");
        assert_eq!(problem.code, Code::FileFailed, "{place}");
        assert_eq!(
            stage
                .proofkey
                .retry_keeping(&stage.id)
                .await
                .expect_err("still")
                .code,
            Code::FileFailed
        );
        std::fs::remove_dir(&in_the_way).expect("removed");
        let consent = stage.proofkey.retry_keeping(&stage.id).await.expect("kept");
        assert_eq!(consent.person.expect("named").subject, "ann");
        assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
        assert_eq!(stage.refresh_token(), "refresh-0-0-kept-secret");
        assert_eq!(stage.vault.names(), [stage.name()]);
        stage.clock.set(LATER);
        assert_eq!(stage.token().await.expect("a token"), "access-0-2");
    }
}

#[tokio::test]
async fn a_name_given_while_the_person_was_in_the_browser_stays() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let before = stage.proofkey.find(&stage.id).expect("there");
    stage.proofkey.rename(&stage.id, "Renamed").expect("named");
    let reply = approval(stage.server.approve());
    let kept = stage
        .proofkey
        .keep_approval(&before, reply, consent("ann", at(START)));
    kept.await.expect("kept");
    let after = stage.proofkey.find(&stage.id).expect("there");
    assert_eq!(after.name, "Renamed");
    assert_eq!(stage.refresh_token(), "refresh-0-0-kept-secret");
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
}

#[tokio::test]
async fn an_approval_of_a_removed_connection_does_not_reach_the_next_one_of_its_name() {
    let stage = Stage::unapproved(Grant::AuthorizationCode).await;
    let before = stage.proofkey.find(&stage.id).expect("there");
    stage.proofkey.remove(&stage.id).await.expect("removed");
    let keep = || {
        let reply = approval(stage.server.approve());
        stage
            .proofkey
            .keep_approval(&before, reply, consent("ann", at(START)))
    };
    assert_eq!(keep().await.expect_err("gone").code, Code::NotFound);
    stage.clock.set(LATER);
    let added = stage
        .proofkey
        .add(rotating_draft(Grant::AuthorizationCode))
        .await;
    added.map_err(|rejected| rejected.problem).expect("added");
    let after = stage.proofkey.find(&stage.id).expect("there");
    assert_eq!(after.secrets, before.secrets, "the generations start again");
    assert_eq!(
        keep().await.expect_err("another one").code,
        Code::AlreadyExists
    );
    assert!(stage.secrets().refresh_token.is_none());
    assert_eq!(stage.standing(), AuthorizationStanding::Required);
    let retried = stage.proofkey.retry_keeping(&stage.id).await;
    assert_eq!(
        retried.expect_err("nothing waits").code,
        Code::AuthorizationRequired
    );
}
