//! Which content of a connection a proof is about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::connection::{Connection, ConnectionId};
use crate::provider::{BasicEncoding, ClientAuthentication, Grant};
use crate::vault::Generation;

/// SHA-256, in hexadecimal, over everything of `connection` that a proof depends on.
///
/// Two connections have the same content id exactly when a proof of one holds for the other. The
/// name and the dates are left out; the generation of the secrets is part of it, so that a changed
/// secret makes a proof stale although the secret itself is not hashed.
pub fn content_id(connection: &Connection) -> String {
    let content = Content {
        version: 1,
        id: &connection.id,
        provider: &connection.provider,
        grant: connection.grant,
        client_authentication: connection.client_authentication,
        basic_encoding: connection.basic_encoding,
        scopes: connection.scopes.iter().map(String::as_str).collect(),
        practice: connection.practice,
        secrets: connection.secrets,
        variables: &connection.variables,
    };
    let mut hash = Sha256::new();
    // Strings, numbers and string-keyed maps always serialize; a `Display` of the error keeps the
    // function total without inventing an id that could collide with a real one.
    match serde_json::to_vec(&content) {
        Ok(json) => hash.update(json),
        Err(error) => hash.update(format!("unserializable: {error}")),
    }
    hash.finalize()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A struct rather than a JSON map: its members keep their order whatever features `serde_json` is
/// built with, so that the window and the command line agree.
#[derive(Serialize)]
struct Content<'a> {
    version: u32,
    id: &'a ConnectionId,
    provider: &'a str,
    grant: Grant,
    client_authentication: ClientAuthentication,
    basic_encoding: BasicEncoding,
    /// The order of scopes means nothing (RFC 6749 §3.3).
    scopes: BTreeSet<&'a str>,
    practice: bool,
    secrets: Generation,
    variables: &'a BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::connection;

    #[test]
    fn the_name_the_dates_and_the_order_of_scopes_do_not_matter() {
        let first = connection();
        let mut second = connection();
        second.name = "Another name".to_owned();
        second.changed_at = jiff::Timestamp::MAX;
        second.scopes.reverse();
        assert_eq!(content_id(&first), content_id(&second));
        assert_eq!(content_id(&first).len(), 64);
    }

    #[test]
    fn everything_else_makes_another_id() {
        let changes: [fn(&mut Connection); 8] = [
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
        let mut ids = BTreeSet::from([content_id(&connection())]);
        for change in changes {
            let mut other = connection();
            change(&mut other);
            assert!(ids.insert(content_id(&other)));
        }
        let mut practice = connection();
        practice.practice = true;
        assert!(ids.insert(content_id(&practice)));
    }

    #[test]
    fn the_id_stays_the_same_between_versions_of_proofkey() {
        // A changed value here would make every stored proof stale.
        assert_eq!(
            content_id(&connection()),
            "6ded9acc868e2e1f94bb30d09be820c0e2811d3868441fbf791fb2d9d586ba58"
        );
    }
}
