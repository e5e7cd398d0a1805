//! What members a config file has.

use std::collections::BTreeMap;

use url::Url;

use super::super::document::{CheckOutcome, Proof, SecretsReference, VERSION};
use super::super::schema::CONFIG_FILE_ID;
use super::Imported;
use super::fields::Fields;
use crate::connection::{ConnectionDraft, ConnectionId, SigningDraft};
use crate::error::{Code, Problem};
use crate::provider::{BodyFormat, ClientAuthentication, Grant, SigningAlgorithm};
use crate::secret::Secret;
use crate::tree::{Tree, pointer_token};

const GRANTS: &str = "client_credentials, authorization_code, http_basic, api_key or none";
const AUTHENTICATIONS: &str =
    "client_secret_basic, client_secret_post, private_key_jwt, client_secret_jwt or none";
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
    let token_url = token_url(&mut file, grant);
    let api_base = file.url("api_base");
    let named = file.table("connection", name);
    let variables = variables(&mut file);
    let mut parameters = BTreeMap::new();
    named_texts(&mut file, "parameters", &mut parameters);
    of_the_provider(&mut file, grant);
    let mut token_parameters = BTreeMap::new();
    named_texts(&mut file, "token_parameters", &mut token_parameters);
    let signing = signing(&mut file, client_authentication);
    let client = file.table("client", |fields| {
        client(fields, grant, client_authentication)
    });
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
            thumbprint: signing.thumbprint,
            reference: client.reference,
            claimed_proof: proof?,
            token_url,
            basic: client.basic,
            token_parameters,
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
                parameters,
                variables,
                client_id: client.client_id,
                client_secret: client.client_secret,
                signing: SigningDraft {
                    private_key: client.private_key,
                    ..signing.draft
                },
                // `Imported::into_draft` knows what the provider means by a parameter.
                service_token: None,
            },
        })
    })();
    whole.ok_or_else(|| vec![unexplained()])
}

/// Needed where tokens are asked for.
fn token_url(file: &mut Fields<'_>, grant: Option<Grant>) -> Option<Url> {
    let asks_for_tokens = grant.is_none_or(Grant::is_oauth);
    (asks_for_tokens || file.has("token_url"))
        .then(|| file.url("token_url"))
        .flatten()
}

fn unexplained() -> Problem {
    Problem::new(
        Code::Internal,
        "The file could not be read, and Proofkey cannot say why.",
        "Report this with the version of Proofkey that wrote the file.",
    )
}

/// Members that the provider's own values stand for on this machine: checked, and not used.
fn of_the_provider(file: &mut Fields<'_>, grant: Option<Grant>) {
    if file.has("body_format") {
        file.word::<BodyFormat>("body_format", "form or json");
    }
    for name in ["token_members", "granted_scopes"] {
        if file.has(name) {
            file.texts(name);
        }
    }
    if file.has("scope_separator") {
        file.text("scope_separator");
    }
    if grant != Some(Grant::None) || file.has("token_header") {
        file.table("token_header", |header| {
            header.text("name");
            header.text("scheme")
        });
    }
    if file.has("test_call") {
        file.table("test_call", |call| {
            named_texts(call, "headers", &mut BTreeMap::new());
            call.url("url")
        });
    }
}

/// What a file says of the key that signs.
#[derive(Default)]
struct SigningFields {
    draft: SigningDraft,
    thumbprint: Option<String>,
}

/// Audience and lifetime are the provider's on this machine: checked, and not used.
fn signing(file: &mut Fields<'_>, authentication: Option<ClientAuthentication>) -> SigningFields {
    if !file.has("client_assertion") {
        return SigningFields::default();
    }
    let has_key = authentication == Some(ClientAuthentication::PrivateKeyJwt);
    let read = file.table("client_assertion", |it| {
        it.text("audience");
        it.whole("lifetime_seconds");
        let mut read = SigningFields::default();
        if !has_key {
            it.text("algorithm");
            return Some(read);
        }
        let names = SigningAlgorithm::ALL.map(SigningAlgorithm::name).join(", ");
        read.draft.algorithm = it.parsed(
            "algorithm",
            SigningAlgorithm::from_name,
            "is not a known algorithm",
            &format!("Write one of {names}."),
        );
        if it.has("key_id") {
            read.draft.key_id = it.text("key_id");
        }
        if it.has("thumbprint") {
            read.thumbprint = it.text("thumbprint");
        }
        Some(read)
    });
    read.unwrap_or_default()
}

/// The secrets of a file, or where they are.
#[derive(Default)]
struct ClientFields {
    client_id: Option<Secret>,
    client_secret: Option<Secret>,
    private_key: Option<Secret>,
    basic: Option<(Secret, Secret)>,
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

/// Which members it has depends on the grant; where that is unreadable, nothing more is said.
fn client(
    fields: &mut Fields<'_>,
    grant: Option<Grant>,
    authentication: Option<ClientAuthentication>,
) -> Option<ClientFields> {
    let mut client = ClientFields::default();
    if fields.has("reference") {
        client.reference = Some(fields.table("reference", reference)?);
        return Some(client);
    }
    match grant {
        Some(Grant::HttpBasic) => {
            let username = fields.secret("username");
            let password = fields.secret("password");
            client.basic = Some((username?, password?));
        }
        Some(Grant::ApiKey) => client.client_secret = Some(fields.secret("api_key")?),
        Some(Grant::None) => {}
        Some(Grant::ClientCredentials | Grant::AuthorizationCode) => {
            let client_id = fields.secret("client_id");
            if authentication == Some(ClientAuthentication::PrivateKeyJwt) {
                client.private_key = Some(fields.secret("private_key")?);
                client.client_id = Some(client_id?);
                return Some(client);
            }
            // A public client has none (RFC 6749 §2.1).
            let is_public = authentication == Some(ClientAuthentication::None);
            if !is_public || fields.has("client_secret") {
                client.client_secret = Some(fields.secret("client_secret")?);
            }
            client.client_id = Some(client_id?);
        }
        None => fields.read_all(),
    }
    Some(client)
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
    let generation = generation(fields);
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
        generation,
        tool_version: tool_version?,
        checks: checks?,
    })
}

fn generation(fields: &mut Fields<'_>) -> Option<u32> {
    let number = match fields.take("generation")? {
        Tree::Whole(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    if number.is_none() {
        fields.complain(
            "generation",
            "is not the number of a generation",
            "Write a whole number, or leave it out.",
        );
    }
    number
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
    named_texts(fields, "variables", &mut variables);
    variables
}

/// Adds the members of the table `name`, which may be absent and hold nothing but texts.
fn named_texts(fields: &mut Fields<'_>, name: &'static str, texts: &mut BTreeMap<String, String>) {
    let members: &[_] = match fields.take(name) {
        Some(Tree::Table(members)) => members,
        None => &[],
        Some(_) => {
            fields.complain(
                name,
                "is not an object",
                "Put its members in curly brackets.",
            );
            &[]
        }
    };
    for (key, value) in members {
        let place = format!("{name}/{}", pointer_token(key));
        match value {
            _ if texts.contains_key(key) => {
                let remedy = "Keep the one at the top of the file.";
                fields.complain(&place, "is given twice", remedy);
            }
            Tree::Text(text) => {
                texts.insert(key.clone(), text.expose().to_owned());
            }
            _ => fields.complain(&place, "is not text", "Put the value in double quotes."),
        }
    }
}
