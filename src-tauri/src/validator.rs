//! The validator of this window: an integration that somebody tries, on this computer alone or as a
//! configuration says.

use std::path::Path;
use std::sync::Arc;

use proofkey_core::border::LocalValidatorView;
use proofkey_core::ports::Clock;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::{Code, Problem};
use proofkey_validator::Local;
use proofkey_validator::config::{Config, Mistake};
use tokio::sync::Mutex;

/// At most one; it ends with the window.
#[derive(Default)]
pub(crate) struct Validator {
    running: Mutex<Option<Local>>,
}

impl Validator {
    pub(crate) async fn view(&self) -> LocalValidatorView {
        let running = self.running.lock().await;
        running.as_ref().map(Local::view).unwrap_or_default()
    }

    /// Starts one for the provider of a connection, in the place of one that runs.
    pub(crate) async fn start_for(
        &self,
        proofkey: &Proofkey,
        id: &str,
    ) -> Result<LocalValidatorView, Vec<Problem>> {
        let connection = proofkey.find(id)?;
        let file = proofkey.integration_of(id)?;
        let config = Config::local(file, &proofkey.catalogue()).map_err(|findings| {
            let problems = findings.into_iter().map(|finding| {
                Problem::new(Code::DraftInvalid, finding.summary, finding.remedy).at(finding.field)
            });
            problems.collect::<Vec<_>>()
        })?;
        self.start(proofkey, config, connection.practice).await
    }

    /// Starts one from the file that a person chose, in the place of one that runs.
    pub(crate) async fn start_from(
        &self,
        proofkey: &Proofkey,
        path: &Path,
    ) -> Result<LocalValidatorView, Vec<Problem>> {
        let config = Config::read(path, &proofkey.catalogue())
            .map_err(|mistakes| mistakes.iter().map(problem).collect::<Vec<_>>())?;
        self.start(proofkey, config, false).await
    }

    pub(crate) async fn stop(&self) {
        if let Some(local) = self.running.lock().await.take() {
            local.stop().await;
        }
    }

    async fn start(
        &self,
        proofkey: &Proofkey,
        config: Config,
        practice: bool,
    ) -> Result<LocalValidatorView, Vec<Problem>> {
        let network = Arc::new(proofkey.validator_network(practice)?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut running = self.running.lock().await;
        // The same address may be wanted again.
        if let Some(earlier) = running.take() {
            earlier.stop().await;
        }
        let local = Local::start(config, &network, &clock).await?;
        let view = local.view();
        *running = Some(local);
        Ok(view)
    }
}

fn problem(mistake: &Mistake) -> Problem {
    let summary = match mistake.line {
        Some(line) => format!("Line {line}: {}", mistake.summary),
        None => mistake.summary.clone(),
    };
    Problem::new(Code::DraftInvalid, summary, mistake.remedy.clone()).at(mistake.field.clone())
}
