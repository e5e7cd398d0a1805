//! Orders from another process.

use proofkey_sandbox::{Curve, EventKind, EventOrder, Order, Outcome};

use crate::wire::{send, token_request};
use crate::{is_signed, order, sandbox, signer};

#[tokio::test]
async fn another_process_gives_orders_with_the_word_of_the_announcement_and_not_without() {
    let sandbox = sandbox().await;
    let descriptor = sandbox.descriptor();
    let wanted = Order::EmitEvent(order(EventKind::Installed));
    let Outcome::Events(events) = descriptor.order(&wanted).await.unwrap() else {
        panic!("no event came");
    };
    assert!(is_signed(&sandbox, &events[0], Curve::P256).await);
    let signer = signer::Signer::new(proofkey_core::provider::SigningAlgorithm::Ps256);
    let registered = Order::RegisterKey {
        account: "acme".to_owned(),
        key: signer.jwk().to_string(),
        algorithm: signer.algorithm,
        key_id: Some(signer::KEY_ID.to_owned()),
    };
    let outcome = descriptor.order(&registered).await.unwrap();
    assert!(matches!(outcome, Outcome::Done), "{outcome:?}");
    let host = "acme.talkdeskid.com";
    let client = "f026ca5de27f4a86d359c7d624dea14c";
    let assertion = signer.assertion(client, "https://acme.talkdeskid.com/oauth/token");
    let request = token_request(host, None, &signer::form(&assertion, ""));
    assert_eq!(send(&sandbox, host, &request).await.unwrap().status, 200);
    let mut stranger = descriptor.clone();
    stranger.word = "guessed".to_owned();
    assert!(stranger.order(&Order::TakeEvents).await.is_err());
    let nobody = Order::EmitEvent(EventOrder::default());
    let outcome = descriptor.order(&nobody).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
}
