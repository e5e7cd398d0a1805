//! A browser as far as `oidc-provider`'s own pages need one: cookies, redirects, one form a page.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use url::{Position, Url, form_urlencoded};

use super::PATIENCE;

/// More redirects than that lead in circles.
const REDIRECTS: usize = 10;

/// A person's way over the server's pages, until it sends them elsewhere.
pub(super) struct Visit {
    cookies: BTreeMap<String, String>,
    home: url::Origin,
    at: Url,
    body: String,
    landed: bool,
}

impl Visit {
    /// Opens `url`.
    pub(super) fn of(url: &Url) -> Self {
        let mut visit = Self {
            cookies: BTreeMap::new(),
            home: url.origin(),
            at: url.clone(),
            body: String::new(),
            landed: false,
        };
        visit.go(url.clone(), None);
        visit
    }

    /// Sends the page's form: what is hidden in it, and what the person `entered`.
    pub(super) fn submit(&mut self, entered: &[(&str, &str)]) {
        let action = self.between("action=\"", "\"");
        let mut fields: Vec<(String, String)> = self
            .body
            .split("<input type=\"hidden\"")
            .skip(1)
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        fields.extend(
            entered
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        );
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.go(self.at.join(&action).expect("an address"), Some(form));
    }

    /// Leaves by the page's link "Cancel".
    pub(super) fn cancel(&mut self) {
        let link = self.between("<a href=\"", "\"");
        assert!(
            link.ends_with("/abort"),
            "the page has no way out: {}",
            self.body
        );
        self.go(self.at.join(&link).expect("an address"), None);
    }

    /// What the browser shows.
    pub(super) fn page(self) -> String {
        self.body
    }

    /// Where the server sent the browser.
    pub(super) fn landed(self) -> Url {
        assert!(self.landed, "still at {}: {}", self.at, self.body);
        self.at
    }

    /// Follows redirects as long as they stay at the server.
    fn go(&mut self, url: Url, form: Option<String>) {
        let (mut url, mut form) = (url, form);
        for _ in 0..REDIRECTS {
            let answer = ask(&url, &self.request(&url, form.take()));
            self.keep_cookies(&answer);
            let next = answer.header("location").next().map(str::to_owned);
            self.at = url;
            let Some(next) = next else {
                self.body = answer.body;
                return;
            };
            url = self.at.join(&next).expect("an address");
            if url.origin() != self.home {
                (self.at, self.landed) = (url, true);
                return;
            }
        }
        panic!("{url} leads in circles");
    }

    fn request(&self, url: &Url, form: Option<String>) -> String {
        let target = &url[Position::BeforePath..Position::AfterQuery];
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let common = format!(
            "Host: {}\r\nConnection: close\r\nAccept: text/html\r\nCookie: {}\r\n",
            &url[Position::BeforeHost..Position::AfterPort],
            cookies.join("; ")
        );
        match form {
            None => format!("GET {target} HTTP/1.1\r\n{common}\r\n"),
            Some(form) => format!(
                "POST {target} HTTP/1.1\r\n{common}Content-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\n\r\n{form}",
                form.len()
            ),
        }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            // It takes a cookie away by giving it no value.
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn between(&self, before: &str, after: &str) -> String {
        let rest = self.body.split_once(before).map(|(_, rest)| rest);
        let found = rest.and_then(|rest| rest.split_once(after));
        let (text, _) =
            found.unwrap_or_else(|| panic!("{} has no {before}: {}", self.at, self.body));
        text.replace("&amp;", "&")
    }
}

/// The status of a GET request that carries `access_token`.
pub(super) fn status_with_token(url: &Url, access_token: &str) -> u16 {
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {access_token}\r\n\r\n",
        url.path(),
        &url[Position::BeforeHost..Position::AfterPort],
    );
    ask(url, &request).status
}

/// The status with which the token endpoint answers a refresh token.
pub(super) fn status_of_refresh(url: &Url, client: (&str, &str), refresh_token: &str) -> u16 {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", refresh_token)
        .finish();
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(client.0), encoded(client.1));
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Basic {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        url.path(),
        &url[Position::BeforeHost..Position::AfterPort],
        base64::engine::general_purpose::STANDARD.encode(credentials),
        form.len(),
    );
    ask(url, &request).status
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter();
        headers
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

fn ask(url: &Url, request: &str) -> Answer {
    let address = url.socket_addrs(|| None).expect("an address")[0];
    assert!(address.ip().is_loopback(), "{url} leaves this machine");
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the server is there");
    stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let headers = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    Answer {
        status: status.expect("a status"),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, rest) = element.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}
