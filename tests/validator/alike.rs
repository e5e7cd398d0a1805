//! Whatever is wrong with credentials, the answer is the same byte for byte (rule L4).

use crate::stage::{KEY, Stage, status, timeless};

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
