//! The person's own browser.

use url::{Host, Url};

use crate::error::{Code, Problem};
use crate::ports::UserAgent;

/// Opens addresses in the browser the person chose for their system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemBrowser;

impl UserAgent for SystemBrowser {
    /// Hands `url` over as one argument, never through a shell.
    ///
    /// Fails with `UserAgentUnavailable` when the address is neither https nor loopback, or when no
    /// browser could be started.
    fn open(&self, url: &Url) -> Result<(), Problem> {
        if !may_open(url) {
            return Err(Problem::new(
                Code::UserAgentUnavailable,
                "This address is not opened, because it is not an https address.",
                "Check the address. Only https addresses are opened.",
            ));
        }
        open::that_detached(url.as_str()).map_err(|_| {
            Problem::new(
                Code::UserAgentUnavailable,
                "No browser could be started.",
                format!("Open this address yourself: {url}"),
            )
        })
    }
}

/// RFC 8252 §8.12 needs https in the person's own browser; plain http is for this machine only. A
/// user name in the address has no use but deception.
fn may_open(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    scheme && url.host().is_some() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_addresses_are_opened() {
        for address in [
            "https://acme.talkdeskid.com/oauth/authorize?x=$(id)&y=%25USERPROFILE%25",
            "http://127.0.0.1:8080/callback",
            "http://[::1]:8080/",
            "http://localhost:1/",
        ] {
            assert!(may_open(&Url::parse(address).unwrap()), "{address}");
        }
        for address in [
            "file:///etc/passwd",
            "smb://host/share",
            "javascript:alert(1)",
            "data:text/html,x",
            "ms-msdt:/id",
            "search-ms:query=x",
            "http://acme.talkdeskid.com/",
            "http://localhost.evil.example/",
            "https://user@acme.talkdeskid.com/",
            "https://user:pass@acme.talkdeskid.com/",
            "ftp://127.0.0.1/",
            "mailto:a@b.example",
        ] {
            assert!(!may_open(&Url::parse(address).unwrap()), "{address}");
        }
    }
}
