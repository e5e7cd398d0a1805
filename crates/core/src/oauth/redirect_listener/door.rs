//! Which requests are let in, and what each is answered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Full;
use tokio::sync::{Notify, mpsc, oneshot};
use zeroize::Zeroizing;

use super::pages::{self, Ending, Page};

/// A longer request line is not one of ours (rule B11).
const LONGEST_TARGET: usize = 8 * 1024;

/// Paths that the listener asks of itself; more are not waited for at one time.
const THROWAWAYS: usize = 2;

/// A request for the callback path: what it holds, and whom to tell what came of it. Dropping it
/// answers with the page that something is wrong.
pub struct Arrival {
    /// The query, as it was sent; empty when there was none. It may hold the code.
    pub query: Zeroizing<String>,
    answer: oneshot::Sender<Word>,
}

impl Arrival {
    /// Lets the browser know. It may have gone away meanwhile, which changes nothing.
    pub fn answer(self, word: Word) {
        let _ = self.answer.send(word);
    }
}

/// What is said to the browser about a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It does not belong to the approval that is pending.
    NotThis,
    /// Another callback was first.
    AlreadyDone,
    /// It ended the approval: the browser goes on to the page that was settled.
    Land,
}

/// Whether a connection's answer is being held back; it is then not pushed out by others.
#[derive(Clone, Default)]
pub(super) struct Holding(Arc<AtomicBool>);

impl Holding {
    pub(super) fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) struct Door {
    /// What the Host header must say, byte for byte (rule B4).
    pub(super) authority: String,
    path: String,
    arrivals: mpsc::Sender<Arrival>,
    ending: OnceLock<Ending>,
    landed: Notify,
    throwaways: [Throwaway; THROWAWAYS],
}

#[derive(Default)]
pub(super) struct Throwaway {
    path: OnceLock<String>,
    seen: AtomicBool,
}

/// What a request turns out to be.
enum Asked<'a> {
    /// For another host: a name that was made to lead here (DNS rebinding).
    Misdirected,
    TooLong,
    /// Anything that is not the callback.
    Unknown,
    Throwaway(&'a Throwaway),
    /// The page behind the answer.
    Landing(Ending),
    Callback(&'a str),
}

impl Door {
    pub(super) fn new(authority: String, path: String, arrivals: mpsc::Sender<Arrival>) -> Self {
        Self {
            authority,
            path,
            arrivals,
            ending: OnceLock::new(),
            landed: Notify::new(),
            throwaways: Default::default(),
        }
    }

    pub(super) fn settle(&self, ending: Ending) {
        // The first word counts.
        let _ = self.ending.set(ending);
    }

    /// Until the page behind the answer was asked for.
    pub(super) async fn landed(&self) {
        self.landed.notified().await;
    }

    /// The throwaway of a family, by its place; it answers `path` with 204 and notes that it was asked.
    pub(super) fn throwaway(&self, index: usize, path: String) -> Option<&Throwaway> {
        let throwaway = self.throwaways.get(index)?;
        throwaway.path.set(path).ok()?;
        Some(throwaway)
    }

    pub(super) async fn answer<B>(
        &self,
        request: &Request<B>,
        holding: &Holding,
    ) -> Response<Full<Bytes>> {
        match self.asked(request) {
            Asked::Misdirected => pages::page(Page::NotThis, StatusCode::MISDIRECTED_REQUEST),
            Asked::TooLong => pages::page(Page::NotThis, StatusCode::URI_TOO_LONG),
            Asked::Unknown => pages::page(Page::NotThis, StatusCode::NOT_FOUND),
            Asked::Throwaway(throwaway) => {
                throwaway.seen.store(true, Ordering::Release);
                pages::nothing()
            }
            Asked::Landing(ending) => {
                self.landed.notify_one();
                pages::page(ending.into(), StatusCode::OK)
            }
            Asked::Callback(query) => {
                holding.0.store(true, Ordering::Relaxed);
                let word = self.deliver(query).await;
                holding.0.store(false, Ordering::Relaxed);
                match word {
                    Some(Word::Land) => pages::onward(&self.path),
                    Some(Word::AlreadyDone) => pages::page(Page::AlreadyDone, StatusCode::CONFLICT),
                    Some(Word::NotThis) => pages::page(Page::NotThis, StatusCode::BAD_REQUEST),
                    None => pages::page(Page::Wrong, StatusCode::GONE),
                }
            }
        }
    }

    /// Nothing of the request is used before its host is compared.
    fn asked<'a, B>(&'a self, request: &'a Request<B>) -> Asked<'a> {
        if !self.is_addressed(request.uri(), request.headers()) {
            return Asked::Misdirected;
        }
        let target = request.uri().path_and_query();
        if target.is_none_or(|target| target.as_str().len() > LONGEST_TARGET) {
            return Asked::TooLong;
        }
        if request.method() != Method::GET || is_speculative(request.headers()) {
            return Asked::Unknown;
        }
        let path = request.uri().path();
        if path != self.path {
            let throwaway = self.throwaways.iter().find(|one| one.is(path));
            return throwaway.map_or(Asked::Unknown, Asked::Throwaway);
        }
        match (request.uri().query(), self.ending.get()) {
            (None, Some(ending)) => Asked::Landing(*ending),
            (query, _) => Asked::Callback(query.unwrap_or_default()),
        }
    }

    /// One Host header that is the authority of the redirect URI, and the same in a request line that
    /// names a host.
    fn is_addressed(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let only = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.as_bytes() == self.authority.as_bytes(),
            _ => false,
        };
        let absolute = uri.authority().is_none_or(|authority| {
            uri.scheme_str() == Some("http") && authority.as_str() == self.authority
        });
        only && absolute
    }

    /// `None` when nobody waits for a callback any more.
    async fn deliver(&self, query: &str) -> Option<Word> {
        let (answer, word) = oneshot::channel();
        let arrival = Arrival {
            query: Zeroizing::new(query.to_owned()),
            answer,
        };
        self.arrivals.send(arrival).await.ok()?;
        word.await.ok()
    }
}

impl Throwaway {
    pub(super) fn was_seen(&self) -> bool {
        self.seen.load(Ordering::Acquire)
    }

    fn is(&self, path: &str) -> bool {
        self.path.get().is_some_and(|own| own == path)
    }
}

/// Whether a browser fetches ahead, or for something else than to show it (Fetch Metadata): what it
/// gets would never be seen, and would use up the one callback.
fn is_speculative(headers: &HeaderMap) -> bool {
    const PURPOSES: [HeaderName; 3] = [
        HeaderName::from_static("sec-purpose"),
        HeaderName::from_static("purpose"),
        HeaderName::from_static("x-moz"),
    ];
    let ahead = PURPOSES.iter().any(|name| headers.contains_key(name));
    let mode = headers.get("sec-fetch-mode");
    ahead || mode.is_some_and(|mode| mode.as_bytes() != b"navigate")
}
