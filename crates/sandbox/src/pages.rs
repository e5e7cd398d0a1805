//! The pages themselves: plain HTML, one style sheet, no script.

use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::authorization_request::{AuthorizationRequest, Mistake};
use crate::person::{PEOPLE, Person};

const STYLE: &str = include_str!("pages.css");

/// Nothing may be loaded, and no other page may show this one. `form-action` is left open: the way
/// back to the client is a redirect after a form, which browsers count.
pub(crate) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// Asks who is there. `refused` is the address that was entered with a wrong password.
pub(crate) fn login(request: &AuthorizationRequest, page: &str, refused: Option<&str>) -> String {
    let account = request.account;
    let first = PEOPLE[0].email(account);
    let hinted = request.login_hint.as_deref();
    let email = refused.or(hinted).unwrap_or(&first);
    let password = PEOPLE
        .iter()
        .find(|person| refused.is_none() && person.email(account) == email)
        .map_or("", |person| person.password);
    let mut people = String::new();
    for person in &PEOPLE {
        let _infallible = write!(
            people,
            "<dt>{}</dt><dd>{}<br>{}</dd>",
            escaped(person.name),
            escaped(&person.email(account)),
            escaped(person.password)
        );
    }
    let wrong = refused.map_or(
        "",
        |_| "<p class=\"wrong\" role=\"alert\">Nobody here has this email and password.</p>",
    );
    let body = format!(
        "<h1>Sign in to {company}</h1>{wrong}\
         <form method=\"post\" action=\"?\">{page}\
         <label for=\"email\">Email</label>\
         <input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"off\" value=\"{email}\" required>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"text\" autocomplete=\"off\" value=\"{password}\" required>\
         <p class=\"buttons\"><button>Sign in</button></p></form>\
         <aside><h2>People to practise with</h2><dl>{people}</dl></aside>",
        company = escaped(account.company),
        page = hidden(page),
        email = escaped(email),
        password = escaped(password),
    );
    document(&format!("Sign in to {}", account.company), &body)
}

/// Asks whether the client may have what it asks for.
pub(crate) fn consent(request: &AuthorizationRequest, page: &str, person: &Person) -> String {
    let account = request.account;
    let mut scopes = String::new();
    for scope in &request.scopes {
        let _infallible = write!(scopes, "<li><code>{}</code></li>", escaped(scope));
    }
    let body = format!(
        "<h1>Let this program use {company}?</h1>\
         <p>You are signed in as {name} ({email}).</p>\
         <p>It asks for:</p><ul>{scopes}</ul>\
         <form method=\"post\" action=\"?\">{page}<p class=\"buttons\">\
         <button name=\"decision\" value=\"approve\">Approve</button>\
         <button class=\"quiet\" name=\"decision\" value=\"deny\">Deny</button></p></form>\
         <p class=\"small\">You will be sent back to <code>{redirect}</code>.</p>",
        company = escaped(account.company),
        name = escaped(person.name),
        email = escaped(&person.email(account)),
        page = hidden(page),
        redirect = escaped(&request.redirect_uri),
    );
    document("Approve or deny", &body)
}

/// Talkdesk's own page for what cannot be sent back: a header, an error, a description.
pub(crate) fn oauth_error(mistake: Mistake, registered: &[String]) -> String {
    let mut listed = String::new();
    if !registered.is_empty() {
        listed.push_str("<p>The client has registered:</p><ul>");
        for uri in registered {
            let _infallible = write!(listed, "<li><code>{}</code></li>", escaped(uri));
        }
        listed.push_str("</ul>");
    }
    let body = format!(
        "<h1>OAuth Error</h1><p><code>{}</code></p><p>{}.</p>{listed}",
        escaped(mistake.error),
        escaped(mistake.description)
    );
    document("OAuth Error", &body)
}

pub(crate) fn notice(title: &str, text: &str) -> String {
    let body = format!("<h1>{}</h1><p>{}</p>", escaped(title), escaped(text));
    document(title, &body)
}

pub(crate) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} – Practice</title><style>{STYLE}</style></head>\
         <body><p class=\"practice\">Practice. This page runs on your own computer; nothing here is \
         real.</p><main>{body}</main></body></html>",
        escaped(title)
    )
}

pub(crate) fn hidden(page: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"page\" value=\"{}\">",
        escaped(page)
    )
}

pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval_lessons::ISSUER;

    #[test]
    fn what_the_client_sent_stays_text() {
        let request = AuthorizationRequest {
            account: &ISSUER,
            client_id: String::new(),
            redirect_uri: "http://127.0.0.1/\"><script>".to_owned(),
            state: None,
            nonce: None,
            scopes: vec!["<b>".to_owned()],
            challenge: None,
            login_hint: Some("'\"><img src=x>".to_owned()),
        };
        for page in [
            login(&request, "name", None),
            login(&request, "name", Some("<i>")),
            consent(&request, "name", &PEOPLE[0]),
        ] {
            for foreign in ["<script", "<b>", "<img", "<i>"] {
                assert!(!page.contains(foreign), "{foreign} in {page}");
            }
            assert!(page.contains("Practice"));
        }
    }
}
