//! The sample configurations of the documentation, each in front of a peer that plays its system.

use std::collections::BTreeMap;

use proofkey_core::integration::{Auth, Integration, IntegrationFile, Scalar};
use proofkey_core::oauth::{Client, ClientCredentials, Dialect, client_credentials};
use proofkey_core::provider::{self, Catalogue, Grant, Provider};
use proofkey_core::system::clock::SystemClock;
use proofkey_core::{Problem, Secret};
use proofkey_sandbox::{Mutation, Peer, PeerPlan};
use proofkey_tests::Customer;
use serde::Deserialize;

use crate::stage::{Trial, duplicate, fields, network, with, without};

const ZENDESK: &str = include_str!("../../docs/validator/samples/zendesk.toml");
const FRESHDESK: &str = include_str!("../../docs/validator/samples/freshdesk.toml");
const SALESFORCE: &str = include_str!("../../docs/validator/samples/salesforce.toml");
const CUSTOM: &str = include_str!("../../docs/validator/samples/custom-oauth.toml");
const CRM: &str = include_str!("../../docs/validator/practice-crm.toml");

/// As much of a configuration as the engine reads.
#[derive(Deserialize)]
struct Sample {
    integration: Vec<IntegrationFile>,
}

fn sample(text: &str) -> Integration {
    let mut sample: Sample = toml::from_str(text).unwrap();
    let file = sample.integration.pop().unwrap();
    assert!(sample.integration.is_empty());
    Integration::of(&file, &Catalogue::built_in()).unwrap()
}

fn known(id: &str) -> Provider {
    Catalogue::built_in().provider(id).unwrap().clone()
}

async fn in_front_of(text: &str, plan: PeerPlan) -> (Trial, Peer) {
    let peer = Peer::start(plan).await.unwrap();
    let trial = Trial::at(sample(text), &peer.connect_to(), peer.ca_pem());
    (trial, peer)
}

/// The right values are accepted, and each altered one refused; what was returned validates when it comes
/// back, as Talkdesk sends it.
async fn assert_judges(trial: &Trial, auth: &Auth, returned: &str, secret: &str) {
    let answer = trial.accepted(auth).await;
    let body = answer.body();
    assert_eq!(std::str::from_utf8(&body).unwrap(), returned);
    let mut again = duplicate(auth);
    for (name, value) in answer.returned {
        again.insert(name, value);
    }
    let second = trial.accepted(&again).await;
    assert_eq!(second.body().as_slice(), body.as_slice());
    for value in ["wrong-secret-0815", "x"] {
        let wrong = with(auth, secret, Scalar::text(value));
        let code = trial.code(&wrong).await;
        assert!(["credentials", "answer_unmet"].contains(&code), "{code}");
    }
    for name in auth.keys() {
        assert_eq!(
            trial.code(&without(auth, name)).await,
            "missing_field",
            "{name}"
        );
        let empty = with(auth, name, Scalar::text(""));
        assert_eq!(trial.code(&empty).await, "missing_field", "{name}");
        let typed = with(auth, name, Scalar::Flag(true));
        assert_eq!(trial.code(&typed).await, "wrong_type", "{name}");
    }
}

#[tokio::test]
async fn zendesk_with_an_api_token() {
    let customer = Customer::first_of(&known("zendesk-token"), Grant::HttpBasic);
    let (trial, peer) = in_front_of(ZENDESK, customer.plan()).await;
    let secret = customer.secret.as_deref().unwrap();
    let auth = fields(&[
        ("subdomain", "acme"),
        ("email", &customer.client_id),
        ("api_token", secret),
    ]);
    assert_judges(&trial, &auth, r#"{"user_id":4711}"#, "api_token").await;
    let records = peer.records();
    assert!(
        records
            .iter()
            .all(|record| record.host == "acme.zendesk.com")
    );
    assert!(
        records
            .iter()
            .all(|record| record.path == "/api/v2/users/me.json")
    );
}

#[tokio::test]
async fn freshdesk_with_an_api_key() {
    let customer = Customer::first_of(&known("freshdesk"), Grant::HttpBasic);
    let (trial, _peer) = in_front_of(FRESHDESK, customer.plan()).await;
    let secret = customer.secret.as_deref().unwrap();
    let auth = fields(&[("domain", "acme"), ("api_key", secret)]);
    assert_judges(&trial, &auth, r#"{"agent_id":4711}"#, "api_key").await;
}

#[tokio::test]
async fn salesforce_with_client_credentials() {
    let customer = Customer::first_of(&known("salesforce"), Grant::ClientCredentials);
    let plan = PeerPlan {
        parameters: BTreeMap::new(),
        ..customer.plan()
    };
    let (trial, peer) = in_front_of(SALESFORCE, plan).await;
    let secret = customer.secret.as_deref().unwrap();
    let auth = fields(&[
        ("domain", "acme"),
        ("consumer_key", &customer.client_id),
        ("consumer_secret", secret),
    ]);
    assert_judges(&trial, &auth, r#"{"identity":4711}"#, "consumer_secret").await;
    let hosts: Vec<String> = peer.records().into_iter().map(|it| it.host).collect();
    assert!(
        hosts.contains(&"acme.my.salesforce.com".to_owned()),
        "{hosts:?}"
    );
    assert!(
        hosts.iter().all(|host| host.ends_with(".salesforce.com")),
        "{hosts:?}"
    );
}

/// The system of the sample, as the documentation has the sandbox play it.
fn crm() -> Provider {
    let parsed = Catalogue::built_in().parse("practice-crm.toml", CRM);
    parsed.unwrap()
}

/// A token, as Talkdesk gets it in its own sign-in.
async fn token(peer: &Peer, customer: &Customer) -> Result<Secret, Problem> {
    let network = network(&[peer.connect_to()], peer.ca_pem());
    let endpoints = provider::endpoints(&customer.provider, &customer.variables())?;
    let (id, secret) = (
        Secret::new(customer.client_id.clone()),
        Secret::new(customer.secret.clone().unwrap_or_default()),
    );
    let credentials = ClientCredentials {
        token_url: endpoints.token_url()?,
        client: Client {
            id: &id,
            secret: Some(&secret),
            authentication: customer.authentication,
            basic_encoding: customer.provider.basic_encoding,
            assertions: None,
        },
        scopes: &[],
        parameters: &customer.parameters,
        dialect: Dialect::from(&customer.provider),
    };
    let reply = client_credentials::request(&network, &SystemClock, &credentials).await;
    Ok(reply.map_err(Problem::from)?.access_token)
}

#[tokio::test]
async fn a_custom_oauth_api_with_a_call_of_its_own() {
    let customer = Customer::first_of(&crm(), Grant::ClientCredentials);
    let (trial, peer) = in_front_of(CUSTOM, customer.plan()).await;
    let token = token(&peer, &customer).await.unwrap();
    let auth = fields(&[("account", "acme"), ("access_token", token.expose())]);
    assert_judges(&trial, &auth, r#"{"user_id":4711}"#, "access_token").await;
    let kept = with(&auth, "refresh_token", Scalar::text("not-used-anywhere"));
    assert_eq!(trial.code(&kept).await, "accepted");
    let sent = format!("{:?}", peer.records());
    assert!(!sent.contains("not-used-anywhere"));
}

#[tokio::test]
async fn an_api_that_says_yes_to_nobody_in_particular_is_not_believed() {
    let customer = Customer::first_of(&known("zendesk-token"), Grant::HttpBasic);
    let auth = fields(&[
        ("subdomain", "acme"),
        ("email", &customer.client_id),
        ("api_token", customer.secret.as_deref().unwrap()),
    ]);
    for (mutation, why) in [
        (Mutation::Anonymous, "answer_unmet"),
        (Mutation::CredentialRefused, "credentials"),
        (Mutation::LoginPage, "not_json"),
        (Mutation::LoginRedirect, "redirected"),
    ] {
        let plan = customer.clone().with(mutation.clone()).plan();
        let (trial, _peer) = in_front_of(ZENDESK, plan).await;
        assert_eq!(trial.code(&auth).await, why, "{mutation:?}");
    }
}
