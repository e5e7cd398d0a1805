//! The system behind the validators that `make bench-validator` compares: it knows two hundred tenants,
//! answers each after a fixed time, and lets a relay's POST pass unread.
//!
//!     validator_upstream DELAY_MS      prints its port

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let delay = std::env::args().nth(1).ok_or("say a delay")?.parse()?;
    let delay = Duration::from_millis(delay);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answering = service_fn(move |request| answer(request, delay));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answering));
    }
}

async fn answer(
    request: Request<Incoming>,
    delay: Duration,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let tenant = tenant(&request);
    let is_relayed = request.method() == http::Method::POST;
    // A body that is not read would end the connection. One that breaks off is nobody's to answer.
    let _ = request.into_body().collect().await;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let (status, body) = match tenant {
        Some(tenant) => (StatusCode::OK, user(tenant)),
        None if is_relayed => (StatusCode::OK, user(0)),
        None => (
            StatusCode::UNAUTHORIZED,
            r#"{"error":"unauthorized"}"#.to_owned(),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// Whose credentials the request carries, when they are right: user `t{n}` with the password `pw-{n}`.
fn tenant<T>(request: &Request<T>) -> Option<u32> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let pair = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (user, password) = pair.split_once(':')?;
    let tenant: u32 = user.strip_prefix('t')?.parse().ok()?;
    (tenant < 200 && password == format!("pw-{tenant}")).then_some(tenant)
}

fn user(tenant: u32) -> String {
    format!(r#"{{"user":{{"id":{tenant},"name":"Tenant {tenant}","active":true}}}}"#)
}
