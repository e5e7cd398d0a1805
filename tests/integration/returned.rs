//! What comes back from a system that repeats what it was sent (rule L3), and from one that answers
//! strangely.

use proofkey_core::integration::LeftOut;
use proofkey_core::system::network::NetworkSettings;
use proofkey_tests::{Canary, Encoding, RawPeer, Scanner, json_answer};
use serde_json::{Value, json};

use crate::stage::{Trial, fields, integration};

const SECRET: &str = "cnr-7Kq2xVn9Zt4Lw8RbYd3Gm6";

/// In front of a plain system on this machine that always answers `body`.
async fn in_front_of(returns: &str, body: String) -> (Trial, RawPeer) {
    let peer = RawPeer::plain(move |_| json_answer(200, &body)).await;
    let made = integration(&format!(
        r#"
        path = "/"
        fields = {{ user = "string", key = "secret" }}
        returns = {{ {returns} }}
        [upstream]
        api_base = "http://{}"
        path = "/me"
        basic = {{ username = "{{user}}/token", password = "{{key}}" }}
        "#,
        peer.address()
    ));
    let network = proofkey_core::system::network::Network::new(NetworkSettings::default()).unwrap();
    let trial = Trial {
        integration: made,
        network,
    };
    (trial, peer)
}

#[tokio::test]
async fn a_secret_that_the_system_repeats_in_any_encoding_is_not_returned() {
    let canary = Canary::known("the key", "me/token", SECRET);
    let auth = fields(&[("user", "me"), ("key", SECRET)]);
    let pair = "bWUvdG9rZW46Y25yLTdLcTJ4Vm45WnQ0THc4UmJZZDNHbTY=";
    let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    for echo in [
        SECRET.to_owned(),
        format!("your key is {SECRET}!"),
        SECRET.to_uppercase(),
        SECRET.chars().rev().collect(),
        pair.to_owned(),
        format!("Basic {pair}"),
        hex.concat(),
        format!("%63{}", &SECRET[1..]),
    ] {
        let body = json!({ "echo": echo, "id": 1 }).to_string();
        let (trial, _peer) = in_front_of("echo = \"$.echo\", id = \"$.id\"", body).await;
        let answer = trial.accepted(&auth).await;
        assert_eq!(answer.left_out["echo"], LeftOut::HoldsSecret, "{echo}");
        assert_eq!(answer.body().as_slice(), br#"{"id":1}"#);
        Scanner::new([&canary]).assert_clean("the body", &answer.body());
    }
}

/// Rule J8 has fourteen forms; each is planted in six places of a text.
#[tokio::test]
async fn not_one_of_84_planted_secrets_is_returned() {
    let canary = Canary::new("the key", "me/token");
    let auth = fields(&[("user", "me"), ("key", canary.value())]);
    let mut planted = serde_json::Map::new();
    for encoding in Encoding::ALL {
        let written = String::from_utf8(encoding.careless(&canary)).unwrap();
        for (place, text) in [
            written.clone(),
            format!("key={written}"),
            format!("DEBUG got {written} from you"),
            format!("<a href=\"/x?k={written}&a=b\">"),
            format!("0x{written}"),
            format!("{}{written}", "- ".repeat(1500)),
        ]
        .into_iter()
        .enumerate()
        {
            planted.insert(format!("{encoding:?}_{place}"), Value::String(text));
        }
    }
    let names: Vec<String> = planted.keys().cloned().collect();
    assert_eq!(names.len(), 84);
    for some in names.chunks(14) {
        let returns = some.iter().map(|name| format!("{name} = \"$.{name}\""));
        let returns = returns.collect::<Vec<_>>().join(", ");
        let body = Value::Object(planted.clone()).to_string();
        let (trial, _peer) = in_front_of(&returns, body).await;
        let answer = trial.accepted(&auth).await;
        assert_eq!(answer.body().as_slice(), b"{}", "{returns}");
        for name in some {
            assert_eq!(answer.left_out[name], LeftOut::HoldsSecret, "{name}");
        }
    }
}

#[tokio::test]
async fn a_user_name_may_come_back() {
    let body = json!({ "user": "me/token", "mail": "me" }).to_string();
    let (trial, _peer) = in_front_of("a = \"$.user\", b = \"$.mail\"", body).await;
    let answer = trial
        .accepted(&fields(&[("user", "me"), ("key", SECRET)]))
        .await;
    assert_eq!(answer.body().as_slice(), br#"{"a":"me/token","b":"me"}"#);
}

#[tokio::test]
async fn only_what_was_listed_is_returned_and_only_in_types_that_talkdesk_keeps() {
    let body = json!({
        "text": "x", "whole": -7, "flag": false, "null": null, "list": [1], "object": {"a": 1},
        "part": 1.5, "far": 9_007_199_254_740_993_i64, "unlisted": "x", "items": [{"id": 5}],
    });
    let returns = r#"text = "$.text", whole = "$.whole", flag = "$.flag", null = "$.null",
        list = "$.list", object = "$.object", part = "$.part", far = "$.far", first = "$.items[0].id",
        beyond = "$.items[9].id""#
        .replace('\n', " ");
    let auth = fields(&[("user", "me"), ("key", SECRET)]);
    let (trial, _peer) = in_front_of(&returns, body.to_string()).await;
    let answer = trial.accepted(&auth).await;
    assert_eq!(
        answer.body().as_slice(),
        br#"{"first":5,"flag":false,"text":"x","whole":-7}"#
    );
    let left: Vec<&str> = answer.left_out.values().map(|why| why.code()).collect();
    assert_eq!(
        left,
        [
            "missing",
            "not_scalar",
            "not_scalar",
            "missing",
            "not_scalar",
            "not_scalar"
        ]
    );
}

#[tokio::test]
async fn what_goes_out_is_the_call_that_was_described() {
    let (trial, peer) = in_front_of("", "{}".to_owned()).await;
    assert_eq!(
        trial
            .code(&fields(&[("user", "me"), ("key", SECRET)]))
            .await,
        "accepted"
    );
    let request = peer.request_texts().remove(0).to_lowercase();
    assert!(request.starts_with("get /me http/1.1\r\n"), "{request}");
    let pair = "basic bwuvdg9rzw46y25ylt";
    assert!(
        request.contains(&format!("authorization: {pair}")),
        "{request}"
    );
    for (user, key) in [("a:b", "k"), ("a\nb", "k"), ("me", "k\r\nx: y")] {
        assert_eq!(
            trial.code(&fields(&[("user", user), ("key", key)])).await,
            "not_sendable"
        );
    }
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn trials_have_their_own_time() {
    let peer = RawPeer::plain(|_| vec![proofkey_tests::Act::Read, proofkey_tests::Act::Hold]).await;
    let made = integration(&format!(
        "path = \"/\"\ntimeout_ms = 100\nfields = {{ key = \"secret\" }}\n[upstream]\napi_base = \"http://{}\"\npath = \"/me\"\ntoken = \"key\"",
        peer.address()
    ));
    let network = proofkey_core::system::network::Network::new(NetworkSettings::default()).unwrap();
    let trial = Trial {
        integration: made,
        network,
    };
    assert_eq!(trial.code(&fields(&[("key", SECRET)])).await, "timed_out");
}
