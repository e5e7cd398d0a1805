use std::future::pending;
use std::time::Duration;

use proofkey_core::border::{AuthorizationStep, RefreshOutcome};
use tauri::ipc::InvokeResponseBody;

use super::*;

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work)
        .await
        .expect("it ends")
}

/// A page's channel, and the kinds of events that arrived on it.
fn page() -> (
    Channel<AuthorizationEvent>,
    tokio::sync::mpsc::UnboundedReceiver<String>,
) {
    let (sender, heard) = tokio::sync::mpsc::unbounded_channel();
    let channel = Channel::new(move |body| {
        let InvokeResponseBody::Json(text) = body else {
            panic!("an event is JSON");
        };
        let event: serde_json::Value = serde_json::from_str(&text)?;
        let said = event["step"].as_str().or(event["text"].as_str());
        // The page may have gone.
        drop(sender.send(said.unwrap_or("waiting").to_owned()));
        Ok(())
    });
    (channel, heard)
}

fn step(step: AuthorizationStep) -> AuthorizationEvent {
    AuthorizationEvent::Step { step }
}

fn notice(text: &str) -> AuthorizationEvent {
    AuthorizationEvent::Notice {
        text: text.to_owned(),
    }
}

fn consent() -> Consent {
    Consent {
        at: "2026-11-22T09:30:00Z".parse().unwrap(),
        person: None,
        account: None,
        requested_scopes: Vec::new(),
        granted_scopes: None,
        refresh: RefreshOutcome::Proven,
        notes: Vec::new(),
    }
}

#[tokio::test]
async fn a_second_click_joins_the_approval_that_runs_and_hears_what_was_said() {
    let approvals = Approvals::default();
    let (go, gone) = oneshot::channel::<()>();
    let (first, mut heard_first) = page();
    let flow = |lines: Lines| async move {
        lines.watcher.say(step(AuthorizationStep::Preparing));
        lines.watcher.say(notice("a proxy"));
        lines.watcher.say(step(AuthorizationStep::Waiting));
        lines.watcher.say(notice("a proxy"));
        gone.await.unwrap();
        lines.watcher.say(step(AuthorizationStep::Exchanging));
        Ok(consent())
    };
    let begun = tokio::spawn({
        let approvals = approvals.clone();
        async move { approvals.join("acme", first, flow).await }
    });
    for expected in ["preparing", "a proxy", "waiting", "a proxy"] {
        assert_eq!(soon(heard_first.recv()).await.unwrap(), expected);
    }
    assert!(approvals.is_running("acme"));
    let (second, mut heard_second) = page();
    let joined = tokio::spawn({
        let approvals = approvals.clone();
        async move {
            approvals
                .join("acme", second, |_| async { panic!("a second flow began") })
                .await
        }
    });
    for expected in ["waiting", "a proxy"] {
        assert_eq!(soon(heard_second.recv()).await.unwrap(), expected);
    }
    go.send(()).unwrap();
    assert_eq!(soon(begun).await.unwrap(), Ok(consent()));
    assert_eq!(soon(joined).await.unwrap(), Ok(consent()));
    assert_eq!(soon(heard_second.recv()).await.unwrap(), "exchanging");
    assert!(!approvals.is_running("acme"));
}

#[tokio::test]
async fn an_approval_outlives_the_page_that_began_it() {
    let approvals = Approvals::default();
    let (go, gone) = oneshot::channel::<()>();
    let (done, ended) = oneshot::channel::<()>();
    let (first, mut heard) = page();
    let begun = tokio::spawn({
        let approvals = approvals.clone();
        async move {
            approvals
                .join("acme", first, |lines| async move {
                    lines.watcher.say(step(AuthorizationStep::Waiting));
                    gone.await.unwrap();
                    done.send(()).unwrap();
                    Ok(consent())
                })
                .await
        }
    });
    soon(heard.recv()).await.unwrap();
    begun.abort();
    go.send(()).unwrap();
    soon(ended).await.expect("the flow went on to its end");
}

#[tokio::test]
async fn a_cancelled_approval_is_closed_before_the_next_one_begins() {
    let approvals = Approvals::default();
    let (channel, mut heard) = page();
    let socket = Arc::new(());
    let kept = Arc::clone(&socket);
    let begun = tokio::spawn({
        let approvals = approvals.clone();
        async move {
            approvals
                .join("acme", channel, |lines| async move {
                    lines.watcher.say(step(AuthorizationStep::Waiting));
                    pending::<()>().await;
                    drop(kept);
                    Ok(consent())
                })
                .await
        }
    });
    soon(heard.recv()).await.unwrap();
    soon(approvals.cancel("acme")).await;
    assert_eq!(Arc::strong_count(&socket), 1, "everything of it is dropped");
    assert_eq!(
        soon(begun).await.unwrap().unwrap_err().code,
        Code::Cancelled
    );
    let (channel, _heard) = page();
    let again = approvals.join("acme", channel, |_| async { Ok(consent()) });
    assert_eq!(soon(again).await, Ok(consent()));
    soon(approvals.cancel("acme")).await;
}

#[tokio::test]
async fn a_wrong_paste_is_answered_and_a_right_one_ends_the_approval() {
    let approvals = Approvals::default();
    let (channel, mut heard) = page();
    let begun = tokio::spawn({
        let approvals = approvals.clone();
        async move {
            approvals
                .join("acme", channel, |mut lines| async move {
                    lines.watcher.say(step(AuthorizationStep::Waiting));
                    while let Some(pasted) = lines.pasted.recv().await {
                        let right = pasted.address.expose() == "https://right.example/";
                        let judged = if right { Ok(()) } else { Err(none_runs()) };
                        pasted.answer.send(judged).unwrap();
                        if right {
                            return Ok(consent());
                        }
                    }
                    panic!("nothing more can be pasted")
                })
                .await
        }
    });
    soon(heard.recv()).await.unwrap();
    let paste = |text: &str| approvals.paste("acme", Secret::new(text.to_owned()));
    soon(paste("https://wrong.example/")).await.unwrap_err();
    soon(paste("https://right.example/")).await.unwrap();
    assert_eq!(soon(begun).await.unwrap(), Ok(consent()));
    let late = soon(paste("https://right.example/")).await.unwrap_err();
    assert_eq!(late.code, Code::NotFound);
}

#[tokio::test]
async fn a_panic_of_a_flow_is_a_problem_that_the_page_can_show() {
    let approvals = Approvals::default();
    let (channel, _heard) = page();
    let outcome = approvals.join("acme", channel, |_| async { panic!("on purpose") });
    assert_eq!(soon(outcome).await.unwrap_err().code, Code::Internal);
    assert!(!approvals.is_running("acme"));
}
