//! `proofkey call`: data to standard output, talk to standard error, and a status that scripts can use.

use crate::stage::Stage;

#[test]
fn the_body_is_data_and_the_rest_is_talk() {
    let stage = Stage::set();
    stage.add("Acme", "acme").succeeded();
    let asked = stage
        .run(&["call", "Acme", "get", "/account"], None)
        .succeeded();
    let body: serde_json::Value = serde_json::from_str(&asked.stdout()).expect("JSON, as it came");
    assert_eq!(body["name"], "acme");
    let told = asked.stderr();
    assert!(
        told.starts_with("200 OK in ")
            && told.contains(" ms from https://api.talkdeskapp.com/account"),
        "{told}"
    );
    assert!(!told.contains("content-type:"), "{told}");

    let with_headers = stage.run(&["call", "Acme", "GET", "/account", "-i"], None);
    assert!(
        with_headers
            .succeeded()
            .stderr()
            .contains("content-type: application/json")
    );

    let document = stage.run(&["call", "Acme", "GET", "/account", "--json"], None);
    let document = document.succeeded().json();
    assert_eq!(document["status"], 200);
    assert_eq!(document["body"]["is_json"], true);
}

#[test]
fn what_the_api_refuses_and_what_is_never_sent_have_a_status_of_their_own() {
    let stage = Stage::set();
    stage.add("Acme", "acme").succeeded();
    let forbidden = stage.run(&["call", "Acme", "GET", "/users"], None);
    assert_eq!(forbidden.status(), 3);
    assert!(
        forbidden.stderr().starts_with("403 Forbidden"),
        "{}",
        forbidden.stderr()
    );
    assert!(forbidden.stdout().contains("Insufficient permissions"));

    let body = stage.path("body.json");
    std::fs::write(&body, r#"{"state":"approve"}"#).expect("a file");
    let body = body.display().to_string();
    let posted = stage.run(&["call", "Acme", "POST", "/account", "--data", &body], None);
    assert_eq!(posted.status(), 3, "the practice API is for reading");
    let posts = stage
        .sandbox
        .records()
        .into_iter()
        .filter(|it| it.method == "POST" && it.path == "/account");
    assert_eq!(
        posts.map(|it| it.body).collect::<Vec<_>>(),
        [r#"{"state":"approve"}"#.as_bytes()]
    );

    let before = stage.sandbox.records().len();
    for path in ["https://evil.example/account", "account", "//evil.example/"] {
        let refused = stage.run(&["call", "Acme", "GET", path], None);
        assert_eq!(refused.status(), 2, "{path}");
        assert!(
            refused.stderr().contains("begins with a slash"),
            "{}",
            refused.stderr()
        );
    }
    let header = [
        "call",
        "Acme",
        "GET",
        "/account",
        "-H",
        "Authorization: Bearer x",
    ];
    let refused = stage.run(&header, None);
    assert_eq!(refused.status(), 2);
    assert!(
        refused.stderr().contains("headers.Authorization"),
        "{}",
        refused.stderr()
    );
    assert_eq!(stage.sandbox.records().len(), before, "nothing was asked");
}
