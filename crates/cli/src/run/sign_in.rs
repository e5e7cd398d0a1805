//! What the arguments say of signing in: the grant, the client's authentication, further parameters, and
//! which secret to ask for.

use proofkey_core::Secret;
use proofkey_core::border::ConnectionView;
use proofkey_core::connection::credentials::{Credentials, credentials};
use proofkey_core::connection::{ConnectionDraft, SigningDraft};
use proofkey_core::proofkey::{Entered, Proofkey, Rejected};
use proofkey_core::provider::{ClientAuthentication, Grant, Provider};

use super::private_key;
use crate::args::{GrantName, Values};
use crate::exit::Failure;
use crate::prompt;

/// Sets grant and client authentication. Where only the grant is named, the authentication is the
/// provider's usual one that goes with it.
///
/// The password grant is answered with the one to take instead.
pub(super) fn settle(
    provider: &Provider,
    draft: &mut ConnectionDraft,
    values: &Values,
) -> Result<(), Failure> {
    if let Some(name) = values.grant {
        draft.grant = grant(name).ok_or_else(|| no_passwords(provider))?;
    }
    draft.client_authentication = match values.auth {
        Some(authentication) => authentication.into(),
        None if values.signing.names_a_key() => ClientAuthentication::PrivateKeyJwt,
        None => fitting(provider, draft.grant, draft.client_authentication),
    };
    Ok(())
}

/// Lays `--param NAME=VALUE` over the draft; nothing after the equals sign removes the parameter.
pub(super) fn parameters(draft: &mut ConnectionDraft, values: &Values) -> Result<(), Failure> {
    for text in &values.param {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Failure::invalid(
                format!("--param {text} has no value."),
                "Write NAME=VALUE, for example --param audience=https://api.example.com.",
            ));
        };
        if !value.is_empty() {
            draft.parameters.insert(name.to_owned(), value.to_owned());
        } else if draft.parameters.remove(name).is_none() {
            return Err(Failure::invalid(
                format!("There is no parameter {name} to remove."),
                "Write NAME=VALUE to send it.",
            ));
        }
    }
    Ok(())
}

/// What this connection is asked for, by the provider's own names.
pub(super) fn asked<'p>(provider: &'p Provider, draft: &ConnectionDraft) -> Credentials<'p> {
    credentials(provider, draft.grant, draft.client_authentication)
}

/// What a connection's stored credentials are called. A connection whose provider file is gone has
/// those of OAuth.
pub(super) fn labels(proofkey: &Proofkey, view: &ConnectionView) -> Vec<String> {
    let Ok(provider) = proofkey.provider(&view.provider) else {
        return vec!["Client ID".to_owned(), "Client secret".to_owned()];
    };
    let asked = credentials(&provider, view.grant, view.client_authentication);
    [asked.identifier, asked.secret, asked.key]
        .into_iter()
        .flatten()
        .map(|asked| asked.label.to_owned())
        .collect()
}

/// Asks for what a new connection needs to sign in and the arguments do not give, once everything else is
/// right: nobody should type a secret only to hear that something else is wrong.
pub(super) async fn complete(
    proofkey: &Proofkey,
    provider: &Provider,
    draft: &mut ConnectionDraft,
    values: &Values,
) -> Result<(), Failure> {
    let asks = asked(provider, draft);
    private_key::open(proofkey, &mut draft.signing, false).await?;
    // What is given on standard input leaves nobody there to type.
    let someone =
        prompt::is_on_a_terminal() && !values.client_secret_stdin && !values.signing.takes_stdin();
    let identifier = asks
        .identifier
        .filter(|_| draft.client_id.is_none() && someone);
    let secret = asks.secret.filter(|_| draft.client_secret.is_none());
    if let Some(asked) = identifier {
        refuse_others(
            proofkey,
            draft,
            &["client_id", "client_secret", "signing.passphrase"],
        )?;
        draft.client_id = Some(prompt::identifier(asked.label).await?);
    }
    refuse_others(proofkey, draft, &["client_secret", "signing.passphrase"])?;
    private_key::open(proofkey, &mut draft.signing, someone).await?;
    match secret {
        Some(_) => {
            refuse_others(proofkey, draft, &["client_secret"])?;
            ask(provider, draft, false).await
        }
        None => refuse_others(proofkey, draft, &[]),
    }
}

/// Refuses a draft for anything but what is `left_open`, and regions that are found out when it is saved.
fn refuse_others(
    proofkey: &Proofkey,
    draft: &ConnectionDraft,
    left_open: &[&str],
) -> Result<(), Failure> {
    let regions = asked_of_regions(draft);
    let left_open: Vec<&str> = regions
        .iter()
        .map(String::as_str)
        .chain(left_open.iter().copied())
        .collect();
    let outcome = proofkey.refuse_blocked(draft, None, &left_open);
    let given = Given::of(draft);
    Ok(outcome.map_err(|rejected| name_the_options(rejected, &given))?)
}

/// The fields whose value "auto" is found out when the connection is saved.
fn asked_of_regions(draft: &ConnectionDraft) -> Vec<String> {
    draft
        .variables
        .iter()
        .filter(|(_, value)| *value == "auto")
        .map(|(name, _)| format!("variables.{name}"))
        .collect()
}

/// What the arguments gave, so that nobody is told to give it.
pub(super) struct Given {
    client_id: bool,
    client_secret: bool,
    of_the_key: Vec<&'static str>,
}

impl Given {
    pub(super) fn of(draft: &ConnectionDraft) -> Self {
        Self {
            client_id: is_filled(draft.client_id.as_ref()),
            client_secret: is_filled(draft.client_secret.as_ref()),
            of_the_key: given_of_the_key(&draft.signing),
        }
    }

    /// Client ID and secret have words of their own there.
    pub(super) fn of_import(entered: &Entered) -> Self {
        Self {
            client_id: true,
            client_secret: true,
            of_the_key: given_of_the_key(&entered.signing),
        }
    }
}

fn given_of_the_key(signing: &SigningDraft) -> Vec<&'static str> {
    let fields = [
        (
            "signing.private_key",
            is_filled(signing.private_key.as_ref()),
        ),
        ("signing.passphrase", signing.passphrase.is_some()),
        ("signing.key_id", signing.key_id.is_some()),
        ("signing.algorithm", signing.algorithm.is_some()),
        ("signing.public_key", signing.public_key.is_some()),
    ];
    fields
        .into_iter()
        .filter_map(|(field, given)| given.then_some(field))
        .collect()
}

fn is_filled(value: Option<&Secret>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}

/// Core says that a value is missing; only this door knows how to give it.
pub(super) fn name_the_options(mut rejected: Rejected, draft: &Given) -> Rejected {
    for (field, given, option) in [
        ("client_id", draft.client_id, "Add --client-id ID."),
        (
            "client_secret",
            draft.client_secret,
            "Give it on standard input with --client-secret-stdin, or in a file with --client-secret-file.",
        ),
    ] {
        if !given {
            add_option(&mut rejected, field, option);
        }
    }
    for (field, option) in private_key::OPTIONS {
        if !draft.of_the_key.contains(&field) {
            add_option(&mut rejected, field, option);
        }
    }
    rejected
}

fn add_option(rejected: &mut Rejected, field: &str, option: &str) {
    let findings = rejected.findings.iter_mut();
    for finding in findings.filter(|finding| finding.field == field) {
        finding.remedy = format!("{} {option}", finding.remedy);
    }
}

/// Asks for the secret by its name; `new` when an older one is replaced.
pub(super) async fn ask(
    provider: &Provider,
    draft: &mut ConnectionDraft,
    new: bool,
) -> Result<(), Failure> {
    let Some(secret) = asked(provider, draft).secret else {
        return Ok(());
    };
    let label = if new {
        format!("New value of “{}”", secret.label)
    } else {
        secret.label.to_owned()
    };
    draft.client_secret = Some(prompt::secret(label).await?);
    Ok(())
}

/// `current`, unless it does not go with the grant (RFC 6749 §2.1 and §4.4; docs/adr/0009).
fn fitting(
    provider: &Provider,
    grant: Grant,
    current: ClientAuthentication,
) -> ClientAuthentication {
    let fits = |way: ClientAuthentication| match grant {
        Grant::ClientCredentials => way != ClientAuthentication::None,
        Grant::AuthorizationCode => provider.client_authentication.contains(&way),
        Grant::HttpBasic | Grant::ApiKey | Grant::None => way == ClientAuthentication::None,
    };
    if fits(current) {
        return current;
    }
    let mut offered = provider.client_authentication.iter().copied();
    offered
        .find(|way| fits(*way))
        .unwrap_or(if grant.is_oauth() {
            current
        } else {
            ClientAuthentication::None
        })
}

/// `None` for the password grant.
fn grant(name: GrantName) -> Option<Grant> {
    match name {
        GrantName::ClientCredentials => Some(Grant::ClientCredentials),
        GrantName::AuthorizationCode => Some(Grant::AuthorizationCode),
        GrantName::HttpBasic => Some(Grant::HttpBasic),
        GrantName::ApiKey => Some(Grant::ApiKey),
        GrantName::None => Some(Grant::None),
        GrantName::Password => None,
    }
}

fn no_passwords(provider: &Provider) -> Failure {
    let ways: Vec<&str> = provider
        .grants
        .iter()
        .map(|grant| match grant {
            Grant::ClientCredentials => {
                "--grant client_credentials, where a server signs in by itself"
            }
            Grant::AuthorizationCode => "--grant authorization_code, where a person approves",
            Grant::HttpBasic => {
                "--grant http_basic, with a user name and password or key made for it"
            }
            Grant::ApiKey => "--grant api_key, with a key made for it",
            Grant::None => "--grant none, as this system asks for nothing",
        })
        .collect();
    Failure::invalid(
        "The password grant hands a person's own password to a program, past every second factor, so it \
         is not offered (RFC 9700 §2.4).",
        format!("With {}, take {}.", provider.name, ways.join("; or ")),
    )
}
