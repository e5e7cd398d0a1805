//! The connections: accepted, counted, served, and ended when the service ends.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::desk::Desk;
use super::handshake::shake;
use super::head::MOST_HEAD_BYTES;
use super::peer::Peer;
use super::places::{Places, Seat};
use super::socket::{Patience, Socket};
use super::{exchange, health};

/// After the system refused to hand a connection over: it has no sockets left, and asking at once would
/// only make it busy (rule L14).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Watchers of the service are few, and each is one of a handful.
const MOST_WATCHERS: usize = 64;
const MOST_WATCHERS_OF_PEER: usize = 8;

/// How far the end of the service has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Serving,
    /// Each connection ends with the answer it is at.
    Draining,
    Over,
}

/// What is behind a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    Contract,
    Health,
}

/// Accepts until `stage` says that the end has begun.
pub(super) async fn accept(
    listener: TcpListener,
    door: Door,
    desk: Arc<Desk>,
    mut stage: watch::Receiver<Stage>,
) {
    let places = Arc::new(Places::default());
    loop {
        let accepted = tokio::select! {
            () = past_serving(&mut stage) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(seat) = seat(&places, door, &desk, peer.ip()) {
                    let (desk, stage) = (Arc::clone(&desk), stage.clone());
                    tokio::spawn(connection(stream, peer.ip(), door, desk, stage, seat));
                }
            }
            Err(error) => {
                desk.metrics.accept_errors.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(cause = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn seat(places: &Arc<Places>, door: Door, desk: &Desk, peer: IpAddr) -> Option<Seat> {
    let closed = &desk.metrics.connections_refused;
    if door == Door::Health {
        return places.seat(peer, MOST_WATCHERS, Some(MOST_WATCHERS_OF_PEER), closed);
    }
    let live = desk.live();
    let limits = live.settings.limits;
    let is_proxy = live.settings.proxies.trusts(peer);
    let per_peer = (!is_proxy).then_some(limits.connections_per_peer);
    places.seat(peer, limits.connections, per_peer, closed)
}

async fn connection(
    stream: TcpStream,
    address: IpAddr,
    door: Door,
    desk: Arc<Desk>,
    stage: watch::Receiver<Stage>,
    seat: Seat,
) {
    // Without it answers come later, and are the same.
    let _slower = stream.set_nodelay(true);
    let _open = Counted::new(&desk);
    tokio::select! {
        biased;
        () = conversation(stream, address, door, &desk, stage, &seat) => {}
        () = seat.given_away() => {}
    }
}

async fn conversation(
    stream: TcpStream,
    address: IpAddr,
    door: Door,
    desk: &Arc<Desk>,
    stage: watch::Receiver<Stage>,
    seat: &Seat,
) {
    let live = desk.live();
    let (patience, tls) = (live.settings.patience, live.settings.tls.clone());
    drop(live);
    let Some(tls) = tls.filter(|_| door == Door::Contract) else {
        let peer = Peer::new(address, seat, None);
        return served(stream, patience, &peer, door, desk, stage).await;
    };
    match shake(stream, tls, patience.head).await {
        Ok(stream) => {
            let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
            let shown = certificates.iter().map(|it| it.clone().into_owned());
            let peer = Peer::new(address, seat, Some(shown.collect()));
            served(stream, patience, &peer, door, desk, stage).await;
        }
        Err(failed) => desk.handshake_failed(address, &failed),
    }
}

async fn served(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    patience: Patience,
    peer: &Peer<'_>,
    door: Door,
    desk: &Arc<Desk>,
    mut stage: watch::Receiver<Stage>,
) {
    let service = service_fn(|request| answered(door, Arc::clone(desk), peer, request));
    let serving = http1::Builder::new()
        // The deadlines are those of the socket, which knows whether a head has begun.
        .header_read_timeout(None)
        // The socket lets no head through that is half as long.
        .max_buf_size(2 * MOST_HEAD_BYTES)
        .serve_connection(TokioIo::new(Socket::new(stream, patience)), service);
    let mut serving = pin!(serving);
    let mut told = stage.clone();
    let ended = tokio::select! {
        biased;
        ended = serving.as_mut() => ended,
        () = past_serving(&mut told) => {
            serving.as_mut().graceful_shutdown();
            tokio::select! {
                ended = serving.as_mut() => ended,
                () = over(&mut stage) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(cause = %error, "a connection ended early");
    }
}

// The value that is waited for may not be held any longer: nothing else could be told meanwhile.
async fn past_serving(stage: &mut watch::Receiver<Stage>) {
    drop(stage.wait_for(|it| *it != Stage::Serving).await);
}

async fn over(stage: &mut watch::Receiver<Stage>) {
    drop(stage.wait_for(|it| *it == Stage::Over).await);
}

async fn answered(
    door: Door,
    desk: Arc<Desk>,
    peer: &Peer<'_>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    match door {
        Door::Contract => exchange::exchange(desk, peer, request).await,
        Door::Health => Ok(health::answer(&desk, &request)),
    }
}

/// An open connection in the metrics.
struct Counted<'a>(&'a Desk);

impl<'a> Counted<'a> {
    fn new(desk: &'a Desk) -> Self {
        desk.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Self(desk)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
