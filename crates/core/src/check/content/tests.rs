use super::*;
use crate::check::fixtures::{connection, provider};
use crate::provider::{
    AnsweredBase, BodyFormat, ScopeUse, ServiceTokens, SigningAlgorithm, TokenHeader,
};

#[test]
fn the_name_the_dates_and_the_order_of_scopes_do_not_matter() {
    let first = connection();
    let mut second = connection();
    second.name = "Another name".to_owned();
    second.changed_at = jiff::Timestamp::MAX;
    second.scopes.reverse();
    assert_eq!(
        content_id(&first, &provider()),
        content_id(&second, &provider())
    );
    assert_eq!(content_id(&first, &provider()).len(), 64);
}

#[test]
fn everything_else_makes_another_id() {
    let changes: [fn(&mut Connection); 9] = [
        |changed| {
            let audience = ("audience".to_owned(), "x".to_owned());
            changed.parameters.extend([audience]);
        },
        |changed| changed.id = ConnectionId::from_name("other"),
        |changed| changed.provider = "zendesk".to_owned(),
        |changed| changed.grant = Grant::AuthorizationCode,
        |changed| changed.client_authentication = ClientAuthentication::ClientSecretPost,
        |changed| changed.basic_encoding = BasicEncoding::Raw,
        |changed| changed.scopes.clear(),
        |changed| changed.secrets = changed.secrets.next(),
        |changed| {
            changed
                .variables
                .insert("region".to_owned(), "eu".to_owned());
        },
    ];
    let mut ids = BTreeSet::from([content_id(&connection(), &provider())]);
    for change in changes {
        let mut other = connection();
        change(&mut other);
        assert!(ids.insert(content_id(&other, &provider())));
    }
    let mut practice = connection();
    practice.practice = true;
    assert!(ids.insert(content_id(&practice, &provider())));
}

#[test]
fn another_place_or_another_question_makes_another_id() {
    let changes: [fn(&mut Provider); 16] = [
        |changed| changed.body_format = BodyFormat::Json,
        |changed| {
            let audience = ("audience".to_owned(), "x".to_owned());
            changed.client_credentials.parameters.extend([audience]);
        },
        |changed| changed.client_credentials.scope = ScopeUse::Unsupported,
        |changed| changed.token_response.without_token_type = true,
        |changed| {
            changed.endpoints.api_base_from = Some(AnsweredBase {
                member: "instance_url".to_owned(),
                hosts: vec!["api.example".to_owned()],
            });
        },
        |changed| {
            changed.endpoints.token = Some("https://{account}.{id_host}/token".to_owned());
        },
        |changed| changed.endpoints.api_base = "https://api.example".to_owned(),
        |changed| changed.endpoints.jwks = Some("https://{account}.{id_host}/k".to_owned()),
        |changed| changed.token_header.name = "x-token".to_owned(),
        |changed| changed.token_header.scheme = "Basic".to_owned(),
        |changed| changed.scopes.separator = ",".to_owned(),
        |changed| changed.probes[0].path = "/me".to_owned(),
        |changed| changed.probes[0].matches = None,
        |changed| changed.probes.reverse(),
        |changed| {
            changed.probes[0]
                .headers
                .insert("accept".to_owned(), "text/json".to_owned());
        },
        |changed| {
            changed.probes[0].requires.push(ProbeRule {
                pointer: "/ok".to_owned(),
                equals: None,
            });
        },
    ];
    let mut ids = BTreeSet::from([content_id(&connection(), &provider())]);
    for change in changes {
        let mut other = provider();
        change(&mut other);
        assert!(ids.insert(content_id(&connection(), &other)));
    }
}

#[test]
fn the_providers_words_and_other_regions_do_not_matter() {
    let mut reworded = provider();
    reworded.summary = "Other words".to_owned();
    reworded.probes[0].proves = "other words".to_owned();
    reworded.regions.pop();
    // Of a grant that this connection does not have.
    reworded.scopes.always.push("openid".to_owned());
    assert_eq!(
        content_id(&connection(), &provider()),
        content_id(&connection(), &reworded)
    );
}

#[test]
fn the_id_stays_the_same_between_versions_of_proofkey() {
    // A changed value here would make every stored proof stale.
    assert_eq!(
        content_id(&connection(), &provider()),
        "ddbd51f823ea09d4453d58835183760631facb3355ffe608f6a2e50fe1f43554"
    );
}
/// A client that signs.
fn signing() -> Connection {
    Connection {
        client_authentication: ClientAuthentication::PrivateKeyJwt,
        signing: Some(Signing {
            algorithm: SigningAlgorithm::Es256,
            key_id: None,
            thumbprint: "of-a-key".to_owned(),
        }),
        ..connection()
    }
}

/// One that asks for tokens that live long.
fn long_lived() -> Connection {
    Connection {
        service_token: Some(ServiceToken {
            lifetime_seconds: 86_400,
        }),
        ..connection()
    }
}

fn with_service_tokens() -> Provider {
    let mut provider = provider();
    provider.service_tokens = Some(ServiceTokens {
        parameters: BTreeMap::new(),
        lifetime_parameter: "expires_in".to_owned(),
        shortest_seconds: 86_400,
        longest_seconds: 864_000,
        header: TokenHeader {
            name: "authorization".to_owned(),
            scheme: String::new(),
        },
        token_types: Vec::new(),
        introspection: None,
        notes: Vec::new(),
    });
    provider
}

#[test]
fn what_a_client_signs_and_with_which_key_makes_another_id() {
    let mut ids = BTreeSet::from([content_id(&signing(), &provider())]);
    let rules: [fn(&mut Provider); 2] = [
        |changed| changed.client_assertion.audience = AssertionAudience::TokenEndpoint,
        |changed| changed.client_assertion.lifetime_seconds = 299,
    ];
    for change in rules {
        let mut other = provider();
        change(&mut other);
        assert!(ids.insert(content_id(&signing(), &other)));
        // To a client that does not sign it is nothing.
        let unsigned = content_id(&connection(), &provider());
        assert_eq!(content_id(&connection(), &other), unsigned);
    }
    let keys: [fn(&mut Signing); 3] = [
        |changed| changed.algorithm = SigningAlgorithm::Ps256,
        |changed| changed.key_id = Some("another".to_owned()),
        |changed| changed.thumbprint = "of-another-key".to_owned(),
    ];
    for change in keys {
        let mut other = signing();
        other.signing.as_mut().map(change);
        assert!(ids.insert(content_id(&other, &provider())));
    }
}

#[test]
fn how_a_service_token_is_asked_for_shown_and_judged_makes_another_id() {
    let mut ids = BTreeSet::from([content_id(&long_lived(), &with_service_tokens())]);
    let rules: [fn(&mut ServiceTokens); 4] = [
        |changed| {
            let opaque = ("token_type".to_owned(), "opaque".to_owned());
            changed.parameters.extend([opaque]);
        },
        |changed| changed.lifetime_parameter = "lifetime".to_owned(),
        |changed| changed.header.scheme = "Bearer".to_owned(),
        |changed| {
            changed.introspection = Some(TokenIntrospection {
                active: "/active".to_owned(),
                expires_at: None,
            });
        },
    ];
    for change in rules {
        let mut other = with_service_tokens();
        other.service_tokens.as_mut().map(change);
        assert!(ids.insert(content_id(&long_lived(), &other)));
        // To a connection with the usual tokens it is nothing.
        let usual = content_id(&connection(), &with_service_tokens());
        assert_eq!(content_id(&connection(), &other), usual);
    }
    let mut longer = long_lived();
    longer.service_token = Some(ServiceToken {
        lifetime_seconds: 172_800,
    });
    assert!(ids.insert(content_id(&longer, &with_service_tokens())));
}
