//! Names that must never become part of an address (rules I1 and L10).

use crate::stage::{Trial, fields, integration};
use proofkey_core::integration::Scalar;
use proofkey_tests::{RawPeer, json_answer};

const CORPUS: &str = include_str!("../data/hostile-accounts.txt");

/// The names of the corpus, with what is written `\u{...}` and `\\` put back, each with its class.
fn names() -> Vec<(&'static str, String)> {
    let lines = CORPUS.lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split_once('\t'));
    names
        .map(|(class, name)| (class, unescaped(name)))
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        rest = if let Some(after) = after.strip_prefix("u{") {
            let (code, after) = after.split_once('}').unwrap();
            plain.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
            after
        } else {
            plain.push('\\');
            after.strip_prefix('\\').unwrap()
        };
    }
    plain + rest
}

#[tokio::test]
async fn no_hostile_name_reaches_any_server() {
    let peer = RawPeer::plain(|_| json_answer(200, r#"{"id":1}"#)).await;
    let own = integration(
        r#"
        path = "/"
        fields = { shop = "label", key = "secret" }
        [upstream]
        api_base = "https://{shop}.example.com"
        path = "/of/{shop}"
        token = "key"
        "#,
    );
    let talkdesk = integration(
        r#"
        path = "/"
        provider = "talkdesk"
        fixed = { region = "us" }
        fields = { account = "label", client_id = "string", client_secret = "secret" }
        "#,
    );
    let port = peer.address().port();
    let lead = format!("::127.0.0.1:{port}");
    let root = proofkey_tests::TestCa::new("hosts").root_pem();
    let own = Trial::at(own, &lead, &root);
    let talkdesk = Trial::at(talkdesk, &lead, &root);
    let names = names();
    assert!(names.len() > 300, "{}", names.len());
    for (class, name) in &names {
        let auth = fields(&[
            ("shop", name),
            ("key", "canary-0815"),
            ("account", name),
            ("client_id", "id"),
            ("client_secret", "canary-0815"),
        ]);
        // Some are labels, and only the system's own pattern refuses them.
        let trials = if *class == "pattern" {
            &[&talkdesk][..]
        } else {
            &[&own, &talkdesk]
        };
        for trial in trials {
            let code = trial.code(&auth).await;
            assert!(
                ["not_a_label", "missing_field"].contains(&code),
                "{name:?} {code}"
            );
        }
    }
    assert_eq!(peer.connections(), 0);
    let typed = proofkey_core::integration::Auth::from([
        ("shop".to_owned(), Scalar::Integer(1)),
        ("key".to_owned(), Scalar::text("k")),
    ]);
    assert_eq!(own.code(&typed).await, "wrong_type");
}
