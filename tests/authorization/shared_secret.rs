//! Clients that sign with their secret (`client_secret_jwt`, OpenID Connect Core §9): the secret itself
//! never travels.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proofkey_core::Secret;
use proofkey_core::border::{AuthorizationStanding, RefreshOutcome};
use proofkey_core::check::{CheckId, CheckStatus, Report, Verdict};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::{ClientAuthentication, Grant};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

use crate::stage::{Stage, draft};

/// The same client, with its secret in no request.
fn signing(stage: &Stage, grant: Grant, secret: &str) -> ConnectionDraft {
    let card = stage.sandbox.issuer();
    let approved = grant == Grant::AuthorizationCode;
    ConnectionDraft {
        grant,
        client_authentication: ClientAuthentication::ClientSecretJwt,
        scopes: if approved {
            card.scopes
        } else {
            vec!["account:read".to_owned()]
        },
        client_id: Some(Secret::new(card.client_id)),
        client_secret: Some(Secret::new(secret.to_owned())),
        ..draft("Signed", "complete")
    }
}

async fn added(stage: Stage, grant: Grant, secret: &str) -> Stage {
    let draft = signing(&stage, grant, secret);
    let view = stage.proofkey.add(draft).await;
    let id = view.map_err(|it| it.findings).expect("added").id;
    Stage { id, ..stage }
}

async fn proven(stage: &Stage) -> Report {
    let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
    report.expect("a report")
}

/// Header and claims of every assertion that came, wherever it was sent.
fn assertions(stage: &Stage, secret: &str) -> Vec<(Value, Value)> {
    let records = stage.sandbox.records();
    let mut found = Vec::new();
    for record in &records {
        let text = String::from_utf8_lossy(&record.body);
        assert!(!text.contains(secret), "{} holds the secret", record.path);
        assert!(!text.contains("client_secret="), "{}", record.path);
        let form: BTreeMap<_, _> = url::form_urlencoded::parse(&record.body).collect();
        let Some(assertion) = form.get("client_assertion") else {
            continue;
        };
        let part = |number| {
            let text = assertion.split('.').nth(number).expect("three parts");
            let bytes = URL_SAFE_NO_PAD.decode(text).expect("Base64url");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        found.push((part(0), part(1)));
    }
    found
}

#[tokio::test]
async fn a_client_that_signs_with_its_secret_is_proven() {
    let stage = Stage::of_issuer().await;
    let card = stage.sandbox.issuer();
    let stage = added(stage, Grant::ClientCredentials, &card.client_secret).await;
    let report = proven(&stage).await;
    assert_eq!(
        report.verdict,
        Verdict::Passed,
        "{:?}",
        report.first_failure()
    );
    let sent = assertions(&stage, &card.client_secret);
    let [(header, claims)] = &sent[..] else {
        panic!("{} assertions", sent.len());
    };
    assert_eq!(header["alg"], "HS256");
    assert_eq!(header.get("kid"), None);
    assert_eq!(claims["aud"], card.issuer);
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&card.client_id.clone().into(), &card.client_id.into())
    );
    let life = claims["exp"].as_i64().zip(claims["iat"].as_i64());
    assert!(
        life.is_some_and(|(end, start)| (1..=120).contains(&(end - start))),
        "{claims}"
    );
}

#[tokio::test]
async fn another_secret_signs_what_the_server_refuses() {
    let stage = Stage::of_issuer().await;
    let wrong = "another secret of 32 characters.";
    let stage = added(stage, Grant::ClientCredentials, wrong).await;
    let report = proven(&stage).await;
    assert_eq!(report.verdict, Verdict::Failed);
    let token = report
        .checks
        .iter()
        .find(|check| check.id == CheckId::Token);
    assert_eq!(token.map(|check| check.status), Some(CheckStatus::Failed));
    let said = serde_json::to_string(&report).expect("JSON");
    assert!(said.contains("invalid_client"), "{said}");
    assertions(&stage, wrong);
}

#[tokio::test]
async fn an_approval_is_redeemed_refreshed_and_withdrawn_with_a_signature_each_time() {
    let stage = Stage::of_issuer().await;
    let card = stage.sandbox.issuer();
    let stage = added(stage, Grant::AuthorizationCode, &card.client_secret).await;
    let consent = stage.walk("approve").await.1.expect("approved");
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    assert_eq!(stage.standing(), AuthorizationStanding::Authorized);
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked, "{:?}", removal.notes);
    let tally = stage.sandbox.tally();
    assert_eq!(
        (tally.pushed, tally.codes_redeemed, tally.refreshes),
        (1, 1, 1)
    );
    let sent = assertions(&stage, &card.client_secret);
    // Pushed request, code, refresh, and at least one revocation.
    assert!(sent.len() >= 4, "{}", sent.len());
    let ids: HashSet<String> = sent
        .iter()
        .map(|(_, claims)| claims["jti"].to_string())
        .collect();
    assert_eq!(ids.len(), sent.len(), "each request is signed anew");
}
