//! Clients that sign, judged by somebody else's verification: client credentials, code and refresh.

use proofkey_core::border::RefreshOutcome;
use proofkey_core::check::Verdict;
use proofkey_core::error::Code;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::{ClientAuthentication, Grant, SigningAlgorithm};
use proofkey_tests::Wish;
use serde_json::json;

use crate::stage::{NAME, Stage};

const ALGORITHMS: [SigningAlgorithm; 2] = [SigningAlgorithm::Es256, SigningAlgorithm::Ps256];

/// The requests to the token endpoint, as the server tells them: status, and what stood in the header.
fn token_requests(stage: &mut Stage) -> Vec<(u64, bool)> {
    let record = stage.server.record().iter();
    let tokens = record.filter(|line| line["path"] == "/token");
    tokens
        .map(|line| {
            (
                line["status"].as_u64().unwrap(),
                line["authorization"].is_string(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_signs_is_believed_and_may_come_again() {
    for algorithm in ALGORITHMS {
        let signed = Stage::signed(json!({}), Grant::ClientCredentials, algorithm, algorithm);
        let Some(mut stage) = signed.await else {
            return;
        };
        let provider = stage.proofkey.provider("real").unwrap();
        let signs = ClientAuthentication::PrivateKeyJwt;
        assert!(provider.client_authentication.contains(&signs));
        for _ in 0..3 {
            let token = stage.proofkey.access_token(NAME, 100_000).await;
            let token = token
                .map_err(|problem| (algorithm.name(), problem))
                .unwrap();
            assert!(!token.access_token.expose().is_empty());
        }
        let requests = token_requests(&mut stage);
        assert!(requests.len() >= 2, "{requests:?}");
        assert!(
            requests.iter().all(|told| *told == (200, false)),
            "{requests:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_signs_is_approved_refreshed_and_revoked() {
    for algorithm in ALGORITHMS {
        let options = json!({ "access_token_seconds": 2, "pushed_requests": "required" });
        let signed = Stage::signed(options, Grant::AuthorizationCode, algorithm, algorithm);
        let Some(mut stage) = signed.await else {
            return;
        };
        let (consent, page) = stage.authorize(Wish::Approve("ada"), false).await;
        let consent = consent
            .map_err(|problem| (algorithm.name(), problem, page))
            .unwrap();
        assert_eq!(consent.refresh, RefreshOutcome::Proven);
        assert_eq!(stage.server.requests("/request", 201), 1);
        let report = stage.proofkey.validate(NAME, &Unwatched).await.unwrap();
        assert_eq!(report.verdict, Verdict::Passed, "{report:?}");
        let before = stage.proofkey.access_token(NAME, 0).await.unwrap();
        stage.outlive(before.access_token.expose()).await;
        let after = stage.proofkey.access_token(NAME, 1).await.unwrap();
        let status = stage.server.status_for("/me", after.access_token.expose());
        assert_eq!(status, 200);
        let requests = token_requests(&mut stage);
        assert!(
            requests.iter().all(|told| *told == (200, false)),
            "{requests:?}"
        );
        let removal = stage.proofkey.remove(NAME).await.unwrap();
        assert!(removal.revoked, "{removal:?}");
        assert!(stage.server.requests("/token/revocation", 200) >= 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_algorithm_than_is_registered_is_refused() {
    let [registered, used] = ALGORITHMS;
    let signed = Stage::signed(json!({}), Grant::ClientCredentials, used, registered);
    let Some(mut stage) = signed.await else {
        return;
    };
    let refused = stage.proofkey.access_token(NAME, 0).await;
    let problem = refused.err().unwrap();
    assert_eq!(problem.code, Code::TokenRefused);
    let requests = token_requests(&mut stage);
    assert!(
        requests.iter().all(|(status, _)| *status == 401),
        "{requests:?}"
    );
}
