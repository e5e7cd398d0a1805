//! The connections of a listener: many, short, and none in the way of another.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::door::{Door, Holding};

/// Connections at one time (rule B11). One more pushes out the one that has been idle the longest.
const LIMIT: usize = 64;
/// Request line and headers together.
const HEADERS: usize = 16 * 1024;
const HEADER_COUNT: usize = 64;
/// From the first byte to the end of the headers, and between two requests.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);
/// After the system refused to accept: it has no sockets left, and asking at once would not help.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts and serves until it is dropped, which closes every connection.
pub(super) async fn serve(listeners: Vec<TcpListener>, door: Arc<Door>) {
    let mut open = Open::default();
    loop {
        tokio::select! {
            accepted = next(&listeners) => match accepted {
                Ok(stream) => open.admit(stream, &door),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = open.tasks.join_next(), if !open.tasks.is_empty() => {}
        }
    }
}

async fn next(listeners: &[TcpListener]) -> io::Result<TcpStream> {
    let stream = match listeners {
        [one] => one.accept().await?.0,
        [one, other] => tokio::select! {
            accepted = one.accept() => accepted?.0,
            accepted = other.accept() => accepted?.0,
        },
        _ => std::future::pending().await,
    };
    Ok(stream)
}

#[derive(Default)]
struct Open {
    /// Aborts what is left when it is dropped.
    tasks: JoinSet<()>,
    /// In the order in which they came.
    handles: VecDeque<(AbortHandle, Holding)>,
}

impl Open {
    fn admit(&mut self, stream: TcpStream, door: &Arc<Door>) {
        self.handles.retain(|(handle, _)| !handle.is_finished());
        if self.handles.len() >= LIMIT {
            let idle = self
                .handles
                .iter()
                .position(|(_, holding)| !holding.is_on());
            let Some((handle, _)) = idle.and_then(|index| self.handles.remove(index)) else {
                return;
            };
            handle.abort();
        }
        let holding = Holding::default();
        let task = connection(stream, Arc::clone(door), holding.clone());
        self.handles.push_back((self.tasks.spawn(task), holding));
    }
}

/// Answers the requests of one connection.
///
/// The browser closes it, or it is reset when the listener closes: closing it first from this side
/// would keep a fixed port busy for a minute (`TIME_WAIT`) where `SO_REUSEADDR` cannot help.
async fn connection(stream: TcpStream, door: Arc<Door>, holding: Holding) {
    // Without these options the answers are the same, only slower or closed in another way.
    let _ = stream.set_zero_linger();
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (door, holding) = (Arc::clone(&door), holding.clone());
        async move { Ok::<_, std::convert::Infallible>(door.answer(&request, &holding).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_DEADLINE)
        .max_buf_size(HEADERS)
        .max_headers(HEADER_COUNT)
        .keep_alive(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(cause = %error, "a connection to the redirect listener ended early");
    }
}
