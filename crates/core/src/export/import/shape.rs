//! What members a config file has.

use std::collections::BTreeMap;

use super::super::document::{CheckOutcome, Proof, SecretsReference, VERSION};
use super::super::schema::CONFIG_FILE_ID;
use super::Imported;
use super::fields::Fields;
use crate::connection::{ConnectionDraft, ConnectionId};
use crate::error::{Code, Problem};
use crate::secret::Secret;
use crate::tree::{Tree, pointer_token};

const GRANTS: &str = "client_credentials or authorization_code";
const AUTHENTICATIONS: &str = "client_secret_basic, client_secret_post or private_key_jwt";
const STATUSES: &str = "passed, warning, failed, skipped or not_reached";
const CHECKS: &str = "configuration, dns, tcp, tls, token, scope, api, account or vault";

/// The whole file, or all that is wrong with it.
pub(super) fn imported(mut file: Fields<'_>) -> Result<Imported, Vec<Problem>> {
    schema_and_version(&mut file);
    file.text("proofkey");
    let practice = file.flag("practice");
    let provider = file.text("provider");
    let grant = file.word("grant", GRANTS);
    let client_authentication = file.word("client_authentication", AUTHENTICATIONS);
    let basic_encoding = file.word("basic_encoding", "form or raw");
    let scopes = file.texts("scopes");
    if file.has("granted_scopes") {
        file.texts("granted_scopes");
    }
    let token_url = if file.has("token_url") {
        Some(file.url("token_url"))
    } else {
        None
    };
    let api_base = file.url("api_base");
    let named = file.table("connection", name);
    let variables = variables(&mut file);
    file.table("token_header", |header| {
        header.text("name");
        header.text("scheme")
    });
    let client = file.table("client", client);
    let proof = file.table("proof", proof);
    file.refuse_unread();
    if !file.problems.is_empty() {
        return Err(file.problems);
    }
    let whole = (|| {
        let (id, name) = named?;
        let client = client?;
        Some(Imported {
            id,
            reference: client.reference,
            claimed_proof: proof?,
            token_url: match token_url {
                Some(read) => Some(read?),
                None => None,
            },
            api_base: api_base?,
            draft: ConnectionDraft {
                name,
                provider: provider?,
                grant: grant?,
                client_authentication: client_authentication?,
                basic_encoding,
                scopes: scopes?,
                practice,
                redirect: None,
                parameters: BTreeMap::new(),
                variables,
                client_id: client.client_id,
                client_secret: client.client_secret,
            },
        })
    })();
    whole.ok_or_else(|| {
        vec![Problem::new(
            Code::Internal,
            "The file could not be read, and Proofkey cannot say why.",
            "Report this with the version of Proofkey that wrote the file.",
        )]
    })
}

/// The secrets of a file, or where they are.
struct ClientFields {
    client_id: Option<Secret>,
    client_secret: Option<Secret>,
    reference: Option<SecretsReference>,
}

fn name(fields: &mut Fields<'_>) -> Option<(ConnectionId, String)> {
    let id = fields.text("id");
    let name = fields.text("name");
    let parsed = id.and_then(|id| ConnectionId::parse(&id).ok());
    if parsed.is_none() && fields.has("id") {
        fields.complain(
            "id",
            "is no connection id",
            "Use 1 to 64 lower-case letters, digits and hyphens, for example acme-support.",
        );
    }
    Some((parsed?, name?))
}

fn client(fields: &mut Fields<'_>) -> Option<ClientFields> {
    if fields.has("reference") {
        return Some(ClientFields {
            client_id: None,
            client_secret: None,
            reference: Some(fields.table("reference", reference)?),
        });
    }
    let client_id = fields.secret("client_id");
    let client_secret = fields.secret("client_secret");
    Some(ClientFields {
        client_id: Some(client_id?),
        client_secret: Some(client_secret?),
        reference: None,
    })
}

fn reference(fields: &mut Fields<'_>) -> Option<SecretsReference> {
    let vault = fields.text("vault");
    let service = fields.text("service");
    let account = fields.text("account");
    Some(SecretsReference {
        vault: vault?,
        service: service?,
        account: account?,
    })
}

fn proof(fields: &mut Fields<'_>) -> Option<Proof> {
    let verdict = fields.word("verdict", "passed or failed");
    let proven_at = fields.parsed(
        "proven_at",
        |text| text.parse().ok(),
        "is no time",
        "Write a time like 2026-11-22T09:30:00Z.",
    );
    let content_id = fields.text("content_id");
    let tool_version = fields.text("tool_version");
    let checks = fields.list("checks", |item| {
        let id = item.word("id", CHECKS);
        let status = item.word("status", STATUSES);
        Some(CheckOutcome {
            id: id?,
            status: status?,
        })
    });
    Some(Proof {
        verdict: verdict?,
        proven_at: proven_at?,
        content_id: content_id?,
        tool_version: tool_version?,
        checks: checks?,
    })
}

fn schema_and_version(fields: &mut Fields<'_>) {
    fields.parsed(
        "$schema",
        |text| (text == CONFIG_FILE_ID).then_some(()),
        "is not the address of this kind of file",
        &format!("Write \"{CONFIG_FILE_ID}\"."),
    );
    match fields.take("version") {
        Some(Tree::Whole(version)) if *version == i64::from(VERSION) => {}
        Some(_) => fields.complain("version", "is not a known version", "Write 1."),
        None => fields.missing("version"),
    }
}

/// `account` and `region` stand at the top of a file, the others in their own table.
fn variables(fields: &mut Fields<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for name in ["account", "region"] {
        if fields.has(name)
            && let Some(value) = fields.text(name)
        {
            variables.insert(name.to_owned(), value);
        }
    }
    let others: &[_] = match fields.take("variables") {
        Some(Tree::Table(members)) => members,
        None => &[],
        Some(_) => {
            let remedy = "Put its members in curly brackets.";
            fields.complain("variables", "is not an object", remedy);
            &[]
        }
    };
    for (name, value) in others {
        let place = format!("variables/{}", pointer_token(name));
        match value {
            _ if variables.contains_key(name) => {
                fields.complain(
                    &place,
                    "is given twice",
                    "Keep the one at the top of the file.",
                );
            }
            Tree::Text(text) => {
                variables.insert(name.clone(), text.expose().to_owned());
            }
            _ => fields.complain(&place, "is not text", "Put the value in double quotes."),
        }
    }
    variables
}
