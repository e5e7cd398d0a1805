//! A connection that is read strictly and waited for as long as its state deserves.
//!
//! hyper's own header deadline runs while a connection is idle as well, so it could not be five seconds
//! for a head and fifteen between requests. Here the state is known (rule L7).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::framing::{Framing, Phase};
use super::held::Held;
use super::unreadable::instead;

/// How long a peer may take. Tests shorten it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the handshake, for the first byte, and from the first byte to the end of a head.
    pub head: Duration,
    /// From the end of a head to the end of its body.
    pub body: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// For a peer that does not read its answer.
    pub write: Duration,
    /// For a connection as a whole: the first answer after it is the last one.
    pub life: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(15),
            write: Duration::from_secs(10),
            life: Duration::from_mins(10),
        }
    }
}

/// After the last answer to a peer that is still sending.
const LINGER: Duration = Duration::from_secs(1);
/// Reads at a time of what is thrown away.
const MOST_LINGERING: usize = 256;

pub(super) struct Socket<S> {
    stream: S,
    framing: Framing,
    patience: Patience,
    /// When the peer must have gone on; `None` while it is our turn.
    due: Option<Instant>,
    /// When the peer must have read.
    write_due: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    /// The beginning of a line: hyper gets no more than whole ones.
    held: Held,
    is_broken: bool,
    /// What hyper gets before it gets nothing any more.
    last: &'static [u8],
    is_shut: bool,
}

impl<S> Socket<S> {
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        Self {
            stream,
            framing: Framing::default(),
            due: Some(Instant::now() + patience.head),
            write_due: None,
            timer: Box::pin(sleep(patience.head)),
            patience,
            held: Held::default(),
            is_broken: false,
            last: &[],
            is_shut: false,
        }
    }

    /// Looks at the bytes that have come, and leaves in `buffer` those that can be handed on.
    fn judge(&mut self, buffer: &mut ReadBuf<'_>, before: usize) {
        let was = self.framing.phase();
        let fresh = &buffer.filled()[before..];
        let is_first = self.held.is_empty();
        let read = if is_first {
            self.framing.read(fresh)
        } else {
            self.held.add(fresh);
            self.framing.read(self.held.bytes())
        };
        let (Ok(whole) | Err((whole, _))) = read;
        if is_first {
            self.held.add(&fresh[whole..]);
            buffer.set_filled(before + whole);
        } else {
            self.held.release(whole);
            buffer.set_filled(before);
        }
        if let Err((_, why)) = read {
            self.held.cut();
            self.is_broken = true;
            self.due = None;
            self.last = instead(self.framing.phase(), why);
            return;
        }
        match self.framing.phase() {
            // A deadline that more bytes move would be none.
            Phase::RequestLine | Phase::Head if is_head(was) => {}
            Phase::RequestLine | Phase::Head => {
                self.due = Some(Instant::now() + self.patience.head);
            }
            // Whoever reads the body has the deadline for it; after it, the turn is ours.
            Phase::Body | Phase::Between => self.due = None,
        }
    }

    /// After what could not be read: the head ends, so that it is answered; a body ends with an error.
    fn end(&mut self, buffer: &mut ReadBuf<'_>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.last.is_empty() {
            let (now, later) = self.last.split_at(self.last.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.last = later;
            return Poll::Ready(Ok(()));
        }
        if self.framing.phase() == Phase::Body {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        // An end or an error would take the answer away that is on its way.
        let due = Instant::now() + self.patience.write;
        let due = *self.due.get_or_insert(due);
        if self.is_over(due, context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }

    /// Whether `due` is over; otherwise the task is woken in time. The timer is moved only when it would
    /// come too late, so that most requests never touch it.
    fn is_over(&mut self, due: Instant, context: &mut Context<'_>) -> bool {
        loop {
            let is_rung = self.timer.as_mut().poll(context).is_ready();
            if Instant::now() >= due {
                return true;
            }
            if !is_rung && self.timer.deadline() <= due {
                return false;
            }
            self.timer.as_mut().reset(due);
        }
    }

    fn not_written<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let due = *self
            .write_due
            .get_or_insert_with(|| Instant::now() + self.patience.write);
        if self.is_over(due, context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }

    fn written(&mut self) {
        self.write_due = None;
        if self.framing.phase() == Phase::Between && !self.is_broken {
            self.due = Some(Instant::now() + self.patience.idle);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Socket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.held.hand_on(buffer) {
                return Poll::Ready(Ok(()));
            }
            if this.is_broken {
                return this.end(buffer, context);
            }
            let before = buffer.filled().len();
            match Pin::new(&mut this.stream).poll_read(context, buffer) {
                Poll::Ready(Ok(())) if buffer.filled().len() == before => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Ok(())) => this.judge(buffer, before),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    return match this.due.map(|due| this.is_over(due, context)) {
                        Some(true) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                        _ => Poll::Pending,
                    };
                }
            }
            // No bytes at all would mean that the peer is done.
            if buffer.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

fn is_head(phase: Phase) -> bool {
    matches!(phase, Phase::RequestLine | Phase::Head)
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(result) => {
                self.written();
                Poll::Ready(result)
            }
            Poll::Pending => self.not_written(context),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, slices) {
            Poll::Ready(result) => {
                self.written();
                Poll::Ready(result)
            }
            Poll::Pending => self.not_written(context),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(result) => {
                self.write_due = None;
                Poll::Ready(result)
            }
            Poll::Pending => self.not_written(context),
        }
    }

    /// What the peer still sends is let in for a moment: closing on it would reset the connection, and take
    /// the answer away that the peer has not read yet.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.is_shut {
            match Pin::new(&mut this.stream).poll_shutdown(context) {
                Poll::Ready(result) => result?,
                Poll::Pending => return this.not_written(context),
            }
            this.is_shut = true;
            this.due = Some(Instant::now() + LINGER);
        }
        if !this.is_broken && this.framing.phase() == Phase::Between {
            return Poll::Ready(Ok(()));
        }
        this.linger(context)
    }
}

impl<S: AsyncRead + Unpin> Socket<S> {
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut ignored = [0; 4096];
        for _ in 0..MOST_LINGERING {
            let mut buffer = ReadBuf::new(&mut ignored);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    let is_over = self.due.is_none_or(|due| self.is_over(due, context));
                    return if is_over {
                        Poll::Ready(Ok(()))
                    } else {
                        Poll::Pending
                    };
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}
