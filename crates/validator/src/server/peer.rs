//! The other end of a connection, as far as the connection itself tells.
//!
//! What was agreed when a connection began need not be what is demanded now: settings are replaced, and
//! certificates end. So every request is held against the present settings.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::{CertificateDer, UnixTime};
use tokio::time::Instant;

use super::places::Seat;
use super::settings::Settings;

/// A certificate that was found right is looked at again after this: it may have ended.
const LOOK_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

pub(super) struct Peer<'a> {
    pub(super) address: IpAddr,
    seat: &'a Seat,
    began: Instant,
    /// The certificates of the handshake, the peer's own first; `None` without TLS.
    shown: Option<Vec<CertificateDer<'static>>>,
    /// By whom its certificate was found right, and when.
    looked: Mutex<Option<(Arc<dyn ClientCertVerifier>, Timestamp)>>,
}

impl<'a> Peer<'a> {
    /// Somebody at `address`, without TLS or with the certificates that it showed, which may be none.
    pub(super) fn new(
        address: IpAddr,
        seat: &'a Seat,
        shown: Option<Vec<CertificateDer<'static>>>,
    ) -> Self {
        Self {
            address,
            seat,
            began: Instant::now(),
            shown,
            looked: Mutex::default(),
        }
    }

    /// It may call: its place is not given to others any more.
    pub(super) fn may_stay(&self) {
        self.seat.keep();
    }

    /// Whether its connection has lasted for `life`.
    pub(super) fn is_old(&self, life: Duration) -> bool {
        self.began.elapsed() >= life
    }

    /// Whether a connection that began at this time would come about in the same way: with TLS where there
    /// is TLS, and with a certificate that holds where one is asked for.
    pub(super) fn would_be_let_in(&self, settings: &Settings, now: impl Fn() -> Timestamp) -> bool {
        if settings.tls.is_some() && self.shown.is_none() {
            return false;
        }
        settings
            .callers
            .certificate()
            .is_none_or(|verifier| self.shows_certificate(verifier, now()))
    }

    fn shows_certificate(&self, verifier: &Arc<dyn ClientCertVerifier>, now: Timestamp) -> bool {
        let Some([own, others @ ..]) = self.shown.as_deref() else {
            return false;
        };
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((by, at)) = &*looked
            && Arc::ptr_eq(by, verifier)
            && now.duration_since(*at).abs() < LOOK_AGAIN
        {
            return true;
        }
        let since_epoch = Duration::from_secs(now.as_second().try_into().unwrap_or_default());
        let now_there = UnixTime::since_unix_epoch(since_epoch);
        let is_right = verifier.verify_client_cert(own, others, now_there).is_ok();
        *looked = is_right.then(|| (Arc::clone(verifier), now));
        is_right
    }
}
