//! Whose answer it is (RFC 9207).

use super::*;

/// Each differs from [`ISSUER`] by something that some reading of a URL would not see, or would.
const NEAR_MISSES: [&str; 60] = [
    "https://id.example/tenant/",
    "https://id.example/tenant1",
    "https://id.example/tenan",
    "https://id.example/Tenant",
    "https://ID.example/tenant",
    "HTTPS://id.example/tenant",
    "http://id.example/tenant",
    "https://id.example:443/tenant",
    "https://id.example:8443/tenant",
    "https://id.example./tenant",
    "https://id.example/tenant?",
    "https://id.example/tenant#",
    "https://id.example/tenant?a=b",
    "https://id.example//tenant",
    "https://id.example/./tenant",
    "https://id.example/x/../tenant",
    "https://id.example/%74enant",
    "https://id.example/tenant%20",
    "https://id.example/tenant ",
    " https://id.example/tenant",
    "https://id.example/tenant\n",
    "https://id.example/tenant\0",
    "https://id.example\\tenant",
    "https:/id.example/tenant",
    "https:id.example/tenant",
    "//id.example/tenant",
    "id.example/tenant",
    "https://user@id.example/tenant",
    "https://id.example@evil.example/tenant",
    "https://evil.example/tenant",
    "https://id.example.evil.example/tenant",
    "https://evil.example/https://id.example/tenant",
    "https://xn--id-example/tenant",
    "https://id\u{3002}example/tenant",
    "https://\u{456}d.example/tenant",
    "https://id.exampl\u{435}/tenant",
    "https://id.example/tenan\u{442}",
    "https://id.example/tenant\u{200b}",
    "\u{feff}https://id.example/tenant",
    "https://id.example/t\u{e9}nant",
    "https://id.example/te\u{301}nant",
    "https://id.example/tenant;a",
    "https://id.example/tenant/..",
    "https://id.example/tenant/.",
    "https://id.example/",
    "https://id.example",
    "https://id.example/tenant/v2.0",
    "https://id.example/common",
    "https://id.example/{tenant}",
    "https://id.example/TENANT",
    "https://id.example/tenantt",
    "https://id-example/tenant",
    "https://id.example/tenant,https://id.example/tenant",
    "https://id.example/tenant https://evil.example",
    "https://[::1]/tenant",
    "https://127.0.0.1/tenant",
    "urn:id.example:tenant",
    "null",
    "undefined",
    "",
];

/// RFC 9207 §2.4: plain comparison of strings, without any of the readings a URL allows.
#[test]
fn an_issuer_that_is_nearly_right_is_wrong() {
    let pending = anyone();
    for issuer in NEAR_MISSES {
        for rest in ["code=a", "error=access_denied"] {
            let query = format!("{rest}&state={STATE}&iss={}", encoded(issuer));
            let rejection = refused(&pending, &query);
            assert!(
                matches!(rejection, Rejection::Unbelievable { .. }),
                "{issuer:?}"
            );
        }
    }
}

#[test]
fn whether_an_issuer_must_be_there_is_the_servers_word() {
    let without = format!("code=a&state={STATE}");
    let with = format!("{without}&iss={}", encoded(ISSUER));
    for (expected, response, without_taken, with_taken) in [
        (Some(ISSUER), ResponseIssuer::Sent, false, true),
        (Some(ISSUER), ResponseIssuer::Unknown, true, true),
        (Some(ISSUER), ResponseIssuer::Absent, true, false),
        (None, ResponseIssuer::Sent, false, false),
        (None, ResponseIssuer::Unknown, true, true),
        (None, ResponseIssuer::Absent, true, false),
    ] {
        let pending = pending(expected, response);
        assert_eq!(pending.recognize(&without).is_ok(), without_taken);
        assert_eq!(pending.recognize(&with).is_ok(), with_taken);
    }
    let unknown = pending(None, ResponseIssuer::Unknown);
    let granted = unknown.recognize(&with).unwrap().granted().unwrap();
    assert_eq!(granted.unproven_issuer.as_deref(), Some(ISSUER));
}
