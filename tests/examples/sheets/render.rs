//! Renders a Talkdesk sheet of each kind as the window gets it, for the page's tests and pictures.

#![expect(
    clippy::expect_used,
    reason = "a sheet that cannot be made stops the generator"
)]

use std::collections::BTreeMap;

use proofkey_core::border::{SheetAdditions, TalkdeskSheet};
use proofkey_core::check::{Check, CheckId, CheckStatus};
use proofkey_core::connection::ConnectionId;
use proofkey_core::export::sheet::talkdesk_sheet;
use proofkey_core::provider::{Catalogue, ClientAuthentication, Grant};
use proofkey_tests::Proven;

/// The day on which the page's own fixtures play.
const TODAY: &str = "2026-11-22T09:41:00Z";

struct Kind {
    provider: &'static str,
    name: &'static str,
    grant: Grant,
    authentication: ClientAuthentication,
    scopes: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

const KINDS: [Kind; 3] = [
    Kind {
        provider: "zendesk",
        name: "Help desk",
        grant: Grant::AuthorizationCode,
        authentication: ClientAuthentication::ClientSecretPost,
        scopes: &["read", "write"],
        variables: &[("subdomain", "acme-help")],
    },
    Kind {
        provider: "auth0",
        name: "Orders API",
        grant: Grant::ClientCredentials,
        authentication: ClientAuthentication::ClientSecretPost,
        scopes: &["read:orders"],
        variables: &[
            ("domain", "acme.eu.auth0.com"),
            ("audience", "https://api.acme.example/orders/"),
            ("organization", "org_2eondWoxcMIpaLQc"),
            ("api", "https://api.acme.example"),
            ("test_path", "/v1/me"),
        ],
    },
    Kind {
        provider: "zendesk-token",
        name: "Help desk by token",
        grant: Grant::HttpBasic,
        authentication: ClientAuthentication::None,
        scopes: &[],
        variables: &[("subdomain", "acme-help")],
    },
];

/// By the connection's id.
pub(crate) fn sheets() -> String {
    let sheets: BTreeMap<String, TalkdeskSheet> = KINDS
        .iter()
        .map(|kind| {
            let proven = proven(kind);
            (proven.connection.id.to_string(), sheet(&proven))
        })
        .collect();
    let text = serde_json::to_string_pretty(&sheets).expect("a sheet is JSON");
    format!("{text}\n")
}

fn sheet(proven: &Proven) -> TalkdeskSheet {
    let now = TODAY.parse().expect("a timestamp");
    let validated = proven.validated().expect("proven");
    let additions = SheetAdditions::default();
    talkdesk_sheet(&validated, &additions, &proven.reference(), now).expect("a sheet")
}

fn proven(kind: &Kind) -> Proven {
    let mut proven = Proven::acme();
    let catalogue = Catalogue::built_in();
    proven.provider = catalogue.provider(kind.provider).expect("built in").clone();
    let connection = &mut proven.connection;
    connection.id = ConnectionId::from_name(kind.name);
    kind.name.clone_into(&mut connection.name);
    kind.provider.clone_into(&mut connection.provider);
    connection.grant = kind.grant;
    connection.client_authentication = kind.authentication;
    connection.scopes = kind.scopes.iter().map(ToString::to_string).collect();
    let variables = kind.variables.iter();
    connection.variables = variables
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    proven.report.connection = connection.id.to_string();
    kind.provider.clone_into(&mut proven.report.provider);
    proven
        .report
        .checks
        .iter_mut()
        .for_each(|check| say(check, kind));
    proven.prove_again();
    proven
}

/// What such a proof says.
fn say(check: &mut Check, kind: &Kind) {
    let words = match check.id {
        CheckId::Configuration => "The values fit together.",
        CheckId::Dns => "The host name exists.",
        CheckId::Tcp => "The server can be reached.",
        CheckId::Tls => "The server is who it says.",
        CheckId::Token => "Client ID and secret are accepted.",
        CheckId::Scope => "You were granted what you asked for.",
        CheckId::Api => "The API lets the connection in.",
        CheckId::Account => "It is the account you named.",
        CheckId::Vault => "The keychain gives the secrets back.",
    };
    words.clone_into(&mut check.summary);
    if !kind.grant.is_oauth() && matches!(check.id, CheckId::Token | CheckId::Scope) {
        check.status = CheckStatus::Skipped;
    }
}
