//! One kept connection to a validator, and the calls it makes.

use std::net::SocketAddr;

use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Failure;

/// The path of the validators that are compared.
const PATH: &str = "/bench/authorization";

pub(crate) struct Caller {
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Caller {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            host: address.to_string(),
            sender,
        })
    }

    /// Posts `body` as JSON and reads the whole answer.
    pub(crate) async fn post(&mut self, body: String) -> Result<Answer, Failure> {
        self.sender.ready().await?;
        let request = Request::post(PATH)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body })
    }
}

/// What Talkdesk would send for a tenant.
pub(crate) fn credentials(user: &str, password: &str) -> String {
    format!(r#"{{"auth":{{"username":"{user}","password":"{password}"}}}}"#)
}

pub(crate) fn right(tenant: u32) -> String {
    credentials(&format!("t{tenant}"), &format!("pw-{tenant}"))
}
