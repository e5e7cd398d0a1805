//! The practice server of this window: a practice Talkdesk of its own, or whatever another process
//! announced for the same folder.

use std::io;

use proofkey_core::border::PracticeView;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::{Code, Problem};
use proofkey_sandbox::{Descriptor, Options, Sandbox};
use tokio::sync::Mutex;

/// At most one practice server; one that this window started ends with it.
#[derive(Default)]
pub(crate) struct Practice {
    used: Mutex<Used>,
}

#[derive(Default)]
enum Used {
    #[default]
    Nothing,
    Own(Sandbox),
    /// `proofkey sandbox` runs it, in another process.
    Announced(Descriptor),
}

impl Practice {
    /// What runs now. A server that another process started or ended meanwhile is found or let go.
    pub(crate) async fn view(&self, proofkey: &Proofkey) -> Result<PracticeView, Problem> {
        let mut used = self.used.lock().await;
        look_around(&mut used, proofkey).await?;
        Ok(used.view())
    }

    /// Starts a practice Talkdesk unless a practice server runs already, and announces it to the
    /// command line.
    pub(crate) async fn start(&self, proofkey: &Proofkey) -> Result<PracticeView, Problem> {
        let mut used = self.used.lock().await;
        look_around(&mut used, proofkey).await?;
        if matches!(*used, Used::Nothing) {
            let mut sandbox = Sandbox::start(Options::default())
                .await
                .map_err(|error| failed(&error))?;
            proofkey.set_practice(Some(sandbox.descriptor().network()?));
            // The window itself needs no announcement, so practice goes on without one.
            if let Err(error) = sandbox.publish(proofkey.config_dir()) {
                tracing::warn!(%error, "the command line cannot find the practice Talkdesk");
            }
            *used = Used::Own(sandbox);
        }
        Ok(used.view())
    }

    /// Ends the practice Talkdesk of this window. Another process's server is that process's to end.
    pub(crate) async fn stop(&self, proofkey: &Proofkey) -> Result<PracticeView, Problem> {
        let mut used = self.used.lock().await;
        if let Used::Own(_) = *used
            && let Used::Own(sandbox) = std::mem::take(&mut *used)
        {
            proofkey.set_practice(None);
            sandbox.stop().await.map_err(|error| failed(&error))?;
        }
        Ok(used.view())
    }
}

impl Used {
    fn view(&self) -> PracticeView {
        match self {
            Self::Nothing => Descriptor::nothing(),
            Self::Own(sandbox) => sandbox.view(),
            Self::Announced(descriptor) => descriptor.view(true),
        }
    }
}

/// Finds what is announced, unless this window runs a practice Talkdesk of its own.
async fn look_around(used: &mut Used, proofkey: &Proofkey) -> Result<(), Problem> {
    if let Used::Own(_) = used {
        return Ok(());
    }
    let found = Descriptor::announced(proofkey.config_dir()).await;
    match (&*used, &found) {
        (Used::Announced(known), Some(found)) if known == found => return Ok(()),
        (Used::Nothing, None) => return Ok(()),
        _ => {}
    }
    proofkey.set_practice(found.as_ref().map(Descriptor::network).transpose()?);
    *used = found.map_or(Used::Nothing, Used::Announced);
    Ok(())
}

fn failed(error: &io::Error) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("The practice Talkdesk could not be started or stopped: {error}."),
        "Try again; if it happens again, restart Proofkey.",
    )
}
