mod denial;
mod issuer;

use proptest::prelude::*;

use super::*;

const STATE: &str = "8bNpz0mXr3Q2vYtUeWkLhJ5sDfGa1cOi7xTq4RwEyUI";
const ISSUER: &str = "https://id.example/tenant";

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
