//! Further parameters of the requests.

use proofkey_core::connection::{ConnectionDraft, DraftReview, Severity, review};
use proofkey_core::provider::RESERVED_PARAMETERS;

use crate::{SECRET, draft, talkdesk, told};

fn with_parameters(parameters: &[(&str, &str)]) -> DraftReview {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters = parameters.iter().map(owned).collect();
    review(
        &talkdesk(),
        &ConnectionDraft {
            parameters,
            ..draft()
        },
        false,
    )
}

#[test]
fn additional_parameters_cannot_take_the_place_of_the_flows_own() {
    for name in RESERVED_PARAMETERS {
        for name in [name.to_owned(), name.to_uppercase()] {
            let review = with_parameters(&[(&name, "x")]);
            assert!(review.is_blocked(), "{name}");
            let field = format!("parameters.{name}");
            assert_eq!(told(&review), [(field.as_str(), Severity::Blocking)]);
        }
    }
    let fine = with_parameters(&[
        ("audience", "https://api.example/ü"),
        ("organization", "42"),
    ]);
    assert_eq!(fine.findings, []);
}

#[test]
fn a_parameter_that_cannot_be_sent_or_should_not_be_is_refused() {
    let long = "x".repeat(1025);
    let telling = format!("a {SECRET} b");
    for (name, value) in [
        ("", "x"),
        ("a b", "x"),
        ("a&b", "x"),
        ("a=b", "x"),
        ("a\r\nb", "x"),
        ("\u{430}udience", "x"),
        ("audience", ""),
        ("audience", "a\nb"),
        ("audience", "a\0b"),
        ("audience", &long),
        ("audience", &telling),
    ] {
        let review = with_parameters(&[(name, value)]);
        assert!(review.is_blocked(), "{name:?} = {value:?}");
        assert!(!format!("{review:?}").contains(SECRET));
    }
    let many: Vec<String> = (0..21).map(|number| format!("p{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "x")).collect();
    assert!(with_parameters(&many).is_blocked());
    assert!(!with_parameters(&many[..20]).is_blocked());
}
