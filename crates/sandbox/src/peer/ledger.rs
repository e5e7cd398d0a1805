//! What the peer has handed out: pages, codes, tokens, and the approvals they came from.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::pkce;
use crate::tally::Tally;

/// RFC 6749 §4.1.2 allows ten minutes at most.
const CODE_SECONDS: i64 = 60;

/// A request that can be put before the person.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<String>,
}

/// One approval by the person. Every token that came of it, directly or by refreshing, is its family.
pub(crate) struct Approval {
    family: u64,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) at: Timestamp,
}

struct Code {
    approval: Arc<Approval>,
    redirect_uri: String,
    challenge: Option<String>,
    until: Timestamp,
    used: bool,
}

/// What an access token stands for.
#[derive(Clone)]
pub(crate) struct Granted {
    pub(crate) scopes: Vec<String>,
    /// `None` for client credentials, which have no person.
    pub(crate) approval: Option<Arc<Approval>>,
    pub(crate) until: Option<Timestamp>,
}

/// Why a code or refresh token is not honoured: the description for `invalid_grant`.
pub(crate) type Refused = &'static str;

#[derive(Default)]
pub(crate) struct Ledger(Mutex<State>);

#[derive(Default)]
struct State {
    pages: HashMap<String, (Asked, bool)>,
    pushed: HashMap<String, Asked>,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, (Arc<Approval>, bool)>,
    access_tokens: HashMap<String, Granted>,
    ended: HashSet<u64>,
    tally: Tally,
}

impl Ledger {
    pub(crate) fn tally(&self) -> Tally {
        self.lock().tally
    }

    pub(crate) fn open_page(&self, name: String, asked: Asked) {
        let mut state = self.lock();
        state.tally.requests += 1;
        state.pages.insert(name, (asked, false));
    }

    /// The request of a page, and whether somebody has signed in there.
    pub(crate) fn page(&self, name: &str) -> Option<(Asked, bool)> {
        self.lock().pages.get(name).cloned()
    }

    pub(crate) fn sign_in(&self, page: &str) {
        if let Some((_, signed_in)) = self.lock().pages.get_mut(page) {
            *signed_in = true;
        }
    }

    pub(crate) fn close_page(&self, name: &str, denied: bool) {
        let mut state = self.lock();
        state.pages.remove(name);
        state.tally.denied += u64::from(denied);
    }

    pub(crate) fn push(&self, uri: String, asked: Asked) {
        let mut state = self.lock();
        state.tally.pushed += 1;
        state.pushed.insert(uri, asked);
    }

    /// The pushed request of that address, once (RFC 9126 §4).
    pub(crate) fn pushed(&self, uri: &str) -> Option<Asked> {
        self.lock().pushed.remove(uri)
    }

    pub(crate) fn approve(&self, code: String, asked: Asked, now: Timestamp) {
        let mut state = self.lock();
        state.tally.codes_issued += 1;
        let approval = Arc::new(Approval {
            family: state.tally.codes_issued,
            scopes: asked.scopes,
            nonce: asked.nonce,
            at: now,
        });
        let code_of = Code {
            approval,
            redirect_uri: asked.redirect_uri,
            challenge: asked.challenge,
            until: now + SignedDuration::from_secs(CODE_SECONDS),
            used: false,
        };
        state.codes.insert(code, code_of);
    }

    /// RFC 6749 §4.1.3, RFC 7636 §4.6; a code that comes twice ends what came of it (RFC 6749 §4.1.2).
    pub(crate) fn redeem(
        &self,
        code: &str,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<Approval>, Refused> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let Some(known) = state.codes.get_mut(code) else {
            return Err("The code is not known");
        };
        if known.used {
            state.tally.codes_replayed += 1;
            state.ended.insert(known.approval.family);
            return Err("The code was used before");
        }
        known.used = true;
        if known.until <= now {
            return Err("The code has expired");
        }
        if redirect_uri != Some(&known.redirect_uri) {
            return Err("The redirect URI is not the one of the request");
        }
        let challenge = known.challenge.as_deref();
        if challenge.is_some() && !pkce::fits(challenge, verifier) {
            return Err("The code verifier does not fit the challenge");
        }
        state.tally.codes_redeemed += 1;
        Ok(Arc::clone(&known.approval))
    }

    pub(crate) fn keep_refresh_token(&self, token: String, approval: &Arc<Approval>) {
        let entry = (Arc::clone(approval), false);
        self.lock().refresh_tokens.insert(token, entry);
    }

    /// What a refresh token stands for. With `once` it counts no more, and if it comes again its
    /// family ends (RFC 9700 §4.14.2).
    pub(crate) fn refresh(&self, token: &str, once: bool) -> Result<Arc<Approval>, Refused> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let Some((approval, spent)) = state.refresh_tokens.get_mut(token) else {
            return Err("The refresh token is not known");
        };
        if *spent {
            state.tally.refresh_tokens_reused += 1;
            state.ended.insert(approval.family);
            return Err("The refresh token was used before");
        }
        if state.ended.contains(&approval.family) {
            return Err("The refresh token was revoked");
        }
        *spent = once;
        state.tally.refreshes += 1;
        Ok(Arc::clone(approval))
    }

    pub(crate) fn keep_access_token(&self, token: String, granted: Granted) {
        self.lock().access_tokens.insert(token, granted);
    }

    pub(crate) fn granted(&self, token: &str, now: Timestamp) -> Option<Granted> {
        let state = self.lock();
        let granted = state.access_tokens.get(token)?.clone();
        let ended = granted.approval.as_ref();
        let ended = ended.is_some_and(|approval| state.ended.contains(&approval.family));
        let over = granted.until.is_some_and(|until| until <= now);
        (!ended && !over).then_some(granted)
    }

    /// Everything that was handed out and is still remembered: codes, and tokens of both kinds.
    pub(crate) fn handed_out(&self) -> Vec<String> {
        let state = self.lock();
        let tokens = state
            .access_tokens
            .keys()
            .chain(state.refresh_tokens.keys());
        tokens.chain(state.codes.keys()).cloned().collect()
    }

    /// A token that is not known is as good as revoked (RFC 7009 §2.2).
    pub(crate) fn revoke(&self, token: &str) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.tally.revocations += 1;
        state.access_tokens.remove(token);
        if let Some((approval, _)) = state.refresh_tokens.remove(token) {
            state.ended.insert(approval.family);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
