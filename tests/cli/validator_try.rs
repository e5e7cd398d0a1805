//! `proofkey validator try` in front of a validator that is written in Express.

use proofkey_tests::{Canary, ExpressValidator, Scanner, TestCa};
use serde_json::Value;

use crate::stage::{Ran, Stage};

fn tried(stage: &Stage, server: &ExpressValidator, options: &[&str]) -> Ran {
    let file = stage.path("auth.json");
    std::fs::write(&file, ExpressValidator::AUTH).expect("a file");
    let (url, file) = (server.url(), file.display().to_string());
    let mut arguments = vec!["validator", "try", &url, "--auth-file", &file];
    arguments.extend(options);
    Stage::ran(stage.outside(&arguments), None)
}

fn failed(document: &Value) -> Vec<&str> {
    let points = document["points"].as_array().expect("points");
    let failed = points.iter().filter(|point| point["status"] == "failed");
    failed.filter_map(|point| point["id"].as_str()).collect()
}

#[test]
fn the_exit_status_tells_a_right_validator_from_a_wrong_one() {
    let stage = Stage::set();
    let Some(right) = ExpressValidator::start(&[], None) else {
        return;
    };
    let text = tried(&stage, &right, &["--suite"]).succeeded().stdout();
    assert!(text.contains("It keeps the contract: 20 calls"), "{text}");
    let text = tried(&stage, &right, &[]).succeeded().stdout();
    assert!(text.contains("Fine as far as 1 call can tell"), "{text}");
    tried(&stage, &right, &["--expect", "401"]).failed_with(1);

    let mistakes = ["any_credentials", "echo", "html", "nested", "crash"];
    let Some(wrong) = ExpressValidator::start(&mistakes, None) else {
        return;
    };
    let ran = tried(&stage, &wrong, &["--suite", "--json"]).failed_with(1);
    let document = ran.json();
    let found = ["content_type", "fields", "altered", "malformed", "echo"];
    assert_eq!(failed(&document), found);
    for secret in [ExpressValidator::PASSWORD, ExpressValidator::TOKEN] {
        assert!(!ran.stdout().contains(secret) && !ran.stderr().contains(secret));
    }
    let text = tried(&stage, &wrong, &["--suite"]).failed_with(1).stdout();
    assert!(text.contains("Found wanting in 5 points"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 93),
        "{text}"
    );
}

#[test]
fn credentials_come_by_standard_input_and_headers_by_file() {
    let stage = Stage::set();
    let Some(server) = ExpressValidator::start(&[], Some("caller-word-77-Hd3Pf6Xc9")) else {
        return;
    };
    let headers = stage.path("headers");
    std::fs::write(&headers, "Authorization: Bearer caller-word-77-Hd3Pf6Xc9\n").expect("a file");
    let (url, headers) = (server.url(), headers.display().to_string());
    let arguments = [
        "validator",
        "try",
        &url,
        "--auth-file",
        "-",
        "--header-file",
        &headers,
    ];
    Stage::ran(stage.outside(&arguments), Some(ExpressValidator::AUTH)).succeeded();
    let ran = Stage::ran(
        stage.outside(&arguments),
        Some("{\u{201c}auth\u{201d}: {}}"),
    );
    let told = ran.failed_with(2).stderr();
    assert!(told.contains("line 1, column 2"), "{told}");
    let named = [&arguments[..], &["--secret-field", "pin"]].concat();
    let ran = Stage::ran(stage.outside(&named), Some(ExpressValidator::AUTH));
    assert!(ran.failed_with(2).stderr().contains("“pin”"));
}

#[cfg(unix)]
#[test]
fn files_that_others_may_read_are_taken_and_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::set();
    let (auth, headers) = (stage.path("auth.json"), stage.path("headers"));
    std::fs::write(&auth, ExpressValidator::AUTH).expect("a file");
    std::fs::write(&headers, "Authorization: Bearer caller-word-77-Hd3Pf6Xc9\n").expect("a file");
    let run = |mode| {
        for file in [&auth, &headers] {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("a mode");
        }
        let (auth, headers) = (auth.display().to_string(), headers.display().to_string());
        // Nobody listens there: what is said about the files comes before any call.
        let arguments = [
            "validator",
            "try",
            "http://127.0.0.1:9/",
            "--auth-file",
            &auth,
            "--header-file",
            &headers,
        ];
        Stage::ran(stage.outside(&arguments), None)
            .failed_with(1)
            .stderr()
    };
    let told = run(0o644);
    for option in [
        "warning: --auth-file: ",
        "warning: --header-file: ",
        "chmod 600",
    ] {
        assert!(told.contains(option), "{told}");
    }
    assert_eq!(run(0o600), "");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_or_that_is_another_certificates_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::set();
    let ca = TestCa::new("callers");
    let ((certificate, key), (_, other)) = (ca.caller(), ca.caller());
    let run = |key: &str, mode| {
        let files = ["auth.json", "caller.pem", "caller.key"].map(|name| stage.path(name));
        for (file, text) in files
            .iter()
            .zip([ExpressValidator::AUTH, &certificate, key])
        {
            std::fs::write(file, text).expect("a file");
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("a mode");
        }
        let [auth, certificate, key] = files.map(|file| file.display().to_string());
        let arguments = [
            "validator",
            "try",
            "http://127.0.0.1:9/",
            "--auth-file",
            &auth,
            "--client-certificate",
            &certificate,
            "--client-key",
            &key,
        ];
        Stage::ran(stage.outside(&arguments), None)
    };
    let told = run(&key, 0o644).failed_with(4).stderr();
    assert!(told.contains("chmod 600"), "{told}");
    let told = run(&other, 0o600).failed_with(2).stderr();
    assert!(
        told.contains("--client-key: The key and the certificate"),
        "{told}"
    );
    // Both are fine, and nobody listens there.
    run(&key, 0o600).failed_with(1);
}

#[test]
fn no_secret_and_no_returned_value_is_printed_or_logged() {
    let stage = Stage::set();
    let mistakes = ["any_credentials", "echo", "crash"];
    let Some(server) = ExpressValidator::start(&mistakes, Some("caller-word-77-Hd3Pf6Xc9")) else {
        return;
    };
    let (headers, log) = (stage.path("headers"), stage.path("log"));
    std::fs::write(&headers, "Authorization: Bearer caller-word-77-Hd3Pf6Xc9\n").expect("a file");
    let (headers, log) = (headers.display().to_string(), log.display().to_string());
    let more = ["--suite", "--header-file", &headers, "--log", &log, "-vv"];
    for form in [&[][..], &["--json"][..]] {
        let ran = tried(&stage, &server, &[&more[..], form].concat()).failed_with(1);
        let mut left = ran.all();
        left.extend(std::fs::read(&log).expect("the log"));
        let canaries = [
            Canary::known("password", "", ExpressValidator::PASSWORD),
            Canary::known("token", "", ExpressValidator::TOKEN),
            Canary::known("caller", "", "caller-word-77-Hd3Pf6Xc9"),
        ];
        let leaks = Scanner::new(&canaries).search("what was left behind", &left);
        assert!(leaks.is_empty(), "{leaks:?}");
    }
}
