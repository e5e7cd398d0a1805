//! What the arguments say of a person's approval: its scopes, and where the browser comes back to.

use proofkey_core::connection::{ConnectionDraft, Redirect};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::{Grant, Provider, ScopeUse, suggested_scopes};

use crate::args::Values;
use crate::exit::Failure;
use crate::output::Output;

/// Without a word about scopes, those that the provider file suggests are asked for where none would not
/// do: a server may then give a person's client a token that ends in minutes and cannot be refreshed, or
/// refuse a client that asks for itself.
pub(super) fn suggest_scopes(provider: &Provider, draft: &mut ConnectionDraft, output: &Output) {
    let needed = match draft.grant {
        Grant::AuthorizationCode => true,
        Grant::ClientCredentials => provider.client_credentials.scope == ScopeUse::Required,
        Grant::HttpBasic | Grant::ApiKey | Grant::None => false,
    };
    let suggested = suggested_scopes(provider, draft.grant);
    if !needed || !draft.scopes.is_empty() || suggested.is_empty() {
        return;
    }
    draft.scopes = suggested;
    output.talk(&format!(
        "The scopes {} are asked for. Name others with --scope.",
        draft.scopes.join(" ")
    ));
}

/// Where the browser comes back to, when the arguments say. Otherwise a new connection has it made, and
/// a changed one keeps its own: the provider has that one registered.
pub(super) fn settle_redirect(
    proofkey: &Proofkey,
    draft: &mut ConnectionDraft,
    values: &Values,
) -> Result<(), Failure> {
    let told = values.redirect_uri.is_some() || !values.port.is_empty();
    if told && draft.grant != Grant::AuthorizationCode {
        return Err(Failure::invalid(
            "--port and --redirect-uri say where a browser comes back to, and no browser takes part in \
             this grant.",
            "Leave them out, or add --grant authorization_code.",
        ));
    }
    if let Some(uri) = &values.redirect_uri {
        draft.redirect = Some(Redirect::Pasted { uri: uri.clone() });
    } else if told {
        let loopback = match draft.redirect.take() {
            Some(kept @ Redirect::Loopback { .. }) => kept,
            _ => proofkey.propose_redirect(&draft.provider)?,
        };
        draft.redirect = Some(with_ports(loopback, &values.port));
    }
    Ok(())
}

fn with_ports(redirect: Redirect, ports: &[u16]) -> Redirect {
    match redirect {
        Redirect::Loopback { host, path, .. } => Redirect::Loopback {
            host,
            ports: ports.to_vec(),
            path,
        },
        pasted @ Redirect::Pasted { .. } => pasted,
    }
}
