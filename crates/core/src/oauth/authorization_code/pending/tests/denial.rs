//! What is quoted of a no.

use super::*;

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
