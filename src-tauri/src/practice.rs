//! The practice Talkdesk of this window.

use std::io;

use proofkey_core::border::PracticeView;
use proofkey_core::proofkey::{PracticeNetwork, Proofkey};
use proofkey_core::system::connect_to::ConnectTo;
use proofkey_core::system::tls::roots_from_pem;
use proofkey_core::{Code, Problem};
use proofkey_sandbox::{Options, Sandbox};
use tokio::sync::Mutex;

/// At most one practice Talkdesk, which ends with the window.
#[derive(Default)]
pub(crate) struct Practice {
    running: Mutex<Option<Sandbox>>,
}

impl Practice {
    pub(crate) async fn view(&self) -> PracticeView {
        view_of(self.running.lock().await.as_ref())
    }

    /// Starts one unless it runs already, and announces it to the command line.
    pub(crate) async fn start(&self, proofkey: &Proofkey) -> Result<PracticeView, Problem> {
        let mut running = self.running.lock().await;
        if running.is_none() {
            let mut sandbox = Sandbox::start(Options::default())
                .await
                .map_err(|error| failed(&error))?;
            proofkey.set_practice(Some(PracticeNetwork {
                connect_to: vec![sandbox.connect_to().parse::<ConnectTo>()?],
                roots: roots_from_pem(sandbox.ca_pem().as_bytes())?,
            }));
            // The window itself needs no announcement, so practice goes on without one.
            if let Err(error) = sandbox.publish(proofkey.config_dir()) {
                tracing::warn!(%error, "the command line cannot find the practice Talkdesk");
            }
            *running = Some(sandbox);
        }
        Ok(view_of(running.as_ref()))
    }

    pub(crate) async fn stop(&self, proofkey: &Proofkey) -> Result<PracticeView, Problem> {
        if let Some(sandbox) = self.running.lock().await.take() {
            proofkey.set_practice(None);
            sandbox.stop().await.map_err(|error| failed(&error))?;
        }
        Ok(view_of(None))
    }
}

fn view_of(sandbox: Option<&Sandbox>) -> PracticeView {
    PracticeView {
        running: sandbox.is_some(),
        address: sandbox.map(|sandbox| sandbox.address().to_string()),
        accounts: sandbox.map(Sandbox::accounts).unwrap_or_default(),
        issuer: sandbox.map(Sandbox::issuer),
    }
}

fn failed(error: &io::Error) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("The practice Talkdesk could not be started or stopped: {error}."),
        "Try again; if it happens again, restart Proofkey.",
    )
}
