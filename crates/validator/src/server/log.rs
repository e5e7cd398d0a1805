//! One line of JSON a request and an event, written by a thread of its own.
//!
//! A reader of the log that is slow costs lines, never requests: what does not fit is dropped and counted.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Lines that wait to be written.
const MOST_BYTES: usize = 1024 * 1024;
/// Between two writes: under load, many lines go out together. Waking the writer for each would cost more
/// than the request itself.
const PAUSE: Duration = Duration::from_millis(10);

/// Where lines go. Cloning it gives another way to the same place.
#[derive(Clone)]
pub struct Log(Arc<Pipe>);

struct Pipe {
    waiting: Mutex<Waiting>,
    more: Condvar,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: u64,
    closed: bool,
}

impl Log {
    /// Lines go to `sink`; a sink that fails loses them.
    pub fn new(sink: impl Write + Send + 'static) -> Self {
        let pipe = Arc::new(Pipe {
            waiting: Mutex::default(),
            more: Condvar::new(),
            writer: Mutex::new(None),
        });
        let writer = std::thread::Builder::new().name("log".to_owned()).spawn({
            let pipe = Arc::clone(&pipe);
            move || pipe.pour(sink)
        });
        *pipe.writer.lock().unwrap_or_else(PoisonError::into_inner) = writer.ok();
        Self(pipe)
    }

    /// Lines that found no room since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.0.waiting().dropped
    }

    pub(super) fn line(&self, line: Line) {
        let mut waiting = self.0.waiting();
        let text = line.finished();
        if waiting.lines.len() + text.len() > MOST_BYTES {
            waiting.dropped += 1;
            return;
        }
        let was_empty = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(text.as_bytes());
        drop(waiting);
        if was_empty {
            self.0.more.notify_one();
        }
    }

    /// Says where a thread panicked. Not what it said: that may quote anything.
    pub fn panicked(&self, place: &str) {
        self.line(Line::timeless("error", "panicked").text("place", place));
    }

    /// Writes what waits and takes no more.
    pub fn close(&self) {
        self.0.waiting().closed = true;
        self.0.more.notify_one();
        let writer = &self.0.writer;
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // It only panics where the sink does; there is nobody left to tell.
            let _ = writer.join();
        }
    }
}

impl Pipe {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pour(&self, mut sink: impl Write) {
        loop {
            let mut waiting = self.waiting();
            while waiting.lines.is_empty() {
                if waiting.closed {
                    return;
                }
                waiting = self
                    .more
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let lines = std::mem::take(&mut waiting.lines);
            drop(waiting);
            // There is no other place to say that this one fails.
            let _ = sink.write_all(&lines).and_then(|()| sink.flush());
            let paused = self.waiting();
            let is_open = |it: &mut Waiting| !it.closed;
            drop(self.more.wait_timeout_while(paused, PAUSE, is_open));
        }
    }
}

/// A JSON object under construction. Names are ours; values are escaped.
pub(super) struct Line(String);

impl Line {
    pub(super) fn new(time: jiff::Timestamp, level: &str, event: &str) -> Self {
        let mut line = Self(String::with_capacity(256));
        let _infallible = write!(line.0, "{{\"time\":\"{time:.3}\"");
        line.text("level", level).text("event", event)
    }

    /// For those who have no clock at hand.
    fn timeless(level: &str, event: &str) -> Self {
        Self(format!("{{\"level\":\"{level}\",\"event\":\"{event}\""))
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.0.push('"');
        if value.bytes().all(is_plain) {
            self.0.push_str(value);
            self.0.push('"');
            return self;
        }
        for character in value.chars() {
            let _infallible = match character {
                '"' | '\\' => write!(self.0, "\\{character}"),
                ' '..='~' => self.0.write_char(character),
                _ => write!(self.0, "\\u{:04x}", u32::from(character).min(0xffff)),
            };
        }
        self.0.push('"');
        self
    }

    pub(super) fn number(mut self, name: &str, value: u64) -> Self {
        self.name(name);
        let _infallible = write!(self.0, "{value}");
        self
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn finished(mut self) -> String {
        self.0.push_str("}\n");
        self.0
    }
}

/// Stands for itself in JSON text.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}
