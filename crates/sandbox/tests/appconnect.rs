//! Events, installations and the replacing of credentials, as an app on `AppConnect` meets them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod wire;

#[expect(dead_code, reason = "other tests use the rest")]
mod signer;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA512_ASN1, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use proofkey_sandbox::{
    Curve, EmittedEvent, EventKind, EventOrder, Options, Order, OrderError, Outcome, Sandbox,
    Spelling, Spoilt,
};
use serde_json::Value;
use wire::{Answer, get, send, token_request};

const API: &str = "api.talkdeskapp.com";
const HOST: &str = "wallace.talkdeskid.com";

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

fn order(kind: EventKind) -> EventOrder {
    EventOrder {
        kind,
        account: "wallace".to_owned(),
        ..EventOrder::default()
    }
}

fn read(event: &EmittedEvent) -> Value {
    serde_json::from_str(&event.body).unwrap()
}

fn header<'a>(event: &'a EmittedEvent, name: &str) -> &'a str {
    let found = event.headers.iter().find(|(own, _)| own == name);
    &found.unwrap().1
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// Whether the key that the event names signed exactly this body.
async fn is_signed(sandbox: &Sandbox, event: &EmittedEvent, curve: Curve) -> bool {
    let id = header(event, "X-Hub-Ecdsa-Signature-Id");
    let answer = get(sandbox, API, &format!("/events/signature-keys/{id}"), None).await;
    if answer.status == 404 {
        assert_eq!(answer.json()["code"], "0080021");
        return false;
    }
    let key = STANDARD
        .decode(answer.json()["public_key"].as_str().unwrap())
        .unwrap();
    let algorithm: &'static dyn VerificationAlgorithm = match curve {
        Curve::P256 => &ECDSA_P256_SHA512_ASN1,
        Curve::P384 => &ECDSA_P384_SHA512_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    };
    let signature = bytes(header(event, "X-Hub-Ecdsa-Signature"));
    let key = UnparsedPublicKey::new(algorithm, key);
    key.verify(event.body.as_bytes(), &signature).is_ok()
}

/// A token for `scope`, with this secret in the header.
async fn token(sandbox: &Sandbox, credentials: (&str, &str), scope: &str) -> Answer {
    let form = format!(
        "grant_type=client_credentials&scope={}",
        scope.replace(':', "%3A")
    );
    let request = token_request(HOST, Some(credentials), &form);
    send(sandbox, HOST, &request).await.unwrap()
}

async fn post(sandbox: &Sandbox, path: &str, token: &str, body: &str) -> Answer {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {API}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    send(sandbox, API, &request).await.unwrap()
}

fn pair(event: &Value) -> (String, String) {
    let text = |name: &str| event["data"][name].as_str().unwrap().to_owned();
    (text("client_id"), text("client_secret"))
}

#[tokio::test]
async fn an_event_is_signed_over_its_bytes_on_every_curve_in_both_spellings() {
    let sandbox = sandbox().await;
    for curve in Curve::ALL {
        for (spelling, id, kind, key_id) in [
            (Spelling::Sample, "id", "type", "public_key_id"),
            (Spelling::Table, "event_id", "event_type", "key_id"),
        ] {
            let event = sandbox
                .emit(&EventOrder {
                    curve,
                    spelling,
                    ..order(EventKind::Installed)
                })
                .unwrap();
            assert!(is_signed(&sandbox, &event, curve).await);
            let body = read(&event);
            assert_eq!(body[id], event.id);
            assert_eq!(body[kind], "app.installed");
            assert_eq!(
                body["_links"]["root"]["href"],
                "https://api.talkdeskapp.com"
            );
            assert_eq!(body["data"]["account_name"], "wallace");
            assert_eq!(body["data"]["key_algorithm"], "ES256");
            let latest = get(&sandbox, API, "/events/signature-keys/latest", None).await;
            assert_eq!(
                latest.json()[key_id],
                header(&event, "X-Hub-Ecdsa-Signature-Id")
            );
        }
    }
}

#[tokio::test]
async fn the_installed_credentials_are_those_that_the_practice_account_shows() {
    let sandbox = sandbox().await;
    let body = read(&sandbox.emit(&order(EventKind::Installed)).unwrap());
    let accounts = sandbox.accounts();
    let shown = accounts.iter().find(|it| it.account == "wallace").unwrap();
    assert_eq!(
        pair(&body),
        (shown.client_id.clone(), shown.client_secret.clone())
    );
    let key = shown.key.as_ref().unwrap();
    assert_eq!(body["data"]["private_key"], key.private_key);
    assert_eq!(body["data"]["key_id"], key.key_id);
    let acme = EventOrder {
        account: "acme".to_owned(),
        ..order(EventKind::Installed)
    };
    let body = read(&sandbox.emit(&acme).unwrap());
    assert_eq!(body["data"].get("private_key"), None);
    for (account, wanted) in [
        ("nobody", OrderError::UnknownAccount("nobody".to_owned())),
        ("id", OrderError::NoApps),
    ] {
        let order = EventOrder {
            account: account.to_owned(),
            ..order(EventKind::Installed)
        };
        assert_eq!(sandbox.emit(&order).unwrap_err(), wanted);
    }
}

#[tokio::test]
async fn each_way_of_spoiling_spoils_one_thing() {
    let sandbox = sandbox().await;
    for spoilt in Spoilt::ALL {
        let event = sandbox
            .emit(&EventOrder {
                spoilt: Some(spoilt),
                ..order(EventKind::Installed)
            })
            .unwrap();
        let well_signed = matches!(
            spoilt,
            Spoilt::ForeignRoot | Spoilt::LookAlikeRoot | Spoilt::OtherAccount | Spoilt::OtherKey
        );
        assert_eq!(
            is_signed(&sandbox, &event, Curve::P256).await,
            well_signed,
            "{spoilt}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(&event.body).is_err(),
            spoilt == Spoilt::Truncated,
            "{spoilt}"
        );
    }
    let raw = sandbox
        .emit(&EventOrder {
            spoilt: Some(Spoilt::RawSignature),
            ..order(EventKind::Installed)
        })
        .unwrap();
    assert_eq!(bytes(header(&raw, "X-Hub-Ecdsa-Signature")).len(), 64);
}

#[tokio::test]
async fn a_rotated_signature_key_is_the_latest_and_the_old_one_stays_published() {
    let sandbox = sandbox().await;
    let first = sandbox.emit(&order(EventKind::Installed)).unwrap();
    sandbox.rotate_signature_key().unwrap();
    let second = sandbox.emit(&order(EventKind::Updated)).unwrap();
    let name = "X-Hub-Ecdsa-Signature-Id";
    assert_ne!(header(&first, name), header(&second, name));
    assert!(is_signed(&sandbox, &first, Curve::P256).await);
    assert!(is_signed(&sandbox, &second, Curve::P256).await);
    assert!(read(&second)["data"].get("client_secret").is_none());
}

#[tokio::test]
async fn both_sets_of_credentials_work_for_seven_days() {
    let sandbox = sandbox().await;
    let old = pair(&read(&sandbox.emit(&order(EventKind::Installed)).unwrap()));
    let new = pair(&read(
        &sandbox.emit(&order(EventKind::CredentialsRotated)).unwrap(),
    ));
    assert_ne!(old, new);
    let works = async |(id, secret): &(String, String)| {
        token(&sandbox, (id, secret), "account:read").await.status == 200
    };
    assert!(works(&old).await && works(&new).await);
    sandbox.advance(SignedDuration::from_hours(7 * 24 - 1));
    assert!(works(&old).await && works(&new).await);
    sandbox.advance(SignedDuration::from_hours(1));
    assert!(!works(&old).await, "after seven days the old ones end");
    assert!(works(&new).await);
}

#[tokio::test]
async fn an_acknowledgement_ends_the_old_credentials_once() {
    let sandbox = sandbox().await;
    let installed = read(&sandbox.emit(&order(EventKind::Installed)).unwrap());
    let old = pair(&installed);
    let new = pair(&read(
        &sandbox.emit(&order(EventKind::CredentialsRotated)).unwrap(),
    ));
    let granted = token(&sandbox, (&new.0, &new.1), "apps:write").await.json();
    let access = granted["access_token"].as_str().unwrap();
    let (app, installation) = (
        installed["app_id"].as_str().unwrap(),
        installed["data"]["installation_id"].as_str().unwrap(),
    );
    let path =
        |id: &str| format!("/apps/{app}/installations/{installation}/credentials/{id}/state");
    let said = r#"{"state":"acknowledged"}"#;
    let wrong = post(&sandbox, &path(&old.0), access, said).await;
    assert_eq!(
        (wrong.status, wrong.json()["code"].clone()),
        (409, "0030227".into())
    );
    let unknown = post(&sandbox, &path("nobody"), access, said).await;
    assert_eq!(unknown.status, 404);
    let answer = post(&sandbox, &path(&new.0), access, said).await;
    assert_eq!(
        (answer.status, answer.json()["state"].clone()),
        (202, "acknowledged".into())
    );
    assert_eq!(
        token(&sandbox, (&old.0, &old.1), "account:read")
            .await
            .status,
        401
    );
    assert_eq!(
        token(&sandbox, (&new.0, &new.1), "account:read")
            .await
            .status,
        200
    );
    let again = post(&sandbox, &path(&new.0), access, said).await;
    assert_eq!(again.status, 409);
    let weak = token(&sandbox, (&new.0, &new.1), "account:read")
        .await
        .json();
    let weak = weak["access_token"].as_str().unwrap();
    assert_eq!(post(&sandbox, &path(&new.0), weak, said).await.status, 403);
    assert_eq!(
        post(&sandbox, &path(&new.0), "none", said).await.status,
        401
    );
}

#[tokio::test]
async fn after_a_compromise_the_old_credentials_end_at_once_and_the_id_may_stay() {
    let sandbox = sandbox().await;
    let old = pair(&read(&sandbox.emit(&order(EventKind::Installed)).unwrap()));
    let event = sandbox
        .emit(&EventOrder {
            compromised: true,
            same_client_id: true,
            ..order(EventKind::CredentialsRotated)
        })
        .unwrap();
    let new = pair(&read(&event));
    assert_eq!(old.0, new.0);
    assert_eq!(
        token(&sandbox, (&old.0, &old.1), "account:read")
            .await
            .status,
        401
    );
    assert_eq!(
        token(&sandbox, (&new.0, &new.1), "account:read")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_installation_is_approved_or_rejected_once() {
    let sandbox = sandbox().await;
    let installed = read(&sandbox.emit(&order(EventKind::Installed)).unwrap());
    let (id, secret) = pair(&installed);
    let granted = token(&sandbox, (&id, &secret), "apps:write").await.json();
    let access = granted["access_token"].as_str().unwrap();
    let path = format!(
        "/apps/{}/installations/{}/state",
        installed["app_id"].as_str().unwrap(),
        installed["data"]["installation_id"].as_str().unwrap()
    );
    assert_eq!(sandbox.installation_state("wallace"), None);
    let odd = post(&sandbox, &path, access, r#"{"state":"maybe"}"#).await;
    assert_eq!(odd.status, 400);
    let body = r#"{"state":"approve","reason":"proven"}"#;
    let answer = post(&sandbox, &path, access, body).await;
    assert_eq!(
        (answer.status, answer.json()["reason"].clone()),
        (200, "proven".into())
    );
    assert_eq!(
        sandbox.installation_state("wallace").as_deref(),
        Some("approve")
    );
    let other = post(&sandbox, &path, access, r#"{"state":"reject"}"#).await;
    assert_eq!(other.status, 409);
    let rotate = path.replace("/state", "/credentials/actions/rotate");
    assert_eq!(post(&sandbox, &rotate, access, "").await.status, 201);
    let events = sandbox.take_events();
    assert_eq!(events.len(), 1);
    let (id, secret) = pair(&read(&events[0]));
    assert_eq!(
        token(&sandbox, (&id, &secret), "account:read").await.status,
        200
    );
    assert!(sandbox.take_events().is_empty());
}

#[tokio::test]
async fn another_process_gives_orders_with_the_word_of_the_announcement_and_not_without() {
    let sandbox = sandbox().await;
    let descriptor = sandbox.descriptor();
    let wanted = Order::EmitEvent(order(EventKind::Installed));
    let Outcome::Events(events) = descriptor.order(&wanted).await.unwrap() else {
        panic!("no event came");
    };
    assert!(is_signed(&sandbox, &events[0], Curve::P256).await);
    let signer = signer::Signer::new(proofkey_core::provider::SigningAlgorithm::Ps256);
    let registered = Order::RegisterKey {
        account: "acme".to_owned(),
        key: signer.jwk().to_string(),
        algorithm: signer.algorithm,
        key_id: Some(signer::KEY_ID.to_owned()),
    };
    let outcome = descriptor.order(&registered).await.unwrap();
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
    let host = "acme.talkdeskid.com";
    let client = "f026ca5de27f4a86d359c7d624dea14c";
    let assertion = signer.assertion(client, "https://acme.talkdeskid.com/oauth/token");
    let request = token_request(host, None, &signer::form(&assertion, ""));
    assert_eq!(send(&sandbox, host, &request).await.unwrap().status, 200);
    let mut stranger = descriptor.clone();
    stranger.word = "guessed".to_owned();
    assert!(stranger.order(&Order::TakeEvents).await.is_err());
    let nobody = Order::EmitEvent(EventOrder::default());
    let outcome = descriptor.order(&nobody).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
}
