//! Which redirect URIs the client has registered, and what the provider makes of them.

use proofkey_core::provider::{AuthorizationCode, RedirectHost, RedirectPolicy};
use url::{Host, Url};

#[derive(Clone)]
pub(crate) enum Registered {
    These(Vec<String>),
    /// Whatever the file's rules let a person register.
    WhatComes,
}

impl Default for Registered {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Registered {
    pub(crate) fn first(&self) -> Option<String> {
        match self {
            Self::These(uris) => uris.first().cloned(),
            Self::WhatComes => None,
        }
    }

    /// Whether the browser may be sent to `uri`.
    pub(crate) fn holds(&self, uri: &str, grant: &AuthorizationCode) -> bool {
        let Ok(asked) = Url::parse(uri) else {
            return false;
        };
        match self {
            Self::These(known) => is_known(&asked, uri, known, grant.redirect),
            Self::WhatComes => could_be_registered(&asked, grant),
        }
    }
}

/// RFC 8252 §7.3, as far as the provider keeps to it.
fn is_known(asked: &Url, uri: &str, known: &[String], policy: RedirectPolicy) -> bool {
    let exact = known.iter().any(|known| known == uri);
    match policy {
        RedirectPolicy::HttpsOnly => exact && asked.scheme() == "https",
        RedirectPolicy::LoopbackFixedPort | RedirectPolicy::Unknown => exact,
        RedirectPolicy::LoopbackAnyPort => {
            exact || known.iter().any(|known| differs_in_port(asked, known))
        }
    }
}

/// The same loopback address, on another port.
fn differs_in_port(asked: &Url, known: &str) -> bool {
    let Ok(known) = Url::parse(known) else {
        return false;
    };
    is_loopback(asked)
        && asked.host() == known.host()
        && asked.path() == known.path()
        && asked.query() == known.query()
}

/// An https address, or a loopback address with the host and the ports of the file.
fn could_be_registered(asked: &Url, grant: &AuthorizationCode) -> bool {
    if asked.fragment().is_some() || !asked.username().is_empty() {
        return false;
    }
    let named = matches!(asked.host(), Some(Host::Domain(_)));
    let host_fits = grant.redirect_host == RedirectHost::Address || named;
    let port_fits = match grant.redirect {
        RedirectPolicy::LoopbackFixedPort => asked
            .port()
            .is_some_and(|port| grant.redirect_ports.contains(&port)),
        RedirectPolicy::LoopbackAnyPort | RedirectPolicy::Unknown => true,
        RedirectPolicy::HttpsOnly => false,
    };
    asked.scheme() == "https" || is_loopback(asked) && host_fits && port_fits
}

fn is_loopback(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    here && url.scheme() == "http"
}

#[cfg(test)]
mod tests {
    use proofkey_core::provider::Catalogue;

    use super::*;

    #[test]
    fn what_comes_is_taken_as_far_as_the_file_lets_it_be_registered() {
        let catalogue = Catalogue::built_in();
        let grant_of = |id: &str| {
            let provider = catalogue.provider(id).expect("built in");
            provider.authorization_code.clone().expect("a section")
        };
        for (provider, uri, taken) in [
            ("zendesk", "http://127.0.0.1:49213/authorized/4f", true),
            ("zendesk", "http://127.0.0.1:49212/authorized/4f", false),
            ("zendesk", "https://callback.example/done", true),
            ("hubspot", "http://localhost:49213/authorized/4f", true),
            ("hubspot", "http://127.0.0.1:49213/authorized/4f", false),
            ("google", "http://127.0.0.1:1234/authorized/4f", true),
            ("google", "http://192.0.2.1:1234/authorized/4f", false),
            ("google", "http://callback.example/done", false),
            ("talkdesk", "http://127.0.0.1:1234/authorized/4f", true),
            ("intercom", "http://127.0.0.1:1234/authorized/4f", false),
            ("intercom", "https://callback.example/done", true),
            ("intercom", "https://callback.example/done#there", false),
        ] {
            let held = Registered::WhatComes.holds(uri, &grant_of(provider));
            assert_eq!(held, taken, "{provider} {uri}");
        }
    }
}
