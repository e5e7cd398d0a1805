//! A config file, read back into a draft. Nothing of it is believed: the addresses come from the
//! provider, the proof has to be run again, and secrets are those of whoever made the file.

mod fields;
mod shape;
mod taken_apart;

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::document::{Proof, SecretsReference, VERSION};
use crate::connection::credentials::{Credentials, credentials};
use crate::connection::{ConnectionDraft, ConnectionId};
use crate::error::{Code, Problem};
use crate::provider::{self, Grant, Provider, VariableKind};
use crate::secret::Secret;
use crate::tree::Tree;
use fields::Fields;
use taken_apart::taken_apart;

/// A config file of a connection with 222 scopes has 20 KiB.
const MOST_BYTES: usize = 1024 * 1024;
const MOST_LEVELS: usize = 32;

/// What a config file says.
pub struct Imported {
    pub id: ConnectionId,
    /// Client ID and secret are there when the file held them; a user name and password of HTTP Basic
    /// are taken apart by [`Imported::into_draft`], which knows how the provider puts them together.
    pub draft: ConnectionDraft,
    /// Both sides of the colon of HTTP Basic, when the file held them.
    pub(super) basic: Option<(Secret, Secret)>,
    /// What a token request holds besides; only a wish for a service token is taken from it.
    pub(super) token_parameters: BTreeMap<String, String>,
    /// Of the public half of the key that the file's connection signs with (RFC 7638).
    pub thumbprint: Option<String>,
    /// Where the secrets were kept on the machine that wrote the file.
    pub reference: Option<SecretsReference>,
    /// What the file claims; the connection is unproven until it is validated here.
    pub claimed_proof: Proof,
    /// The file's own addresses. They are compared, never used.
    /// Absent where nothing issues tokens.
    pub token_url: Option<Url>,
    pub api_base: Url,
}

/// Reads the JSON form of a config file.
///
/// All problems come at once, each with the JSON pointer (RFC 6901) of its place in
/// [`Problem::field`]. At most 1 MiB and 32 levels are read; a member that occurs twice or is unknown is
/// refused, and so is a version that this Proofkey does not know. No problem quotes a value.
pub fn read(text: &[u8]) -> Result<Imported, Vec<Problem>> {
    let tree = parse(text).map_err(|problem| vec![problem])?;
    let duplicates = tree.duplicates();
    if !duplicates.is_empty() {
        return Err(duplicates
            .iter()
            .map(|pointer| duplicate(pointer))
            .collect());
    }
    refuse_newer(&tree).map_err(|problem| vec![problem])?;
    shape::imported(Fields::new(&tree))
}

impl Imported {
    /// What a person has to enter because the file does not hold it, by the names that `provider` has
    /// for it.
    pub fn lacking<'p>(&self, provider: &'p Provider) -> Credentials<'p> {
        let draft = &self.draft;
        let asked = credentials(provider, draft.grant, draft.client_authentication);
        let is_there = self.basic.is_some();
        Credentials {
            identifier: asked
                .identifier
                .filter(|_| draft.client_id.is_none() && !is_there),
            secret: asked
                .secret
                .filter(|_| draft.client_secret.is_none() && !is_there),
            key: asked.key.filter(|_| draft.signing.private_key.is_none()),
            ..asked
        }
    }

    /// The draft, with the credentials of the file in the places where `provider` keeps them, and the wish for
    /// a service token that its parameters are.
    ///
    /// `Code::DraftInvalid` when the file's user name and password are not put together as the provider
    /// does it.
    pub fn into_draft(self, provider: &Provider) -> Result<ConnectionDraft, Problem> {
        let mut draft = self.draft;
        if let Some((username, password)) = &self.basic {
            let (identifier, secret) = taken_apart(provider, username, password)
                .ok_or_else(|| not_put_together(provider))?;
            draft.client_id = identifier;
            draft.client_secret = Some(secret);
        }
        if draft.grant == Grant::ClientCredentials {
            draft.service_token = provider::service_token_in(provider, &self.token_parameters);
        }
        Ok(draft)
    }

    /// Hosts that a person must confirm before the connection may be used, because it is the file that
    /// brought them: its addresses where they differ from those that `provider` gives for the same
    /// account, and host names that the provider leaves to be typed.
    ///
    /// Empty when everything leads to hosts that the provider itself names. When the addresses cannot be
    /// worked out, all hosts of the file are untrusted.
    pub fn untrusted_hosts(&self, provider: &Provider) -> Vec<String> {
        let mut hosts = BTreeSet::new();
        let resolved = provider::resolve(provider, &self.draft.variables).ok();
        let token = resolved
            .as_ref()
            .and_then(|endpoints| endpoints.token.as_ref());
        let api_base = resolved.as_ref().map(|endpoints| &endpoints.api_base);
        let in_file = [
            (self.token_url.as_ref(), token),
            (Some(&self.api_base), api_base),
        ];
        let answered = provider.endpoints.api_base_from.as_ref();
        for (in_file, expected) in in_file {
            // An API base that came with a token is below hosts that the provider itself names.
            let is_answered = |url: &Url| {
                answered.is_some_and(|rule| provider::answered_base(rule, url.as_str()).is_ok())
            };
            if let Some(in_file) = in_file
                && expected != Some(in_file)
                && !(in_file == &self.api_base && is_answered(in_file))
            {
                hosts.insert(origin(in_file));
            }
        }
        hosts.extend(typed_hosts(provider, &self.draft.variables));
        hosts.into_iter().collect()
    }
}

fn parse(text: &[u8]) -> Result<Tree, Problem> {
    if text.len() > MOST_BYTES {
        return Err(not_a_config_file("The file is larger than 1 MiB."));
    }
    let tree = Tree::from_json(text).map_err(|place| {
        not_a_config_file(format!(
            "The file is not readable JSON: look at line {}, column {}.",
            place.line, place.column
        ))
    })?;
    if tree.depth() > MOST_LEVELS {
        return Err(not_a_config_file("The file is nested too deeply."));
    }
    match tree {
        Tree::Table(_) => Ok(tree),
        _ => Err(not_a_config_file("The file holds no JSON object.")),
    }
}

fn refuse_newer(tree: &Tree) -> Result<(), Problem> {
    match tree.member("version") {
        Some(Tree::Whole(version)) if *version > i64::from(VERSION) => Err(Problem::new(
            Code::DraftInvalid,
            format!("The file has version {version}; this Proofkey reads version {VERSION}."),
            "Install the Proofkey that wrote it, or a newer one.",
        )
        .at("/version")),
        _ => Ok(()),
    }
}

/// Values that become a host and that neither a closed list nor a fixed suffix bounds.
fn typed_hosts(provider: &Provider, variables: &BTreeMap<String, String>) -> Vec<String> {
    let region = provider::region(provider, variables);
    let asked = region.map_or(&[][..], |region| region.asks.as_slice());
    let of_region = asked.iter().map(|field| (&field.name, field.kind));
    let of_provider = provider.variables.iter().map(|it| (&it.name, it.kind));
    of_region
        .chain(of_provider)
        .filter_map(|(name, kind)| {
            let value = variables.get(name)?;
            let suggested = region.and_then(|region| region.values.get(name));
            if suggested == Some(value) {
                return None;
            }
            match kind {
                VariableKind::Host => Some(value.clone()),
                VariableKind::HttpsUrl => {
                    Some(Url::parse(value).map_or_else(|_| value.clone(), |url| origin(&url)))
                }
                VariableKind::HostLabel
                | VariableKind::Region
                | VariableKind::Path
                | VariableKind::Text => None,
            }
        })
        .collect()
}

/// Host, and port when it is not the scheme's own; non-ASCII hosts are in Punycode (WHATWG URL).
fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn not_put_together(provider: &Provider) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!(
            "User name and password in the file are not put together as those of {} are.",
            provider.name
        ),
        "Check the provider in the file, or add the connection by hand.",
    )
    .at("/client")
}

fn duplicate(pointer: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("{pointer} occurs twice."),
        "Keep one of them; readers disagree on which one counts.",
    )
    .at(pointer)
}

fn not_a_config_file(summary: impl Into<String>) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        summary,
        "Choose a file that Proofkey exported as JSON, for example acme-support.proofkey.json.",
    )
}
