//! One token request over TLS as these tests make it, and how it failed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::border::ProxyChoice;
use proofkey_core::oauth::{
    Client, ClientCredentials, Dialect, TokenError, TokenErrorKind, TokenReply, client_credentials,
};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::system::transport_error::TransportErrorKind as Kind;
use proofkey_tests::TestCa;
use url::Url;

pub(crate) const GOOD: &str = r#"{"access_token":"abc","token_type":"Bearer","expires_in":599}"#;
pub(crate) const HOST: &str = "acme.talkdeskid.com";

pub(crate) fn url() -> Url {
    format!("https://{HOST}/oauth/token").parse().unwrap()
}

/// Settings that lead the real host name to `peer` and trust `ca`.
pub(crate) fn settings(peer: SocketAddr, ca: Option<&TestCa>) -> NetworkSettings {
    NetworkSettings {
        connect_to: vec![
            format!("{HOST}:443:{}:{}", peer.ip(), peer.port())
                .parse()
                .unwrap(),
        ],
        extra_roots: ca
            .map(|ca| roots_from_pem(ca.root_pem().as_bytes()).unwrap())
            .unwrap_or_default(),
        proxy: ProxyChoice::None,
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..NetworkSettings::default()
    }
}

pub(crate) async fn ask(network: &Network) -> Result<TokenReply, TokenError> {
    let (id, secret) = (
        Secret::new("id".to_owned()),
        Secret::new("hunter2".to_owned()),
    );
    let url = url();
    let credentials = ClientCredentials {
        token_url: &url,
        client: Client {
            id: &id,
            secret: Some(&secret),
            authentication: ClientAuthentication::ClientSecretPost,
            basic_encoding: BasicEncoding::Form,
            assertions: None,
        },
        scopes: &[],
        parameters: &BTreeMap::new(),
        dialect: Dialect::standard(),
    };
    client_credentials::request(network, &SystemClock, &credentials).await
}

pub(crate) async fn failure(network: &Network) -> Kind {
    match ask(network).await.unwrap_err().kind {
        TokenErrorKind::Transport(error) => {
            assert!(!error.sent, "{error:?}");
            error.kind
        }
        other => panic!("expected a failed transport, not {other:?}"),
    }
}

/// The failure of the handshake stage alone, which the proof shows.
pub(crate) async fn stage_failure(network: &Network) -> Kind {
    let addresses = network.resolve(&url()).await.unwrap();
    let (stream, _) = network.connect(&addresses).await.unwrap();
    network.handshake(&url(), stream).await.unwrap_err().kind
}

pub(crate) fn names() -> Vec<String> {
    vec![HOST.to_owned()]
}
