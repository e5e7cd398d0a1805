//! What goes wrong inside, and with secure connections.

use std::sync::Arc;

use proofkey_validator::server::Patience;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::stage::{Obedient, Stage, answers, request, settings, to_the_end};

pub(crate) fn tls() -> Arc<rustls::ServerConfig> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    Arc::new(config.unwrap())
}

#[tokio::test]
async fn a_thousand_panics_cost_a_thousand_requests_and_nothing_else() {
    let judge = Arc::new(Obedient::default());
    let mut settings = settings(&judge);
    settings.limits.in_flight = 4;
    settings.limits.queue = 0;
    let stage = Stage::start(settings).await;
    // A thousand stories of a thousand panics would bury the output of the tests.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for _ in 0..1_000 {
        assert_eq!(stage.post(r#"{"do":"panic"}"#).await.status, 500);
    }
    std::panic::set_hook(hook);
    assert_eq!(stage.post(r#"{"do":"accept"}"#).await.status, 200);
    let name = "proofkey_validator_requests_total{integration=\"/desk\",outcome=\"panicked\"";
    assert!(stage.metric(name).await > 999.5);
    assert!(stage.metric("proofkey_validator_in_flight ").await < 0.5);
}

#[tokio::test]
async fn whoever_speaks_plainly_or_not_at_all_to_a_secure_port_is_let_go() {
    let judge = Arc::new(Obedient::default());
    let mut secure = settings(&judge);
    secure.tls = Some(tls());
    secure.patience = Patience {
        head: std::time::Duration::from_millis(300),
        ..Patience::default()
    };
    let stage = Stage::start(secure).await;
    for bytes in [&b""[..], &b"\x16\x03\x01"[..], &request("/desk", "{}")] {
        let mut stream = TcpStream::connect(stage.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let said = to_the_end(&mut stream).await;
        assert!(!said.starts_with(b"HTTP"), "{said:?}");
    }
    stage
        .until_metric("proofkey_validator_handshakes_failed_total ", |it| {
            it >= 3.0
        })
        .await;
    assert_eq!(judge.asked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_plain_connection_from_before_a_reload_to_tls_is_shown_out() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let mut stream = TcpStream::connect(stage.address()).await.unwrap();
    let bytes = crate::stage::with_headers("/desk", r#"{"do":"accept"}"#, "");
    stream.write_all(&bytes).await.unwrap();
    stage
        .until_metric(
            "proofkey_validator_duration_seconds_count{integration=\"/desk\"} ",
            |it| it >= 1.0,
        )
        .await;
    let mut secure = settings(&judge);
    secure.tls = Some(tls());
    stage.server.reload(secure).unwrap();
    stream.write_all(&bytes).await.unwrap();
    let seen = answers(&to_the_end(&mut stream).await);
    let statuses: Vec<u16> = seen.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [200, 421]);
}
