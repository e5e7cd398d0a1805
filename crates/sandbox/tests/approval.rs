//! The practice authorization server as a person's browser and a client on the wire see it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

mod visit;

use proofkey_sandbox::{Fault, Module, Options, REGISTERED_CALLBACK, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use visit::{CHALLENGE, Client, REDIRECT, VERIFIER, claims, page_name, parameter, part};
use wire::get;

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

fn module(name: &str) -> Fault {
    Fault::Module(Module::named(name).unwrap())
}

#[tokio::test]
async fn a_person_approves_and_their_token_names_them() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let location = client.visit(&client.request(&[]), "approve").await;
    assert!(
        location.starts_with(&format!("{REDIRECT}?code=")),
        "{location}"
    );
    assert_eq!(
        parameter(&location, "state").as_deref(),
        Some("af0ifjsldkj")
    );
    assert_eq!(parameter(&location, "iss"), None, "Talkdesk never sends it");
    let code = parameter(&location, "code").unwrap();
    let answer = client.redeem(&code, VERIFIER, REDIRECT).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let reply = answer.json();
    assert_eq!(reply["scope"], client.scope);
    assert_eq!(reply["expires_in"], 599);
    assert!(reply["sid"].is_string() && reply["refresh_token"].is_string());
    let id = claims(&reply["id_token"]);
    assert_eq!(id["iss"], "https://oceanic.talkdeskid.com");
    assert_eq!(
        (&id["aud"], &id["nonce"]),
        (&client.id.as_str().into(), &"n-0S6_WzA2Mj".into())
    );
    assert_eq!(part(&reply["id_token"], 0)["alg"], "ES256");
    let token = reply["access_token"].as_str();
    let me = get(&sandbox, "api.talkdeskapp.com", "/users/me", token).await;
    assert_eq!(me.status, 200);
    assert_eq!(me.json()["sub"], id["sub"]);
    assert_eq!(me.json()["email"], "ada@oceanic.example");
    let users = get(&sandbox, "api.talkdeskapp.com", "/users", token).await;
    assert_eq!(users.json()["_embedded"]["users"][0]["id"], id["sub"]);
}

#[tokio::test]
async fn a_code_is_good_once_and_its_second_use_ends_everything_that_came_of_it() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let code = client.code().await;
    let reply = client.redeem(&code, VERIFIER, REDIRECT).await.json();
    let again = client.redeem(&code, VERIFIER, REDIRECT).await;
    assert_eq!(again.json()["error"], "invalid_grant");
    let token = reply["access_token"].as_str();
    let account = get(&sandbox, "api.talkdeskapp.com", "/account", token).await;
    assert_eq!(account.status, 401);
    let refreshed = client
        .refresh(reply["refresh_token"].as_str().unwrap())
        .await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    let tally = sandbox.tally();
    assert_eq!(
        (
            tally.codes_redeemed,
            tally.codes_replayed,
            tally.families_revoked
        ),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn a_code_needs_its_own_verifier_and_redirect_uri() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let other = "a".repeat(43);
    for (verifier, redirect) in [
        (other.as_str(), REDIRECT),
        (CHALLENGE, REDIRECT),
        ("", REDIRECT),
        (VERIFIER, "http://127.0.0.1:49213/authorized/4f0c/"),
        (VERIFIER, ""),
    ] {
        let code = client.code().await;
        let answer = client.redeem(&code, verifier, redirect).await;
        assert_eq!(
            answer.json()["error"],
            "invalid_grant",
            "{verifier} {redirect}"
        );
    }
    sandbox.set_fault("oceanic", Fault::PkceIgnored).unwrap();
    let answer = client.redeem(&client.code().await, &other, REDIRECT).await;
    assert_eq!(answer.status, 200);
    let stranger = Client::of_account(&sandbox, "virtucon");
    let answer = stranger
        .redeem(&client.code().await, VERIFIER, REDIRECT)
        .await;
    assert_eq!(
        answer.json()["error"],
        "invalid_grant",
        "another client's code"
    );
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_its_family() {
    let sandbox = sandbox().await;
    for client in [
        Client::of_account(&sandbox, "oceanic"),
        Client::of_issuer(&sandbox),
    ] {
        let first = client.approved().await;
        let spent = first["refresh_token"].as_str().unwrap();
        let second = client.refresh(spent).await.json();
        let fresh = second["refresh_token"].as_str().unwrap();
        assert_ne!(spent, fresh);
        assert_eq!(second["sid"], first["sid"]);
        let third = client.refresh(fresh).await.json();
        assert_eq!(client.refresh(spent).await.json()["error"], "invalid_grant");
        let newest = third["refresh_token"].as_str().unwrap();
        assert_eq!(
            client.refresh(newest).await.json()["error"],
            "invalid_grant"
        );
    }
    let tally = sandbox.tally();
    assert_eq!(
        (
            tally.refreshes,
            tally.refresh_tokens_reused,
            tally.families_revoked
        ),
        (4, 2, 2)
    );
}

#[tokio::test]
async fn no_refresh_token_comes_without_the_scope_for_it() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let query = client.request(&[("scope", "account:read")]);
    let location = client.visit(&query, "approve").await;
    let code = parameter(&location, "code").unwrap();
    let reply = client.redeem(&code, VERIFIER, REDIRECT).await.json();
    assert!(reply.get("refresh_token").is_none() && reply.get("id_token").is_none());
    let token = reply["access_token"].as_str();
    let me = get(&sandbox, "api.talkdeskapp.com", "/users/me", token).await;
    assert_eq!(me.status, 403, "openid was not approved");
}

#[tokio::test]
async fn an_unknown_client_or_redirect_uri_is_never_sent_back() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let answer = client
        .open(&client.request(&[("client_id", "someone")]))
        .await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("invalid_client"));
    for uri in [
        "",
        "http://example.com/authorized",
        "https://127.0.0.1:49213/authorized",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://127.0.0.1:49213/authorized#there",
        "https://callback.practice.example/signed-in/",
    ] {
        let answer = client.open(&client.request(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, 400, "{uri}");
        assert!(answer.body.contains("OAuth Error") && answer.body.contains(REGISTERED_CALLBACK));
        assert_eq!(answer.header("location"), None);
    }
    for uri in [
        "http://[::1]:1/x",
        "http://localhost:65535/",
        "http://127.0.0.1/",
        REGISTERED_CALLBACK,
    ] {
        let answer = client.open(&client.request(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, 200, "{uri}");
    }
    sandbox
        .set_fault("oceanic", Fault::RedirectPort(49_214))
        .unwrap();
    assert_eq!(client.open(&client.request(&[])).await.status, 400);
    sandbox.set_fault("oceanic", Fault::RedirectStrict).unwrap();
    assert_eq!(client.open(&client.request(&[])).await.status, 400);
    let registered = client.request(&[("redirect_uri", REGISTERED_CALLBACK)]);
    assert_eq!(client.open(&registered).await.status, 200);
}

#[tokio::test]
async fn every_other_mistake_goes_back_to_the_client_with_its_state() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    for (change, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "account:read no:such"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("prompt", "none"), "login_required"),
    ] {
        let answer = client.open(&client.request(&[change])).await;
        assert_eq!(answer.status, 303, "{change:?}");
        let location = answer.header("location").unwrap();
        assert_eq!(
            parameter(location, "error").as_deref(),
            Some(error),
            "{change:?}"
        );
        assert_eq!(parameter(location, "state").as_deref(), Some("af0ifjsldkj"));
    }
    let denied = client.visit(&client.request(&[]), "deny").await;
    assert_eq!(
        parameter(&denied, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&denied, "code"), None);
    assert_eq!(sandbox.tally().denied, 1);
}

#[tokio::test]
async fn a_wrong_password_or_a_page_that_is_over_leads_nowhere() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let page = page_name(&client.open(&client.request(&[])).await.body);
    let early = [("page", page.as_str()), ("decision", "approve")];
    assert_eq!(client.post("/authorize", false, &early).await.status, 400);
    let wrong = [
        ("page", page.as_str()),
        ("email", "ada@oceanic.example"),
        ("password", "guess"),
    ];
    let answer = client.post("/authorize", false, &wrong).await;
    assert!(answer.body.contains("role=\"alert\""));
    assert_eq!(client.post("/authorize", false, &early).await.status, 400);
    let unknown = [("page", "nothing"), ("decision", "deny")];
    assert_eq!(client.post("/authorize", false, &unknown).await.status, 400);
    assert_eq!(sandbox.tally().codes_issued, 0);
}

#[tokio::test]
async fn the_pages_load_nothing_run_nothing_and_say_that_they_are_practice() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let answer = client.open(&client.request(&[])).await;
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(answer.body.contains("nothing here is real"));
    assert!(!answer.body.contains("<script") && !answer.body.contains("http://"));
}

#[tokio::test]
async fn the_server_beside_talkdesk_has_all_of_the_standards() {
    let sandbox = sandbox().await;
    let client = Client::of_issuer(&sandbox);
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        let metadata = get(&sandbox, &client.host, path, None).await.json();
        assert_eq!(metadata["issuer"], "https://id.practice.example");
        assert_eq!(metadata["jwks_uri"], "https://id.practice.example/jwks");
        let revocation = &metadata["revocation_endpoint"];
        assert_eq!(revocation, "https://id.practice.example/revoke");
    }
    let location = client.visit(&client.request(&[]), "approve").await;
    assert_eq!(
        parameter(&location, "iss").as_deref(),
        Some("https://id.practice.example")
    );
    let code = parameter(&location, "code").unwrap();
    let reply = client.redeem(&code, VERIFIER, REDIRECT).await.json();
    let token = reply["access_token"].as_str();
    let userinfo = get(&sandbox, &client.host, "/userinfo", token).await.json();
    assert_eq!(userinfo["sub"], claims(&reply["id_token"])["sub"]);
    assert_eq!(userinfo["email"], "ada@practice.example");
    let form = [("token", reply["refresh_token"].as_str().unwrap())];
    assert_eq!(client.post("/revoke", true, &form).await.status, 200);
    assert_eq!(
        get(&sandbox, &client.host, "/userinfo", token).await.status,
        401
    );
    let unknown = client.post("/revoke", true, &[("token", "none")]).await;
    assert_eq!(unknown.status, 200, "RFC 7009 §2.2");
    assert_eq!(client.post("/revoke", false, &form).await.status, 401);
    let unpkced = client.request(&[("code_challenge", ""), ("code_challenge_method", "")]);
    assert_eq!(client.open(&unpkced).await.status, 303, "PKCE is required");
}

#[tokio::test]
async fn a_pushed_request_is_used_once_and_stands_alone() {
    let sandbox = sandbox().await;
    let client = Client::of_issuer(&sandbox);
    sandbox
        .set_fault(
            &client.host,
            module("fapi2-security-profile-final-client-test-happy-path"),
        )
        .unwrap();
    let unpushed = client.open(&client.request(&[])).await;
    assert_eq!(
        parameter(unpushed.header("location").unwrap(), "error").as_deref(),
        Some("invalid_request")
    );
    let form: Vec<(String, String)> = url::form_urlencoded::parse(client.request(&[]).as_bytes())
        .into_owned()
        .collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let answer = client.post("/par", true, &form).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
    let alone = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client.id.as_str()), ("request_uri", &uri)])
        .finish();
    assert_eq!(client.open(&format!("{alone}&state=x")).await.status, 400);
    let location = client.visit(&alone, "approve").await;
    assert_eq!(
        parameter(&location, "state").as_deref(),
        Some("af0ifjsldkj")
    );
    assert_eq!(client.open(&alone).await.status, 400, "it was used");
    assert_eq!(client.post("/par", false, &form).await.status, 401);
}

#[tokio::test]
async fn a_browser_reaches_the_pages_and_nothing_else_without_tls() {
    let sandbox = sandbox().await;
    let client = Client::of_account(&sandbox, "oceanic");
    let fetch = async |host: &str, path: &str| {
        let mut stream = tokio::net::TcpStream::connect(sandbox.address())
            .await
            .unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let query = client.request(&[]);
    let page = format!("/{}/oauth/authorize?{query}", client.host);
    let own = sandbox.address().to_string();
    assert!(sandbox.browser_address().ends_with(&own));
    assert!(fetch(&own, &page).await.contains("Sign in to Oceanic"));
    for (host, path) in [
        (own.as_str(), format!("/{}/oauth/token", client.host)),
        (&own, "/api.talkdeskapp.com/account".to_owned()),
        (&own, "/".to_owned()),
        ("evil.example", page),
    ] {
        let text = fetch(host, &path).await;
        assert!(text.starts_with("HTTP/1.1 404"), "{host} {path}: {text}");
    }
}
