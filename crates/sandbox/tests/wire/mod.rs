//! A client that writes its requests by hand, so that nothing is tidied on the way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofkey_sandbox::Sandbox;
use rustls::RootCertStore;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Sends one raw request to `host` and reads to the end of the connection.
pub(crate) async fn send(sandbox: &Sandbox, host: &str, request: &str) -> std::io::Result<Answer> {
    send_to((sandbox.address(), sandbox.ca_pem()), host, request).await
}

/// The same, to whoever is at that address and vouched for by that authority.
pub(crate) async fn send_to(
    peer: (SocketAddr, &str),
    host: &str,
    request: &str,
) -> std::io::Result<Answer> {
    tokio::time::timeout(DEADLINE, exchange(peer, host, request))
        .await
        .unwrap()
}

async fn exchange(
    (address, ca_pem): (SocketAddr, &str),
    host: &str,
    request: &str,
) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Ok(Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

pub(crate) async fn get(sandbox: &Sandbox, host: &str, path: &str, token: Option<&str>) -> Answer {
    let authorization = token.map_or_else(String::new, |token| {
        format!("Authorization: Bearer {token}\r\n")
    });
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}Connection: close\r\n\r\n");
    send(sandbox, host, &request).await.unwrap()
}

pub(crate) fn token_request(host: &str, authorization: Option<(&str, &str)>, form: &str) -> String {
    let authorization = authorization.map_or_else(String::new, |(id, secret)| {
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        format!("Authorization: Basic {credentials}\r\n")
    });
    format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {host}\r\n{authorization}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{form}",
        form.len()
    )
}

pub(crate) fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Asks for a token with the credentials that the practice account shows.
pub(crate) async fn token(sandbox: &Sandbox, account: &str, form: &str) -> Answer {
    let practice = sandbox
        .accounts()
        .into_iter()
        .find(|practice| practice.account == account)
        .unwrap();
    let suffix = match practice.region.as_str() {
        "us" => "talkdeskid.com",
        "eu" => "talkdeskid.eu",
        "ca" => "talkdeskidca.com",
        other => panic!("{other}"),
    };
    let host = format!("{account}.{suffix}");
    let (id, secret) = (
        form_encoded(&practice.client_id),
        form_encoded(&practice.client_secret),
    );
    let request = token_request(&host, Some((&id, &secret)), form);
    send(sandbox, &host, &request).await.unwrap()
}
