//! What a connection asks for: its scopes and further parameters, with the names in braces filled in.
//!
//! They are filled in whenever they are used and never kept filled, so that a changed variable needs no
//! second edit, and the request, the check of the scopes and an export cannot differ.

use std::collections::BTreeMap;

use super::parameters::{is_parameter_name, is_reserved_parameter, text_pieces};
use super::schema::{Grant, Provider, ScopeUse, VariableKind};
use super::template::Piece;
use super::{host, resolve, service_tokens};
use crate::connection::Connection;
use crate::error::{Code, Problem};

/// A request that can carry further parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterUse {
    /// The token request of the client credentials grant (RFC 6749 §4.4.2).
    ClientCredentials,
    /// The authorization request (RFC 6749 §4.1.1).
    Authorization,
    /// The token request that redeems a code (RFC 6749 §4.1.3).
    Code,
    /// The refresh request (RFC 6749 §6).
    Refresh,
}

/// The scopes that `connection` asks for: those that were chosen, and those that `provider` wants in
/// every approval. Empty where no scopes are sent, which asks for everything the client may have.
pub fn scopes(provider: &Provider, connection: &Connection) -> Vec<String> {
    asked_scopes(
        provider,
        connection.grant,
        &connection.variables,
        &connection.scopes,
    )
}

/// As [`scopes`], for what is `chosen` in a connection that is not saved yet.
pub fn asked_scopes(
    provider: &Provider,
    grant: Grant,
    variables: &BTreeMap<String, String>,
    chosen: &[String],
) -> Vec<String> {
    let always: &[String] = match grant {
        Grant::AuthorizationCode => &provider.scopes.always,
        Grant::ClientCredentials if takes_scopes(provider, grant) => &[],
        _ => return Vec::new(),
    };
    let values = values(provider, variables);
    let mut asked = Vec::with_capacity(chosen.len() + always.len());
    for scope in chosen.iter().chain(always) {
        // One whose name has no value stays as it is; the review has said so by then.
        let scope = fill(&values, scope).unwrap_or_else(|_| scope.clone());
        if !asked.contains(&scope) {
            asked.push(scope);
        }
    }
    asked
}

/// Whether requests of `grant` name scopes at all.
pub fn takes_scopes(provider: &Provider, grant: Grant) -> bool {
    match grant {
        Grant::AuthorizationCode => true,
        Grant::ClientCredentials => provider.client_credentials.scope != ScopeUse::Unsupported,
        Grant::HttpBasic | Grant::ApiKey | Grant::None => false,
    }
}

/// The scopes to tick at first for `grant`, as the file writes them; for an approval that can be
/// renewed, with the one that makes it so.
pub fn suggested_scopes(provider: &Provider, grant: Grant) -> Vec<String> {
    if !takes_scopes(provider, grant) {
        return Vec::new();
    }
    let common = &provider.scopes.suggested;
    let own: &[String] = match (grant, &provider.authorization_code) {
        (Grant::AuthorizationCode, Some(section)) => &section.suggested_scopes,
        (Grant::ClientCredentials, _) => &provider.client_credentials.suggested_scopes,
        _ => &[],
    };
    // Those of client credentials take the place of the common ones.
    let instead = grant == Grant::ClientCredentials && !own.is_empty();
    let common = common.iter().filter(|_| !instead);
    let renewing = (provider.authorization_code.iter())
        .filter(|_| grant == Grant::AuthorizationCode)
        .filter_map(|section| section.refresh_scope.as_ref());
    let mut suggested: Vec<String> = Vec::new();
    for scope in common.chain(own).chain(renewing) {
        let entry = provider.scopes.entries.iter().find(|e| e.name == *scope);
        let fits = entry.is_none_or(|entry| entry.grant.is_none_or(|only| only == grant));
        if fits && !suggested.contains(scope) {
            suggested.push(scope.clone());
        }
    }
    suggested
}

/// `scope` with its names in braces filled in, or the first name that has no value.
pub(crate) fn filled_scope(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
    scope: &str,
) -> Result<String, String> {
    fill(&values(provider, variables), scope)
}

/// The further parameters of a request: those of `provider`, and those of `connection`, which win, with
/// the token request of client credentials and with the authorization request.
///
/// Values are as they are, not escaped. A parameter of the provider whose optional variable was left
/// empty is not there. [`Code::DraftInvalid`] names a variable without a value, and a parameter that
/// Proofkey sets itself: the connection's file may have been written by hand.
pub fn request_parameters(
    provider: &Provider,
    connection: &Connection,
    of: ParameterUse,
) -> Result<BTreeMap<String, String>, Problem> {
    let none = BTreeMap::new();
    let section = provider.authorization_code.as_ref();
    let (templates, own) = match of {
        ParameterUse::ClientCredentials => (
            &provider.client_credentials.parameters,
            &connection.parameters,
        ),
        ParameterUse::Authorization => (
            section.map_or(&none, |section| &section.parameters),
            &connection.parameters,
        ),
        ParameterUse::Code => (
            section.map_or(&none, |section| &section.token_parameters),
            &none,
        ),
        ParameterUse::Refresh => (
            section.map_or(&none, |section| &section.refresh_parameters),
            &none,
        ),
    };
    let mut parameters = parameters(provider, &connection.variables, templates)?;
    parameters.extend(own.clone());
    if of == ParameterUse::ClientCredentials {
        // Last: a connection that asks for such a token gets no other.
        parameters.extend(service_tokens::parameters(provider, connection));
    }
    match parameters.keys().find(|name| !may_be_sent(name)) {
        Some(name) => Err(unsendable(name)),
        None => Ok(parameters),
    }
}

/// `templates` of `provider` with their names in braces filled in.
///
/// As [`request_parameters`], for a connection that is not saved yet.
pub fn parameters(
    provider: &Provider,
    variables: &BTreeMap<String, String>,
    templates: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Problem> {
    let values = values(provider, variables);
    let mut filled = BTreeMap::new();
    for (name, template) in templates {
        match fill(&values, template) {
            Ok(text) => {
                filled.insert(name.clone(), text);
            }
            Err(missing) if is_optional(provider, &missing) => {}
            Err(missing) => return Err(without_value(provider, name, &missing)),
        }
    }
    Ok(filled)
}

/// Every value that a name in braces can stand for. A base address stands without its last slash, as
/// in the addresses of the provider file.
fn values(provider: &Provider, variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let region = resolve::region(provider, variables);
    let mut values: BTreeMap<String, String> =
        region.map_or_else(BTreeMap::new, |region| region.values.clone());
    let asks = region.map_or(&[][..], |region| &region.asks);
    let asked = asks.iter().map(|ask| (&ask.name, ask.kind));
    let own = provider.variables.iter().map(|own| (&own.name, own.kind));
    for (name, kind) in own.chain(asked) {
        let typed = variables.get(name).map_or("", String::as_str);
        let typed = match kind {
            VariableKind::HttpsUrl => typed.trim_end_matches('/'),
            _ => typed,
        };
        if typed.is_empty() {
            // What was to be typed has only a suggestion, which nobody took.
            values.remove(name);
        } else {
            values.insert(name.clone(), typed.to_owned());
        }
    }
    values
}

/// `template` with its names filled in, or the first name that has no value.
fn fill(values: &BTreeMap<String, String>, template: &str) -> Result<String, String> {
    let Ok(pieces) = text_pieces(template) else {
        // A reader of provider files refuses such a text; what a person typed is left alone.
        return Ok(template.to_owned());
    };
    let mut filled = String::with_capacity(template.len());
    for piece in pieces {
        match piece {
            Piece::Literal(text) => filled.push_str(&text),
            Piece::Placeholder(name) => match values.get(&name) {
                Some(value) => filled.push_str(value),
                None => return Err(name),
            },
        }
    }
    Ok(filled)
}

fn is_optional(provider: &Provider, name: &str) -> bool {
    let mut variables = provider.variables.iter();
    variables.any(|variable| variable.name == name && variable.optional)
}

fn may_be_sent(name: &str) -> bool {
    is_parameter_name(name) && !is_reserved_parameter(name)
}

fn without_value(provider: &Provider, parameter: &str, missing: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!(
            "{} wants the parameter {parameter}, which needs a value for {missing}.",
            provider.name
        ),
        "Open the settings of the connection and enter it.",
    )
    .at(format!("variables.{missing}"))
}

fn unsendable(name: &str) -> Problem {
    let name = host::shown(name);
    Problem::new(
        Code::DraftInvalid,
        format!("The parameter \"{name}\" cannot be added: Proofkey sets it itself, or it is not the name of one."),
        "Remove it from the additional parameters of this connection.",
    )
    .at(format!("parameters.{name}"))
}

#[cfg(test)]
mod tests;
