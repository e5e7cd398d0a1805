//! The pages that a browser is shown. They are constant: nothing of a request, and nothing that a
//! server said, stands in any of them (rule B8).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use sha2::{Digest, Sha256};

/// How the approval ended, as far as the browser is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The tokens came, were judged and are kept.
    Connected,
    /// The person, or the server for them, said no.
    Refused,
    /// The answer, or what followed from it, could not be used.
    Failed,
    /// It takes longer than a browser should wait.
    Unsettled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Connected,
    Refused,
    Wrong,
    Unsettled,
    NotThis,
    AlreadyDone,
}

impl From<Ending> for Page {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Connected => Self::Connected,
            Ending::Refused => Self::Refused,
            Ending::Failed => Self::Wrong,
            Ending::Unsettled => Self::Unsettled,
        }
    }
}

pub(super) fn page(page: Page, status: StatusCode) -> Response<Full<Bytes>> {
    let text = match page {
        Page::Connected => CONNECTED,
        Page::Refused => REFUSED,
        Page::Wrong => WRONG,
        Page::Unsettled => UNSETTLED,
        Page::NotThis => NOT_THIS,
        Page::AlreadyDone => ALREADY_DONE,
    };
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    guarded(response)
}

/// On to the same address without its query, so that the code does not stay in the address bar
/// (RFC 9700 §4.3.1). `path` is our own.
pub(super) fn onward(path: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    guarded(response)
}

pub(super) fn nothing() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    guarded(response)
}

/// Rule B9. There is deliberately no header that would let another page read the answer.
fn guarded(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// Nothing is loaded and nothing runs; the one style sheet is named by its hash.
#[expect(
    clippy::expect_used,
    reason = "Base64 and constant text are always a header value"
)]
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    HeaderValue::from_str(&format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ))
    .expect("visible ASCII")
});

/// The colours and measures of the window (`ui/src/styles/tokens.css`).
macro_rules! style {
    () => {
        "
:root {
  color-scheme: light dark;
  --text: #16212a; --quiet: #566671; --surface: #fbfcfd; --raised: #ffffff; --line: #d6dee3;
  --ground: #0e7072; --mark: #f4fbfa; --good: #1d6a3a; --attention: #8a5200; --bad: #b0271d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf1; --quiet: #9db0bb; --surface: #121b21; --raised: #172128; --line: #2b3943;
    --ground: #0c5d5f; --mark: #e2f1f0; --good: #7ccf96; --attention: #eebb63; --bad: #ff9c90;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 2rem 1.5rem 4rem;
  display: flex; align-items: center; justify-content: center;
  background: var(--surface); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Cantarell, sans-serif;
}
main {
  width: 100%; max-width: 30rem; padding: 2rem;
  background: var(--raised); border: 1px solid var(--line); border-radius: 8px;
}
.name {
  display: flex; align-items: center; gap: 0.5rem; margin: 0 0 2rem;
  color: var(--quiet); font-size: 0.875rem; font-weight: 600;
}
.name svg { width: 1.5rem; height: 1.5rem; flex: none; }
.name rect { fill: var(--ground); }
.name g { stroke: var(--mark); }
h1 {
  display: flex; align-items: flex-start; gap: 0.75rem; margin: 0 0 0.75rem;
  font-size: 1.25rem; line-height: 1.25; font-weight: 600; text-wrap: balance;
}
h1 svg { width: 1.5rem; height: 1.5rem; margin-top: 0.03rem; flex: none; }
p { margin: 0 0 0.75rem; }
p:last-child { margin-bottom: 0; }
.good { color: var(--good); }
.attention { color: var(--attention); }
.bad { color: var(--bad); }
@media (forced-colors: active) { .name rect { fill: CanvasText; } .name g { stroke: Canvas; } }
"
    };
}

const STYLE: &str = style!();

/// A page: title, kind of the sign, the sign's strokes, headline, and what to do.
macro_rules! document {
    ($title:literal, $kind:literal, $strokes:literal, $headline:literal, $($line:literal),+) => {
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta name=\"robots\" content=\"noindex\">\n",
            "<title>", $title, " – Proofkey</title>\n<style>", style!(), "</style>\n</head>\n<body>\n<main>\n",
            "<p class=\"name\"><svg viewBox=\"0 0 1024 1024\" aria-hidden=\"true\">",
            "<rect x=\"64\" y=\"64\" width=\"896\" height=\"896\" rx=\"208\"/>",
            "<g transform=\"translate(-27 28)\" fill=\"none\" stroke-width=\"80\" stroke-linecap=\"round\" stroke-linejoin=\"round\">",
            "<path d=\"M268 556 L424 712 L622 462\"/><circle cx=\"694\" cy=\"371\" r=\"116\"/></g></svg>Proofkey</p>\n",
            "<h1><svg class=\"", $kind, "\" viewBox=\"0 0 20 20\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" ",
            "stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">", $strokes, "</svg>",
            "<span>", $headline, "</span></h1>\n",
            $("<p>", $line, "</p>\n",)+
            "</main>\n</body>\n</html>\n"
        )
    };
}

const CONNECTED: &str = document!(
    "Connected",
    "good",
    "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M6.5 10.5 9 13l4.5-5.5\"/>",
    "Your approval has arrived",
    "The connection is made, and Proofkey keeps it on this computer.",
    "You can close this page and go back to Proofkey."
);

const REFUSED: &str = document!(
    "Not approved",
    "attention",
    "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M6.5 10h7\"/>",
    "It was not approved",
    "The sign-in ended without an approval, so nothing was connected.",
    "Proofkey shows what the server said, and lets you try again. You can close this page."
);

const WRONG: &str = document!(
    "Not connected",
    "bad",
    "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"m7.25 7.25 5.5 5.5M12.75 7.25l-5.5 5.5\"/>",
    "The connection was not made",
    "You came back, but what followed did not work out.",
    "Proofkey shows what happened and what to do. You can close this page."
);

const UNSETTLED: &str = document!(
    "Nearly there",
    "attention",
    "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M10 5.5V10l3 2\"/>",
    "Proofkey has your answer",
    "It is still at work on it. Go back to Proofkey to see how it ends; it may have a question for you.",
    "You can close this page."
);

const NOT_THIS: &str = document!(
    "Not this page",
    "attention",
    "<path d=\"M10 2.5 18 17H2z\"/><path d=\"M10 8v4M10 14.4v.1\"/>",
    "There is nothing here",
    "This address belongs to a sign-in that Proofkey waits for, and this is not its answer. Nothing was changed.",
    "If you were signing in, go back to the page you came from, or start again from Proofkey."
);

const ALREADY_DONE: &str = document!(
    "Already here",
    "attention",
    "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M10 9v5M10 6.4v.1\"/>",
    "This answer has already arrived",
    "An answer counts once. Proofkey shows how the sign-in ended.",
    "You can close this page."
);

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Page; 6] = [
        Page::Connected,
        Page::Refused,
        Page::Wrong,
        Page::Unsettled,
        Page::NotThis,
        Page::AlreadyDone,
    ];

    #[test]
    fn every_page_is_guarded_and_its_style_is_the_one_that_is_allowed() {
        for kind in ALL {
            let response = page(kind, StatusCode::OK);
            let headers = response.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            for part in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "form-action 'none'",
            ] {
                assert!(policy.contains(part), "{policy}");
            }
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("content-type", "text/html; charset=utf-8"),
            ] {
                assert_eq!(headers[name], value);
            }
            assert!(!headers.keys().any(|name| name.as_str().contains("allow")));
        }
        for text in [CONNECTED, REFUSED, WRONG, UNSETTLED, NOT_THIS, ALREADY_DONE] {
            let style = text.split_once("<style>").unwrap().1;
            assert_eq!(style.split_once("</style>").unwrap().0, STYLE);
            let lower = text.to_ascii_lowercase();
            for active in ["<script", "style=", "onload", "http:", "https:", "src="] {
                assert!(!lower.contains(active), "{active}");
            }
        }
    }
}
