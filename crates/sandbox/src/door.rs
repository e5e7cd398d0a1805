//! Where connections come in: TLS, HTTP, and the bounds on both.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::HOST;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::record::Record;
use crate::reply::Reply;
use crate::scene::Scene;

const MAX_CONNECTIONS: usize = 256;
const MAX_HEADERS: usize = 64;
const MAX_HEAD_BYTES: usize = 32 * 1024;
const MAX_BODY_BYTES: usize = 64 * 1024;
/// For the handshake, for a request's head and for its body, each.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long connections in the middle of an answer may finish after a stop.
const FAREWELL: Duration = Duration::from_secs(1);

const CLOSED: &str = "Only the practice sign-in pages can be reached without TLS\n";

/// Serves until `stop` is told or dropped, then lets answers in progress finish.
pub(crate) async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    scene: Arc<impl Scene>,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = told(&mut stop) => break,
            // Reap what has ended; a panic in a connection ends that connection only.
            Some(ended) = connections.join_next() => { report(ended); continue; }
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let (acceptor, scene, stop) = (acceptor.clone(), scene.clone(), stop.clone());
                connections.spawn(async move {
                    connection(stream, acceptor, scene, stop).await;
                    drop(place);
                });
            }
            // Out of file descriptors, or a peer that left before it was greeted.
            Err(error) => {
                tracing::warn!(%error, "a practice connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = places
        .clone()
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// Returns when a stop was asked for, or when nobody is left who could ask.
async fn told(stop: &mut watch::Receiver<bool>) {
    // Both outcomes mean the same; the value itself is of no interest.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(
            panicked = error.is_panic(),
            "a practice connection broke off"
        );
    }
}

async fn connection(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    scene: Arc<impl Scene>,
    mut stop: watch::Receiver<bool>,
) {
    let greeted = tokio::select! {
        greeted = tokio::time::timeout(PATIENCE, greeted(stream, &acceptor)) => greeted,
        () = told(&mut stop) => return,
    };
    match greeted {
        Ok(Ok(Greeted::Tls(stream))) => served(*stream, false, scene, stop).await,
        Ok(Ok(Greeted::Plain(stream))) => served(stream, true, scene, stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "a practice TLS handshake failed"),
        // The peer said nothing for too long.
        Err(_) => {}
    }
}

/// A connection whose first bytes are known.
enum Greeted {
    Tls(Box<TlsStream<TcpStream>>),
    /// A browser, which cannot reach the pages under their real names.
    Plain(TcpStream),
}

async fn greeted(stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<Greeted> {
    let mut first = [0];
    // Every method of HTTP begins with a letter.
    if stream.peek(&mut first).await? == 1 && first[0].is_ascii_alphabetic() {
        return Ok(Greeted::Plain(stream));
    }
    Ok(Greeted::Tls(Box::new(acceptor.accept(stream).await?)))
}

async fn served(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    plain: bool,
    scene: Arc<impl Scene>,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let scene = Arc::clone(&scene);
        async move { Ok::<_, Infallible>(exchange(scene.as_ref(), request, plain).await) }
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        // The practice Talkdesk has a clock of its own.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = told(&mut stop) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a practice connection ended early");
    }
}

async fn exchange(
    scene: &impl Scene,
    request: Request<Incoming>,
    plain: bool,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect()).await;
    let (body, refusal) = match body {
        Ok(Ok(body)) => (body.to_bytes().to_vec(), None),
        Ok(Err(_)) => (Vec::new(), Some(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => (Vec::new(), Some(StatusCode::REQUEST_TIMEOUT)),
    };
    let mut record = record(&head, body, scene);
    if plain {
        let Some(meant) = scene.entered(&record) else {
            return Reply::text(StatusCode::NOT_FOUND, CLOSED).into_response();
        };
        record = meant;
    }
    if let Some(status) = refusal {
        scene.records().push(record);
        return Reply::text(status, "The request could not be read\n").into_response();
    }
    scene.answer(record).await.into_response()
}

fn record(head: &hyper::http::request::Parts, body: Vec<u8>, scene: &impl Scene) -> Record {
    let authority = head
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| {
            head.uri
                .authority()
                .map(hyper::http::uri::Authority::as_str)
        })
        .unwrap_or_default();
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    Record {
        host: host.to_ascii_lowercase(),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        body,
        at: scene.now(),
    }
}
