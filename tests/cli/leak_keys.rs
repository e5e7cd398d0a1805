//! A private key goes in and never comes out: not as PEM, not as DER, not as the number that it is.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_core::provider::SigningAlgorithm;
use proofkey_core::signing_key::SigningKey;
use proofkey_tests::{Canary, Scanner};

use crate::leak::files_below;
use crate::stage::{Ran, Stage};

/// Where the number of a private key on P-256 lies in its PKCS#8 (RFC 5915 §3, RFC 5958 §2).
const NUMBER: std::ops::Range<usize> = 36..68;

/// Everything that a program printed or wrote, with where it was.
struct Seen<'s> {
    stage: &'s Stage,
    log: String,
    pieces: Vec<(String, Vec<u8>)>,
}

impl Seen<'_> {
    fn run(&mut self, arguments: &[&str], stdin: Option<&str>) -> Ran {
        let mut all = arguments.to_vec();
        all.extend(["--log", &self.log, "-vv"]);
        let ran = self.stage.run(&all, stdin);
        for (stream, text) in [("stdout", ran.stdout()), ("stderr", ran.stderr())] {
            let place = format!("{stream} of {arguments:?}");
            self.pieces.push((place, text.into_bytes()));
        }
        ran
    }
}

/// The key as each of the forms that people and programs write it in.
fn canaries(pem: &str) -> Vec<Canary> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("---"))
        .collect();
    let der = STANDARD.decode(&body).expect("Base64");
    let number = &der[NUMBER];
    let hex = |bytes: &[u8]| {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.concat()
    };
    let mut forms = vec![
        ("JWK d".to_owned(), URL_SAFE_NO_PAD.encode(number)),
        ("DER in Base64".to_owned(), body.clone()),
        ("number in hexadecimal".to_owned(), hex(number)),
        ("number in decimal bytes".to_owned(), format!("{number:?}")),
    ];
    // The first and the last line hold what every key of the kind has: the outline, the public half.
    let lines = pem.lines().skip(2).take(1);
    forms.extend(lines.map(|line| ("line of the PEM".to_owned(), line.to_owned())));
    let known = |(name, value): (String, String)| Canary::known(&name, "client-7f3a", &value);
    forms.into_iter().map(known).collect()
}

#[test]
fn a_private_key_is_not_printed_logged_exported_or_stored_in_clear() {
    let stage = Stage::set();
    let wallace = stage.account("wallace");
    let key = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let pem = key.to_pkcs8_pem().expect("PEM").expose().to_owned();
    let scanner = Scanner::new(&canaries(&pem));
    assert!(!scanner.search("PEM", pem.as_bytes()).is_empty());

    let mut seen = Seen {
        stage: &stage,
        log: stage.path("proofkey.log").display().to_string(),
        pieces: Vec::new(),
    };
    uses(&mut seen, &wallace.client_id, &pem);
    mistakes(&mut seen, &pem);
    exports(&mut seen, &pem);

    files_below(&stage.path("."), &mut seen.pieces);
    names_what_was_written(&seen.pieces);
    for (place, bytes) in &seen.pieces {
        let leaks = scanner.search(place, bytes);
        assert!(leaks.is_empty(), "{leaks:?}");
    }
}

/// Everything that a key is kept, shown and used with.
fn uses(seen: &mut Seen, client_id: &str, pem: &str) {
    let common = ["--private-key-file", "-", "--key-id", "k1"];
    let add = [
        "connection",
        "add",
        "leaky",
        "--provider",
        "talkdesk",
        "--var",
        "account=wallace",
    ];
    let more = ["--var", "region=us", "--client-id", client_id];
    // The practice server knows another key, so the paths that fail and quote most are run.
    let arguments: Vec<&str> = add.into_iter().chain(more).chain(common).collect();
    seen.run(&arguments, Some(pem)).failed_with(1);
    for (arguments, status) in [
        (&["connection", "list", "--json"][..], 0),
        (&["connection", "show", "leaky", "--json"], 0),
        (&["connection", "show", "leaky"], 0),
        (&["key", "show", "leaky"], 0),
        (&["key", "show", "leaky", "--public", "jwks"], 0),
        (&["key", "list", "--json"], 0),
        (&["validate", "leaky", "--json"], 1),
        (&["token", "leaky", "--json"], 3),
        (&["call", "leaky", "GET", "/account"], 3),
        (&["export", "leaky", "--secrets", "plain"], 1),
        (&["rotate", "status", "leaky"], 0),
        (&["doctor", "--json"], 0),
    ] {
        seen.run(arguments, None).failed_with(status);
    }
}

/// What is wrong with a key is told without the key, also where it nearly is one.
fn mistakes(seen: &mut Seen, pem: &str) {
    let damaged = pem.replacen(&pem[60..64], "!!!!", 1);
    let edit = [
        "connection",
        "edit",
        "leaky",
        "--no-validate",
        "--private-key-file",
        "-",
    ];
    for wrong in [&damaged, &pem[..150], &format!("{pem}{pem}")] {
        seen.run(&edit, Some(wrong)).failed_with(2);
    }
    seen.run(
        &["rotate", "begin", "leaky", "--private-key-file", "-"],
        Some(&damaged),
    )
    .failed_with(2);
}

/// The search says nothing of files that were not there.
fn names_what_was_written(pieces: &[(String, Vec<u8>)]) {
    let places: Vec<&str> = pieces.iter().map(|(place, _)| place.as_str()).collect();
    for file in ["proofkey.log", "leaky.toml", "vault.age"] {
        assert!(
            places.iter().any(|place| place.ends_with(file)),
            "{file} in {places:?}"
        );
    }
}

/// Of a connection that is proven: redacted in every format. A plain one holds the key, so that the search
/// is known to look for the right thing.
fn exports(seen: &mut Seen<'_>, unknown: &str) {
    let practice = seen.stage.account("wallace").key.expect("it signs");
    let scanner = Scanner::new(&canaries(&practice.private_key));
    let key_id = &practice.key_id;
    let edit = [
        "connection",
        "edit",
        "leaky",
        "--private-key-file",
        "-",
        "--key-id",
        key_id,
    ];
    seen.run(&edit, Some(&practice.private_key)).succeeded();
    for format in [
        "json",
        "yaml",
        "toml",
        "dotenv",
        "shell",
        "docker-env",
        "postman",
        "nexla",
    ] {
        let text = seen
            .run(&["export", "leaky", "--format", format], None)
            .succeeded()
            .stdout();
        assert!(
            scanner.search(format, text.as_bytes()).is_empty(),
            "{format}"
        );
    }
    let file = seen.stage.path("plain.json");
    let output = file.display().to_string();
    let plain = ["export", "leaky", "--secrets", "plain", "--output", &output];
    seen.run(&plain, None).succeeded();
    let text = fs::read(&file).expect("a file");
    assert!(
        !scanner.search("plain", &text).is_empty(),
        "the key is in the plain file"
    );
    assert!(!String::from_utf8_lossy(&text).contains(unknown));
    fs::remove_file(&file).expect("removed");
}
