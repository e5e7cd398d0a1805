//! Where the browser may come back to.

use proofkey_core::connection::{ConnectionDraft, Redirect, Severity, review};
use proofkey_core::provider::{Grant, RedirectHost, RedirectPolicy};
use proofkey_core::system::entropy::OsEntropy;

use crate::{draft, talkdesk};

fn with_redirect(redirect: Option<Redirect>, policy: RedirectPolicy) -> Vec<(String, Severity)> {
    let mut provider = talkdesk();
    let grant = provider.authorization_code.as_mut().expect("the grant");
    grant.redirect = policy;
    grant.redirect_ports = vec![8912, 8913];
    let draft = ConnectionDraft {
        grant: Grant::AuthorizationCode,
        redirect,
        ..draft()
    };
    let review = review(&provider, &draft, false);
    let about = review.findings.into_iter();
    about
        .filter(|finding| finding.field == "redirect")
        .map(|finding| (finding.summary, finding.severity))
        .collect()
}

fn loopback(ports: &[u16]) -> Redirect {
    Redirect::loopback(RedirectHost::Address, ports.to_vec(), &OsEntropy)
}

fn pasted(uri: &str) -> Redirect {
    Redirect::Pasted {
        uri: uri.to_owned(),
    }
}

#[test]
fn a_redirect_that_the_provider_takes_has_no_finding() {
    for (redirect, policy) in [
        (None, RedirectPolicy::Unknown),
        (Some(loopback(&[])), RedirectPolicy::LoopbackAnyPort),
        (Some(loopback(&[8913])), RedirectPolicy::LoopbackFixedPort),
        (Some(loopback(&[61_234])), RedirectPolicy::Unknown),
        (
            Some(pasted("https://www.example.com/authorized")),
            RedirectPolicy::HttpsOnly,
        ),
    ] {
        assert_eq!(with_redirect(redirect, policy), [], "{policy:?}");
    }
}

#[test]
fn a_redirect_that_cannot_work_is_blocking() {
    let path = |path: &str| Redirect::Loopback {
        host: RedirectHost::Address,
        ports: Vec::new(),
        path: path.to_owned(),
    };
    let any = RedirectPolicy::LoopbackAnyPort;
    let https = RedirectPolicy::HttpsOnly;
    let fixed = RedirectPolicy::LoopbackFixedPort;
    for (redirect, policy) in [
        (None, https),
        (Some(loopback(&[])), https),
        (Some(loopback(&[])), fixed),
        (Some(loopback(&[8912, 1])), fixed),
        (Some(loopback(&[80])), any),
        (Some(path("/")), any),
        (Some(path("/authorized/short")), any),
        (Some(path(&format!("//{}", "4f".repeat(16)))), any),
        (Some(path(&format!("/a?b={}", "4f".repeat(16)))), any),
        (Some(path(&"4f".repeat(16))), any),
        (Some(pasted("http://www.example.com/authorized")), https),
        (Some(pasted("https://user@example.com/")), https),
        (Some(pasted("https://example.com/#part")), https),
        (Some(pasted("https://example.com/?a=b")), https),
        (Some(pasted("https://example.com/a b")), https),
        (Some(pasted("javascript:alert(1)")), https),
        (Some(pasted("")), https),
    ] {
        let shown = format!("{redirect:?} {policy:?}");
        let findings = with_redirect(redirect, policy);
        let blocking = findings
            .iter()
            .any(|(_, severity)| *severity == Severity::Blocking);
        assert!(blocking, "{shown}");
    }
}
