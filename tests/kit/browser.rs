//! A person with a browser: opens the authorization request, signs in, decides, and follows wherever
//! that leads. It speaks HTTP itself, so that every address it was sent to can be judged.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a person who cannot go on ends the test"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName};
use url::Url;

/// Nothing on this machine takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the person does on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Deny,
}

/// A browser that finds every https host at one address, as `--connect-to` does.
pub struct Browser {
    server: SocketAddr,
    tls: Arc<ClientConfig>,
}

/// What a browser shows.
#[derive(Debug)]
pub struct Page {
    /// The address it would show.
    pub url: Url,
    pub status: u16,
    pub body: String,
}

impl Browser {
    /// `server` is where the practice Talkdesk listens, `ca_pem` the authority that it trusts.
    pub fn new(server: SocketAddr, ca_pem: &str) -> Self {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(ca_pem.as_bytes()).expect("a certificate");
        roots.add(root).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            server,
            tls: Arc::new(tls),
        }
    }

    /// Opens the authorization request at `url`, signs in and decides. Returns the address that the
    /// server sends the browser back to, before it is opened.
    pub fn approve(&self, url: &str, email: &str, password: &str, decision: Decision) -> Url {
        let login = self.get(&Url::parse(url).expect("an address"));
        let page = login.hidden("page");
        let entered = [
            ("page", page.as_str()),
            ("email", email),
            ("password", password),
        ];
        let consent = self.post(&login.url, &entered);
        let page = consent.hidden("page");
        let decided = match decision {
            Decision::Approve => "approve",
            Decision::Deny => "deny",
        };
        let (_, location) = self.send(
            &without_query(&consent.url),
            Some(&[("page", &page), ("decision", decided)]),
        );
        location.expect("the server sends the browser back")
    }

    /// Opens `url` and follows where it leads, as a browser does.
    pub fn get(&self, url: &Url) -> Page {
        self.follow(url, None)
    }

    /// Sends a form whose action is the page itself.
    fn post(&self, url: &Url, form: &[(&str, &str)]) -> Page {
        self.follow(&without_query(url), Some(form))
    }

    fn follow(&self, url: &Url, form: Option<&[(&str, &str)]>) -> Page {
        let (mut page, mut location) = self.send(url, form);
        for _ in 0..5 {
            let Some(next) = location else {
                return page;
            };
            (page, location) = self.send(&next, None);
        }
        panic!("{url} leads in circles")
    }

    /// One request; the second part is where its answer redirects to.
    fn send(&self, url: &Url, form: Option<&[(&str, &str)]>) -> (Page, Option<Url>) {
        let answer = self.exchange(url, &request(url, form));
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        let location = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("location"))
            .map(|(_, to)| url.join(to.trim()).expect("an address"));
        let page = Page {
            url: url.clone(),
            status,
            body: body.to_owned(),
        };
        (page, location)
    }

    fn exchange(&self, url: &Url, request: &str) -> String {
        if url.scheme() == "https" {
            let host = url.host_str().expect("a host").to_owned();
            let name = ServerName::try_from(host).expect("a host name");
            let connection =
                ClientConnection::new(Arc::clone(&self.tls), name).expect("a connection");
            ask(
                StreamOwned::new(connection, connected(self.server)),
                request,
            )
        } else {
            let addresses = url.socket_addrs(|| Some(80)).expect("an address");
            let address = addresses.first().expect("an address");
            assert!(address.ip().is_loopback(), "{url} leaves this machine");
            ask(connected(*address), request)
        }
    }
}

impl Page {
    /// The value of a hidden field of the page's form.
    fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let value = self.body.split_once(&field).map(|(_, rest)| rest);
        value
            .and_then(|rest| rest.split_once('"'))
            .unwrap_or_else(|| panic!("{} has no field {name}: {}", self.url, self.body))
            .0
            .to_owned()
    }
}

fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url
}

fn request(url: &Url, form: Option<&[(&str, &str)]>) -> String {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let common = format!("Host: {authority}\r\nAccept: text/html\r\n");
    let Some(form) = form else {
        return format!("GET {target} HTTP/1.1\r\n{common}\r\n");
    };
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    format!(
        "POST {target} HTTP/1.1\r\n{common}Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn connected(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the peer is there");
    stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    stream
}

/// One answer. The connection is kept, as browsers do, and closed from this side: a server that had to
/// close it first would find its port busy for a minute.
fn ask(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).expect("sent");
    stream.flush().expect("sent");
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(whole) = length(&answer)
            && answer.len() >= whole
        {
            return String::from_utf8(answer).expect("text");
        }
        let read = stream.read(&mut part).expect("an answer in time");
        assert!(read > 0, "the answer ended early");
        answer.extend_from_slice(&part[..read]);
    }
}

/// How long an answer is as a whole, once its head is there.
fn length(answer: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(answer);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let body = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.trim().parse().expect("a length"));
    Some(head.len() + 4 + body)
}
