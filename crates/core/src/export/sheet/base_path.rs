//! The base path, held against Talkdesk's rules for it.

use url::Url;

use crate::check::{CheckId, CheckStatus};
use crate::error::{Code, Problem};
use crate::export::ValidatedConnection;

/// The proven API base and what the provider file appends to it, without a slash at the end.
///
/// Talkdesk wants http or https, takes no query parameters, and wants no address of one action; user
/// names and fragments are refused because no base address has a use for them.
pub(super) fn of(validated: &ValidatedConnection<'_>) -> Result<String, Problem> {
    let custom = &validated.provider.custom_connection;
    let appended = custom.base_path.as_deref().unwrap_or_default();
    let base = validated.endpoints.api_base.as_str().trim_end_matches('/');
    let text = format!("{base}{}", appended.trim_end_matches('/'));
    if !appended.is_empty() && !appended.starts_with('/') {
        return Err(refused("What is appended to it must begin with a slash."));
    }
    let Ok(url) = Url::parse(&text) else {
        return Err(refused("The parts do not make an address."));
    };
    if let Some(rule) = broken_rule(&url, &text) {
        return Err(refused(rule));
    }
    if is_one_action(&url, validated) {
        return Err(refused(
            "It leads to one action. Talkdesk wants the part that all actions share.",
        ));
    }
    Ok(text)
}

/// Whether nothing but the address of the sign-in server is known: the provider file says no more of an
/// API than where a token was issued and whose it is (OpenID Connect Core §5.3).
pub(super) fn is_sign_in_server(validated: &ValidatedConnection<'_>) -> bool {
    let endpoints = &validated.endpoints;
    let api = endpoints.api_base.origin();
    let issues = [&endpoints.token, &endpoints.userinfo];
    let is_there = issues.into_iter().flatten().any(|url| url.origin() == api);
    let base = endpoints.api_base.as_str().trim_end_matches('/');
    let asks_who = |path: &str| {
        let userinfo = endpoints.userinfo.as_ref().map(Url::as_str);
        userinfo == Some(&format!("{base}{path}"))
    };
    let mut probes = validated.provider.probes.iter();
    is_there && endpoints.issuer.is_some() && probes.all(|probe| asks_who(&probe.path))
}

/// Whether a call of the API was part of the proof.
pub(super) fn was_called(validated: &ValidatedConnection<'_>) -> bool {
    validated.report.checks.iter().any(|check| {
        let answered = matches!(check.status, CheckStatus::Passed | CheckStatus::Warning);
        check.id == CheckId::Api && answered
    })
}

/// Why Talkdesk, a cloud service, will not get to `base_path`.
pub(super) fn out_of_reach(base_path: &str) -> Option<String> {
    use crate::system::address::{is_private, names_loopback};
    let url = Url::parse(base_path).ok()?;
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_inner = names_loopback(bare)
        || bare.parse().is_ok_and(is_private)
        || (!bare.contains(['.', ':']) && !bare.is_empty());
    is_inner.then(|| {
        format!(
            "Talkdesk runs in the cloud and cannot reach {host}, which is an address of this machine or \
             of a private network."
        )
    })
}

fn broken_rule(url: &Url, text: &str) -> Option<&'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        Some("It must begin with http:// or https://.")
    } else if url.query().is_some() {
        Some("Talkdesk takes no query parameters in it; each action has its own.")
    } else if url.fragment().is_some() {
        Some("It holds a number sign, which no address of a system does.")
    } else if !url.username().is_empty() || url.password().is_some() {
        Some("It holds a user name.")
    } else if url.as_str().trim_end_matches('/') != text {
        Some("Read again, it is another address than the one that was proven.")
    } else {
        None
    }
}

/// The probes are calls to single actions.
fn is_one_action(url: &Url, validated: &ValidatedConnection<'_>) -> bool {
    let base = validated.endpoints.api_base.path().trim_end_matches('/');
    validated.provider.probes.iter().any(|probe| {
        let path = probe.path.split('?').next().unwrap_or_default();
        path.len() > 1 && url.path() == format!("{base}{path}")
    })
}

fn refused(rule: &str) -> Problem {
    Problem::new(
        Code::ExportNotRepresentable,
        format!("The base path for Talkdesk cannot be made. {rule}"),
        "Correct custom_connection.base_path, or the API address, in the provider file.",
    )
    .at("base_path")
}
