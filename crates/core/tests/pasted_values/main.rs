//! Client IDs and secrets as people paste them: what is said, what is mended, and what is never quoted.

mod pastes;

use proofkey_core::Secret;
use proofkey_core::connection::hygiene::{inspect, looks_swapped, tidy};
use proofkey_core::connection::{Finding, Severity};
use proptest::prelude::*;

use crate::pastes::{PASTES, Paste, VALUES};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

#[test]
fn clean_values_are_left_in_peace() {
    for value in VALUES {
        assert_eq!(inspect("client_secret", &secret(value)), [], "{value}");
        assert!(tidy(&secret(value)).is_none(), "{value}");
    }
}

#[test]
fn at_least_200_pastes_are_judged_and_mended_as_promised() {
    let mut fixtures = 0;
    for Paste {
        what,
        spoil,
        severity,
        mended,
    } in &PASTES
    {
        for value in VALUES {
            let spoilt = spoil(value);
            let findings = inspect("client_secret", &secret(&spoilt));
            assert_eq!(
                worst(&findings),
                Some(*severity),
                "{what}: {spoilt:?} {findings:?}"
            );
            assert_eq!(
                findings.iter().any(|f| f.tidy),
                *mended,
                "{what}: {spoilt:?}"
            );
            let tidied = tidy(&secret(&spoilt));
            let expected = mended.then_some(value);
            assert_eq!(
                tidied.as_ref().map(Secret::expose),
                expected,
                "{what}: {spoilt:?}"
            );
            fixtures += 1;
        }
    }
    assert!(fixtures >= 200, "{fixtures}");
}

#[test]
fn no_finding_quotes_the_value() {
    for Paste { spoil, .. } in &PASTES {
        for value in VALUES {
            let findings = inspect("client_secret", &secret(&spoil(value)));
            let said = format!("{findings:?}");
            let pieces = value.as_bytes().windows(5);
            for piece in pieces.map(String::from_utf8_lossy) {
                assert!(!said.contains(piece.as_ref()), "{piece} in {said}");
            }
        }
    }
}

#[test]
fn positions_are_those_of_the_pasted_text() {
    let findings = inspect("client_secret", &secret(" \u{200b}abcdefgh ij "));
    let said: Vec<&str> = findings.iter().map(|f| f.summary.as_str()).collect();
    assert_eq!(
        said,
        [
            "There is an invisible character (position 2).",
            "There is a blank at the beginning (position 1).",
            "There is a blank at the end (position 14).",
            "There is a blank inside (position 11).",
        ]
    );
}

#[test]
fn what_is_not_the_value_at_all_is_recognised_and_not_mended() {
    for (text, word) in [
        ("Basic a1B2c3D4e5F6a1B2c3D4e5F6", "header"),
        ("Authorization: Basic a1B2c3D4e5F6", "header"),
        ("Bearer a1B2c3D4e5F6", "header"),
        ("PGNsaWVudF9pZD46PGNsaWVudF9zZWNyZXQ+", "joined"),
        (
            "{\"client_id\": \"a1b2\", \"client_secret\": \"c3d4\"}",
            "several",
        ),
        ("client_id=a1b2&client_secret=c3d4", "several"),
        ("Client ID: a1b2\nClient secret: c3d4", "several"),
        ("grant_type=client_credentials", "several"),
        (
            "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----",
            "private key",
        ),
        (
            "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
            "token",
        ),
        ("https://acme.talkdeskid.com/oauth/token", "address"),
        ("<client_secret>", "placeholder"),
        ("your-client-id", "placeholder"),
        ("YOUR_CLIENT_SECRET", "placeholder"),
        ("${CLIENT_SECRET}", "placeholder"),
        ("{{client_secret}}", "placeholder"),
        ("$CLIENT_SECRET", "placeholder"),
        ("client_secret", "placeholder"),
        ("changeme", "placeholder"),
        ("undefined", "placeholder"),
        ("****************", "hidden"),
        ("••••••••••••", "hidden"),
        ("xxxxxxxx", "hidden"),
    ] {
        let findings = inspect("client_secret", &secret(text));
        let said = findings.iter().any(|f| f.summary.contains(word) && !f.tidy);
        assert!(said, "{text:?} {findings:?}");
        assert!(tidy(&secret(text)).is_none(), "{text:?}");
    }
}

#[test]
fn nothing_and_too_much_are_blocking_and_not_mended() {
    for text in [
        String::new(),
        "  \n".to_owned(),
        "\u{feff}".to_owned(),
        "a1B2".repeat(1025),
        " ".repeat(9_000_000),
    ] {
        let findings = inspect("client_id", &secret(&text));
        assert_eq!(worst(&findings), Some(Severity::Blocking));
        assert!(tidy(&secret(&text)).is_none());
    }
    assert_eq!(inspect("client_id", &secret(&"a1B2".repeat(1024))), []);
}

#[test]
fn exchanged_credentials_are_noticed_only_when_it_is_clear() {
    let (hex, uuid, long) = (VALUES[0], VALUES[1], VALUES[2]);
    for id in [hex, uuid] {
        assert!(looks_swapped(&secret(long), &secret(id)), "{id}");
        assert!(!looks_swapped(&secret(id), &secret(long)), "{id}");
    }
    assert!(looks_swapped(&secret(long), &secret("proofkey-client")));
    for (id, secret_value) in [
        (hex, hex),
        (uuid, hex),
        (hex, uuid),
        (long, long),
        ("a", "b"),
        ("", ""),
    ] {
        assert!(
            !looks_swapped(&secret(id), &secret(secret_value)),
            "{id} {secret_value}"
        );
    }
}

proptest! {
    #[test]
    fn what_is_marked_as_mendable_is_what_is_mended(
        text in prop_oneof![
            "[ \t\n\r\u{a0}\u{200b}\u{feff}\"'“”`a-cA-C0-9=:,;+/<>.{}_-]{0,40}",
            "(client_secret|Client ID|export X_CLIENT_ID)[ ]?[=:] ?[\"']?[a-z0-9 \n]{0,12}[\"',]{0,2}",
            ".{0,60}",
        ],
    ) {
        let findings = inspect("client_secret", &secret(&text));
        let tidied = tidy(&secret(&text));
        prop_assert_eq!(findings.iter().any(|f| f.tidy), tidied.is_some());
        if let Some(tidied) = tidied {
            prop_assert!(!tidied.is_empty() && tidied.expose().len() < text.len());
            prop_assert!(tidy(&tidied).is_none());
            let left = inspect("client_secret", &tidied);
            let before: Vec<Severity> = findings.iter().filter(|f| !f.tidy).map(|f| f.severity).collect();
            let after: Vec<Severity> = left.iter().map(|f| f.severity).collect();
            prop_assert_eq!(before, after);
        }
        let sendable = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) && !text.trim().is_empty();
        // A name and quotation marks around nothing could be sent, and are no value.
        let nothing = findings.iter().any(|f| f.summary.starts_with("There is nothing in it"));
        prop_assert_eq!(worst(&findings) != Some(Severity::Blocking), sendable && !nothing);
    }
}
