//! Where metadata is looked for, and which is believed.

use proofkey_core::oauth::discovery::{self, DiscoveryErrorKind, Issuer};
use proofkey_core::{Code, Problem};
use proofkey_tests::Website;

use crate::{OAUTH, OPENID, discover, metadata, network, with};

#[tokio::test]
async fn the_second_well_known_address_is_asked_only_when_the_first_does_not_exist() {
    let site = Website::start().await;
    site.put_json(&format!("{OAUTH}/acme"), &metadata(&site, "/acme"));
    let found = discover(&site, "/acme").await.unwrap();
    assert_eq!(found.url, site.url(&format!("{OAUTH}/acme")));
    assert_eq!(
        site.asked(),
        [format!("/acme{OPENID}"), format!("{OAUTH}/acme")]
    );

    site.put_json(&format!("/acme{OPENID}"), &metadata(&site, "/acme"));
    let found = discover(&site, "/acme").await.unwrap();
    assert_eq!(found.url, site.url(&format!("/acme{OPENID}")));
    assert_eq!(site.asked().len(), 3);

    for status in [301, 302, 303, 307, 308, 401, 403, 410, 500, 503] {
        let other = site.url(&format!("{OAUTH}/acme"));
        let headers = [
            ("Location", other.as_str()),
            ("Content-Type", "application/json"),
        ];
        site.put(&format!("/acme{OPENID}"), status, &headers, b"{}");
        let before = site.asked().len();
        let error = discover(&site, "/acme").await.unwrap_err();
        assert!(
            matches!(error, DiscoveryErrorKind::Document(_)),
            "{status}: {error:?}"
        );
        assert_eq!(site.asked().len(), before + 1, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_publishes_nothing_is_said_so() {
    let site = Website::start().await;
    let issuer = Issuer::parse(site.origin()).unwrap();
    let error = discovery::discover(&network(), &issuer).await.unwrap_err();
    assert_eq!(error.kind, DiscoveryErrorKind::Absent);
    assert_eq!(site.asked(), [OPENID, OAUTH]);
    assert_eq!(Problem::from(error).code, Code::ResponseMalformed);
}

#[tokio::test]
async fn metadata_of_another_issuer_ends_everything() {
    let site = Website::start().await;
    let own = site.origin().to_owned();
    for found in [
        format!("{own}1"),
        format!("{own}/"),
        own.to_uppercase(),
        own.replace("127.0.0.1", "localhost"),
        String::new(),
    ] {
        site.put_json(
            OPENID,
            &with(metadata(&site, ""), "issuer", found.clone().into()),
        );
        let before = site.asked().len();
        let error = discover(&site, "").await.unwrap_err();
        assert_eq!(error, DiscoveryErrorKind::IssuerDiffers { found });
        assert_eq!(site.asked().len(), before + 1, "nothing else may be asked");
    }
}

#[tokio::test]
async fn what_is_no_metadata_is_refused() {
    let site = Website::start().await;
    let whole = metadata(&site, "").to_string();
    let json = [("Content-Type", "application/json")];
    let doubled = whole.replacen(
        '{',
        "{\"token_endpoint\":\"https://evil.example/token\",",
        1,
    );
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let swollen = format!("{{\"a\":\"{}\"}}", "x".repeat(600 * 1024));
    for body in ["", "[]", "null", "{", &doubled, &nested, &swollen] {
        site.put(OPENID, 200, &json, body.as_bytes());
        let error = discover(&site, "").await.unwrap_err();
        assert!(
            matches!(error, DiscoveryErrorKind::Document(_)),
            "{body:.60}: {error:?}"
        );
    }
    site.put(
        OPENID,
        200,
        &[("Content-Type", "text/html")],
        whole.as_bytes(),
    );
    assert!(discover(&site, "").await.is_err());
    site.put_json(
        OPENID,
        &with(
            metadata(&site, ""),
            "jwks_uri",
            "http://evil.example/k".into(),
        ),
    );
    let error = discover(&site, "").await.unwrap_err();
    assert!(matches!(
        error,
        DiscoveryErrorKind::UnsafeEndpoint {
            name: "jwks_uri",
            ..
        }
    ));
}
