//! The person's own browser.

mod name;

use url::{Host, Url};

use crate::error::{Code, Problem};
use crate::ports::UserAgent;

/// Opens addresses in the browser the person chose for their system.
#[derive(Clone, Debug, Default)]
pub struct SystemBrowser {
    session: Session,
}

/// What the environment says about where a browser could appear. Core reads no environment, so the
/// door does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// There is a screen to show a window on. Only Linux and its relatives can tell.
    pub display: bool,
    /// The program that `BROWSER` names, which `xdg-open` starts where there is no screen: an editor
    /// sets it in a terminal on another machine, for instance.
    pub browser: Option<String>,
}

impl SystemBrowser {
    pub fn new(session: Session) -> Self {
        Self { session }
    }
}

impl UserAgent for SystemBrowser {
    /// Hands `url` over as one argument, never through a shell. Where the first opener of the desktop
    /// fails within a moment, the next one is tried; one that still runs then has taken the address.
    ///
    /// Fails with `UserAgentUnavailable` when the address is neither https nor loopback, when there is
    /// no screen, or when no browser could be started.
    fn open(&self, url: &Url) -> Result<(), Problem> {
        if !may_open(url) {
            return Err(Problem::new(
                Code::UserAgentUnavailable,
                "This address is not opened, because it is not an https address.",
                "Check the address. Only https addresses are opened.",
            ));
        }
        if !self.session.can_show() {
            // A text browser that nobody sees would take the address and say that all is well.
            return Err(Problem::new(
                Code::UserAgentUnavailable,
                "No browser was started, because there is no screen here.",
                "Open the address in a browser yourself.",
            ));
        }
        open::that_detached(url.as_str()).map_err(|error| {
            tracing::debug!(kind = ?error.kind(), "no browser was started");
            Problem::new(
                Code::UserAgentUnavailable,
                "No browser could be started.",
                "Open the address in a browser yourself.",
            )
        })
    }

    fn name(&self) -> Option<String> {
        name::of_default_browser(&self.session)
    }
}

impl Session {
    fn can_show(&self) -> bool {
        self.display || self.browser.is_some() || !cfg!(all(unix, not(target_os = "macos")))
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

    /// Values of an `authorization_endpoint` that must never reach a browser (rule A2).
    const HOSTILE: [&str; 46] = [
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:///etc/passwd",
        "smb://host/share",
        "\\\\host\\share",
        "//host/share",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript://acme.talkdeskid.com/%0aalert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,<script>alert(1)</script>",
        "blob:https://acme.talkdeskid.com/1",
        "view-source:https://acme.talkdeskid.com/",
        "about:config",
        "chrome://settings",
        "ms-msdt:/id",
        "ms-settings:",
        "ms-officecmd:{}",
        "search-ms:query=x&crumb=location:\\\\host\\share",
        "shell:startup",
        "ldap://host/",
        "ssh://host/",
        "sftp://host/",
        "telnet://host",
        "tel:112",
        "mailto:a@b.example",
        "steam://run/1",
        "x-apple.systempreferences:",
        "vscode://file/etc/passwd",
        "ftp://127.0.0.1/",
        "http://acme.talkdeskid.com/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "https://user@acme.talkdeskid.com/",
        "https://user:pass@acme.talkdeskid.com/",
        "http://user@127.0.0.1/",
        "https://",
        "https:",
        "-flag",
        "--load-modules=/tmp/evil.so",
        "/etc/passwd",
        "./run.desktop",
        "$(id)",
        "%USERPROFILE%",
    ];

    #[test]
    fn no_hostile_address_is_opened() {
        let browser = SystemBrowser::new(Session {
            display: true,
            browser: Some("/nonexistent/stub".to_owned()),
        });
        for address in HOSTILE {
            let Ok(url) = Url::parse(address) else {
                continue;
            };
            assert!(!may_open(&url), "{address}");
            let refused = browser.open(&url).unwrap_err();
            assert_eq!(refused.code, Code::UserAgentUnavailable);
            assert!(refused.summary.contains("not an https"), "{address}");
        }
    }

    #[test]
    fn https_and_loopback_addresses_are_opened_with_everything_odd_in_them_encoded() {
        for address in [
            "https://acme.talkdeskid.com/oauth/authorize?x=$(id)&y=%25USERPROFILE%25",
            "https://acme.talkdeskid.com/a b\"c\n?x=a b\"",
            "http://127.0.0.1:8080/callback",
            "http://[::1]:8080/",
            "http://localhost:1/",
        ] {
            let url = Url::parse(address).unwrap();
            assert!(may_open(&url), "{address}");
            assert!(
                !url.as_str().contains([' ', '"', '\n']),
                "it is one argument: {url}"
            );
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn without_a_screen_nothing_is_started_and_the_address_is_not_repeated() {
        let url = Url::parse("https://acme.talkdeskid.com/oauth/authorize?state=4f").unwrap();
        let refused = SystemBrowser::default().open(&url).unwrap_err();
        assert_eq!(refused.code, Code::UserAgentUnavailable);
        assert!(refused.summary.contains("no screen"), "{}", refused.summary);
        assert!(!format!("{refused:?}").contains("state"));
    }
}
