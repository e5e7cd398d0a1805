//! What each account and fault of the practice Talkdesk teaches.

use std::sync::Mutex;
use std::time::Duration;

use proofkey_core::border::Sighting;
use proofkey_core::check::{
    self, Check, CheckId, CheckStatus, RemedyAction, SecretsAbsent, Verdict,
};
use proofkey_core::ports::{Clock, Progress, Unwatched};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Deadlines;
use proofkey_core::vault::{Vault, VaultError};
use proofkey_sandbox::Fault;
use proofkey_tests::Mood;

use crate::stage::{Stage, network, stopped_at};

#[derive(Default)]
struct Seen(Mutex<Vec<(CheckId, Option<CheckStatus>)>>);

impl Progress for Seen {
    fn started(&self, id: CheckId) {
        self.0.lock().expect("lock").push((id, None));
    }

    fn finished(&self, check: &Check) {
        self.0
            .lock()
            .expect("lock")
            .push((check.id, Some(check.status)));
    }
}

#[tokio::test]
async fn everything_in_order_passes_all_nine_and_is_said_as_it_happens() {
    let stage = Stage::of("acme").await;
    let seen = Seen::default();
    let proof = stage.prove_watched(&seen).await;
    for check in &proof.report.checks {
        assert_eq!(check.status, CheckStatus::Passed, "{check:#?}");
    }
    assert_eq!(proof.report.verdict, Verdict::Passed);
    assert_eq!(
        proof.report.granted_scopes.as_deref(),
        Some(&["account:read".to_owned(), "users:read".to_owned()][..])
    );
    let token = proof.token.expect("a token");
    assert!(token.expires_at.is_some_and(|at| at > SystemClock.now()));

    let seen = seen.0.into_inner().expect("lock");
    let expected: Vec<_> = CheckId::ALL
        .into_iter()
        .flat_map(|id| [(id, None), (id, Some(CheckStatus::Passed))])
        .collect();
    assert_eq!(seen, expected);
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn every_working_practice_account_passes() {
    for account in ["globex", "initech"] {
        let proof = Stage::of(account).await.prove().await;
        assert_eq!(proof.report.verdict, Verdict::Passed, "{:#?}", proof.report);
    }
}

#[tokio::test]
async fn a_blank_after_the_secret_is_the_first_cause_and_can_be_tidied() {
    let stage = Stage::of("pied-piper").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(
        check.causes[0].action,
        Some(RemedyAction::TidyClientSecret),
        "{check:#?}"
    );
    assert_eq!(check.evidence["error"], "invalid_client");
    assert_eq!(stage.token_requests(), 1);
    let configuration = proof.report.check(CheckId::Configuration).expect("it");
    assert_eq!(configuration.status, CheckStatus::Warning);
}

#[tokio::test]
async fn swapped_credentials_are_recognised_and_can_be_swapped_back() {
    let stage = Stage::of("aperture").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(check.causes[0].action, Some(RemedyAction::SwapCredentials));
    assert_eq!(check.causes.len(), 2, "{check:#?}");
    assert_eq!(stage.token_requests(), 1);
    let configuration = proof.report.check(CheckId::Configuration).expect("it");
    assert_eq!(
        configuration.causes[0].action,
        Some(RemedyAction::SwapCredentials)
    );
}

#[tokio::test]
async fn an_account_that_lives_elsewhere_is_the_wrong_region_and_gets_no_second_secret() {
    let stage = Stage::of("soylent").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(
        check.causes[0].action,
        Some(RemedyAction::SwitchRegion {
            region: "eu".to_owned()
        }),
        "{check:#?}"
    );
    assert!(check.evidence["region_eu"].contains("soylent.talkdeskid.eu"));
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn a_refused_secret_names_the_secret_after_two_tries_and_no_more() {
    let stage = Stage::of("hooli").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert_eq!(
        check.summary,
        "Talkdesk did not accept the client ID and secret."
    );
    assert!(check.causes[0].summary.contains("secret was replaced"));
    assert!(check.evidence.contains_key("told_apart_by"));
    assert_eq!(check.evidence["status"], "401");
    assert_eq!(stage.token_requests(), 2);
}

#[tokio::test]
async fn a_withheld_scope_fails_the_scope_check_by_name() {
    let stage = Stage::of("stark").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Scope);
    assert_eq!(check.evidence["missing"], "account:read");
    assert_eq!(check.evidence["granted"], "users:read");
}

#[tokio::test]
async fn a_scope_added_minutes_ago_is_told_apart_from_a_wrong_secret() {
    let stage = Stage::of("tyrell").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Scope);
    assert!(
        check.causes[0].summary.contains("minutes ago"),
        "{check:#?}"
    );
    let token = proof.report.check(CheckId::Token).expect("it");
    assert_eq!(token.status, CheckStatus::Passed);
    assert_eq!(stage.token_requests(), 2);
    assert!(
        proof.token.is_none(),
        "a token with all scopes is not handed on"
    );
}

#[tokio::test]
async fn a_web_page_a_redirect_and_busy_servers_are_told_apart() {
    let cases = [
        ("cyberdyne", "web page", "content_type"),
        ("vandelay", "does not follow", "location_host"),
        ("umbrella", "asks to wait", "retry_after"),
        ("wonka", "cannot answer at the moment", "status"),
        ("bluth", "answered 200", "error"),
    ];
    for (account, words, evidence) in cases {
        let stage = Stage::of(account).await;
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Token);
        assert!(check.summary.contains(words), "{check:#?}");
        assert!(check.evidence.contains_key(evidence), "{check:#?}");
        let vault = proof.report.check(CheckId::Vault).expect("it");
        assert_eq!(vault.status, CheckStatus::Passed);
    }
}

#[tokio::test]
async fn clocks_five_minutes_apart_are_a_warning_that_names_them() {
    let stage = Stage::of("wayne").await;
    let proof = stage.prove().await;
    let check = proof.report.check(CheckId::Token).expect("it");
    assert_eq!(check.status, CheckStatus::Warning, "{check:#?}");
    assert!(check.summary.contains("5 minutes behind"), "{check:#?}");
    assert_eq!(proof.report.verdict, Verdict::Passed);
}

#[tokio::test]
async fn a_token_that_the_api_refuses_quotes_the_api() {
    for (fault, status) in [
        (Fault::ApiForbidden, "403"),
        (Fault::ApiUnauthorized, "401"),
    ] {
        let stage = Stage::of("acme").await;
        stage.sandbox.set_fault("acme", fault).expect("a target");
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Api);
        assert_eq!(check.evidence["status"], status);
        assert!(check.evidence.contains_key("code"), "{check:#?}");
        assert!(check.evidence.contains_key("message"), "{check:#?}");
    }
}

#[tokio::test]
async fn another_account_answering_fails_the_account_check_alone() {
    let stage = Stage::of("dunder").await;
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Account);
    assert_eq!(check.evidence["expected"], "dunder");
    assert_ne!(check.evidence["found"], "dunder");
    let api = proof.report.check(CheckId::Api).expect("it");
    assert_eq!(api.status, CheckStatus::Passed);
}

#[tokio::test]
async fn bad_certificates_stop_the_proof_before_any_secret_is_sent() {
    for (account, words) in [
        ("monarch", "expired on"),
        ("weyland", "certificate is for"),
        ("nakatomi", "does not trust"),
    ] {
        let stage = Stage::of(account).await;
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Tls);
        assert!(check.summary.contains(words), "{check:#?}");
        assert_eq!(stage.token_requests(), 0);
    }
}

#[tokio::test]
async fn a_slow_server_times_out_by_name() {
    let mut stage = Stage::of("acme").await;
    let slow = Fault::Slow(Duration::from_secs(30));
    stage.sandbox.set_fault("acme", slow).expect("a target");
    let deadlines = Deadlines {
        first_byte: Duration::from_millis(400),
        ..Deadlines::default()
    };
    stage.network = network(&stage.sandbox, stage.sandbox.ca_pem(), deadlines);
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Token);
    assert!(
        check.summary.contains("did not answer in time"),
        "{check:#?}"
    );
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn a_vault_that_is_locked_denied_absent_or_empty_fails_the_last_check() {
    let stage = Stage::of("acme").await;
    for (mood, state) in [
        (Mood::Locked, "locked"),
        (Mood::Denied, "denied"),
        (Mood::Absent, "unavailable"),
        (Mood::Lies, "corrupt"),
    ] {
        stage.vault.set_mood(mood);
        let proof = stage.prove().await;
        let check = stopped_at(&proof, CheckId::Vault);
        assert_eq!(check.evidence["state"], state);
    }
    stage.vault.set_mood(Mood::Working);
    stage.vault.remove(&stage.name()).expect("removed");
    let proof = stage.prove().await;
    let check = stopped_at(&proof, CheckId::Vault);
    assert!(check.summary.contains("no longer"), "{check:#?}");
}

#[tokio::test]
async fn a_malformed_value_stops_the_proof_before_anything_is_sent() {
    let mut stage = Stage::of("acme").await;
    stage
        .connection
        .variables
        .insert("account".to_owned(), "acme.evil.example#".to_owned());
    let proof = stage.prove_unjudged(&Unwatched).await;
    stopped_at(&proof, CheckId::Configuration);
    let vault = proof.report.check(CheckId::Vault).expect("it");
    assert_eq!(vault.status, CheckStatus::NotReached);
    assert!(stage.sandbox.records().is_empty());
}

#[tokio::test]
async fn all_regions_are_asked_without_a_secret() {
    let stage = Stage::of("soylent").await;
    let sightings = check::detect_regions(&stage.network, stage.provider(), "soylent").await;
    let of = |region: &str| {
        sightings
            .iter()
            .find(|sighting| sighting.region == region)
            .map(|sighting| sighting.sighting)
    };
    assert_eq!(of("eu"), Some(Sighting::Found), "{sightings:#?}");
    assert_eq!(of("us"), Some(Sighting::Absent), "{sightings:#?}");
    for record in stage.sandbox.records() {
        assert_eq!(record.method, "GET");
        assert!(record.header("authorization").is_none());
        assert!(record.header("cookie").is_none());
        assert!(record.body.is_empty());
    }
}

#[tokio::test]
async fn without_secrets_nothing_is_sent_and_the_vault_says_why() {
    let stage = Stage::of("acme").await;
    for (absent, words) in [
        (SecretsAbsent::Missing, "no longer"),
        (SecretsAbsent::Vault(VaultError::Locked), "locked"),
    ] {
        let report = check::without_secrets(
            &stage.connection,
            stage.provider(),
            stage.vault.as_ref(),
            absent,
            &SystemClock,
            &Unwatched,
        );
        assert_eq!(report.verdict, Verdict::Failed);
        let first = report.first_failure().expect("a failure");
        assert_eq!(first.id, CheckId::Vault);
        assert!(first.summary.contains(words), "{first:#?}");
        let token = report.check(CheckId::Token).expect("it");
        assert_eq!(token.status, CheckStatus::NotReached);
    }
    assert!(stage.sandbox.records().is_empty());
}
