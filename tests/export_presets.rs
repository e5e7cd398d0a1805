//! Every system that comes along, by every grant it offers: exported in every format, and imported.

use proofkey_core::Secret;
use proofkey_core::connection::credentials::credentials;
use proofkey_core::error::Code;
use proofkey_core::export::{self, ExportFormat, ExportSecrets, import};
use proofkey_core::provider::{self, Catalogue, Grant, Provider};
use proofkey_core::vault::SecretDocument;
use proofkey_tests::Proven;

const ID: &str = "canary-id";
const SECRET: &str = "canary-secret";

/// The examples of one file and grant, and what the vault would hold for them.
fn each(mut tried: impl FnMut(&str, &Proven, &SecretDocument)) {
    let catalogue = Catalogue::built_in();
    let providers: Vec<&Provider> = catalogue.providers().collect();
    assert!(providers.len() > 20, "{}", providers.len());
    for provider in providers {
        for grant in &provider.grants {
            let mut proven = Proven::example(provider, *grant);
            let own = [("audience".to_owned(), "https://api.example/ä&=".to_owned())];
            if grant.is_oauth() {
                proven.connection.parameters = own.into();
            }
            proven.prove_again();
            let authentication = proven.connection.client_authentication;
            let asked = credentials(provider, *grant, authentication);
            let value = |text: &str| Secret::new(text.to_owned());
            let identifier = asked.identifier.map_or("", |_| ID);
            let stored =
                SecretDocument::new(value(identifier), asked.secret.map(|_| value(SECRET)));
            tried(&format!("{} by {grant:?}", provider.id), &proven, &stored);
        }
    }
}

#[test]
fn every_system_is_exported_in_every_format_and_redacted_without_a_trace() {
    each(|what, proven, stored| {
        let validated = proven.validated().expect(what);
        for format in ExportFormat::ALL {
            let document = export::document(&validated, ExportSecrets::Plain(stored)).expect(what);
            let plain = export::render(&document, format);
            let plain = plain.map_err(|problem| panic!("{what} as {format:?}: {problem:?}"));
            let holds_secrets = plain.is_ok_and(|it| it.holds_secrets());
            let is_left_out = format == ExportFormat::Curl && !document_asks(proven);
            let expected = proven.connection.grant != Grant::None && !is_left_out;
            assert_eq!(holds_secrets, expected, "{what} as {format:?}");

            let reference = ExportSecrets::Redacted(proven.reference());
            let document = export::document(&validated, reference).expect(what);
            match export::render(&document, format) {
                Ok(redacted) => assert!(!redacted.text().contains("canary"), "{what}"),
                Err(problem) => {
                    assert_eq!(
                        format,
                        ExportFormat::KubernetesSecret,
                        "{what}: {problem:?}"
                    );
                    assert_eq!(problem.code, Code::ExportNotRepresentable);
                }
            }
        }
    });
}

/// Whether a script can ask for itself: tokens of people and of signed requests come from Proofkey.
fn document_asks(proven: &Proven) -> bool {
    use proofkey_core::provider::ClientAuthentication::{ClientSecretBasic, ClientSecretPost};
    let signs = !matches!(
        proven.connection.client_authentication,
        ClientSecretBasic | ClientSecretPost
    );
    match proven.connection.grant {
        Grant::ClientCredentials => !signs,
        Grant::HttpBasic | Grant::ApiKey => true,
        Grant::AuthorizationCode | Grant::None => false,
    }
}

#[test]
fn every_system_is_imported_as_it_was_exported() {
    each(|what, proven, stored| {
        let validated = proven.validated().expect(what);
        let document = export::document(&validated, ExportSecrets::Plain(stored)).expect(what);
        let rendered = export::render(&document, ExportFormat::Json).expect(what);
        let imported = import::read(rendered.bytes());
        let imported = imported.unwrap_or_else(|problems| panic!("{what}: {problems:?}"));
        let (connection, provider) = (&proven.connection, &proven.provider);

        let typed = provider.variables.iter().map(|it| &it.name);
        let asked = provider.regions.iter().flat_map(|it| &it.asks);
        let typed: Vec<&String> = typed.chain(asked.map(|it| &it.name)).collect();
        for host in imported.untrusted_hosts(provider) {
            let is_typed = typed.iter().any(|name| {
                let value = connection.variables.get(*name);
                value.is_some_and(|value| value.contains(&host))
            });
            assert!(is_typed, "{what}: nobody typed {host}");
        }
        let lacking = imported.lacking(provider);
        assert!(
            lacking.identifier.is_none() && lacking.secret.is_none(),
            "{what}"
        );
        let draft = imported.into_draft(provider).expect(what);
        assert_eq!(draft.provider, connection.provider, "{what}");
        assert_eq!(draft.grant, connection.grant, "{what}");
        assert_eq!(
            draft.client_authentication, connection.client_authentication,
            "{what}"
        );
        assert_eq!(draft.variables, connection.variables, "{what}");
        assert_eq!(draft.parameters, connection.parameters, "{what}");
        assert_eq!(
            draft.scopes,
            provider::scopes(provider, connection),
            "{what}"
        );
        let kept = |secret: &Option<Secret>| secret.as_ref().map(|it| it.expose().to_owned());
        let identifier = Some(stored.client_id.expose().to_owned()).filter(|it| !it.is_empty());
        assert_eq!(kept(&draft.client_id), identifier, "{what}");
        assert_eq!(
            kept(&draft.client_secret),
            kept(&stored.client_secret),
            "{what}"
        );
    });
}
