//! A call to the API takes the credentials to the connection's API base and nowhere else. What the peers
//! heard decides.

use proofkey_core::Secret;
use proofkey_core::border::{ApiBody, ApiCall, ApiHeader, ApiMethod};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;
use proofkey_core::provider::{ClientAuthentication, Grant};
use proofkey_tests::{Act, RawPeer, answer, json_answer};

use crate::stage::{Stage, acme, draft};

const KEY: &str = "k3y-canary-77aa21c4";

fn get(path: &str) -> ApiCall {
    ApiCall {
        method: ApiMethod::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: None,
    }
}

fn token(value: &str) -> Vec<Act> {
    json_answer(
        200,
        &format!(r#"{{"access_token":"{value}","token_type":"Bearer","expires_in":600}}"#),
    )
}

/// A connection whose token endpoint and API are `server`.
async fn added(stage: &Stage, server: &RawPeer) -> String {
    let draft = ConnectionDraft {
        provider: "custom-oauth".to_owned(),
        scopes: Vec::new(),
        variables: [
            ("token_url", server.url("/token")),
            ("api_base", server.url("/v1")),
        ]
        .map(|(name, url)| (name.to_owned(), url.to_string()))
        .into(),
        ..draft("an-id-of-ours", KEY)
    };
    stage.add(draft).await.id
}

/// The lines of a request that say what is presented to whom.
fn presented(request: &str) -> (String, Option<String>) {
    let line = request.lines().next().unwrap_or_default().to_owned();
    let header = request.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization")
            .then(|| value.to_owned())
    });
    (line, header)
}

#[tokio::test]
async fn the_practice_api_is_asked_with_a_token_and_answers() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    let view = stage.add(acme(&sandbox)).await;
    let answered = stage.proofkey.try_call(&view.id, &get("/account")).await;
    let answered = answered.expect("an answer");
    assert_eq!(answered.status, 200);
    assert_eq!(answered.address, "https://api.talkdeskapp.com/account");
    let ApiBody::Text { text, is_json, .. } = &answered.body else {
        panic!("no text");
    };
    assert!(*is_json && text.contains("\"name\": \"acme\""), "{text}");
    let tokens = sandbox
        .records()
        .iter()
        .filter(|it| it.path == "/oauth/token")
        .count();
    // A second call takes the kept token.
    let second = stage.proofkey.try_call(&view.id, &get("/users")).await;
    assert_eq!(
        second.expect("an answer").status,
        403,
        "the scope was not asked for"
    );
    let after = sandbox
        .records()
        .iter()
        .filter(|it| it.path == "/oauth/token")
        .count();
    assert_eq!((tokens, after), (1, 1));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_no_more() {
    for (last, status) in [(200, 200), (401, 401)] {
        let server = RawPeer::plain(move |turn| match turn {
            0 => token("first-token-000"),
            1 => json_answer(401, "{}"),
            2 => token("second-token-11"),
            _ => json_answer(last, r#"{"echo":"second-token-11"}"#),
        })
        .await;
        let stage = Stage::set();
        let id = added(&stage, &server).await;
        let answered = stage.proofkey.try_call(&id, &get("/me?full=1")).await;
        let answered = answered.expect("an answer");
        assert_eq!((answered.status, answered.renewed), (status, true));
        let heard: Vec<_> = server
            .request_texts()
            .iter()
            .map(|it| presented(it))
            .collect();
        assert_eq!(heard.len(), 4);
        let asked = "GET /v1/me?full=1 HTTP/1.1".to_owned();
        assert_eq!(
            heard[1],
            (asked.clone(), Some("Bearer first-token-000".to_owned()))
        );
        assert_eq!(heard[3], (asked, Some("Bearer second-token-11".to_owned())));
        let shown = serde_json::to_string(&answered).expect("json");
        assert!(!shown.contains("second-token-11"), "{shown}");
    }
}

#[tokio::test]
async fn a_call_that_changes_something_is_repeated_only_when_the_answer_names_the_token() {
    for (challenge, renewed) in [
        ("Basic realm=\"upstream\"", false),
        ("Bearer error=\"invalid_token\"", true),
    ] {
        let server = RawPeer::plain(move |turn| match turn {
            0 | 2 => token("some-token-00000"),
            1 => vec![
                Act::Read,
                Act::Send(answer(401, &[("WWW-Authenticate", challenge)], b"")),
            ],
            _ => json_answer(201, "{}"),
        })
        .await;
        let stage = Stage::set();
        let id = added(&stage, &server).await;
        let mut call = get("/orders");
        call.method = ApiMethod::Post;
        let answered = stage
            .proofkey
            .try_call(&id, &call)
            .await
            .expect("an answer");
        assert_eq!(
            (answered.status == 201, answered.renewed),
            (renewed, renewed),
            "{challenge}"
        );
        let posted = server
            .request_texts()
            .iter()
            .filter(|it| it.starts_with("POST /v1/orders "))
            .count();
        assert_eq!(posted, if renewed { 2 } else { 1 });
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let theirs = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let location = theirs.url("/take").to_string();
    let server = RawPeer::plain(move |turn| match turn {
        0 => token("first-token-000"),
        _ => vec![
            Act::Read,
            Act::Send(answer(307, &[("Location", &location)], b"")),
        ],
    })
    .await;
    let stage = Stage::set();
    let id = added(&stage, &server).await;
    let mut call = get("/me");
    call.method = ApiMethod::Post;
    call.body = Some(r#"{"a":1}"#.to_owned());
    let answered = stage
        .proofkey
        .try_call(&id, &call)
        .await
        .expect("an answer");
    assert_eq!(answered.status, 307);
    assert_eq!(answered.redirects_to.as_deref(), Some("127.0.0.1"));
    assert_eq!(theirs.connections(), 0);
    let sent = server.request_texts();
    assert!(sent[1].ends_with(r#"{"a":1}"#) && sent[1].starts_with("POST /v1/me "));
}

#[tokio::test]
async fn what_leads_elsewhere_or_cannot_be_sent_costs_no_request() {
    let server = RawPeer::plain(|_| token("first-token-000")).await;
    let theirs = RawPeer::plain(|_| json_answer(200, "{}")).await;
    let stage = Stage::set();
    let id = added(&stage, &server).await;
    let foreign = theirs.url("/v1/me").to_string();
    for path in ["", "me", "//evil.example/", "/../admin", foreign.as_str()] {
        let problems = stage.proofkey.try_call(&id, &get(path)).await;
        let problems = problems.expect_err(path);
        assert_eq!(problems[0].code, Code::DraftInvalid, "{path}");
        assert_eq!(problems[0].field.as_deref(), Some("path"), "{path}");
    }
    let mut smuggled = get("/me");
    smuggled.headers.push(ApiHeader {
        name: "Authorization".to_owned(),
        value: "Bearer other".to_owned(),
    });
    assert!(stage.proofkey.try_call(&id, &smuggled).await.is_err());
    assert_eq!((server.connections(), theirs.connections()), (0, 0));
}

#[tokio::test]
async fn a_key_goes_along_as_its_provider_says_and_is_not_renewed() {
    let server = RawPeer::plain(|_| json_answer(401, r#"{"code":"0"}"#)).await;
    let stage = Stage::set();
    let draft = ConnectionDraft {
        provider: "api-key".to_owned(),
        grant: Grant::ApiKey,
        client_authentication: ClientAuthentication::None,
        scopes: Vec::new(),
        variables: [
            ("api", server.url("/v1").to_string()),
            ("test_path", "/me".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
        client_id: None,
        client_secret: Some(Secret::new(KEY.to_owned())),
        ..draft("", "")
    };
    let id = stage.add(draft).await.id;
    let answered = stage
        .proofkey
        .try_call(&id, &get("/me"))
        .await
        .expect("an answer");
    assert_eq!((answered.status, answered.renewed), (401, false));
    let heard = server.request_texts();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].contains(KEY));
}
