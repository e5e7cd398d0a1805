//! `proofkey authorize`: a person approves in the browser, and this command waits for the answer.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proofkey_core::Problem;
use proofkey_core::border::{AuthorizationEvent, AuthorizationStep, Consent, Waiting};
use proofkey_core::check::Report;
use proofkey_core::ports::AuthorizationWatcher;
use proofkey_core::proofkey::{AuthorizeOptions, PastedAddress, Proofkey};
use proofkey_core::system::browser::SystemBrowser;
use serde::Serialize;
use tokio::sync::{Notify, mpsc, oneshot};

use super::proof;
use crate::args::Authorize;
use crate::exit::Failure;
use crate::output::{Output, receipt, report_text};
use crate::{environment, prompt};

/// What `--json` prints: one document, whether the connection was proven afterwards or not.
#[derive(Serialize)]
struct Authorized<'a> {
    consent: &'a Consent,
    report: Option<&'a Report>,
}

/// Has a person approve, prints the receipt, and proves the connection with what came of it.
pub(crate) async fn run(
    proofkey: &Proofkey,
    options: &Authorize,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let connection = proofkey.find(&options.name)?;
    let consent = approval(proofkey, options, output).await?;
    output.part(&receipt(&connection.name, &consent))?;
    let unproven = Authorized {
        consent: &consent,
        report: None,
    };
    if options.no_validate {
        output.data(&unproven, || {
            format!(
                "Not proven yet. Run \"proofkey validate {}\".",
                connection.id
            )
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    match proof::prove(proofkey, connection.id.as_str(), output).await {
        Ok(report) => {
            let document = Authorized {
                report: Some(&report),
                ..unproven
            };
            output.data(&document, || report_text(&connection.name, &report))?;
            Ok(proof::status_of([&report]))
        }
        Err(problem) => {
            // The approval is kept, whatever became of the proof.
            output.document(&unproven)?;
            Err(problem.into())
        }
    }
}

/// Runs the flow beside the reading of a pasted address. Dropping this closes the listener.
async fn approval(
    proofkey: &Proofkey,
    options: &Authorize,
    output: &Output,
) -> Result<Consent, Failure> {
    let wanted = Notify::new();
    let waits = AtomicBool::new(true);
    let (addresses, pasted) = mpsc::channel(1);
    let teller = Teller {
        output,
        options,
        wanted: &wanted,
        waits: &waits,
    };
    let browser = SystemBrowser::new(environment::session());
    let wishes = AuthorizeOptions {
        open_browser: !options.no_browser,
        port: options.port,
        timeout: options.timeout,
        accept_person: options.accept_person,
    };
    let flow = proofkey.authorize(&options.name, &wishes, &browser, &teller, pasted);
    tokio::select! {
        // An approval that has come counts, even if what was pasted meanwhile is wrong.
        biased;
        consent = flow => kept(proofkey, &options.name, consent, output).await,
        failure = pasting(&wanted, &waits, addresses, output) => Err(failure),
    }
}

/// The consent, also when the vault takes the tokens only once somebody has unlocked it: nobody
/// should have to approve twice for that.
async fn kept(
    proofkey: &Proofkey,
    name: &str,
    mut outcome: Result<Consent, Problem>,
    output: &Output,
) -> Result<Consent, Failure> {
    loop {
        match outcome {
            Err(problem) if waits_in_memory(proofkey, name) && prompt::is_on_a_terminal() => {
                output.problem(&problem);
                prompt::wait_for_enter("Press Enter to try to keep the tokens again.").await?;
                outcome = proofkey.retry_keeping(name).await;
            }
            outcome => return Ok(outcome?),
        }
    }
}

fn waits_in_memory(proofkey: &Proofkey, name: &str) -> bool {
    proofkey.page(name).is_ok_and(|page| {
        let authorization = page.connection.authorization;
        authorization.is_some_and(|one| one.unsaved)
    })
}

/// Hands over what is pasted until the flow ends; returns only when nothing more can be pasted and the
/// flow still waits. Once an answer is there, ending the flow would lose what comes of it.
async fn pasting(
    wanted: &Notify,
    waits: &AtomicBool,
    addresses: mpsc::Sender<PastedAddress>,
    output: &Output,
) -> Failure {
    let failure = useless_paste(wanted, addresses, output).await;
    if waits.load(Ordering::Relaxed) {
        return failure;
    }
    std::future::pending().await
}

async fn useless_paste(
    wanted: &Notify,
    addresses: mpsc::Sender<PastedAddress>,
    output: &Output,
) -> Failure {
    wanted.notified().await;
    loop {
        let address = match prompt::address().await {
            Ok(address) => address,
            Err(failure) => return failure,
        };
        let (answer, judged) = oneshot::channel();
        if addresses
            .send(PastedAddress { address, answer })
            .await
            .is_err()
        {
            return std::future::pending().await;
        }
        match judged.await {
            Ok(Err(problem)) if prompt::is_on_a_terminal() => output.problem(&problem),
            Ok(Err(problem)) => return problem.into(),
            // The flow goes on with it and has the last word.
            Ok(Ok(())) | Err(_) => return std::future::pending().await,
        }
    }
}

/// Tells how an approval goes on: in lines for people, or as one JSON document a line for programs.
struct Teller<'a> {
    output: &'a Output,
    options: &'a Authorize,
    wanted: &'a Notify,
    /// No answer has come yet.
    waits: &'a AtomicBool,
}

impl AuthorizationWatcher for Teller<'_> {
    fn say(&self, event: AuthorizationEvent) {
        self.output.event(&event, || match &event {
            AuthorizationEvent::Step { step } => progress(*step).map(str::to_owned),
            AuthorizationEvent::Waiting(waiting) => Some(self.way_there(waiting)),
            AuthorizationEvent::Notice { text } => Some(format!("Note: {text}")),
        });
        if let AuthorizationEvent::Step { step } = &event
            && !matches!(
                step,
                AuthorizationStep::Preparing | AuthorizationStep::Waiting
            )
        {
            self.waits.store(false, Ordering::Relaxed);
        }
        if let AuthorizationEvent::Waiting(waiting) = &event
            && (self.options.paste || waiting.must_paste)
        {
            self.wanted.notify_one();
        }
    }
}

impl Teller<'_> {
    fn way_there(&self, waiting: &Waiting) -> String {
        let opened = match (&waiting.browser_problem, &waiting.browser) {
            (Some(problem), _) => format!(
                "{} Open this address yourself, log in and approve:",
                problem.summary
            ),
            (None, _) if self.options.no_browser => {
                "Open this address in a browser, log in and approve:".to_owned()
            }
            (None, browser) => format!(
                "A page was opened in {}: log in and approve there. If it did not appear, open this \
                 address:",
                browser.as_deref().unwrap_or("your browser")
            ),
        };
        let way_back = if self.options.paste || waiting.must_paste {
            format!(
                "After the approval the browser lands on an address that begins with\n  {}\n\
                 Copy the whole address, even if that page shows an error.",
                waiting.redirect_uri
            )
        } else {
            "The answer comes back to this machine by itself.".to_owned()
        };
        format!(
            "{opened}\n  {}\n\n{way_back} It is waited for {} at most; Ctrl-C stops it.",
            waiting.url,
            in_words(self.options.timeout)
        )
    }
}

fn progress(step: AuthorizationStep) -> Option<&'static str> {
    match step {
        AuthorizationStep::Preparing | AuthorizationStep::Waiting => None,
        AuthorizationStep::Exchanging => Some("An answer came; it is exchanged for tokens."),
        AuthorizationStep::Verifying => Some("Comparing who approved."),
        AuthorizationStep::Keeping => Some("Keeping the tokens in the vault."),
        AuthorizationStep::Refreshing => Some("Using the refresh token once."),
    }
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        60 => "1 minute".to_owned(),
        seconds if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}
