use std::hash::{DefaultHasher, Hasher};

use super::*;
use crate::provider::Catalogue;

pub(super) fn file(text: &str) -> IntegrationFile {
    toml::from_str(text).expect("the shape of an integration")
}

pub(super) fn made(text: &str) -> Integration {
    let made = Integration::of(&file(text), &Catalogue::built_in());
    made.unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn auth(fields: &[(&str, &str)]) -> Auth {
    let text = |(name, text): &(&str, &str)| ((*name).to_owned(), Scalar::text(text));
    fields.iter().map(text).collect()
}

/// What a hasher makes of the client; `None` when nothing tells.
fn client(integration: &Integration, auth: &Auth) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let told = integration.client(auth, &mut hasher);
    told.then(|| hasher.finish())
}

const DESK: &str = r#"
    path = "/desk/authorization"
    provider = "zendesk-token"
    fields = { subdomain = "label", email = "string", api_token = "secret", new = "boolean" }
    returns = { user_id = "$.user.id" }
"#;

#[test]
fn an_integration_says_what_it_does_with_each_field() {
    let explained = made(DESK).explains();
    assert_eq!(
        explained.asks,
        ["GET https://{subdomain}.zendesk.com/api/v2/users/me.json"]
    );
    assert_eq!(explained.shows, "user name and password, by HTTP Basic");
    let purposes: Vec<&str> = explained.fields.values().map(String::as_str).collect();
    assert_eq!(
        purposes,
        [
            "sent with HTTP Basic",
            "sent with HTTP Basic",
            "read, and not used",
            "becomes part of the address, as one checked label",
        ]
    );
    assert_eq!(explained.returns["user_id"], "/user/id");
}

#[test]
fn a_form_asks_for_the_address_first_and_speaks_the_providers_words() {
    let form = made(DESK).fields();
    let labels: Vec<&str> = form.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["Subdomain", "E-mail address", "API token", "New"]);
    assert!(form[0].example.as_deref() == Some("acme") && form[2].kind == FieldKind::Secret);

    let region = made(
        r#"
        path = "/"
        provider = "talkdesk"
        fields = { account = "label", region = "string", client_id = "string", client_secret = "secret" }
        "#,
    );
    let form = region.fields();
    assert!(
        form[1].choices.iter().any(|choice| choice.value == "eu"),
        "{form:?}"
    );
    let asks = region.explains().asks;
    assert_eq!(asks, ["POST https://{account}.{id_host}/oauth/token"]);
}

#[test]
fn types_and_presence_are_checked_before_anything_else() {
    let desk = made(DESK);
    let with = |name: &str, value: Option<Scalar>| {
        let mut fields = auth(&[
            ("subdomain", "acme"),
            ("email", "a@b.example"),
            ("api_token", "k"),
        ]);
        fields.insert("new".to_owned(), Scalar::Flag(true));
        match value {
            Some(value) => drop(fields.insert(name.to_owned(), value)),
            None => drop(fields.remove(name)),
        }
        desk.check(&fields).err()
    };
    assert_eq!(with("stray", Some(Scalar::Integer(1))), None);
    assert_eq!(with("user_id", Some(Scalar::Integer(1))), None);
    for name in ["subdomain", "email", "api_token", "new"] {
        assert_eq!(with(name, None), Some(RefusedWhy::MissingField), "{name}");
        assert_eq!(
            with(name, Some(Scalar::text(""))),
            Some(RefusedWhy::MissingField),
            "{name}"
        );
        assert_eq!(
            with(name, Some(Scalar::Integer(1))),
            Some(RefusedWhy::WrongType),
            "{name}"
        );
    }
    assert_eq!(
        with("new", Some(Scalar::text("true"))),
        Some(RefusedWhy::WrongType)
    );
    assert_eq!(
        with("subdomain", Some(Scalar::text("a.b"))),
        Some(RefusedWhy::NotALabel)
    );
}

#[test]
fn unknown_fields_are_refused_where_that_is_wanted_and_returned_ones_come_back() {
    let strict = made(&format!("unknown_fields = \"refuse\"\n{DESK}"));
    let mut fields = auth(&[("subdomain", "acme"), ("email", "e"), ("api_token", "k")]);
    fields.insert("new".to_owned(), Scalar::Flag(false));
    fields.insert("user_id".to_owned(), Scalar::Integer(1));
    assert_eq!(strict.check(&fields), Ok(()));
    fields.insert("other".to_owned(), Scalar::Integer(1));
    assert_eq!(strict.check(&fields), Err(RefusedWhy::UnknownField));
}

#[test]
fn a_trial_leads_to_the_named_account_and_counts_for_its_user() {
    let desk = made(DESK);
    let of = |subdomain: &str, email: &str, key: &str| {
        auth(&[
            ("subdomain", subdomain),
            ("email", email),
            ("api_token", key),
        ])
    };
    let first = of("acme", "a@b.example", "k1");
    let call = |auth: &Auth| Some(desk.place(auth).ok()?.calls[0].host.clone());
    assert_eq!(call(&first).as_deref(), Some("acme.zendesk.com:443"));
    assert_eq!(call(&of("evil.example/", "e", "k")), None);
    let client = |auth: &Auth| client(&desk, auth);
    assert!(client(&first) == client(&of("acme", "a@b.example", "k2")));
    assert!(client(&first) != client(&of("acme", "b@b.example", "k1")));
    assert!(client(&first) != client(&of("globex", "a@b.example", "k1")));
    assert!(client(&of("ab", "c", "k")) != client(&of("a", "bc", "k")));
    assert!(client(&first) == client(&of("acme", " A@B.example", "k1")));
    assert!(client(&Auth::new()).is_none());
}

#[test]
fn where_nothing_but_a_secret_tells_each_is_a_client_of_its_own() {
    let own = made(
        r#"
        path = "/custom"
        fields = { key = "secret", note = "string" }
        [upstream]
        api_base = "https://api.example.com"
        path = "/me"
        token = "key"
        "#,
    );
    let client = |key: &str, note: &str| client(&own, &auth(&[("key", key), ("note", note)]));
    assert!(client("k1", "a") == client("k1", "b"));
    assert!(client("k1", "a") != client("K1", "a"));
    assert!(client("", "a").is_none());
}

#[test]
fn a_call_of_ones_own_goes_where_it_is_written_and_nowhere_else() {
    let own = made(
        r#"
        path = "/custom"
        fixed = { zone = "eu" }
        fields = { shop = "label", key = "secret" }
        [upstream]
        api_base = "https://{shop}.{zone}.example.com/api"
        path = "/me"
        header = { name = "X-Api-Key", field = "key" }
        requires = [{ pointer = "/id" }]
        "#,
    );
    let fields = auth(&[("shop", "acme"), ("key", "k"), ("zone", "evil")]);
    let place = own.place(&fields).expect("a place");
    assert_eq!(place.calls[0].host, "acme.eu.example.com:443");
    assert_eq!(
        own.explains().asks,
        ["GET https://{shop}.eu.example.com/api/me"]
    );
    assert_eq!(own.explains().shows, "a key in the header x-api-key");
}

#[test]
fn the_documentation_names_every_reason() {
    let page = include_str!("../../../../docs/validator/operations.md");
    let refused = RefusedWhy::ALL.map(RefusedWhy::code);
    for code in refused
        .into_iter()
        .chain(UnclearWhy::ALL.map(UnclearWhy::code))
    {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}
