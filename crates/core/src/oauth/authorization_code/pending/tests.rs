use proptest::prelude::*;

use super::*;

const STATE: &str = "8bNpz0mXr3Q2vYtUeWkLhJ5sDfGa1cOi7xTq4RwEyUI";
const ISSUER: &str = "https://id.example/tenant";

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

fn pending(expected: Option<&str>, response: ResponseIssuer) -> PendingAuthorization {
    PendingAuthorization {
        state: Secret::new(STATE.to_owned()),
        verifier: Secret::new("v".repeat(43)),
        nonce: None,
        redirect_uri: "http://127.0.0.1:1/authorized/4f".to_owned(),
        token_url: Url::parse("https://id.example/token").unwrap(),
        issuer: IssuerRule {
            expected: expected.map(str::to_owned),
            response,
        },
        server: None,
    }
}

fn anyone() -> PendingAuthorization {
    pending(Some(ISSUER), ResponseIssuer::Unknown)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn refused(pending: &PendingAuthorization, query: &str) -> Rejection {
    match pending.recognize(query) {
        Err(rejection) => rejection,
        Ok(_) => panic!("taken: {query}"),
    }
}

#[test]
fn an_answer_with_the_state_is_taken() {
    let response = anyone().recognize(&format!("code=abc&state={STATE}"));
    assert_eq!(response.unwrap().granted().unwrap().code.expose(), "abc");
    let with_issuer = format!(
        "code=abc&state={STATE}&iss={}&session_state=1",
        encoded(ISSUER)
    );
    assert!(anyone().recognize(&with_issuer).is_ok());
}

#[test]
fn an_answer_without_the_state_is_foreign_whatever_else_it_holds() {
    let shorter = &STATE[..42];
    let padded = format!("{STATE}=");
    let lower = STATE.to_lowercase();
    for state in [
        "",
        " ",
        "x",
        shorter,
        &padded,
        &lower,
        "undefined",
        "null",
        "%00",
    ] {
        for rest in [
            "code=abc",
            "error=access_denied",
            "access_token=a",
            "iss=x&code=y",
        ] {
            let query = format!("{rest}&state={state}");
            assert_eq!(refused(&anyone(), &query), Rejection::Foreign, "{query}");
            assert_eq!(refused(&anyone(), rest), Rejection::Foreign, "{rest}");
        }
    }
    let twice = format!("code=abc&state={STATE}&state={STATE}");
    assert_eq!(refused(&anyone(), &twice), Rejection::Foreign);
}

#[test]
fn a_parameter_that_stands_there_twice_makes_the_answer_unbelievable() {
    for pair in [
        "code=a&code=a",
        "code=a&code=b",
        "error=a&error=b",
        "error=a&error_description=a&error_description=b",
        "code=a&iss=a&iss=b",
        "code=a&x=1&x=2",
    ] {
        for query in [
            format!("{pair}&state={STATE}"),
            format!("state={STATE}&{pair}"),
        ] {
            let rejection = refused(&anyone(), &query);
            assert!(
                matches!(rejection, Rejection::Unbelievable { .. }),
                "{query}"
            );
        }
    }
}

#[test]
fn tokens_and_contradictions_in_an_answer_are_not_believed() {
    for rest in [
        "code=a&access_token=t&token_type=bearer",
        "access_token=t",
        "code=a&id_token=t",
        "code=a&error=access_denied",
        "code=",
        "error=",
        "code=&error=",
        "code=&error_description=no",
        "code=%00",
        "code=%C3%A4",
        "session_state=1",
        "",
    ] {
        let query = format!("state={STATE}&{rest}");
        let rejection = refused(&anyone(), &query);
        assert!(
            matches!(rejection, Rejection::Unbelievable { .. }),
            "{query}"
        );
        let problem = Problem::from(rejection);
        assert_eq!(problem.code, Code::AuthorizationInvalid);
    }
}

/// RFC 6749 §3.1.
#[test]
fn a_parameter_without_a_value_is_one_that_was_left_out() {
    let answer = |rest: &str| anyone().recognize(&format!("state={STATE}&{rest}"));
    let granted = answer("code=abc&error=&error_description=").unwrap();
    assert_eq!(granted.granted().unwrap().code.expose(), "abc");
    let denied = answer("code=&error=access_denied").unwrap();
    assert!(denied.denial().expect("a no").is_refusal());
    // Whose answer it is must be said in full or not at all.
    for pending in [anyone(), pending(Some(ISSUER), ResponseIssuer::Sent)] {
        refused(&pending, &format!("state={STATE}&code=abc&iss="));
    }
}

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

#[test]
fn a_code_for_another_server_is_taken_to_no_server() {
    let url = |text: &str| Url::parse(text).unwrap();
    let region = |host: &str, label: &str| (url(&format!("https://{host}/t")), label.to_owned());
    let pending = PendingAuthorization {
        server: Some(ServerRule {
            parameter: "accounts-server".to_owned(),
            regions: vec![
                region("id.example", "United States"),
                region("id.example.eu", "Europe"),
            ],
        }),
        ..anyone()
    };
    let answer = |server: &str| format!("state={STATE}&code=a&accounts-server={}", encoded(server));
    for server in [
        "https://id.example",
        "https://id.example/",
        "https://id.example/x",
    ] {
        assert!(pending.recognize(&answer(server)).is_ok(), "{server}");
    }
    assert!(pending.recognize(&format!("state={STATE}&code=a")).is_ok());
    let Rejection::Elsewhere { named, region, .. } =
        refused(&pending, &answer("https://id.example.eu"))
    else {
        panic!("not told apart");
    };
    assert_eq!(
        (named.as_str(), region.as_deref()),
        ("id.example.eu", Some("Europe"))
    );
    for server in [
        "",
        "id.example",
        "http://id.example",
        "https://id.example:8443",
        "https://id.example.evil.example",
        "https://evil.example/https://id.example",
        "https://id.example@evil.example",
        "https://id\u{435}.example",
        "javascript:alert(1)",
    ] {
        let problem = Problem::from(refused(&pending, &answer(server)));
        assert!(problem.summary.contains("\"id.example\""), "{problem:?}");
        assert!(!problem.remedy.contains("Europe"), "{problem:?}");
    }
    let twice = format!("{}&accounts-server=x", answer("https://id.example"));
    refused(&pending, &twice);
}

#[test]
fn the_words_of_a_denial_are_quoted_as_text() {
    let query = format!(
        "state={STATE}&error={}&error_description={}&error_uri={}",
        encoded("access\u{1b}[31m_\"denied\\"),
        encoded(&format!("<script>\u{202e}{}\r\nnext", "x".repeat(400))),
        encoded("javascript:alert(1)")
    );
    let response = anyone().recognize(&query).unwrap();
    let denial = response.denial().expect("a no");
    assert!(!denial.is_refusal());
    let quoted = denial.quoted(&[]);
    let error = quoted.error.as_deref().unwrap();
    assert_eq!(error, "access[31m_denied");
    let description = quoted.description.as_deref().unwrap();
    assert!(
        description
            .chars()
            .all(|c| !c.is_control() && c != '\u{202e}')
    );
    assert!(description.chars().count() <= 256 + 1 + 203);
    let problem = denial.problem(&[]);
    assert_eq!(problem.code, Code::AuthorizationDenied);
    let plain = anyone().recognize(&format!("state={STATE}&error=access_denied"));
    assert!(plain.unwrap().denial().unwrap().is_refusal());
}

#[test]
fn what_the_server_was_sent_is_not_quoted_even_where_the_cut_would_halve_it() {
    let id = Secret::new("canary-client-id".to_owned());
    for lead in [0, 245, 250, 400] {
        let told = format!("{} canary-client-id", "x".repeat(lead));
        let query = format!(
            "state={STATE}&error=no+canary-client-id&error_description={}&error_uri={}",
            encoded(&told),
            encoded("https://id.example/?client_id=canary-client-id")
        );
        let response = anyone().recognize(&query).unwrap();
        let quoted = response.denial().unwrap().quoted(&[&id]);
        let words = format!("{quoted:?}");
        assert!(!words.contains("cana"), "{words}");
        assert!(words.contains("[withheld]"), "{words}");
    }
}

proptest! {
    /// Rule A5.
    #[test]
    fn no_other_state_is_taken(
        at in 0..43_usize,
        with in "[A-Za-z0-9_-]",
        free in "\\PC{0,60}",
    ) {
        let mut near = STATE.to_owned();
        near.replace_range(at..=at, &with);
        for state in [near.as_str(), &STATE[..at], &format!("{STATE}{with}"), &free] {
            if state != STATE {
                let query = format!("code=a&state={}", encoded(state));
                prop_assert!(anyone().recognize(&query).is_err());
            }
        }
    }

    /// Whatever arrives is read without a panic, and quoted without control characters.
    #[test]
    fn any_query_is_read(query in "\\PC*|[&=%a-z0-9\\x00-\\xff]*") {
        prop_assert!(anyone().recognize(&query).is_err());
        let ours = format!("state={STATE}&{query}");
        if let Ok(response) = anyone().recognize(&ours)
            && let Some(denial) = response.denial()
        {
            let error = denial.quoted(&[]).error.unwrap_or_default();
            prop_assert!(error.is_ascii() && !error.contains(['"', '\\']));
        }
    }
}
