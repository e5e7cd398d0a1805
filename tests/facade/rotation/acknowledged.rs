//! Telling the provider that new credentials are in use.

use jiff::Timestamp;
use proofkey_core::Code;
use proofkey_core::border::{GenerationPlace, RotationStep};
use proofkey_core::connection::{
    ConnectionDraft, GenerationRole, HeldGeneration, Installation, RotationReason, Store,
};
use proofkey_core::ports::Clock;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::vault::Generation;
use proofkey_sandbox::EventOrder;
use proofkey_tests::{RawPeer, json_answer};
use serde_json::Value;

use super::{at, new_ones, rotated, steps, wallace};
use crate::stage::{Stage, draft};

fn installation(app_id: &str, installation_id: &str, account_id: &str) -> Installation {
    Installation {
        app_id: app_id.to_owned(),
        installation_id: installation_id.to_owned(),
        account_id: account_id.to_owned(),
        events: Vec::new(),
        answer: None,
        newest_event_at: None,
    }
}

fn installed(event: &Value) -> Installation {
    let text = |value: &'static str| {
        event
            .pointer(value)
            .and_then(Value::as_str)
            .expect("a text")
    };
    installation(
        text("/app_id"),
        text("/data/installation_id"),
        text("/data/account_id"),
    )
}

#[tokio::test]
async fn an_acknowledgement_names_the_new_client_and_ends_the_old_one() {
    let stage = Stage::set();
    let sandbox = stage.practise().await;
    stage.add(wallace(&sandbox)).await;
    let event = rotated("wallace", &sandbox, &EventOrder::default());
    let early = stage.proofkey.acknowledge_rotation("acme").await;
    assert_eq!(early.expect_err("nothing to say").code, Code::DraftInvalid);
    let came = installed(&event);
    note(&stage, came.clone(), None);
    let switched = stage.turned(new_ones(&event)).await;
    assert!(steps(&switched).contains(&RotationStep::Acknowledge));
    let told = stage.proofkey.acknowledge_rotation("acme").await;
    let told = told.expect("taken");
    let path = format!(
        "/apps/{}/installations/{}/credentials/{}/state",
        came.app_id,
        came.installation_id,
        stage.secrets("acme").0
    );
    let records = sandbox.records();
    let heard = records.iter().find(|record| record.path == path);
    let heard = heard.expect("it arrived");
    assert_eq!(heard.method, "POST");
    assert_eq!(heard.body, br#"{"state":"acknowledged"}"#);
    let old = at(&told, GenerationPlace::Outgoing).expect("kept");
    assert!(old.ends_at.is_some_and(|end| end <= SystemClock.now()));
    assert!(!steps(&told).contains(&RotationStep::Acknowledge));
    let back = stage.undo_refused().await;
    assert!(back.summary.contains("their time has passed"));
    let again = stage.proofkey.acknowledge_rotation("acme").await;
    assert_eq!(again.expect_err("told before").code, Code::ApiRefused);
    stage.forgotten().await;
}

/// The connection came with an installation, and perhaps old credentials are held.
fn note(stage: &Stage, installation: Installation, old: Option<HeldGeneration>) {
    let store = Store::open(stage.home.path()).expect("store");
    let noted = store.edit(&stage.stored("acme").id, |connection| {
        connection.installation = Some(installation);
        connection.generations.extend(old);
        Ok(())
    });
    noted.expect("noted");
}

/// The provider file of a system on loopback that wants to be told.
const FILE: &str = r#"
schema = 1
id = "told"
extends = "custom-oauth"
name = "Told"

[rotation.acknowledgement]
path = "/installations/{installation_id}/{client_id}"
body = { state = "acknowledged" }
success_status = [202]
"#;

#[tokio::test]
async fn a_refused_acknowledgement_is_quoted_without_what_it_repeats() {
    let server = RawPeer::plain(|turn| match turn {
        0 => json_answer(
            200,
            r#"{"access_token":"token-of-ours-0123456789","token_type":"Bearer"}"#,
        ),
        _ => json_answer(
            400,
            r#"{"code":"bad token-of-ours-0123456789","message":"not for an-id-of-ours"}"#,
        ),
    })
    .await;
    let stage = Stage::set();
    let folder = stage.home.path().join("providers");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("told.toml"), FILE).expect("a file");
    let stage = stage.reopened();
    let addresses = [("token_url", "/token"), ("api_base", "/v1")];
    let told = ConnectionDraft {
        provider: "told".to_owned(),
        scopes: Vec::new(),
        variables: addresses
            .map(|(name, path)| (name.to_owned(), server.url(path).to_string()))
            .into(),
        ..draft("an-id-of-ours", "a-secret-of-ours-42")
    };
    stage.add(told).await;
    let old = HeldGeneration {
        generation: Generation(9),
        role: GenerationRole::Outgoing,
        reason: RotationReason::Routine,
        signing: None,
        since: Timestamp::UNIX_EPOCH,
        ends_at: None,
        replaced_by: Some(Generation::FIRST),
    };
    note(&stage, installation("app", "here", "ours"), Some(old));
    let refused = stage.proofkey.acknowledge_rotation("acme").await;
    let refused = refused.expect_err("refused");
    assert_eq!(refused.code, Code::ApiRefused);
    let quoted = refused.quoted.as_ref().expect("its words");
    assert_eq!(quoted.status, Some(400));
    assert!(
        quoted
            .error
            .as_ref()
            .is_some_and(|it| it.starts_with("bad "))
    );
    let all = serde_json::to_string(&refused).expect("JSON");
    for credential in ["token-of-ours-0123456789", "an-id-of-ours"] {
        assert!(!all.contains(credential), "{all}");
    }
}
