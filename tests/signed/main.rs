//! Clients that sign, from the key file to the proof. The practice Talkdesk verifies what arrives as
//! strictly as a server may, and its record decides.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod stage;

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use proofkey_core::Secret;
use proofkey_core::check::{CheckId, CheckStatus, Verdict};
use proofkey_core::connection::SigningDraft;
use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::signing_key::SigningKey;
use proofkey_sandbox::{Fault, Options, RegisteredKey};
use stage::{KEY_ID, Stage, said, status};

/// Those that Talkdesk registers.
const ALGORITHMS: [SigningAlgorithm; 6] = [
    SigningAlgorithm::Es256,
    SigningAlgorithm::Es384,
    SigningAlgorithm::Es512,
    SigningAlgorithm::Ps256,
    SigningAlgorithm::Ps384,
    SigningAlgorithm::Ps512,
];

/// The key of "wallace" in PEM, encrypted (PBES2, AES-256) with "practice passphrase".
const ENCRYPTED: &str = include_str!("../data/wallace-encrypted.pem");

fn draft(private_key: &str) -> SigningDraft {
    SigningDraft {
        private_key: Some(Secret::new(private_key.to_owned())),
        key_id: Some(KEY_ID.to_owned()),
        ..SigningDraft::default()
    }
}

#[tokio::test]
async fn every_algorithm_proves_a_connection_and_nothing_but_the_assertion_authenticates() {
    let stage = Stage::set(Options::default()).await;
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let public = key.public().jwk(Some(KEY_ID), Some(algorithm));
        let registered = RegisteredKey::read(&public, algorithm, None).unwrap();
        stage.sandbox.register_key("wallace", registered).unwrap();
        let pem = key.to_pkcs8_pem().unwrap();
        let signing = SigningDraft {
            algorithm: Some(algorithm),
            ..draft(pem.expose())
        };
        let before = stage.token_requests().len();
        let name = algorithm.name();
        let report = stage.proven("wallace", name, signing).await;
        assert_eq!(report.verdict, Verdict::Passed, "{name}: {}", said(&report));
        let requests = stage.token_requests();
        assert_eq!(requests.len(), before + 1, "{name}");
        let request = &requests[before];
        assert_eq!(request.header["alg"], name);
        assert_eq!(request.header["kid"], KEY_ID);
        assert_eq!(request.header["typ"], "JWT");
        assert_eq!(request.claims["iss"], request.claims["sub"]);
        let audience = "https://wallace.talkdeskid.com/oauth/token";
        assert_eq!(request.claims["aud"], audience);
        assert!(!request.has_header && !request.form.contains("client_secret"));
    }
}

#[tokio::test]
async fn every_form_of_a_key_file_signs() {
    let stage = Stage::set(Options::default()).await;
    let account = stage.account("wallace");
    let key = account.key.unwrap();
    let bare = key.private_key;
    let wrapped: Vec<&str> = bare
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let armoured = |name: &str, end: &str| {
        let body = wrapped.join(end);
        format!("-----BEGIN {name}-----{end}{body}{end}-----END {name}-----{end}")
    };
    for (form, text) in [
        ("without armour", bare.clone()),
        ("without armour, wrapped", wrapped.join("\n")),
        ("PKCS#8", armoured("PRIVATE KEY", "\n")),
        (
            "CRLF and blanks around",
            format!("\r\n  {}  ", armoured("PRIVATE KEY", "\r\n")),
        ),
        ("PKCS#8 armoured as SEC1", armoured("EC PRIVATE KEY", "\n")),
        ("SEC1", stage::sec1(&STANDARD.decode(&bare).unwrap())),
        ("JWK", stage::jwk(&STANDARD.decode(&bare).unwrap())),
        ("encrypted", ENCRYPTED.to_owned()),
    ] {
        let signing = SigningDraft {
            private_key: Some(Secret::new(text)),
            passphrase: (form == "encrypted")
                .then(|| Secret::new("practice passphrase".to_owned())),
            key_id: Some(key.key_id.clone()),
            ..SigningDraft::default()
        };
        let report = stage.proven("wallace", form, signing).await;
        assert_eq!(report.verdict, Verdict::Passed, "{form}: {}", said(&report));
    }
    let rsa = stage.account("omnicorp").key.unwrap();
    let der = STANDARD.decode(&rsa.private_key).unwrap();
    let signing = SigningDraft {
        key_id: Some(rsa.key_id.clone()),
        ..draft(&stage::pkcs1(&der))
    };
    let report = stage.proven("omnicorp", "PKCS#1", signing).await;
    assert_eq!(report.verdict, Verdict::Passed, "{}", said(&report));
}

#[tokio::test]
async fn a_key_that_is_not_the_registered_one_ends_the_proof_in_the_servers_words() {
    let stage = Stage::set(Options::default()).await;
    let key = stage.account("tessier").key.unwrap();
    let signing = SigningDraft {
        key_id: Some(key.key_id.clone()),
        ..draft(&key.private_key)
    };
    let report = stage.proven("tessier", "Wrong key", signing).await;
    assert_eq!(report.verdict, Verdict::Failed);
    assert_eq!(status(&report, CheckId::Token), CheckStatus::Failed);
    let text = said(&report);
    assert!(
        text.contains("signature of the client assertion is wrong"),
        "{text}"
    );
}

/// Rule D6.
#[tokio::test]
async fn after_a_503_the_request_is_signed_anew() {
    let stage = Stage::set(Options::default()).await;
    stage
        .sandbox
        .set_fault("wallace", Fault::UnavailableOnce)
        .unwrap();
    let report = stage
        .proven("wallace", "Again", stage.own_key("wallace"))
        .await;
    assert_eq!(report.verdict, Verdict::Passed, "{}", said(&report));
    let requests = stage.token_requests();
    assert_eq!(requests.len(), 2);
    assert_ne!(requests[0].claims["jti"], requests[1].claims["jti"]);
}

/// Rule D8: how far the server's clock is ahead; how many requests that takes; whether it is told.
#[tokio::test]
async fn a_clock_that_is_off_is_followed_once_and_told() {
    for (ahead, requests, told) in [
        (1, 1, Some(false)),
        (9, 1, Some(false)),
        (11, 1, Some(false)),
        (59, 1, Some(false)),
        // Told in whole seconds, this is 60 or 61.
        (61, 1, None),
        (300, 2, Some(true)),
        (86_400, 2, Some(true)),
        (-1, 1, Some(false)),
        (-9, 1, Some(false)),
        (-11, 1, Some(false)),
        (-59, 2, Some(true)),
        (-61, 2, Some(true)),
        (-300, 2, Some(true)),
        (-86_400, 2, Some(true)),
    ] {
        let stage = Stage::set(Options {
            clock_offset: SignedDuration::from_secs(ahead),
            ..Options::default()
        })
        .await;
        let report = stage
            .proven("wallace", "Clock", stage.own_key("wallace"))
            .await;
        let text = said(&report);
        assert_eq!(report.verdict, Verdict::Passed, "{ahead}: {text}");
        let sent = stage.token_requests();
        assert_eq!(sent.len(), requests, "{ahead}: {text}");
        let ids: HashSet<String> = sent.iter().map(|it| it.claims["jti"].to_string()).collect();
        assert_eq!(ids.len(), requests, "{ahead}: an id was used twice");
        let warned = status(&report, CheckId::Token) == CheckStatus::Warning;
        if let Some(told) = told {
            assert_eq!(warned, told, "{ahead}: {text}");
            assert_eq!(text.contains("computer’s clock"), told, "{ahead}: {text}");
        }
    }
}
