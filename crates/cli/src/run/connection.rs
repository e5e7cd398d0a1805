//! `proofkey connection ...`

use std::collections::BTreeMap;
use std::process::ExitCode;

use proofkey_core::border::{AuthorizationStanding, ConnectionView};
use proofkey_core::connection::{ConnectionDraft, Finding, ServiceToken, Severity, SigningDraft};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::{ClientAuthentication, Grant, Provider};
use proofkey_core::{Code, Problem, Secret};
use serde_json::json;

use super::providers::or_make_one;
use super::redirect::{settle_redirect, suggest_scopes};
use super::{authorize, private_key, proof, sign_in};
use crate::args::{Add, Authorize, Connection, Edit, ServiceTokenWish, Values};
use crate::exit::Failure;
use crate::output::{Output, connection_list, connection_page, required};
use crate::prompt;

pub(crate) async fn run(
    proofkey: &Proofkey,
    what: &Connection,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match what {
        Connection::Add(options) => add(proofkey, options, output).await,
        Connection::Edit(options) => edit(proofkey, options, output).await,
        Connection::List => {
            let all = proofkey.connections()?;
            output.data(&all, || connection_list(&all))?;
            Ok(ExitCode::SUCCESS)
        }
        Connection::Show(named) => {
            let page = proofkey.page(&named.name)?;
            let credentials = sign_in::labels(proofkey, &page.connection);
            output.data(&page, || connection_page(&page, &credentials))?;
            Ok(ExitCode::SUCCESS)
        }
        Connection::Rename { name, new_name } => {
            let view = proofkey.rename(name, new_name)?;
            output.data(&view, || format!("Renamed to “{}”.", view.name))?;
            Ok(ExitCode::SUCCESS)
        }
        Connection::Remove { name, yes } => remove(proofkey, name, *yes, output).await,
    }
}

async fn add(proofkey: &Proofkey, options: &Add, output: &Output) -> Result<ExitCode, Failure> {
    let provider = proofkey.provider(&options.provider);
    let provider = &provider.map_err(or_make_one)?;
    let mut draft = ConnectionDraft {
        name: options.name.clone(),
        provider: provider.id.clone(),
        grant: provider
            .grants
            .first()
            .copied()
            .unwrap_or(Grant::ClientCredentials),
        client_authentication: provider
            .client_authentication
            .first()
            .copied()
            .unwrap_or(ClientAuthentication::ClientSecretBasic),
        basic_encoding: None,
        scopes: Vec::new(),
        practice: options.practice,
        redirect: None,
        parameters: BTreeMap::new(),
        variables: BTreeMap::new(),
        client_id: None,
        client_secret: None,
        signing: SigningDraft::default(),
        service_token: None,
    };
    fill(provider, &mut draft, &options.values)?;
    suggest_scopes(provider, &mut draft, output);
    settle_redirect(proofkey, &mut draft, &options.values)?;
    take_address(proofkey, &mut draft, output)?;
    sign_in::complete(proofkey, provider, &mut draft, &options.values).await?;
    let signs = draft.client_authentication == ClientAuthentication::PrivateKeyJwt;
    let secret = match &draft.client_secret {
        Some(_) => " The secret is in the vault.",
        None if signs => " The private key is in the vault.",
        None => "",
    };
    let view = proofkey.add(draft).await?;
    output.talk(&format!("Saved “{}” as {}.{secret}", view.name, view.id));
    if options.authorize && needs_approval(&view) {
        let usual = Authorize::usual(&view.id, options.no_validate);
        return authorize::run(proofkey, &usual, output).await;
    }
    go_on(
        proofkey,
        &view,
        options.no_validate,
        "Not proven yet.",
        output,
    )
    .await
}

/// Says what a saved connection still needs, or proves it.
async fn go_on(
    proofkey: &Proofkey,
    view: &ConnectionView,
    no_validate: bool,
    unproven: &str,
    output: &Output,
) -> Result<ExitCode, Failure> {
    if let Some(authorization) = view.authorization.as_ref().filter(|_| needs_approval(view)) {
        output.data(view, || {
            required(&view.id, &view.provider_name, authorization)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if no_validate {
        output.data(view, || {
            format!("{unproven} Run \"proofkey validate {}\".", view.id)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    proof::prove_and_print(proofkey, &view.id, output).await
}

/// Nothing can be proven before a person has approved.
fn needs_approval(view: &ConnectionView) -> bool {
    view.authorization
        .as_ref()
        .is_some_and(|one| one.standing != AuthorizationStanding::Authorized)
}

async fn edit(proofkey: &Proofkey, options: &Edit, output: &Output) -> Result<ExitCode, Failure> {
    let old = proofkey.find(&options.name)?;
    let provider = &proofkey.provider(&old.provider)?;
    let mut draft = ConnectionDraft {
        name: old.name,
        provider: old.provider,
        grant: old.grant,
        client_authentication: old.client_authentication,
        basic_encoding: Some(old.basic_encoding),
        scopes: if options.no_scopes {
            Vec::new()
        } else {
            old.scopes
        },
        practice: old.practice,
        redirect: old.redirect,
        parameters: old.parameters,
        variables: old.variables,
        client_id: None,
        client_secret: None,
        signing: SigningDraft::default(),
        service_token: old.service_token,
    };
    fill(provider, &mut draft, &options.values)?;
    settle_redirect(proofkey, &mut draft, &options.values)?;
    take_address(proofkey, &mut draft, output)?;
    if options.new_client_secret {
        sign_in::ask(provider, &mut draft, true).await?;
    }
    private_key::open(proofkey, &mut draft.signing, prompt::is_on_a_terminal()).await?;
    let given = sign_in::Given::of(&draft);
    let reviewed = proofkey.review(&draft, Some(old.id.as_str()))?;
    let changed = proofkey.change(old.id.as_str(), draft).await;
    let view = changed.map_err(|rejected| sign_in::name_the_options(rejected, &given))?;
    output.talk(&format!("Changed “{}”.", view.name));
    let left = |it: &&Finding| it.field == "service_token" && it.severity == Severity::Warning;
    for left in reviewed.findings.iter().filter(left) {
        output.talk(&format!("{} {}", left.summary, left.remedy));
    }
    let unproven = "Not proven since the change.";
    go_on(proofkey, &view, options.no_validate, unproven, output).await
}

async fn remove(
    proofkey: &Proofkey,
    name: &str,
    yes: bool,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let connection = proofkey.find(name)?;
    let question = format!(
        "Remove “{}” and its secrets from this machine? Type {} to confirm:",
        connection.name, connection.id
    );
    if !yes && !prompt::confirm(&question, connection.id.as_str())? {
        return Err(Problem::new(
            Code::ConfirmationMissing,
            "Nothing was removed.",
            format!("Type {} when asked, or add --yes.", connection.id),
        )
        .into());
    }
    let removal = proofkey.remove(connection.id.as_str()).await?;
    for note in &removal.notes {
        output.talk(note);
    }
    let document = json!({
        "removed": connection.id,
        "revoked": removal.revoked,
        "notes": removal.notes,
    });
    let withdrawn = if removal.revoked {
        " The provider withdrew its tokens."
    } else {
        ""
    };
    output.data(&document, || {
        format!(
            "Removed “{}” and its secrets from this machine.{withdrawn} The client still exists at the \
             provider.",
            connection.name
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Takes pasted addresses apart, and says what was taken.
pub(super) fn take_address(
    proofkey: &Proofkey,
    draft: &mut ConnectionDraft,
    output: &Output,
) -> Result<(), Failure> {
    for note in proofkey.take_address(draft)? {
        output.finding(&note);
    }
    Ok(())
}

/// Lays `--var NAME=VALUE` over the draft.
pub(super) fn lay_variables(draft: &mut ConnectionDraft, texts: &[String]) -> Result<(), Failure> {
    for text in texts {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::invalid(
                format!("--var {text} has no value."),
                "Write NAME=VALUE, for example --var account=acme.",
            )
        })?;
        draft.variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(())
}

/// Lays the given values over the draft.
fn fill(provider: &Provider, draft: &mut ConnectionDraft, values: &Values) -> Result<(), Failure> {
    lay_variables(draft, &values.var)?;
    if let Some(client_id) = &values.client_id {
        draft.client_id = Some(Secret::new(client_id.clone()));
    }
    if values.client_secret_stdin && values.signing.takes_stdin() {
        return Err(Failure::invalid(
            "Client secret and private key cannot both come on standard input.",
            "Name the file of one of them.",
        ));
    }
    draft.signing = private_key::read(&values.signing)?;
    if values.client_secret_stdin {
        draft.client_secret = Some(prompt::secret_from_stdin()?);
    } else if let Some(path) = &values.client_secret_file {
        draft.client_secret = Some(prompt::secret_from_file(path)?);
    }
    if !values.scope.is_empty() {
        draft.scopes = values
            .scope
            .iter()
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
    }
    sign_in::settle(provider, draft, values)?;
    sign_in::parameters(draft, values)?;
    match values.service_token {
        Some(ServiceTokenWish::None) => draft.service_token = None,
        Some(ServiceTokenWish::Seconds(lifetime_seconds)) => {
            draft.service_token = Some(ServiceToken { lifetime_seconds });
        }
        None => {}
    }
    if let Some(encoding) = values.basic_encoding {
        draft.basic_encoding = Some(encoding.into());
    }
    Ok(())
}
