//! What an app says to the API about its installation and its credentials, and when old ones end.

use jiff::SignedDuration;
use proofkey_sandbox::{EventKind, EventOrder, Sandbox};

use crate::wire::{Answer, send, token_request};
use crate::{API, order, pair, read, sandbox};

const HOST: &str = "wallace.talkdeskid.com";
const ACKNOWLEDGED: &str = r#"{"state":"acknowledged"}"#;

/// An app that is installed at wallace.
struct App {
    sandbox: Sandbox,
    /// Client ID and secret of the installation.
    installed: (String, String),
    /// Below the API, of this installation.
    path: String,
}

impl App {
    async fn installed() -> Self {
        let sandbox = sandbox().await;
        let event = read(&sandbox.emit(&order(EventKind::Installed)).unwrap());
        let path = format!(
            "/apps/{}/installations/{}",
            event["app_id"].as_str().unwrap(),
            event["data"]["installation_id"].as_str().unwrap()
        );
        Self {
            sandbox,
            installed: pair(&event),
            path,
        }
    }

    fn rotated(&self, how: &EventOrder) -> (String, String) {
        pair(&read(&self.sandbox.emit(how).unwrap()))
    }

    /// What the token endpoint answers to these credentials.
    async fn token(&self, (id, secret): &(String, String), scope: &str) -> Answer {
        let scope = scope.replace(':', "%3A");
        let form = format!("grant_type=client_credentials&scope={scope}");
        let request = token_request(HOST, Some((id, secret)), &form);
        send(&self.sandbox, HOST, &request).await.unwrap()
    }

    async fn access(&self, credentials: &(String, String), scope: &str) -> String {
        let granted = self.token(credentials, scope).await.json();
        granted["access_token"].as_str().unwrap().to_owned()
    }

    async fn works(&self, credentials: &(String, String)) -> bool {
        self.token(credentials, "account:read").await.status == 200
    }

    /// Says `body` at `path` of the installation.
    async fn says(&self, path: &str, token: &str, body: &str) -> Answer {
        let request = format!(
            "POST {}{path} HTTP/1.1\r\nHost: {API}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.path,
            body.len()
        );
        send(&self.sandbox, API, &request).await.unwrap()
    }
}

#[tokio::test]
async fn both_sets_of_credentials_work_for_seven_days() {
    let app = App::installed().await;
    let new = app.rotated(&order(EventKind::CredentialsRotated));
    assert_ne!(app.installed, new);
    assert!(app.works(&app.installed).await && app.works(&new).await);
    app.sandbox.advance(SignedDuration::from_hours(7 * 24 - 1));
    assert!(app.works(&app.installed).await && app.works(&new).await);
    app.sandbox.advance(SignedDuration::from_hours(1));
    let old = app.works(&app.installed).await;
    assert!(!old, "after seven days the old ones end");
    assert!(app.works(&new).await);
}

#[tokio::test]
async fn an_acknowledgement_ends_the_old_credentials_once() {
    let app = App::installed().await;
    let old = &app.installed;
    let new = app.rotated(&order(EventKind::CredentialsRotated));
    let access = app.access(&new, "apps:write").await;
    let path = |id: &str| format!("/credentials/{id}/state");
    let wrong = app.says(&path(&old.0), &access, ACKNOWLEDGED).await;
    assert_eq!(
        (wrong.status, wrong.json()["code"].clone()),
        (409, "0030227".into())
    );
    let unknown = app.says(&path("nobody"), &access, ACKNOWLEDGED).await;
    assert_eq!(unknown.status, 404);
    let answer = app.says(&path(&new.0), &access, ACKNOWLEDGED).await;
    assert_eq!(
        (answer.status, answer.json()["state"].clone()),
        (202, "acknowledged".into())
    );
    assert!(!app.works(old).await && app.works(&new).await);
    let again = app.says(&path(&new.0), &access, ACKNOWLEDGED).await;
    assert_eq!(again.status, 409);
    let weak = app.access(&new, "account:read").await;
    for (token, status) in [(weak.as_str(), 403), ("none", 401)] {
        let refused = app.says(&path(&new.0), token, ACKNOWLEDGED).await;
        assert_eq!(refused.status, status);
    }
}

#[tokio::test]
async fn after_a_compromise_the_old_credentials_end_at_once_and_the_id_may_stay() {
    let app = App::installed().await;
    let new = app.rotated(&EventOrder {
        compromised: true,
        same_client_id: true,
        ..order(EventKind::CredentialsRotated)
    });
    assert_eq!(app.installed.0, new.0);
    assert_eq!(app.token(&app.installed, "account:read").await.status, 401);
    assert!(app.works(&new).await);
}

#[tokio::test]
async fn an_installation_is_approved_or_rejected_once() {
    let app = App::installed().await;
    let access = app.access(&app.installed, "apps:write").await;
    let state = || app.sandbox.installation_state("wallace");
    assert_eq!(state(), None);
    let odd = app.says("/state", &access, r#"{"state":"maybe"}"#).await;
    assert_eq!(odd.status, 400);
    let body = r#"{"state":"approve","reason":"proven"}"#;
    let answer = app.says("/state", &access, body).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].clone()),
        (200, "proven".into())
    );
    assert_eq!(state().as_deref(), Some("approve"));
    let other = app.says("/state", &access, r#"{"state":"reject"}"#).await;
    assert_eq!(other.status, 409);
}

#[tokio::test]
async fn credentials_that_an_app_has_replaced_come_in_an_event() {
    let app = App::installed().await;
    let access = app.access(&app.installed, "apps:write").await;
    let rotated = app.says("/credentials/actions/rotate", &access, "").await;
    assert_eq!(rotated.status, 201);
    let events = app.sandbox.take_events();
    assert_eq!(events.len(), 1);
    assert!(app.works(&pair(&read(&events[0]))).await);
    assert!(app.sandbox.take_events().is_empty());
}
