//! Who it is: ID token, userinfo and an earlier approval together (rules F8, F12 and E5).

use proofkey_core::border::Person;
use proofkey_core::oauth::id_token::IdTokenError;
use proofkey_core::oauth::identity::{IdentityError, Occasion};
use proofkey_core::{Code, Problem};
use proofkey_tests::SigningKey;
use serde_json::{Value, json};

use super::stage::{ACCESS_TOKEN, ME, NONCE, NOW, Stage, approval, reply};

async fn set() -> (Stage, SigningKey) {
    let mut stage = Stage::set().await;
    stage.endpoints.userinfo = Some(stage.site.url(ME));
    let key = SigningKey::p256("k");
    stage.publish(&[key.jwk()]);
    (stage, key)
}

fn jane() -> Value {
    json!({ "sub": "248289761001", "name": "Jane Doe", "email": "jane@example.com", "id": 7 })
}

#[tokio::test]
async fn userinfo_adds_name_and_address_of_the_same_person() {
    let (stage, key) = set().await;
    stage.site.put_json(ME, &jane());
    let found = stage
        .approve(&key.token("ES256", &stage.claims()))
        .await
        .unwrap();
    let person = found.person.unwrap();
    assert_eq!(person.name.as_deref(), Some("Jane Doe"));
    assert_eq!(person.email.as_deref(), Some("jane@example.com"));
    assert!(found.notes.is_empty());
    let requests = stage.site.requests();
    let request = requests
        .iter()
        .find(|request| request.starts_with("GET /me "))
        .unwrap();
    let written = format!("authorization: Bearer {ACCESS_TOKEN}\r\n");
    assert!(request.contains(&written), "{request}");
    assert_eq!(
        requests
            .iter()
            .filter(|one| one.contains(ACCESS_TOKEN))
            .count(),
        1
    );
}

#[tokio::test]
async fn userinfo_about_another_person_is_discarded() {
    let (stage, key) = set().await;
    let mut other = jane();
    other["sub"] = json!("2482897610011");
    stage.site.put_json(ME, &other);
    let found = stage
        .approve(&key.token("ES256", &stage.claims()))
        .await
        .unwrap();
    let person = found.person.unwrap();
    assert_eq!(
        (person.subject.as_str(), person.name, person.email),
        ("248289761001", None, None)
    );
    assert!(
        found.notes[0].contains("another person"),
        "{:?}",
        found.notes
    );
}

#[tokio::test]
async fn userinfo_that_says_nothing_usable_ends_nothing() {
    let (stage, key) = set().await;
    let json = [("Content-Type", "application/json")];
    let elsewhere = stage.site.url("/elsewhere");
    stage.site.put_json("/elsewhere", &jane());
    let moved = [("Location", elsewhere.as_str())];
    let whole = jane().to_string();
    for (status, headers, body) in [
        (200, &[("Content-Type", "text/html")][..], whole.as_str()),
        (200, &[("Content-Type", "application/jwt")][..], "a.b.c"),
        (200, &json[..], r#"{"name":"Jane"}"#),
        (200, &json[..], r#"{"sub":248289761001}"#),
        (200, &json[..], r#"{"sub":"1","sub":"2"}"#),
        (302, &moved[..], ""),
        (401, &json[..], "{}"),
        (500, &json[..], "{}"),
    ] {
        stage.site.put(ME, status, headers, body.as_bytes());
        let found = stage
            .approve(&key.token("ES256", &stage.claims()))
            .await
            .unwrap();
        assert_eq!(found.person.unwrap().name, None);
        assert_eq!(found.notes.len(), 1, "{status}: {body}");
    }
    assert!(!stage.site.asked().contains(&"/elsewhere".to_owned()));
}

#[tokio::test]
async fn words_about_the_person_cannot_steer_a_terminal() {
    let (stage, key) = set().await;
    let mut claims = stage.claims();
    claims["name"] = json!("Jane\u{1b}[2J\u{202e}\nDoe");
    claims["email"] = json!(["not text"]);
    stage
        .site
        .put_json(ME, &json!({ "sub": "248289761001", "email": "" }));
    let person = stage
        .approve(&key.token("ES256", &claims))
        .await
        .unwrap()
        .person
        .unwrap();
    assert_eq!(person.name.as_deref(), Some("Jane\\u{1b}[2J\\u{202e} Doe"));
    assert_eq!(person.email, None);
}

#[tokio::test]
async fn without_an_id_token_userinfo_says_who_it_is() {
    let (stage, _) = set().await;
    stage.site.put_json(ME, &jane());
    let plain = Occasion::Approval {
        nonce: None,
        code: None,
    };
    let found = stage.judge(&reply(None), plain).await.unwrap();
    let person = found.person.unwrap();
    assert_eq!(
        (person.issuer, person.subject.as_str()),
        (None, "248289761001")
    );
    stage.site.remove(ME);
    let found = stage.judge(&reply(None), plain).await.unwrap();
    assert_eq!(found.person, None);
    assert_eq!(found.notes.len(), 1);
}

#[tokio::test]
async fn a_server_that_granted_openid_owes_an_id_token() {
    let (mut stage, _) = set().await;
    stage.site.put_json(ME, &jane());
    let mut without = reply(None);
    for scopes in [None, Some(vec!["email".to_owned(), "openid".to_owned()])] {
        without.scopes = scopes;
        let error = stage.judge(&without, approval()).await.unwrap_err();
        assert_eq!(error, IdentityError::NoIdToken);
        assert_eq!(Problem::from(error).code, Code::AuthorizationInvalid);
    }
    without.scopes = Some(vec!["email".to_owned()]);
    assert_eq!(
        stage.judge(&without, approval()).await.unwrap().notes.len(),
        1
    );
    without.scopes = None;
    stage.endpoints.issuer = None;
    assert_eq!(
        stage.judge(&without, approval()).await.unwrap().notes.len(),
        1
    );
}

#[tokio::test]
async fn where_no_issuer_is_published_everything_else_still_counts() {
    let (mut stage, key) = set().await;
    stage.endpoints.userinfo = None;
    stage.endpoints.issuer = None;
    let mut claims = stage.claims();
    claims["iss"] = json!("https://acme.talkdeskid.com");
    let found = stage.approve(&key.token("ES256", &claims)).await.unwrap();
    assert!(
        found.notes[0].contains("https://acme.talkdeskid.com"),
        "{:?}",
        found.notes
    );
    assert_eq!(
        found.person.unwrap().issuer.as_deref(),
        Some("https://acme.talkdeskid.com")
    );
    for (name, value) in [
        ("aud", json!("another")),
        ("nonce", json!("another")),
        ("exp", json!(1)),
        ("iss", json!(1)),
    ] {
        let mut claims = stage.claims();
        claims[name] = value;
        assert!(
            stage.fault(&key.token("ES256", &claims)).await.is_some(),
            "{name}"
        );
    }
    let stranger = SigningKey::p256("k").token("ES256", &claims);
    assert!(stage.fault(&stranger).await.is_some());
}

#[tokio::test]
async fn a_token_that_no_published_key_can_prove_is_not_used() {
    let (mut stage, key) = set().await;
    stage.endpoints.jwks = None;
    stage.site.put_json(ME, &jane());
    let found = stage
        .approve(&key.token("ES256", &stage.claims()))
        .await
        .unwrap();
    assert_eq!(found.person.unwrap().issuer, None, "only userinfo spoke");
    assert!(found.notes[0].contains("no keys"), "{:?}", found.notes);
}

#[tokio::test]
async fn a_refresh_survives_wrong_clocks_and_late_keys_and_nothing_else() {
    let staged = set().await;
    let (stage, _) = &staged;
    let earlier = earlier(stage);
    let with = |name: &str, value: Value| {
        let mut claims = stage.claims();
        claims[name] = value;
        claims
    };
    let judge = async |claims: Value| {
        let judged = refreshed(&staged, Some(claims), Some(&earlier)).await;
        judged.unwrap_err()
    };
    for untimely in [with("exp", json!(NOW - 400)), with("iat", json!(NOW + 400))] {
        assert!(judge(untimely.clone()).await.leaves_the_person_open());
        for (name, value) in [("iss", "https://x.example"), ("aud", "x"), ("sub", "x")] {
            let mut wrong = untimely.clone();
            wrong[name] = json!(value);
            let error = judge(wrong).await;
            assert!(!error.leaves_the_person_open(), "{name}: {error}");
        }
    }
    let stranger = SigningKey::p256("another");
    let token = stranger.token("ES256", &stage.claims());
    let reply = reply(Some(&token));
    let occasion = Occasion::Refresh {
        earlier: Some(&earlier),
    };
    let error = stage.judge(&reply, occasion).await.unwrap_err();
    assert!(error.leaves_the_person_open(), "{error}");
    stage.publish(&[SigningKey::p256("another").jwk()]);
    stage.clock.pass(31);
    let error = stage.judge(&reply, occasion).await.unwrap_err();
    assert!(!error.leaves_the_person_open(), "{error}");
}

/// Judges a refresh whose reply holds an ID token with these claims, if any.
async fn refreshed(
    (stage, key): &(Stage, SigningKey),
    claims: Option<Value>,
    earlier: Option<&Person>,
) -> Result<Option<Person>, IdentityError> {
    let token = claims.map(|claims| key.token("ES256", &claims));
    let reply = reply(token.as_deref());
    let judged = stage.judge(&reply, Occasion::Refresh { earlier }).await;
    judged.map(|found| found.person)
}

fn earlier(stage: &Stage) -> Person {
    Person {
        issuer: Some(stage.site.origin().to_owned()),
        subject: "248289761001".to_owned(),
        name: Some("Jane Doe".to_owned()),
        email: None,
    }
}

#[tokio::test]
async fn a_refresh_of_the_same_person_keeps_what_is_known() {
    let set = set().await;
    let earlier = earlier(&set.0);
    let known = Some(earlier.clone());
    // OpenID Connect Core §12.2: there may be none, and a nonce need not be in it.
    assert_eq!(
        refreshed(&set, None, Some(&earlier)).await,
        Ok(known.clone())
    );
    assert_eq!(refreshed(&set, None, None).await, Ok(None));
    let mut claims = set.0.claims();
    claims.as_object_mut().unwrap().remove("nonce");
    let again = refreshed(&set, Some(claims.clone()), Some(&earlier)).await;
    assert_eq!(again, Ok(known));
    let first = refreshed(&set, Some(claims), None).await.unwrap();
    assert_eq!(first.unwrap().subject, earlier.subject);
    let asked = set.0.site.asked();
    assert!(
        !asked.contains(&ME.to_owned()),
        "a refresh asks nobody who it is"
    );
}

#[tokio::test]
async fn a_refresh_of_another_person_is_refused() {
    let set = set().await;
    let earlier = earlier(&set.0);
    let changed = |name: &str, value: Value| {
        let mut claims = set.0.claims();
        claims[name] = value;
        Some(claims)
    };
    let other = changed("sub", json!("2482897610011"));
    let error = refreshed(&set, other, Some(&earlier)).await.unwrap_err();
    assert_eq!(error, IdentityError::AnotherPerson);
    assert_eq!(Problem::from(error).code, Code::WrongAccount);
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("exp", json!(1)),
    ] {
        let judged = refreshed(&set, changed(name, value), Some(&earlier)).await;
        let problem = Problem::from(judged.unwrap_err());
        assert_eq!(problem.code, Code::AuthorizationInvalid, "{name}");
    }
    let elsewhere = Person {
        issuer: Some("https://other.example".to_owned()),
        ..earlier
    };
    let judged = refreshed(&set, Some(set.0.claims()), Some(&elsewhere)).await;
    assert_eq!(judged, Err(IdentityError::AnotherPerson));
}

#[test]
fn the_same_person_has_the_same_issuer_and_subject_and_nothing_else_counts() {
    let person = |issuer: Option<&str>, subject: &str, name: &str| Person {
        issuer: issuer.map(str::to_owned),
        subject: subject.to_owned(),
        name: Some(name.to_owned()),
        email: Some(format!("{name}@example.com")),
    };
    let jane = person(Some("https://a"), "1", "jane");
    assert!(jane.is(&person(Some("https://a"), "1", "renamed")));
    assert!(
        jane.is(&person(None, "1", "jane")),
        "an issuer that is not known is not compared"
    );
    assert!(!jane.is(&person(Some("https://b"), "1", "jane")));
    assert!(!jane.is(&person(Some("https://a"), "2", "jane")));
    assert!(!jane.is(&person(None, "2", "jane")));
}

#[tokio::test]
async fn a_nonce_that_was_not_sent_is_not_asked_for() {
    let (stage, key) = set().await;
    stage.site.put_json(ME, &jane());
    let mut claims = stage.claims();
    claims.as_object_mut().unwrap().remove("nonce");
    let token = key.token("ES256", &claims);
    let plain = Occasion::Approval {
        nonce: None,
        code: None,
    };
    assert!(stage.judge(&reply(Some(&token)), plain).await.is_ok());
    let asked = Occasion::Approval {
        nonce: Some(NONCE),
        code: None,
    };
    let error = stage.judge(&reply(Some(&token)), asked).await.unwrap_err();
    let expected = IdTokenError::Missing { name: "nonce" };
    assert!(matches!(error, IdentityError::IdToken { error, .. } if error == expected));
}
