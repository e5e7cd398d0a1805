//! Events as they arrive: written, signed, and spoilt when that is asked for.

use proofkey_sandbox::{Curve, EventKind, EventOrder, OrderError, Spelling, Spoilt};
use serde_json::Value;

use crate::wire::get;
use crate::{API, bytes, header, is_signed, order, pair, read, sandbox};

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
    let keyless = EventOrder {
        spoilt: Some(Spoilt::OtherKey),
        ..acme
    };
    let wanted = OrderError::Keyless("acme".to_owned());
    assert_eq!(sandbox.emit(&keyless).unwrap_err(), wanted);
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
