//! The ways back from the browser: the listener, a pasted address, a chosen port.

use proofkey_core::border::{AuthorizationEvent, Waiting};
use proofkey_core::connection::Redirect;
use proofkey_core::error::Code;
use proofkey_core::proofkey::AuthorizeOptions;
use proofkey_sandbox::Fault;

use crate::stage::{Stage, options};
use crate::visitor::{Browser, Diary, PATIENCE, authority, decide, get, land};

#[tokio::test]
async fn the_address_can_be_pasted_under_the_same_checks() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.begin(options()).await;
    let callback = stage.decide(&attempt, "approve").await;
    let uri = attempt.redirect_uri();
    let foreign = callback.as_str().replace("state=", "state=x");
    let longer_path = callback.as_str().replacen('?', "x?", 1);
    let token = format!("{uri}#access_token=a");
    for wrong in ["", "code", uri.as_str(), &foreign, &longer_path, &token] {
        let problem = attempt.paste(wrong).await.expect_err(wrong);
        assert!(matches!(
            problem.code,
            Code::DraftInvalid | Code::AuthorizationInvalid
        ));
    }
    attempt.paste(callback.as_str()).await.expect("taken");
    attempt.ended().await.expect("approved");
    assert_eq!(stage.sandbox.tally().codes_redeemed, 1);
}

#[tokio::test]
async fn without_a_browser_the_link_is_told_and_still_works() {
    let stage = Stage::set("oceanic").await;
    let attempt = stage.attempt(options(), Browser::broken());
    let waiting = waiting(&attempt.diary).await;
    assert_eq!(
        waiting.browser_problem.expect("told").code,
        Code::UserAgentUnavailable
    );
    let url = waiting.url.parse().expect("an address");
    let callback = decide(&url, &stage.person.email, &stage.person.password, "approve");
    land(&callback.await).await;
    attempt.ended().await.expect("approved");
}

#[tokio::test]
async fn where_only_https_is_taken_the_person_pastes() {
    let uri = "https://oauth.pstmn.io/v1/callback".to_owned();
    let redirect = Redirect::Pasted { uri: uri.clone() };
    let stage = Stage::with_redirect("oceanic", Some(redirect)).await;
    assert_eq!(stage.view().redirect_uris, std::slice::from_ref(&uri));
    let registered = stage.sandbox.set_fault("oceanic", Fault::RedirectStrict);
    registered.expect("known");
    let attempt = stage.begin(options()).await;
    let told = waiting(&attempt.diary).await;
    assert!(told.must_paste);
    assert_eq!(told.redirect_uri, uri);
}

#[tokio::test]
async fn a_port_can_be_chosen_and_is_free_again_at_once() {
    let stage = Stage::set("oceanic").await;
    let registered = stage.view().redirect_uris;
    for _ in 0..3 {
        let attempt = stage.begin(options()).await;
        // The string that is shown is the string that is sent.
        assert_eq!(
            registered,
            [attempt.parameter("redirect_uri").expect("sent")]
        );
        land(&stage.decide(&attempt, "approve").await).await;
        attempt.ended().await.expect("approved");
    }
    let low = AuthorizeOptions {
        port: Some(80),
        ..options()
    };
    let refused = stage.attempt(low, Browser::broken()).ended().await;
    assert_eq!(refused.expect_err("low").code, Code::DraftInvalid);
    let uri: url::Url = registered[0].parse().expect("an address");
    let taken = tokio::net::TcpListener::bind(authority(&uri)).await;
    let taken = taken.expect("free");
    let refused = stage.attempt(options(), Browser::broken()).ended().await;
    let problem = refused.expect_err("taken");
    assert_eq!(problem.code, Code::ListenerFailed);
    drop(taken);
}

#[tokio::test]
async fn a_second_delivery_is_told_so_and_redeems_nothing() {
    let stage = Stage::set("oceanic").await;
    for _ in 0..5 {
        let attempt = stage.begin(options()).await;
        let callback = stage.decide(&attempt, "approve").await;
        let (first, second) = tokio::join!(get(&callback), get(&callback));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        attempt.ended().await.expect("approved");
    }
    let tally = stage.sandbox.tally();
    assert_eq!((tally.codes_redeemed, tally.codes_replayed), (5, 0));
}

/// What is told when the browser is out.
async fn waiting(diary: &Diary) -> Waiting {
    let told = async {
        loop {
            let found = diary.events().into_iter().find_map(|event| match event {
                AuthorizationEvent::Waiting(waiting) => Some(waiting),
                _ => None,
            });
            match found {
                Some(waiting) => return waiting,
                None => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("in time")
}
