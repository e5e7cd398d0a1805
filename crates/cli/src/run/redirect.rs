//! What the arguments say of a person's approval: its scopes, and where the browser comes back to.

use proofkey_core::connection::{ConnectionDraft, Redirect};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::{Grant, Provider};

use crate::args::Values;
use crate::exit::Failure;
use crate::output::Output;

/// Without a word about scopes, a person is asked for those that the provider file suggests: a server
/// that is asked for none may issue a token that ends in minutes and cannot be refreshed.
pub(super) fn suggest_scopes(provider: &Provider, draft: &mut ConnectionDraft, output: &Output) {
    let Some(section) = &provider.authorization_code else {
        return;
    };
    if draft.grant != Grant::AuthorizationCode
        || !draft.scopes.is_empty()
        || section.suggested_scopes.is_empty()
    {
        return;
    }
    draft.scopes.clone_from(&section.suggested_scopes);
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
