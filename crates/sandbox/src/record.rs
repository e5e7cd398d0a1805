//! What arrived, exactly as it came: in tests this record is the judge.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// How many requests are kept; the oldest go first.
const KEPT: usize = 1_000;

/// One request.
#[derive(Clone)]
pub struct Record {
    /// From the `Host` header, lower-case and without the port.
    pub host: String,
    pub method: String,
    /// As sent, still percent-encoded.
    pub path: String,
    /// As sent, without the question mark.
    pub query: Option<String>,
    /// In order; names lower-case, values byte for byte.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Byte for byte; empty when it was longer than the sandbox reads.
    pub body: Vec<u8>,
    /// By the sandbox's own clock.
    pub at: Timestamp,
}

impl Record {
    /// All values of a header, in order.
    pub fn header_values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_slice())
    }

    /// The only value of a header; `None` when it is absent, repeated or not text.
    pub fn header<'a>(&'a self, name: &str) -> Option<&'a str> {
        let mut values = self.header_values(name);
        let value = values.next()?;
        if values.next().is_some() {
            return None;
        }
        std::str::from_utf8(value).ok()
    }
}

/// Without headers and body, which hold credentials.
impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("method", &self.method)
            .field("host", &self.host)
            .field("path", &self.path)
            .field("headers", &self.headers.len())
            .field("body_length", &self.body.len())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
pub(crate) struct Records(Mutex<VecDeque<Record>>);

impl Records {
    pub(crate) fn push(&self, record: Record) {
        let mut records = self.lock();
        if records.len() == KEPT {
            records.pop_front();
        }
        records.push_back(record);
    }

    pub(crate) fn all(&self) -> Vec<Record> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
