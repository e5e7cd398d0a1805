//! How a request that cannot be read gets to those who answer: as another one that can.
//!
//! hyper would refuse it by itself, without a body, a line in the log or a count. So it gets, in the place of
//! what is unreadable, the shortest end of a head, with a header that says why. A peer that sends this header
//! itself is answered in the same way, which is fair.

use http::{HeaderMap, HeaderName};

use super::framing::Phase;
use super::head::Unreadable;

const MARK: HeaderName = HeaderName::from_static("proofkey-unreadable");

/// What follows the lines that were read, of a request that is in `phase`: nothing within a body, where
/// hyper has passed the head on already.
pub(super) fn instead(phase: Phase, why: Unreadable) -> &'static [u8] {
    match (phase, why) {
        (Phase::Between | Phase::RequestLine, Unreadable::Unclear) => {
            b"GET / HTTP/1.1\r\nproofkey-unreadable: unclear\r\n\r\n"
        }
        (Phase::Between | Phase::RequestLine, Unreadable::TooLarge) => {
            b"GET / HTTP/1.1\r\nproofkey-unreadable: large\r\n\r\n"
        }
        (Phase::Head, Unreadable::Unclear) => b"proofkey-unreadable: unclear\r\n\r\n",
        (Phase::Head, Unreadable::TooLarge) => b"proofkey-unreadable: large\r\n\r\n",
        (Phase::Body, _) => b"",
    }
}

/// Whether a request stands for one that could not be read, and why that could not.
pub(super) fn told(headers: &HeaderMap) -> Option<Unreadable> {
    let why = headers.get(MARK)?;
    Some(match why.as_bytes() {
        b"large" => Unreadable::TooLarge,
        _ => Unreadable::Unclear,
    })
}
