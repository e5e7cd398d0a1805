//! Every provider that is built in, end to end against a peer that plays its file: set-up, approval,
//! proof, export, refresh, removal. The peer's record decides. And one thing that goes wrong at each
//! of them, which must be noticed.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod journey;
mod known_errors;
mod mutations;
mod record;
mod stage;

use proofkey_core::provider::{Catalogue, Grant};
use proofkey_tests::Customer;

use crate::journey::each;

#[tokio::test]
async fn each_preset_with_client_credentials_works_from_set_up_to_removal() {
    each(
        customers(Grant::ClientCredentials),
        journey::client_credentials,
    )
    .await;
}

#[tokio::test]
async fn each_preset_that_a_person_approves_works_from_set_up_to_removal() {
    each(customers(Grant::AuthorizationCode), journey::approval).await;
}

#[tokio::test]
async fn each_preset_without_oauth_works_from_set_up_to_removal() {
    let grants = [Grant::HttpBasic, Grant::ApiKey, Grant::None];
    let customers = grants.into_iter().flat_map(customers).collect();
    each(customers, journey::without_oauth).await;
}

/// One for each provider with this grant, and for each way of client authentication that goes with it.
fn customers(grant: Grant) -> Vec<Customer> {
    let catalogue = Catalogue::built_in();
    let providers = catalogue.providers();
    let offering = providers.filter(|provider| provider.grants.contains(&grant));
    offering
        .flat_map(|provider| Customer::each_of(provider, grant))
        .collect()
}
