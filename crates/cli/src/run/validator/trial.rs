//! `proofkey validator try`.

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::HeaderMap;
use proofkey_core::check::Verdict;
use proofkey_core::connection::{Finding, Severity};
use proofkey_core::laboratory::{
    Options, PointId, Secrets, Target, Trial, TrialEvent, TrialWatcher, read_auth, read_headers,
};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::system::files::{read_and_warn, read_bounded, read_own};
use proofkey_core::system::tls::ClientIdentity;
use proofkey_core::{Code, Problem, Secret};
use zeroize::Zeroizing;

use crate::args::TryValidator;
use crate::exit::{Failure, WANTING};
use crate::output::{Output, point_name, trial_text};
use crate::prompt;

/// Nobody's credentials or headers are longer.
const LONGEST: usize = 64 * 1024;

pub(crate) async fn run(
    proofkey: &Proofkey,
    options: &TryValidator,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let headers = match &options.header_file {
        Some(path) => headers(path, output)?,
        None => HeaderMap::new(),
    };
    let target = Target::new(&options.url, headers).map_err(|problem| problem.at("URL"))?;
    let auth = read_auth(&credentials(&options.auth_file, output)?)
        .map_err(|problem| problem.at("--auth-file"))?;
    let trial = if options.suite {
        Trial::Suite
    } else {
        Trial::Call(options.expect.into())
    };
    let secrets = if options.secret_fields.is_empty() {
        Secrets::Guessed
    } else {
        Secrets::Named(options.secret_fields.iter().cloned().collect())
    };
    let asked = Options {
        trial,
        secrets,
        identity: identity(options)?,
    };
    let ticker = Ticker::new(output, options.suite);
    let report = proofkey
        .try_validator(&target, &auth, &asked, &ticker)
        .await?;
    drop(ticker);
    output.data(&report, || trial_text(&report))?;
    Ok(match report.verdict {
        Verdict::Passed => ExitCode::SUCCESS,
        Verdict::Failed => ExitCode::from(WANTING),
    })
}

/// What the options name; a key that others may read is refused (rule D9).
fn identity(options: &TryValidator) -> Result<Option<ClientIdentity>, Failure> {
    let (Some(certificate), Some(key)) = (&options.client_certificate, &options.client_key) else {
        return Ok(None);
    };
    let certificate = read_bounded(certificate, LONGEST)?;
    let identity = ClientIdentity::from_pem(&certificate, &read_own(key, LONGEST)?);
    let option = |field: &str| format!("--{}", field.replace('_', "-"));
    Ok(Some(identity.map_err(|problem| {
        let at = problem.field.as_deref().map(option).unwrap_or_default();
        problem.at(at)
    })?))
}

fn headers(path: &Path, output: &Output) -> Result<HeaderMap, Failure> {
    const OPTION: &str = "--header-file";
    let text = told(OPTION, path, output)?;
    let text = std::str::from_utf8(&text).map_err(|_| {
        let summary = format!("{} is not text.", path.display());
        Problem::new(Code::DraftInvalid, summary, "Write one header a line.").at(OPTION)
    })?;
    let headers = read_headers(&Secret::new(text.to_owned()));
    Ok(headers.map_err(|problem| problem.at(OPTION))?)
}

/// The content of a file that holds secrets. Where others may read it, that is said, and it is taken all the
/// same: it may be one of a build, which has nobody else on its machine.
fn told(option: &str, path: &Path, output: &Output) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let (content, exposed) = read_and_warn(path, LONGEST)?;
    if let Some(exposed) = exposed {
        let (summary, remedy) = (&exposed.summary, &exposed.remedy);
        output.finding(&Finding::new(Severity::Warning, option, summary, remedy));
    }
    Ok(content)
}

fn credentials(path: &Path, output: &Output) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path != Path::new("-") {
        return told("--auth-file", path, output);
    }
    if prompt::is_on_a_terminal() {
        return Err(Failure::invalid(
            "The credentials are read from standard input, and that is this terminal.",
            "Lead a file to it, for example with “< auth.json”, or name the file.",
        ));
    }
    // As large as it can become, so that it never moves and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    std::io::stdin()
        .lock()
        .take(LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Problem::new(
                Code::FileFailed,
                format!("Standard input could not be read: {error}."),
                "Give the credentials in a file instead.",
            )
        })?;
    if bytes.len() > LONGEST {
        return Err(Failure::invalid(
            "The credentials on standard input are longer than 64 KiB.",
            "Talkdesk sends no more than a few fields.",
        ));
    }
    Ok(bytes)
}

/// Tells a person who watches how far a suite is, on one line that vanishes.
struct Ticker {
    watched: bool,
    done: AtomicUsize,
}

impl Ticker {
    fn new(output: &Output, suite: bool) -> Self {
        Self {
            watched: suite && output.is_watched(),
            done: AtomicUsize::new(0),
        }
    }

    fn show(&self, text: &str) {
        if self.watched {
            // A terminal that went away is no reason to stop a trial.
            let _unheard = write!(std::io::stderr().lock(), "\r\x1b[K{text}");
        }
    }
}

impl TrialWatcher for Ticker {
    fn say(&self, event: TrialEvent) {
        match event {
            TrialEvent::Started { id } => {
                let at = self.done.load(Ordering::Relaxed) + 1;
                self.show(&format!(
                    "[{at}/{}] {}",
                    PointId::SUITE.len(),
                    point_name(id)
                ));
            }
            TrialEvent::Finished { .. } => {
                self.done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.show("");
    }
}
