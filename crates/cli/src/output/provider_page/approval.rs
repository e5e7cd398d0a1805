//! What a provider file says of an approval by a person.

use std::fmt::Write;

use proofkey_core::provider::{
    AuthorizationCode, Pkce, Provider, RedirectHost, RedirectPolicy, Refresh, RefreshPolicy,
};

pub(super) fn approved(text: &mut String, provider: &Provider, approval: &AuthorizationCode) {
    text.push_str("\nWhen a person approves\n");
    let words = [
        redirect(approval),
        pkce(approval.pkce).to_owned(),
        kept(&provider.refresh),
    ];
    for word in words.iter().chain(&approval.notes) {
        let _infallible = writeln!(text, "  - {word}");
    }
}

fn redirect(approval: &AuthorizationCode) -> String {
    let host = match approval.redirect_host {
        RedirectHost::Address => "127.0.0.1",
        RedirectHost::Localhost => "localhost",
    };
    match approval.redirect {
        RedirectPolicy::LoopbackAnyPort => {
            format!("The browser comes back to {host} on any port.")
        }
        RedirectPolicy::LoopbackFixedPort => {
            let ports: Vec<String> = approval.redirect_ports.iter().map(u16::to_string).collect();
            format!(
                "The browser comes back to {host} on a registered port: {}.",
                ports.join(", ")
            )
        }
        RedirectPolicy::HttpsOnly => "Only an https address is taken: register one of your own, \
                                      and paste the address you land on."
            .to_owned(),
        RedirectPolicy::Unknown => {
            format!("Nobody says which redirect address is taken; {host} is tried.")
        }
    }
}

fn pkce(pkce: Pkce) -> &'static str {
    match pkce {
        Pkce::Required => "A PKCE challenge is required, and always sent.",
        Pkce::Supported => "The PKCE challenge that is sent is checked.",
        Pkce::Unsupported => "A PKCE challenge is sent, and the server ignores it.",
        Pkce::Unknown => "A PKCE challenge is sent; nobody says whether it is checked.",
    }
}

fn kept(refresh: &Refresh) -> String {
    let mut words = match refresh.policy {
        RefreshPolicy::None => "There are no refresh tokens.",
        RefreshPolicy::Static => "The refresh token stays the same.",
        RefreshPolicy::Rotating => "Each refresh replaces the refresh token.",
        RefreshPolicy::Unknown => "Nobody says whether a refresh replaces the refresh token.",
    }
    .to_owned();
    if let Some(seconds) = refresh.idle_seconds {
        let _infallible = write!(words, " It ends when unused for {}.", span(seconds));
    }
    if let Some(seconds) = refresh.absolute_seconds {
        let _infallible = write!(words, " It ends {} after the approval.", span(seconds));
    }
    words
}

fn span(seconds: u32) -> String {
    let (count, unit) = match seconds {
        days if days % 86_400 == 0 => (days / 86_400, "day"),
        hours if hours % 3_600 == 0 => (hours / 3_600, "hour"),
        minutes if minutes % 60 == 0 => (minutes / 60, "minute"),
        other => (other, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
