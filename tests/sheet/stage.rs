//! A helpdesk of the tests' own, proven, and its sheet.

use proofkey_core::border::{SecretMember, SheetAdditions, SheetLine, SheetValue, TalkdeskSheet};
use proofkey_core::error::Problem;
use proofkey_core::export::sheet::talkdesk_sheet;
use proofkey_core::provider::{ClientAuthentication, CredentialField, Grant, StaticCredentials};
use proofkey_tests::Proven;

pub(crate) fn sheet_with(
    proven: &mut Proven,
    additions: &SheetAdditions,
) -> Result<TalkdeskSheet, Problem> {
    proven.prove_again();
    let now = "2026-11-22T12:00:00Z".parse().expect("a time");
    let validated = proven.validated().expect("validated");
    talkdesk_sheet(&validated, additions, &proven.reference(), now)
}

pub(crate) fn sheet(proven: &mut Proven) -> TalkdeskSheet {
    sheet_with(proven, &SheetAdditions::default()).expect("a sheet")
}

/// A helpdesk below `/v2`, with client credentials.
pub(crate) fn helpdesk() -> Proven {
    let mut proven = Proven::acme();
    "Helpdesk".clone_into(&mut proven.provider.name);
    proven.provider.custom_connection.unsuitable = None;
    proven.provider.custom_connection.base_path = Some("/v2".to_owned());
    proven
}

pub(crate) fn with_grant(grant: Grant) -> Proven {
    let mut proven = helpdesk();
    proven.connection.grant = grant;
    if !grant.is_oauth() {
        proven.connection.client_authentication = ClientAuthentication::None;
        proven.connection.scopes.clear();
        proven.provider.static_credentials = Some(StaticCredentials {
            identifier: Some(CredentialField {
                label: "E-mail address".to_owned(),
                help: "h".to_owned(),
            }),
            secret: CredentialField {
                label: "API token".to_owned(),
                help: "h".to_owned(),
            },
            username: "{identifier}/token".to_owned(),
            password: "{secret}".to_owned(),
        });
    }
    proven
}

pub(crate) fn line<'a>(sheet: &'a TalkdeskSheet, id: &str) -> &'a SheetLine {
    sheet
        .lines
        .iter()
        .find(|line| line.id == id)
        .unwrap_or_else(|| panic!("no line {id} in {:#?}", sheet.lines))
}

pub(crate) fn text<'a>(sheet: &'a TalkdeskSheet, id: &str) -> &'a str {
    match &line(sheet, id).value {
        SheetValue::Text { text } => text,
        other => panic!("{id} is {other:?}"),
    }
}

pub(crate) fn member(sheet: &TalkdeskSheet, id: &str) -> SecretMember {
    match &line(sheet, id).value {
        SheetValue::Secret { member, kept_in } => {
            assert_eq!(
                kept_in,
                "System keychain (Secret Service), item acme-support.1"
            );
            *member
        }
        other => panic!("{id} is {other:?}"),
    }
}

pub(crate) fn ids(sheet: &TalkdeskSheet) -> Vec<&str> {
    sheet.lines.iter().map(|line| line.id.as_str()).collect()
}

pub(crate) const HEAD: [&str; 4] = ["name", "description", "base_path", "type"];
