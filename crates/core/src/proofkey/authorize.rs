//! A person approves: from the first look at the server to tokens in the vault.
//!
//! One future is one attempt. Dropping it closes the listener and forgets state, nonce and verifier;
//! nothing of it outlives it but the record of how it ended.

mod consent;
mod pasted;
mod preparation;
mod waiting;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use url::Url;

use self::consent::Given;
use self::preparation::Prepared;
use self::waiting::{Answered, Wait};
use super::Proofkey;
use crate::border::{
    ApprovedServer, AuthorizationEvent, AuthorizationFailure, AuthorizationStep, Consent,
    RefreshOutcome, Waiting,
};
use crate::connection::Connection;
use crate::error::{Code, Problem};
use crate::oauth::authorization_code::{Approved, Denial, PendingAuthorization};
use crate::oauth::redirect_listener::{Ending, Word};
use crate::ports::{AuthorizationWatcher, UserAgent};
use crate::provider::{Grant, explained};
use crate::secret::Secret;

/// A browser is not kept waiting for its page longer than this; the approval itself goes on.
const HOLDING: Duration = Duration::from_secs(20);

/// How an approval is asked for.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizeOptions {
    /// Otherwise the address is only told, to be opened somewhere.
    pub open_browser: bool,
    /// Listen on this port instead of the connection's own.
    pub port: Option<u16>,
    /// How long the person may take; the usual time is five minutes.
    pub timeout: Duration,
    /// Take the approval of another person than the last time.
    pub accept_person: bool,
}

/// The address a person landed on, pasted where the browser could not come back by itself.
pub struct PastedAddress {
    /// It holds the code.
    pub address: Secret,
    /// A wrong address is answered with its problem, and ends nothing.
    pub answer: oneshot::Sender<Result<(), Problem>>,
}

impl Proofkey {
    /// Has a person approve the connection in `browser`, and keeps what that brings.
    ///
    /// `watcher` is told each step, the address to open and what is worth noticing. The consent comes
    /// back when the tokens are in the vault; what became of the first refresh stands in it. How an
    /// attempt failed is kept beside the connection, and an earlier approval is never lost by it.
    /// Dropping the future cancels the attempt and closes everything.
    ///
    /// [`Code::AuthorizationDenied`], [`Code::AuthorizationInvalid`], [`Code::AuthorizationTimedOut`],
    /// [`Code::WrongAccount`], [`Code::ListenerFailed`], and what the token endpoint, the network and
    /// the vault can say.
    pub async fn authorize(
        &self,
        name: &str,
        options: &AuthorizeOptions,
        browser: &dyn UserAgent,
        watcher: &dyn AuthorizationWatcher,
        pasted: mpsc::Receiver<PastedAddress>,
    ) -> Result<Consent, Problem> {
        let connection = self.find(name)?;
        if connection.grant != Grant::AuthorizationCode {
            return Err(Problem::new(
                Code::DraftInvalid,
                format!(
                    "{} signs in by itself; nobody has to approve it.",
                    connection.name
                ),
                "Validate it instead, or change its grant to authorization_code.",
            ));
        }
        let attempt = Attempt {
            proofkey: self,
            connection: &connection,
            options,
            watcher,
            step: Mutex::new(AuthorizationStep::Preparing),
        };
        let ended = attempt.run(browser, pasted).await;
        let ended = match self.provider(&connection.provider) {
            Ok(provider) => ended.map_err(|problem| explained(&provider, problem)),
            Err(_) => ended,
        };
        if let Err(problem) = &ended {
            attempt.record(problem);
        }
        ended
    }
}

/// One attempt, from its first step to its last.
struct Attempt<'a> {
    proofkey: &'a Proofkey,
    connection: &'a Connection,
    options: &'a AuthorizeOptions,
    watcher: &'a dyn AuthorizationWatcher,
    step: Mutex<AuthorizationStep>,
}

impl Attempt<'_> {
    async fn run(
        &self,
        browser: &dyn UserAgent,
        pasted: mpsc::Receiver<PastedAddress>,
    ) -> Result<Consent, Problem> {
        self.enter(AuthorizationStep::Preparing);
        let prepared = self.prepare().await?;
        let listener = self.listen(&prepared).await?;
        let redirect_uri = match &listener {
            Some(listener) => listener.redirect_uri().to_owned(),
            None => prepared.pasted_uri(),
        };
        let (url, pending) = self.request(&prepared, &redirect_uri).await?;
        self.enter(AuthorizationStep::Waiting);
        let deadline = tokio::time::Instant::now() + self.options.timeout;
        let way_there = self.proofkey.for_browser(self.connection.practice, url)?;
        self.announce(&way_there, &redirect_uri, listener.is_none(), browser);
        let mut wait = Wait::new(listener, pasted, redirect_uri, deadline);
        let answered = match wait.answer(&pending, self).await {
            Ok(answered) => answered,
            Err(problem) => {
                wait.close().await;
                return Err(problem);
            }
        };
        self.conclude(&prepared, pending, answered, wait).await
    }

    /// From the answer to the end. The browser waits for its page meanwhile, so that the page can say
    /// how it ended (docs/adr/0008).
    async fn conclude(
        &self,
        prepared: &Prepared,
        pending: PendingAuthorization,
        answered: Answered,
        mut wait: Wait,
    ) -> Result<Consent, Problem> {
        let Answered { response, mut held } = answered;
        let refused = response.denial().is_some_and(Denial::is_refusal);
        let outcome = {
            let mut work = std::pin::pin!(async {
                // A refusal is the end of waiting: nothing is exchanged for it.
                if response.denial().is_none() {
                    self.enter(AuthorizationStep::Exchanging);
                }
                let approved = pending.redeem(response, &prepared.redeeming()?).await?;
                self.keep(prepared, approved).await
            });
            let mut too_long = std::pin::pin!(tokio::time::sleep(HOLDING));
            loop {
                tokio::select! {
                    outcome = &mut work => break outcome,
                    () = wait.refuse_late() => {}
                    () = &mut too_long, if held.is_some() => {
                        wait.settle(Ending::Unsettled);
                        if let Some(arrival) = held.take() {
                            arrival.answer(Word::Land);
                        }
                    }
                }
            }
        };
        wait.settle(match &outcome {
            Ok(_) => Ending::Connected,
            Err(_) if refused => Ending::Refused,
            // The tokens came and wait for the vault; whoever sees this page is asked there.
            Err(_) if self.proofkey.unsaved.holds(&self.connection.id) => Ending::Unsettled,
            Err(_) => Ending::Failed,
        });
        if let Some(arrival) = held {
            arrival.answer(Word::Land);
        }
        let (consent, ()) = tokio::join!(
            async {
                match outcome {
                    Ok(consent) => Ok(self.refresh_once(consent).await),
                    Err(problem) => Err(problem),
                }
            },
            wait.close()
        );
        consent
    }

    async fn keep(&self, prepared: &Prepared, approved: Approved) -> Result<Consent, Problem> {
        self.enter(AuthorizationStep::Verifying);
        let identified = match self.identify(prepared, &approved).await {
            Ok(identified) => identified,
            Err(problem) => {
                self.give_back(prepared, &Given::of(&approved.reply)).await;
                return Err(problem);
            }
        };
        let consent = Consent {
            at: self.proofkey.host.clock.now(),
            person: identified.person,
            account: identified.account,
            requested_scopes: prepared.scopes.clone(),
            granted_scopes: approved.reply.scopes.clone(),
            refresh: match &approved.reply.refresh_token {
                Some(_) => untried(),
                None => prepared.without_refresh_token(&approved.reply),
            },
            notes: identified.notes,
        };
        self.enter(AuthorizationStep::Keeping);
        let given = Given::of(&approved.reply);
        let kept = self
            .proofkey
            .keep_approval_of(
                &prepared.provider,
                ApprovedServer::of(&prepared.endpoints),
                self.connection,
                approved.reply,
                consent.clone(),
            )
            .await;
        match kept {
            Ok(()) => Ok(consent),
            Err(problem) => {
                // Tokens that wait for the vault may still be kept; others are of no use to anybody.
                if self
                    .proofkey
                    .unsaved
                    .approval(&self.connection.id)
                    .is_none()
                {
                    self.give_back(prepared, &given).await;
                }
                Err(problem)
            }
        }
    }

    fn announce(&self, url: &Url, redirect_uri: &str, must_paste: bool, browser: &dyn UserAgent) {
        let (mut name, mut browser_problem) = (None, None);
        if self.options.open_browser {
            match browser.open(url) {
                Ok(()) => name = Some(browser.name().unwrap_or_else(|| "your browser".to_owned())),
                Err(problem) => browser_problem = Some(problem),
            }
        }
        let patience = jiff::SignedDuration::try_from(self.options.timeout).unwrap_or_default();
        let now = self.proofkey.host.clock.now();
        self.watcher.say(AuthorizationEvent::Waiting(Waiting {
            url: url.to_string(),
            redirect_uri: redirect_uri.to_owned(),
            browser: name,
            browser_problem,
            expires_at: now.checked_add(patience).unwrap_or(now),
            must_paste,
        }));
    }

    fn enter(&self, step: AuthorizationStep) {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = step;
        self.watcher.say(AuthorizationEvent::Step { step });
    }

    fn notice(&self, text: impl Into<String>) {
        self.watcher
            .say(AuthorizationEvent::Notice { text: text.into() });
    }

    /// Keeps how the attempt failed, for every door to show. What was approved earlier stays.
    fn record(&self, problem: &Problem) {
        let failure = AuthorizationFailure {
            at: self.proofkey.host.clock.now(),
            step: *self.step.lock().unwrap_or_else(PoisonError::into_inner),
            problem: problem.clone(),
        };
        let kept = self
            .proofkey
            .store
            .edit_authorization(&self.connection.id, |record| record.failure = Some(failure));
        if let Err(problem) = kept {
            tracing::warn!(connection = %self.connection.id, cause = %problem, "a failed approval could not be recorded");
        }
    }
}

/// Until it was tried: what is kept when the program ends right then.
fn untried() -> RefreshOutcome {
    RefreshOutcome::Failed {
        problem: Problem::new(
            Code::Cancelled,
            "The refresh token was kept, but not tried, because Proofkey was stopped.",
            "Validate the connection to try it.",
        ),
    }
}
