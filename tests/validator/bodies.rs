//! The table of bad bodies: never 200, never an error of ours, never a hang, and nothing leaked.

use std::collections::BTreeSet;

use proofkey_tests::{Canary, Scanner};

use crate::stage::{KEY, Stage, fields, right, status, timeless};

const TABLE: &str = include_str!("../data/bad-bodies.txt");

/// Everything of the table, with the status that answers it.
fn rows() -> Vec<(u16, Vec<u8>)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| line.split_once('\t'));
    rows.map(|(status, body)| (status.parse().unwrap(), written(body)))
        .collect()
}

/// The bytes that a line stands for.
fn written(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        bytes.extend_from_slice(before.as_bytes());
        let (word, after) = after.split_once('»').unwrap();
        bytes.extend(meant(word));
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn meant(word: &str) -> Vec<u8> {
    match word {
        "key" => KEY.as_bytes().to_vec(),
        "fields" => fields().into_bytes(),
        "right" => right().into_bytes(),
        _ if word.starts_with("hex ") => {
            let pairs = word.split(' ').skip(1);
            let byte = |pair| u8::from_str_radix(pair, 16).unwrap();
            pairs.map(byte).collect()
        }
        _ => {
            let (count, text) = word.split_once(" times ").unwrap();
            text.repeat(count.parse().unwrap()).into_bytes()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bad_body_is_answered_with_200_or_an_error_of_ours() {
    let stage = Stage::set().await;
    let rows = rows();
    assert!(rows.len() >= 400, "{}", rows.len());
    let canary = Canary::known("the key", "me@acme.example/token", &format!("{KEY}{KEY}"));
    let scanner = Scanner::new([&canary]);
    let mut wrong = Vec::new();
    let mut answers = BTreeSet::new();
    for (expected, body) in &rows {
        let answer = stage.post(body).await;
        let shown = String::from_utf8_lossy(body.get(..120).unwrap_or(body)).into_owned();
        if status(&answer) != *expected {
            wrong.push(format!("{expected}, not {}: {shown}", status(&answer)));
        }
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains("canary"), "{shown}");
        scanner.assert_clean("an answer", &answer);
        answers.insert(timeless(&answer));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // One constant answer for each status, whatever is wrong.
    assert_eq!(answers.len(), 3, "{answers:#?}");
    let answer = stage.post(right().as_bytes()).await;
    assert_eq!(status(&answer), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_trial_is_brought_before_no_system() {
    let stage = Stage::set().await;
    let sendable = |body: &[u8]| {
        let text = String::from_utf8_lossy(body).into_owned();
        // The rows whose credentials are all there, and wrong.
        text.contains(r#"{"auth":{"subdomain":"acme","email":""#)
    };
    for (_, body) in rows().iter().filter(|(_, body)| !sendable(body)) {
        stage.post(body).await;
    }
    assert_eq!(stage.asked(), 0, "{:?}", stage.peer.records());
}

#[tokio::test(flavor = "multi_thread")]
async fn members_beside_auth_and_fields_that_nobody_knows_are_tolerated() {
    let stage = Stage::set().await;
    let fields = fields();
    for body in [
        format!(r#"{{"auth":{{{fields},"port":1,"sandbox":true}}}}"#),
        format!(r#"{{"auth":{{{fields},"user_id":4711,"unknown":"x","x":"","y":-3}}}}"#),
        format!(r#"{{"meta":{{"a":[1]}},"auth":{{{fields}}},"data":null}}"#),
        format!(" \r\n\t{{ \"auth\" : {{ {fields} }} }} \n"),
        format!(r#"{{"\u0061uth":{{{fields}}}}}"#),
        format!(r#"{{"auth":{{{fields},"{}":1}}}}"#, "n".repeat(5000)),
        format!(r#"{{"auth":{{{fields},"x":9007199254740992,"":1,"\u0000":2}}}}"#),
    ] {
        assert_eq!(
            status(&stage.post(body.as_bytes()).await),
            200,
            "{body:.200}"
        );
    }
}
