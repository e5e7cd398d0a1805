use super::*;
use crate::border::ApiHeader;
use crate::provider::TokenHeader;
use crate::secret::Secret;

fn call(path: &str) -> ApiCall {
    ApiCall {
        method: ApiMethod::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: None,
    }
}

fn asked(path: &str) -> Result<String, Problem> {
    let base = Url::parse("https://api.example/v1").unwrap();
    let prepared = Prepared::new(&call(path), None, "authorization").unwrap_or_else(|_| panic!());
    prepared.address(&base).map(String::from)
}

#[test]
fn a_path_or_an_address_of_the_api_is_asked() {
    for (path, expected) in [
        ("/account", "https://api.example/v1/account"),
        (
            "/users?q=a%20b&n=1",
            "https://api.example/v1/users?q=a%20b&n=1",
        ),
        (" /a ", "https://api.example/v1/a"),
        (
            "https://api.example/v1/users?n=1",
            "https://api.example/v1/users?n=1",
        ),
        ("https://api.example:443/v1/a", "https://api.example/v1/a"),
        (
            "/search?next=https://evil.example/",
            "https://api.example/v1/search?next=https://evil.example/",
        ),
    ] {
        assert_eq!(asked(path).unwrap(), expected, "{path}");
    }
}

#[test]
fn nothing_leads_away_from_the_api() {
    for path in [
        "",
        "account",
        "//evil.example/a",
        "///evil.example",
        "/\\evil.example/../../../a",
        "/../v2/a",
        "/..%2f..",
        "/%2e%2e/%2e%2e/a",
        "@evil.example/",
        ".evil.example/",
        ":8443/a",
        "https://evil.example/v1/a",
        "http://api.example/v1/a",
        "https://api.example:8443/v1/a",
        "https://user@api.example/v1/a",
        "https://api.example.evil.example/v1/a",
        "https://api.example/v2/a",
        "https://api.example/v1evil",
        "https://api.example/v1/../v2",
        "/a#b",
        "ftp://api.example/v1/a",
    ] {
        let outcome = asked(path);
        // A coded slash stays one name of a path below the base.
        if path == "/..%2f.." {
            assert_eq!(outcome.unwrap(), "https://api.example/v1/..%2f..");
            continue;
        }
        let problem = outcome.expect_err(path);
        assert_eq!(problem.field.as_deref(), Some("path"), "{path}");
    }
}

#[test]
fn no_header_takes_the_place_of_the_credentials_or_changes_the_framing() {
    let mut bad = call("/a");
    for name in [
        "Authorization",
        "x-shop-token",
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Cookie",
        "Connection",
        "Expect",
        "a b",
        "",
    ] {
        bad.headers.push(ApiHeader {
            name: name.to_owned(),
            value: "x".to_owned(),
        });
    }
    bad.headers.push(ApiHeader {
        name: "x-ok".to_owned(),
        value: "a\r\nx-evil: 1".to_owned(),
    });
    bad.body = Some("{}".to_owned());
    let problems = Prepared::new(&bad, None, "X-Shop-Token").err().unwrap();
    assert_eq!(problems.len(), 12, "all at once");
}

#[test]
fn the_credentials_are_in_the_one_header_of_the_provider() {
    let mut with = call("/a");
    with.method = ApiMethod::Post;
    with.body = Some("{\"a\":1}".to_owned());
    with.headers.push(ApiHeader {
        name: "content-type".to_owned(),
        value: "application/merge-patch+json".to_owned(),
    });
    let token = Secret::new("t-0123456789".to_owned());
    let header = TokenHeader {
        name: "authorization".to_owned(),
        scheme: "Bearer".to_owned(),
    };
    let presented = Presented::Token {
        header: &header,
        token: &token,
    };
    let prepared = Prepared::new(&with, None, "authorization").unwrap_or_else(|_| panic!());
    let url = Url::parse("https://api.example/a").unwrap();
    let request = prepared.request(&url, &presented).unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.headers()["authorization"], "Bearer t-0123456789");
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(
        request.headers()["content-type"],
        "application/merge-patch+json"
    );
    assert_eq!(request.body().as_slice(), b"{\"a\":1}");
}
