//! From an issuer to a provider: what is asked, what is believed, and what becomes of it. A small web
//! server on loopback plays the authorization server and keeps every request.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails ends the test that called it"
)]

mod finding;
mod provider;
mod unchanged;

use proofkey_core::oauth::discovery::{self, DiscoveryErrorKind, Issuer};
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_tests::Website;
use serde_json::{Value, json};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn network() -> Network {
    Network::new(NetworkSettings::default()).unwrap()
}

/// What a full server says of itself.
fn metadata(site: &Website, path: &str) -> Value {
    let at = |end: &str| format!("{}{end}", site.origin());
    json!({
        "issuer": at(path),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/me"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "pushed_authorization_request_endpoint": at("/par"),
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code", "code id_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        "scopes_supported": ["crm:read", "openid", "offline_access", "email"],
        "a_member_of_tomorrow": { "is": "left aside" }
    })
}

fn with(mut document: Value, name: &str, value: Value) -> Value {
    document[name] = value;
    document
}

async fn discover(site: &Website, path: &str) -> Result<discovery::Discovered, DiscoveryErrorKind> {
    let issuer = Issuer::parse(&format!("{}{path}", site.origin())).unwrap();
    let found = discovery::discover(&network(), &issuer).await;
    found.map_err(|error| error.kind)
}
