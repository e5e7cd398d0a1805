//! What the doors are shown of a provider beside its file: the scopes to tick at first, by grant.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use jiff::Timestamp;
use proofkey_core::border::ProviderView;
use proofkey_core::provider::{Catalogue, Grant, suggested_scopes};
use serde_json::json;

fn views() -> Vec<ProviderView> {
    Catalogue::built_in().views(Timestamp::UNIX_EPOCH)
}

fn view(id: &str) -> ProviderView {
    let mut views = views().into_iter();
    views.find(|view| view.provider.id == id).expect("built in")
}

#[test]
fn every_grant_of_a_provider_has_its_suggestion_and_no_other_has_one() {
    for ProviderView {
        provider,
        suggested,
        ..
    } in views()
    {
        let mut offered = provider.grants.clone();
        offered.sort();
        let told: Vec<Grant> = suggested.keys().copied().collect();
        assert_eq!(told, offered, "{}", provider.id);
        for (grant, scopes) in suggested {
            assert_eq!(
                scopes,
                suggested_scopes(&provider, grant),
                "{}",
                provider.id
            );
            assert!(
                grant.is_oauth() || scopes.is_empty(),
                "{}: no token, no scopes",
                provider.id
            );
        }
    }
}

#[test]
fn the_suggestions_are_written_under_the_names_of_the_grants() {
    for (id, suggested) in [
        // Whoever approves is asked for what keeps the connection alive.
        (
            "keycloak",
            json!({ "client_credentials": [], "authorization_code": ["openid", "offline_access"] }),
        ),
        // A server that signs in by itself names none there.
        (
            "shopify",
            json!({ "client_credentials": [], "authorization_code": ["read_products"] }),
        ),
        // What all grants have in common, and what only a server asks for.
        (
            "zendesk",
            json!({ "client_credentials": ["read"], "authorization_code": ["read"] }),
        ),
        ("freshdesk", json!({ "http_basic": [] })),
        ("api-key", json!({ "api_key": [] })),
        ("none", json!({ "none": [] })),
    ] {
        let written = serde_json::to_value(view(id)).expect("JSON");
        assert_eq!(written["suggested"], suggested, "{id}");
    }
}
