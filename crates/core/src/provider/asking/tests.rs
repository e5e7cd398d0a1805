use super::*;
use crate::check::fixtures::{connection, provider};
use crate::provider::{Variable, VariableKind};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

fn variable(name: &str, kind: VariableKind, optional: bool) -> Variable {
    Variable {
        name: name.to_owned(),
        label: name.to_owned(),
        help: "Help.".to_owned(),
        example: "x".to_owned(),
        kind,
        pattern: None,
        pattern_help: None,
        usual_pattern: None,
        usual_help: None,
        prefix: None,
        suffix: None,
        optional,
    }
}

/// Asks for an environment and, perhaps, an organization.
fn asking() -> (Provider, Connection) {
    let (mut provider, mut connection) = (provider(), connection());
    provider.variables.extend([
        variable("environment", VariableKind::HttpsUrl, false),
        variable("organization", VariableKind::Text, true),
    ]);
    connection.variables.insert(
        "environment".to_owned(),
        "https://acme.crm.example/".to_owned(),
    );
    (provider, connection)
}

#[test]
fn scopes_follow_the_variables_without_a_second_edit() {
    let (provider, mut connection) = asking();
    connection.scopes = vec!["{environment}/.default".to_owned(), "plain".to_owned()];
    let first = scopes(&provider, &connection);
    assert_eq!(first, ["https://acme.crm.example/.default", "plain"]);
    let other = map(&[("environment", "https://other.crm.example")]);
    connection.variables.extend(other);
    let second = scopes(&provider, &connection);
    assert_eq!(second[0], "https://other.crm.example/.default");
}

#[test]
fn some_scopes_are_part_of_every_approval_and_of_nothing_else() {
    let (mut provider, mut connection) = asking();
    provider.scopes.always = vec!["oauth".to_owned()];
    connection.scopes = vec!["read".to_owned(), "oauth".to_owned()];
    connection.grant = Grant::AuthorizationCode;
    assert_eq!(scopes(&provider, &connection), ["read", "oauth"]);
    connection.scopes.clear();
    assert_eq!(scopes(&provider, &connection), ["oauth"]);
    connection.grant = Grant::ClientCredentials;
    assert!(scopes(&provider, &connection).is_empty());
}

#[test]
fn a_server_that_takes_no_scopes_is_sent_none() {
    let (mut provider, connection) = asking();
    assert!(!scopes(&provider, &connection).is_empty());
    provider.client_credentials.scope = ScopeUse::Unsupported;
    assert!(scopes(&provider, &connection).is_empty());
}

#[test]
fn parameters_are_filled_in_and_left_out_where_an_optional_value_is_missing() {
    let (mut provider, mut connection) = asking();
    provider.client_credentials.parameters = map(&[
        ("resource", "{environment}/"),
        ("organization", "org:{organization}"),
        ("fixed", "a b&c=d"),
    ]);
    let of = ParameterUse::ClientCredentials;
    let parameters = request_parameters(&provider, &connection, of).expect("filled in");
    let expected = map(&[
        ("fixed", "a b&c=d"),
        ("resource", "https://acme.crm.example/"),
    ]);
    assert_eq!(parameters, expected);
    let more = map(&[("organization", "42")]);
    connection.variables.extend(more);
    let parameters = request_parameters(&provider, &connection, of).expect("filled in");
    assert_eq!(parameters["organization"], "org:42");
}

#[test]
fn a_region_gives_its_values() {
    let (mut provider, connection) = asking();
    provider.client_credentials.parameters = map(&[("host", "{id_host}")]);
    let of = ParameterUse::ClientCredentials;
    let parameters = request_parameters(&provider, &connection, of).expect("filled in");
    assert_eq!(parameters["host"], "talkdeskid.com");
}

#[test]
fn a_missing_value_is_named() {
    let (mut provider, mut connection) = asking();
    provider.client_credentials.parameters = map(&[("resource", "{environment}")]);
    connection.variables.remove("environment");
    let of = ParameterUse::ClientCredentials;
    let problem = request_parameters(&provider, &connection, of).expect_err("missing");
    assert_eq!(problem.field.as_deref(), Some("variables.environment"));
}

#[test]
fn own_parameters_go_where_they_belong_and_win() {
    let (mut provider, mut connection) = asking();
    provider.client_credentials.parameters = map(&[("audience", "usual")]);
    connection.parameters = map(&[("audience", "mine {environment}")]);
    let of = |of| request_parameters(&provider, &connection, of).expect("filled in");
    let own = map(&[("audience", "mine {environment}")]);
    assert_eq!(of(ParameterUse::ClientCredentials), own);
    assert_eq!(of(ParameterUse::Authorization), own);
    assert!(of(ParameterUse::Code).is_empty() && of(ParameterUse::Refresh).is_empty());
}

#[test]
fn a_parameter_that_proofkey_sets_is_never_sent_twice() {
    let (provider, mut connection) = asking();
    for name in [
        "redirect_uri",
        "STATE",
        "client_secret",
        "",
        "a b",
        "x\r\ny",
    ] {
        connection.parameters = map(&[(name, "x")]);
        let of = ParameterUse::Authorization;
        assert!(
            request_parameters(&provider, &connection, of).is_err(),
            "{name}"
        );
    }
}

#[test]
fn the_scopes_of_client_credentials_are_suggested_in_place_of_the_common_ones() {
    let (mut provider, _) = asking();
    provider.scopes.suggested = vec!["common".to_owned()];
    let suggested = |provider: &Provider| suggested_scopes(provider, Grant::ClientCredentials);
    assert_eq!(suggested(&provider), ["common"]);
    provider.client_credentials.suggested_scopes = vec!["{environment}/.default".to_owned()];
    assert_eq!(suggested(&provider), ["{environment}/.default"]);
    assert!(suggested_scopes(&provider, Grant::ApiKey).is_empty());
}
