//! One token request as these tests make it, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use proofkey_core::Secret;
use proofkey_core::oauth::client_credentials;
use proofkey_core::oauth::{
    Client, ClientCredentials, Dialect, TokenError, TokenErrorKind, TokenReply,
};
use proofkey_core::provider::{BasicEncoding, ClientAuthentication};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Deadlines, Network, NetworkSettings};
use proofkey_core::system::transport_error::TransportErrorKind;
use proofkey_tests::RawPeer;
use url::Url;

pub(crate) const GOOD: &str =
    r#"{"access_token":"abc.def","token_type":"Bearer","expires_in":599,"scope":"account:read"}"#;

/// RFC 6749 §2.3.1 with characters that need encoding; the values of rule D1.
pub(crate) const ID: &str = "1PpG/Q 1";
pub(crate) const SECRET: &str = "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=";

pub(crate) struct Asked {
    pub(crate) authentication: ClientAuthentication,
    pub(crate) encoding: BasicEncoding,
    pub(crate) scopes: Vec<String>,
    pub(crate) separator: &'static str,
    pub(crate) id: &'static str,
    pub(crate) secret: &'static str,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            authentication: ClientAuthentication::ClientSecretBasic,
            encoding: BasicEncoding::Form,
            scopes: vec!["account:read".to_owned(), "users:read".to_owned()],
            separator: " ",
            id: ID,
            secret: SECRET,
        }
    }
}

impl Asked {
    pub(crate) async fn of(&self, network: &Network, url: &Url) -> Result<TokenReply, TokenError> {
        let (id, secret) = (
            Secret::new(self.id.to_owned()),
            Secret::new(self.secret.to_owned()),
        );
        let credentials = ClientCredentials {
            token_url: url,
            client: Client {
                id: &id,
                secret: Some(&secret),
                authentication: self.authentication,
                basic_encoding: self.encoding,
                assertions: None,
            },
            scopes: &self.scopes,
            parameters: &BTreeMap::new(),
            dialect: Dialect {
                separator: self.separator,
                ..Dialect::standard()
            },
        };
        // The window runs this on a thread pool, so the future must be able to move.
        let asking: std::pin::Pin<Box<dyn Future<Output = _> + Send + '_>> = Box::pin(
            client_credentials::request(network, &SystemClock, &credentials),
        );
        asking.await
    }
}

pub(crate) fn network() -> Network {
    Network::new(NetworkSettings {
        deadlines: Deadlines {
            pause: Duration::from_millis(1),
            ..Deadlines::default()
        },
        ..NetworkSettings::default()
    })
    .unwrap()
}

pub(crate) fn hasty() -> (Network, Deadlines) {
    let deadlines = Deadlines {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(300),
        total: Duration::from_millis(700),
        ..Deadlines::default()
    };
    let network = Network::new(NetworkSettings {
        deadlines,
        ..NetworkSettings::default()
    });
    (network.unwrap(), deadlines)
}

pub(crate) async fn kind_of(peer: &RawPeer) -> TokenErrorKind {
    let asked = Asked::default();
    asked
        .of(&network(), &peer.url("/oauth/token"))
        .await
        .unwrap_err()
        .kind
}

pub(crate) fn transport(kind: TokenErrorKind) -> TransportErrorKind {
    match kind {
        TokenErrorKind::Transport(error) => error.kind,
        other => panic!("expected a failed transport, not {other:?}"),
    }
}
