//! Whatever is wrong with credentials, the answer is the same byte for byte (rule L4).

use std::collections::{BTreeMap, BTreeSet};

use crate::stage::{KEY, Stage, status, timeless};

/// One answer proves little: a header that comes now and then, or with one kind of refusal only, shows in many.
#[tokio::test(flavor = "multi_thread")]
async fn of_300_interleaved_refusals_none_tells_why_in_status_headers_or_body() {
    let stage = Stage::set().await;
    let kinds = [
        ("acme", r#""email":"me@acme.example","api_token":"wrong""#),
        (
            "acme",
            r#""email":"nobody@acme.example","api_token":"wrong""#,
        ),
        ("nobody", r#""email":"me@acme.example","api_token":"wrong""#),
        (
            "not one label",
            r#""email":"me@acme.example","api_token":"wrong""#,
        ),
        ("acme", r#""email":"me@acme.example""#),
        ("acme", r#""email":"me@acme.example","api_token":"""#),
    ];
    let mut answers = BTreeMap::<String, BTreeSet<usize>>::new();
    for round in 0..50 {
        for turn in 0..kinds.len() {
            // Each kind comes after each other one.
            let kind = (turn * (1 + round % 5) + round) % kinds.len();
            let (subdomain, fields) = kinds[kind];
            let body = format!(r#"{{"auth":{{"subdomain":"{subdomain}",{fields}}}}}"#);
            let answer = stage.post(body.as_bytes()).await;
            answers.entry(timeless(&answer)).or_default().insert(kind);
        }
    }
    let told: Vec<_> = answers.iter().collect();
    let [(answer, _)] = told[..] else {
        panic!("{told:#?}")
    };
    assert!(answer.starts_with("http/1.1 401 "), "{answer}");
    assert!(stage.asked() >= 100, "those of known shape ask the system");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_an_unknown_user_and_a_wrong_key_look_alike() {
    let stage = Stage::set().await;
    let mut answers = Vec::new();
    for (subdomain, email, key) in [
        ("acme", "me@acme.example", "wrong"),
        ("acme", "nobody@acme.example", KEY),
        ("nobody", "me@acme.example", KEY),
        ("evil.com/", "me@acme.example", KEY),
        ("acme", "me@acme.example", "line\\nbreak"),
        ("acme", "", KEY),
    ] {
        let body = format!(
            r#"{{"auth":{{"subdomain":"{subdomain}","email":"{email}","api_token":"{key}"}}}}"#
        );
        let answer = stage.post(body.as_bytes()).await;
        assert_eq!(status(&answer), 401, "{body}");
        answers.push(timeless(&answer));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
}
