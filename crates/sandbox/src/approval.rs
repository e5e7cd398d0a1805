//! What people have approved, and what came of it: codes, refresh tokens, and the families they form.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::account::Account;
use crate::authorization_request::AuthorizationRequest;
use crate::clients::Client;
use crate::person::Person;
use crate::pkce;
use crate::tally::Tally;

/// RFC 6749 §4.1.2 allows ten minutes at most; a code here lives for one.
const CODE_SECONDS: i64 = 60;
/// How long a page waits for its person, and a pushed request for its browser.
const WAITING_SECONDS: i64 = 600;
/// Entries of each kind that are kept. The peer decides how many there are, so there is a bound.
const KEPT: usize = 20_000;

/// One approval by one person. Every token that came of it, directly or by refreshing, is its family.
pub(crate) struct Approval {
    family: u64,
    pub(crate) account: &'static Account,
    pub(crate) client_id: String,
    pub(crate) person: &'static Person,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) at: Timestamp,
}

impl Approval {
    /// Talkdesk's `sid`: it stays the same as long as the approval does.
    pub(crate) fn session(&self) -> String {
        format!("{:024x}", (1_u128 << 64) + u128::from(self.family))
    }

    /// A code and a refresh token belong to the client they were issued to (RFC 6749 §5.2 and §6).
    fn is_of(&self, client: &Client) -> bool {
        std::ptr::eq(self.account, client.account) && self.client_id == client.id
    }
}

/// A code that was handed out, and everything that must be the same when it comes back.
struct Code {
    approval: Arc<Approval>,
    redirect_uri: String,
    challenge: Option<String>,
    until: Timestamp,
    used: bool,
}

/// What a token request says about its code.
pub(crate) struct Redemption<'a> {
    pub(crate) client: &'a Client,
    pub(crate) code: &'a str,
    pub(crate) redirect_uri: Option<&'a str>,
    pub(crate) verifier: Option<&'a str>,
    /// The challenge is not looked at.
    pub(crate) pkce_ignored: bool,
}

struct RefreshToken {
    approval: Arc<Approval>,
    spent: bool,
}

/// Why a code or a refresh token is not honoured: the description for `invalid_grant`.
pub(crate) type Refused = &'static str;

#[derive(Default)]
pub(crate) struct Approvals(Mutex<State>);

#[derive(Default)]
struct State {
    /// Requests whose person is at a page, by the page's name, and who has signed in there.
    pages: HashMap<String, (AuthorizationRequest, Option<&'static Person>, Timestamp)>,
    /// RFC 9126, by `request_uri`.
    pushed: HashMap<String, (AuthorizationRequest, Timestamp)>,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, RefreshToken>,
    revoked: HashSet<u64>,
    families: u64,
    tally: Tally,
}

impl Approvals {
    pub(crate) fn tally(&self) -> Tally {
        self.lock().tally
    }

    /// Opens a page for `request`, under a name that nobody can guess.
    pub(crate) fn open_page(&self, name: String, request: AuthorizationRequest, now: Timestamp) {
        let mut state = self.lock();
        state.tally.requests += 1;
        state.pages.retain(|_, (_, _, until)| *until > now);
        bound(&mut state.pages);
        let until = now + SignedDuration::from_secs(WAITING_SECONDS);
        state.pages.insert(name, (request, None, until));
    }

    /// The request of a page and who signed in there; `None` for a page that is over.
    pub(crate) fn page(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Option<(AuthorizationRequest, Option<&'static Person>)> {
        let state = self.lock();
        let (request, person, until) = state.pages.get(name)?;
        (*until > now).then(|| (request.clone(), *person))
    }

    pub(crate) fn sign_in(&self, page: &str, person: &'static Person) {
        if let Some((_, signed_in, _)) = self.lock().pages.get_mut(page) {
            *signed_in = Some(person);
        }
    }

    /// The page is over, and so is its request.
    pub(crate) fn close_page(&self, name: &str, denied: bool) {
        let mut state = self.lock();
        state.pages.remove(name);
        state.tally.denied += u64::from(denied);
    }

    pub(crate) fn push(&self, uri: String, request: AuthorizationRequest, now: Timestamp) {
        let mut state = self.lock();
        state.tally.pushed += 1;
        state.pushed.retain(|_, (_, until)| *until > now);
        bound(&mut state.pushed);
        let until = now + SignedDuration::from_secs(CODE_SECONDS);
        state.pushed.insert(uri, (request, until));
    }

    /// The pushed request of that address, once.
    pub(crate) fn pushed(&self, uri: &str, now: Timestamp) -> Option<AuthorizationRequest> {
        let (request, until) = self.lock().pushed.remove(uri)?;
        (until > now).then_some(request)
    }

    /// Remembers `code` for what `person` approved.
    pub(crate) fn approve(
        &self,
        code: String,
        request: AuthorizationRequest,
        scopes: Vec<String>,
        person: &'static Person,
        now: Timestamp,
    ) {
        let mut state = self.lock();
        state.families += 1;
        state.tally.codes_issued += 1;
        let approval = Approval {
            family: state.families,
            account: request.account,
            client_id: request.client_id,
            person,
            scopes,
            nonce: request.nonce,
            at: now,
        };
        bound(&mut state.codes);
        state.codes.insert(
            code,
            Code {
                approval: Arc::new(approval),
                redirect_uri: request.redirect_uri,
                challenge: request.challenge,
                until: now + SignedDuration::from_secs(CODE_SECONDS),
                used: false,
            },
        );
    }

    /// Takes a code. It is good once: when it comes again, everything that came of it ends (RFC 6749
    /// §4.1.2), and one that was sent with a mistake is gone too.
    pub(crate) fn redeem(
        &self,
        attempt: &Redemption<'_>,
        now: Timestamp,
    ) -> Result<Arc<Approval>, Refused> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let known = state.codes.get_mut(attempt.code);
        let code = known
            .filter(|code| code.approval.is_of(attempt.client))
            .ok_or("The authorization code is not known")?;
        if code.used {
            let family = code.approval.family;
            state.tally.codes_replayed += 1;
            state.revoke(family);
            return Err("The authorization code was used before");
        }
        code.used = true;
        if code.until <= now {
            return Err("The authorization code has expired");
        }
        if attempt.redirect_uri != Some(code.redirect_uri.as_str()) {
            return Err("The redirect URI differs from the one of the authorization request");
        }
        if !attempt.pkce_ignored && !pkce::fits(code.challenge.as_deref(), attempt.verifier) {
            return Err("The code verifier does not fit the code challenge");
        }
        state.tally.codes_redeemed += 1;
        Ok(code.approval.clone())
    }

    /// Remembers a fresh refresh token.
    pub(crate) fn remember(&self, refresh_token: String, approval: &Arc<Approval>) {
        let mut state = self.lock();
        bound(&mut state.refresh_tokens);
        let approval = approval.clone();
        let kept = RefreshToken {
            approval,
            spent: false,
        };
        state.refresh_tokens.insert(refresh_token, kept);
    }

    /// Takes a refresh token, and spends it with `rotate`. One that is spent already ends its family
    /// (RFC 9700 §4.14.2).
    pub(crate) fn refresh(
        &self,
        token: &str,
        client: &Client,
        rotate: bool,
    ) -> Result<Arc<Approval>, Refused> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let known = state.refresh_tokens.get_mut(token);
        let found = known
            .filter(|found| found.approval.is_of(client))
            .ok_or("The refresh token is not known")?;
        let family = found.approval.family;
        if state.revoked.contains(&family) {
            return Err("The refresh token was revoked");
        }
        if found.spent {
            state.tally.refresh_tokens_reused += 1;
            state.revoke(family);
            return Err("The refresh token was used before");
        }
        found.spent = rotate;
        state.tally.refreshes += 1;
        Ok(found.approval.clone())
    }

    /// RFC 7009 for a refresh token of `client`: its whole family ends. Whether it was known.
    pub(crate) fn revoke(&self, token: &str, client: &Client) -> bool {
        let mut state = self.lock();
        let family = state
            .refresh_tokens
            .get(token)
            .filter(|found| found.approval.is_of(client))
            .map(|found| found.approval.family);
        if let Some(family) = family {
            state.revoked.insert(family);
        }
        family.is_some()
    }

    /// A revocation request was answered.
    pub(crate) fn count_revocation(&self) {
        self.lock().tally.revocations += 1;
    }

    pub(crate) fn is_revoked(&self, approval: &Approval) -> bool {
        self.lock().revoked.contains(&approval.family)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Because something came twice that must come once.
    fn revoke(&mut self, family: u64) {
        if self.revoked.insert(family) {
            self.tally.families_revoked += 1;
        }
    }
}

fn bound<T>(entries: &mut HashMap<String, T>) {
    if entries.len() >= KEPT {
        entries.clear();
    }
}
