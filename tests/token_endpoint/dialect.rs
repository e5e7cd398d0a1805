//! What a provider file can say of a token endpoint that departs from the standard, obeyed to the byte,
//! and not one step further.

use std::collections::BTreeMap;

use proofkey_core::Secret;
use proofkey_core::oauth::{
    Client, ClientCredentials, Dialect, TokenErrorKind, TokenReply, client_credentials,
};
use proofkey_core::provider::{
    AnsweredBase, BasicEncoding, BodyFormat, ClientAuthentication, TokenResponse,
};
use proofkey_core::system::clock::SystemClock;
use proofkey_tests::{Act, RawPeer, answer, json_answer};
use serde_json::{Value, json};

use crate::stage::{ID, SECRET, network};

/// Asks `peer` with these scopes and parameters.
async fn ask(
    peer: &RawPeer,
    dialect: Dialect<'_>,
    scopes: &[&str],
    parameters: &[(&str, &str)],
) -> Result<TokenReply, TokenErrorKind> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let credentials = ClientCredentials {
        token_url: &peer.url("/token"),
        client: Client {
            id: &Secret::new(ID.to_owned()),
            secret: Some(&Secret::new(SECRET.to_owned())),
            authentication: ClientAuthentication::ClientSecretPost,
            basic_encoding: BasicEncoding::Form,
            assertions: None,
        },
        scopes: &scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        parameters: &parameters.iter().map(owned).collect::<BTreeMap<_, _>>(),
        dialect,
    };
    let asked = client_credentials::request(&network(), &SystemClock, &credentials).await;
    asked.map_err(|error| error.kind)
}

/// What comes of this answer, read with `rules`.
async fn read(
    status: u16,
    body: &Value,
    rules: &TokenResponse,
) -> Result<TokenReply, TokenErrorKind> {
    let body = body.to_string();
    let peer = RawPeer::plain(move |_| json_answer(status, &body)).await;
    let dialect = Dialect {
        response: rules,
        ..Dialect::standard()
    };
    ask(&peer, dialect, &[], &[]).await
}

fn good() -> Value {
    json!({ "access_token": "abc.def", "token_type": "Bearer", "expires_in": 599 })
}

fn without(member: &str) -> Value {
    let mut body = good();
    body.as_object_mut().unwrap().remove(member);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_body_holds_every_member_once_as_text() {
    let peer = RawPeer::plain(|_| json_answer(200, &good().to_string())).await;
    let dialect = Dialect {
        body_format: BodyFormat::Json,
        separator: ",",
        ..Dialect::standard()
    };
    let odd = "a \"quoted\" \\ value & ü";
    let parameters = [("audience", "https://api.example/"), ("odd", odd)];
    ask(&peer, dialect, &["a.read", "b"], &parameters)
        .await
        .unwrap();
    let request = peer.request_texts().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert_eq!(head.matches("content-type: application/json").count(), 1);
    assert_eq!(head.matches("content-type:").count(), 1);
    let length = format!("content-length: {}", body.len());
    assert!(head.contains(&length), "{head}");
    let sent: Value = serde_json::from_str(body).unwrap();
    let expected = json!({
        "grant_type": "client_credentials", "scope": "a.read,b", "client_id": ID,
        "client_secret": SECRET, "audience": "https://api.example/", "odd": odd,
    });
    assert_eq!(sent, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_encoded_and_smuggle_nothing() {
    let peer = RawPeer::plain(|_| json_answer(200, &good().to_string())).await;
    let parameters = [("audience", "x&scope=admin&client_id=evil#=+%26")];
    ask(&peer, Dialect::standard(), &["read"], &parameters)
        .await
        .unwrap();
    let request = peer.request_texts().remove(0);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let members: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let member = |name: &str| {
        let mut values = members.iter().filter(|(own, _)| own == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands there twice");
        value.unwrap_or_default().to_owned()
    };
    assert_eq!(member("audience"), "x&scope=admin&client_id=evil#=+%26");
    assert_eq!(
        (member("scope"), member("client_id")),
        ("read".to_owned(), ID.to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_created_token_is_one_where_the_file_says_so() {
    let created = TokenResponse {
        success_status: vec![200, 201],
        ..TokenResponse::default()
    };
    assert_eq!(read(201, &good(), &created).await.unwrap().status, 201);
    assert!(read(200, &good(), &created).await.is_ok());
    for (status, rules) in [(201, TokenResponse::default()), (202, created)] {
        let kind = read(status, &good(), &rules).await.unwrap_err();
        assert!(matches!(kind, TokenErrorKind::Malformed { .. }), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_known_types_are_taken_and_a_missing_one_where_that_is_known() {
    let typed = |name: &str| {
        let mut body = good();
        body["token_type"] = json!(name);
        body
    };
    let bot = TokenResponse {
        token_types: vec!["bot".to_owned(), "user".to_owned()],
        ..TokenResponse::default()
    };
    let silent = TokenResponse {
        without_token_type: true,
        ..TokenResponse::default()
    };
    let reply = read(200, &typed("Bot"), &bot).await.unwrap();
    assert_eq!(reply.token_type.as_deref(), Some("Bot"));
    let reply = read(200, &without("token_type"), &silent).await.unwrap();
    assert_eq!(reply.token_type, None);
    let standard = TokenResponse::default();
    for (body, rules) in [
        (typed("bot"), &standard),
        (typed("Bearer"), &bot),
        (typed("mac"), &silent),
        (typed(""), &silent),
    ] {
        let kind = read(200, &body, rules).await.unwrap_err();
        assert!(
            matches!(kind, TokenErrorKind::UnknownTokenType { .. }),
            "{body} {kind:?}"
        );
    }
    for rules in [&standard, &bot] {
        let kind = read(200, &without("token_type"), rules).await.unwrap_err();
        assert!(matches!(kind, TokenErrorKind::Malformed { .. }), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_the_known_names_is_the_token() {
    let named = TokenResponse {
        token_members: vec!["access_token".to_owned(), "token".to_owned()],
        ..TokenResponse::default()
    };
    let mut only = without("access_token");
    only["token"] = json!("under.another.name");
    let reply = read(200, &only, &named).await.unwrap();
    assert_eq!(reply.access_token.expose(), "under.another.name");
    let mut both = good();
    both["token"] = json!("not.this");
    let reply = read(200, &both, &named).await.unwrap();
    assert_eq!(reply.access_token.expose(), "abc.def");
    // The first that is there counts, whatever it holds.
    both["access_token"] = Value::Null;
    assert!(read(200, &both, &named).await.is_err());
    assert!(read(200, &only, &TokenResponse::default()).await.is_err());
    let refused = json!({ "ok": false, "error": "invalid_code", "token_type": "Bearer" });
    let kind = read(200, &refused, &named).await.unwrap_err();
    assert!(matches!(kind, TokenErrorKind::OkWithError(_)), "{kind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_parted_as_the_answer_parts_them() {
    let commas = TokenResponse {
        scope_separator: Some(",".to_owned()),
        ..TokenResponse::default()
    };
    let mut body = good();
    body["scope"] = json!("a.read,b b2");
    let scopes = read(200, &body, &commas).await.unwrap().scopes.unwrap();
    assert_eq!(scopes, ["a.read", "b", "b2"]);
    // Without a word, they are parted as in the request.
    let scopes = read(200, &body, &TokenResponse::default())
        .await
        .unwrap()
        .scopes;
    assert_eq!(scopes.unwrap(), ["a.read,b", "b2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_leads_astray_is_not_used_and_the_host_is_named() {
    let rule = AnsweredBase {
        member: "instance_url".to_owned(),
        hosts: vec!["my.salesforce.com".to_owned()],
    };
    let ask = async |base: Value| {
        let mut body = good();
        body["instance_url"] = base;
        let body = body.to_string();
        let peer = RawPeer::plain(move |_| json_answer(200, &body)).await;
        let dialect = Dialect {
            api_base_from: Some(&rule),
            ..Dialect::standard()
        };
        ask(&peer, dialect, &[], &[]).await
    };
    let reply = ask(json!("https://acme.my.salesforce.com")).await.unwrap();
    let base = reply.api_base.expect("led");
    assert_eq!(base.as_str(), "https://acme.my.salesforce.com/");
    assert!(ask(Value::Null).await.unwrap().api_base.is_none());
    for (base, host) in [
        ("https://evil.example/x", "evil.example"),
        ("https://evilmy.salesforce.com", "evilmy.salesforce.com"),
        (
            "https://acme.my.salesforce.com:8443",
            "acme.my.salesforce.com",
        ),
        ("https://u@acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("http://acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("https://127.0.0.1", "127.0.0.1"),
        ("https://acm\u{435}.my.salesforce.com", "xn--"),
        ("nowhere", "no address"),
        ("", "no address"),
    ] {
        let kind = ask(json!(base)).await.unwrap_err();
        let TokenErrorKind::StrayApiBase { member, named, .. } = &kind else {
            panic!("{base}: {kind:?}");
        };
        assert_eq!(member, "instance_url");
        assert!(named.contains(host), "{base}: {named}");
    }
    for base in [
        json!(5),
        json!(["https://acme.my.salesforce.com"]),
        json!({}),
    ] {
        let kind = ask(base).await.unwrap_err();
        assert!(matches!(kind, TokenErrorKind::Malformed { .. }), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_leads_astray_with_the_secret_or_its_tokens_in_it_is_not_quoted() {
    let body = json!({
        "access_token": "abc.def", "token_type": "Bearer", "refresh_token": "again-canary",
        "instance_url": format!("not an address {SECRET} abc.def again-canary"),
    });
    let bytes = answer(
        200,
        &[("Content-Type", "application/json")],
        body.to_string().as_bytes(),
    );
    let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(bytes.clone())]).await;
    let rule = AnsweredBase {
        member: "instance_url".to_owned(),
        hosts: vec!["api.example".to_owned()],
    };
    let dialect = Dialect {
        api_base_from: Some(&rule),
        ..Dialect::standard()
    };
    let kind = ask(&peer, dialect, &[], &[]).await.unwrap_err();
    assert!(matches!(kind, TokenErrorKind::StrayApiBase { .. }));
    let told = format!("{kind:?} {kind}");
    for canary in ["z/tZ9", "abc.def", "again-canary"] {
        assert!(!told.contains(canary), "{told}");
    }
}
