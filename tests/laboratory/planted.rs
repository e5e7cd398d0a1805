//! Rule J8: fourteen forms of a secret, each in six places of an answer. The report names the finding and
//! holds none of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use proofkey_core::laboratory::PointId;
use proofkey_core::system::network::NetworkSettings;
use proofkey_tests::{Act, Canary, Encoding, RawPeer, Scanner, answer};
use serde_json::json;

use crate::bench::{CALL, failed, tried_as};

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Six answers with `planted` somewhere.
fn answers(planted: &[u8]) -> [Vec<u8>; 6] {
    let text = String::from_utf8(planted.to_vec()).expect("text");
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    // A header carries what can be seen and nothing else.
    let visible = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let header = if visible {
        text.clone()
    } else {
        STANDARD.encode(planted)
    };
    let page = [b"<h1>No access for ", planted, b"</h1>"].concat();
    [
        answer(403, &[("Content-Type", "text/html")], &page),
        answer(
            401,
            &[JSON],
            &json(json!({ "error": format!("no user with {text}") })),
        ),
        answer(200, &[JSON], &json(json!({ "user": { "key": text } }))),
        answer(200, &[JSON], &json(json!({ &text: 1, "id": null }))),
        answer(500, &[("X-Debug", &header), JSON], b"{}"),
        answer(
            200,
            &[("Content-Type", &format!("text/plain; of={header}"))],
            b"OK",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn all_84_planted_secrets_are_found_and_none_is_in_the_report() {
    let canary = Canary::new("the password", "pat");
    let scanner = Scanner::new([&canary]);
    let auth = json!({ "username": "pat", "password": canary.value() }).to_string();
    for encoding in Encoding::ALL {
        for answered in answers(&encoding.careless(&canary)) {
            let shown = String::from_utf8_lossy(&answered).into_owned();
            let peer = RawPeer::plain(move |_| vec![Act::Read, Act::Send(answered.clone())]).await;
            let url = peer.url("/validate");
            let settings = NetworkSettings::default();
            let report = tried_as(&settings, url.as_str(), HeaderMap::new(), &auth, CALL).await;
            assert!(
                failed(&report).contains(&PointId::Echo),
                "{encoding:?} {shown}"
            );
            let told = serde_json::to_string(&report).expect("JSON");
            scanner.assert_clean(&shown, told.as_bytes());
        }
    }
}
