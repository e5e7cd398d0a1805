//! The practice Talkdesk as a client on the wire sees it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod wire;

use std::time::Duration;

use proofkey_sandbox::{Descriptor, Fault, Options, Sandbox};
use tokio::net::TcpStream;
use wire::{Answer, DEADLINE, form_encoded, get, send, token, token_request};

const GRANT: &str = "grant_type=client_credentials";

#[tokio::test]
async fn a_token_is_granted_in_three_regions_and_opens_the_account() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (account, api) in [
        ("acme", "api.talkdeskapp.com"),
        ("globex", "api.talkdeskapp.eu"),
        ("initech", "api.talkdeskappca.com"),
    ] {
        let answer = token(&sandbox, account, GRANT).await;
        assert_eq!(answer.status, 200, "{account}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let reply = answer.json();
        assert_eq!(reply["token_type"], "Bearer");
        assert_eq!(reply["expires_in"], 599);
        assert!(reply["scope"].as_str().unwrap().contains("account:read"));
        let access_token = reply["access_token"].as_str().unwrap();
        let answer = get(&sandbox, api, "/account", Some(access_token)).await;
        assert_eq!(answer.json()["name"], account);
        for path in ["/users?per_page=1", "/ring-groups", "/prompts", "/contacts"] {
            assert_eq!(
                get(&sandbox, api, path, Some(access_token)).await.status,
                200,
                "{path}"
            );
        }
        let answer = get(&sandbox, api, "/users/me", Some(access_token)).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &"0040001".into())
        );
    }
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn the_record_holds_each_request_byte_for_byte() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let form = "grant_type=client_credentials&scope=users%3Aread";
    token(&sandbox, "acme", form).await;
    get(&sandbox, "api.talkdeskapp.com", "/users?per_page=1", None).await;
    let records = sandbox.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].host, "acme.talkdeskid.com");
    assert_eq!(
        (records[0].method.as_str(), records[0].path.as_str()),
        ("POST", "/oauth/token")
    );
    assert_eq!(records[0].body, form.as_bytes());
    assert!(
        records[0]
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(records[1].query.as_deref(), Some("per_page=1"));
    assert!(!format!("{:?}", records[0]).contains("Basic"));
}

#[tokio::test]
async fn raw_basic_is_accepted_too_and_the_body_on_one_account_only() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let accounts = sandbox.accounts();
    let globex = &accounts[1];
    let host = "globex.talkdeskid.eu";
    let request = token_request(
        host,
        Some((&globex.client_id, &globex.client_secret)),
        GRANT,
    );
    assert_eq!(send(&sandbox, host, &request).await.unwrap().status, 200);
    for (practice, host, status) in [
        (&accounts[2], "initech.talkdeskidca.com", 200),
        (&accounts[0], "acme.talkdeskid.com", 401),
    ] {
        let (id, secret) = (
            form_encoded(&practice.client_id),
            form_encoded(&practice.client_secret),
        );
        let form = format!("{GRANT}&client_id={id}&client_secret={secret}");
        let answer = send(&sandbox, host, &token_request(host, None, &form))
            .await
            .unwrap();
        assert_eq!(answer.status, status, "{host}");
        let both = token_request(host, Some((&id, &secret)), &form);
        let answer = send(&sandbox, host, &both).await.unwrap();
        assert_eq!(
            answer.json()["error"],
            "invalid_request",
            "two methods at once"
        );
    }
}

#[tokio::test]
async fn malformed_token_requests_are_refused_by_the_book() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (form, status, error) in [
        ("", 400, "invalid_request"),
        ("grant_type=password", 400, "unsupported_grant_type"),
        (
            "grant_type=client_credentials&scope=a&scope=b",
            400,
            "invalid_request",
        ),
        (
            "grant_type=client_credentials&scope=users%3Aread+no%3Asuch",
            401,
            "invalid_client",
        ),
    ] {
        let answer = token(&sandbox, "acme", form).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (status, Some(error)),
            "{form}"
        );
    }
    let long = format!("{GRANT}&filler={}", "x".repeat(70_000));
    assert_eq!(token(&sandbox, "acme", &long).await.status, 413);
}

#[tokio::test]
async fn an_account_answers_in_its_own_region_only() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (host, status) in [
        ("soylent.talkdeskid.eu", 200),
        ("soylent.talkdeskid.com", 404),
        ("soylent.talkdeskid.au", 404),
        ("nobody.talkdeskid.com", 404),
    ] {
        let answer = get(&sandbox, host, "/oauth/2023-10/certs", None).await;
        assert_eq!(answer.status, status, "{host}");
        if status == 200 {
            assert_eq!(answer.json()["keys"][0]["crv"], "P-256");
        }
    }
    assert_eq!(
        token(&sandbox, "soylent", GRANT).await.json()["error"],
        "invalid_client"
    );
    let reply = token(&sandbox, "acme", GRANT).await.json();
    let elsewhere = get(
        &sandbox,
        "api.talkdeskapp.eu",
        "/account",
        reply["access_token"].as_str(),
    )
    .await;
    assert_eq!(elsewhere.status, 401, "a token of another region");
}

#[tokio::test]
async fn every_lesson_goes_wrong_in_its_own_way() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    sandbox
        .set_fault("duff", Fault::Slow(Duration::from_millis(20)))
        .unwrap();
    for (account, status, sign) in [
        ("pied-piper", 401, "invalid_client"),
        ("aperture", 401, "invalid_client"),
        ("hooli", 401, "invalid_client"),
        ("duff", 200, "access_token"),
        ("cyberdyne", 200, "<!doctype html>"),
        ("vandelay", 302, "<!doctype html>"),
        ("umbrella", 429, "Too many"),
        ("wonka", 503, "maintenance"),
        ("wayne", 200, "access_token"),
        ("bluth", 200, "\"error\""),
    ] {
        let answer = token(&sandbox, account, GRANT).await;
        assert_eq!(answer.status, status, "{account}");
        assert!(answer.body.contains(sign), "{account}: {}", answer.body);
    }
    let wanted = "grant_type=client_credentials&scope=account%3Aread+users%3Aread";
    assert_eq!(
        token(&sandbox, "stark", wanted).await.json()["scope"],
        "users:read"
    );
    let alone = "grant_type=client_credentials&scope=account%3Aread";
    assert_eq!(
        token(&sandbox, "stark", alone).await.json()["scope"],
        "users:read"
    );
    assert_eq!(token(&sandbox, "tyrell", wanted).await.status, 401);
    assert_eq!(token(&sandbox, "tyrell", GRANT).await.status, 200);
    assert_eq!(
        token(&sandbox, "umbrella", GRANT)
            .await
            .header("retry-after"),
        Some("30")
    );
    assert!(
        token(&sandbox, "vandelay", GRANT)
            .await
            .header("location")
            .is_some()
    );
    for (account, status, sign) in [("oscorp", 403, "0060002"), ("dunder", 200, "contoso")] {
        let reply = token(&sandbox, account, GRANT).await.json();
        let host = "api.talkdeskapp.com";
        let answer = get(&sandbox, host, "/account", reply["access_token"].as_str()).await;
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(sign), "{account}: {}", answer.body);
    }
}

#[tokio::test]
async fn bad_certificates_are_refused_before_any_request() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for (host, sign) in [
        ("monarch.talkdeskid.com", "Expired"),
        ("weyland.talkdeskid.eu", "NotValidForName"),
        ("nakatomi.talkdeskidca.com", "UnknownIssuer"),
        ("example.com", "AccessDenied"),
    ] {
        let refusal = send(&sandbox, host, "").await.err().unwrap();
        let text = format!("{refusal:?}");
        assert!(text.contains(sign), "{host}: {text}");
    }
    assert!(sandbox.records().is_empty());
}

#[tokio::test]
async fn a_fault_on_a_host_reaches_public_addresses_and_ends_when_cleared() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let (host, path) = ("acme.talkdeskid.com", "/oauth/2023-10/certs");
    sandbox.set_fault("acme", Fault::Unavailable).unwrap();
    assert_eq!(get(&sandbox, host, path, None).await.status, 200);
    sandbox.set_fault(host, Fault::Unavailable).unwrap();
    assert_eq!(get(&sandbox, host, path, None).await.status, 503);
    sandbox.clear_fault(host).unwrap();
    sandbox.clear_fault("acme").unwrap();
    assert_eq!(token(&sandbox, "acme", GRANT).await.status, 200);
}

#[tokio::test]
async fn the_clock_is_off_as_far_as_asked() {
    let options = Options {
        clock_offset: jiff::SignedDuration::from_hours(-24),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let told = |answer: &Answer| {
        jiff::fmt::rfc2822::parse(answer.header("date").unwrap())
            .unwrap()
            .timestamp()
    };
    let usual = told(&get(&sandbox, "acme.talkdeskid.com", "/", None).await);
    let ahead = told(&token(&sandbox, "wayne", GRANT).await);
    let difference = ahead.duration_since(usual).as_secs();
    assert!((300..320).contains(&difference), "{difference}");
    let record = &sandbox.records()[0];
    assert!(usual.duration_since(record.at).as_secs().abs() <= 1);
}

#[tokio::test]
async fn a_descriptor_leads_to_the_running_sandbox_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Descriptor::read(folder.path()).unwrap(), None);
    let mut sandbox = Sandbox::start(Options::default()).await.unwrap();
    sandbox.publish(folder.path()).unwrap();
    let found = Descriptor::read(folder.path()).unwrap().unwrap();
    assert_eq!(found, sandbox.descriptor());
    assert!(found.answers().await);
    let logged = format!("{found:?}");
    assert!(
        !found.word.is_empty() && !logged.contains(&found.word),
        "{logged}"
    );

    let stranger = Sandbox::start(Options::default()).await.unwrap();
    let mistaken = Descriptor {
        port: stranger.address().port(),
        ..found.clone()
    };
    assert!(
        !mistaken.answers().await,
        "another sandbox on the port is not this one"
    );

    sandbox.stop().await.unwrap();
    assert_eq!(Descriptor::read(folder.path()).unwrap(), None);
    assert!(!found.answers().await);
}

/// Whoever could read the word in it could give orders, and whoever wrote it could lead them elsewhere.
#[cfg(unix)]
#[tokio::test]
async fn a_descriptor_that_others_may_read_or_that_is_too_long_is_none() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut sandbox = Sandbox::start(Options::default()).await.unwrap();
    sandbox.publish(folder.path()).unwrap();
    let file = folder.path().join("sandbox.json");
    for (mode, taken) in [(0o600, true), (0o640, false), (0o604, false)] {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&file, mode).unwrap();
        assert_eq!(Descriptor::read(folder.path()).is_ok(), taken);
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, " ".repeat(64 * 1024 + 1)).unwrap();
    assert!(Descriptor::read(folder.path()).is_err());
    assert!(Descriptor::announced(folder.path()).await.is_none());
}

#[tokio::test]
async fn a_stop_cuts_idle_connections_and_frees_the_port() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let address = sandbox.address();
    let _idle = TcpStream::connect(address).await.unwrap();
    tokio::time::timeout(DEADLINE, sandbox.stop())
        .await
        .unwrap()
        .unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_slow_answer() {
    let sandbox = Sandbox::start(Options {
        faults: vec![("acme".to_owned(), Fault::Slow(Duration::from_hours(1)))],
        ..Options::default()
    })
    .await
    .unwrap();
    let waiting = token(&sandbox, "acme", GRANT);
    let arrival = async {
        while sandbox.records().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = waiting => panic!("answered an hour early"),
        arrived = tokio::time::timeout(DEADLINE, arrival) => arrived.unwrap(),
    }
    tokio::time::timeout(DEADLINE, sandbox.stop())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn an_oversized_head_is_refused_and_leaves_no_record() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let host = "acme.talkdeskid.com";
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nX-Filler: {}\r\nConnection: close\r\n\r\n",
        "x".repeat(64 * 1024)
    );
    let answer = send(&sandbox, host, &request).await;
    // The peer may see the refusal, or a reset while it is still sending.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 431));
    assert!(sandbox.records().is_empty());
}

#[tokio::test]
async fn an_unknown_target_or_a_taken_port_is_said_at_the_start() {
    let options = Options {
        faults: vec![("nobody".to_owned(), Fault::Redirect)],
        ..Options::default()
    };
    let refusal = Sandbox::start(options).await.err().unwrap();
    assert_eq!(refusal.kind(), std::io::ErrorKind::InvalidInput);
    assert!(refusal.to_string().contains("nobody"));
    let first = Sandbox::start(Options::default()).await.unwrap();
    let options = Options {
        port: first.address().port(),
        ..Options::default()
    };
    let refusal = Sandbox::start(options).await.err().unwrap();
    assert_eq!(refusal.kind(), std::io::ErrorKind::AddrInUse);
}
