//! A connection that somebody approved, with a vault in memory and a clock that is set.

use std::sync::Arc;

use jiff::Timestamp;
use proofkey_core::border::AuthorizationStanding;
use proofkey_core::ports::Clock;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::Grant;
use proofkey_core::vault::{SecretDocument, SecretName, Vault};
use proofkey_core::{Code, Problem};
use proofkey_tests::{
    MemoryVault, RotatingServer, SetClock, approval, consent, opened, rotating_draft,
};

/// When the stage is set; tokens live ten minutes.
pub(crate) const START: i64 = 1_795_000_000;
/// Long after any token has ended.
pub(crate) const LATER: i64 = START + 10_000;

pub(crate) struct Stage {
    pub(crate) home: tempfile::TempDir,
    pub(crate) server: RotatingServer,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) proofkey: Proofkey,
    pub(crate) id: String,
}

impl Stage {
    /// Saved; nobody has approved.
    pub(crate) async fn unapproved(grant: Grant) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let server = RotatingServer::start().await;
        let (vault, clock) = (Arc::new(MemoryVault::new()), SetClock::at(START));
        let proofkey = open(&home, &server, &vault, &clock);
        let view = proofkey.add(rotating_draft(grant)).await;
        let view = view.map_err(|rejected| rejected.problem).expect("added");
        Self {
            home,
            server,
            vault,
            clock,
            proofkey,
            id: view.id,
        }
    }

    /// Ann approved at the start, and her access token has ended.
    pub(crate) async fn expired() -> Self {
        let stage = Self::unapproved(Grant::AuthorizationCode).await;
        stage.approve("ann").await.expect("kept");
        stage.clock.set(LATER);
        stage
    }

    pub(crate) async fn approve(&self, person: &str) -> Result<(), Problem> {
        let reply = approval(self.server.approve());
        self.approve_with(person, reply).await
    }

    pub(crate) async fn approve_with(
        &self,
        person: &str,
        reply: proofkey_core::oauth::TokenReply,
    ) -> Result<(), Problem> {
        let connection = self.proofkey.find(&self.id).expect("there");
        let now = Timestamp::from_second(START).expect("a time");
        self.proofkey
            .keep_approval(&connection, reply, consent(person, now))
            .await
    }

    /// The same folder and vault in another process.
    pub(crate) fn restarted(self) -> Self {
        let proofkey = open(&self.home, &self.server, &self.vault, &self.clock);
        Self { proofkey, ..self }
    }

    pub(crate) async fn token(&self) -> Result<String, Problem> {
        let issued = self.proofkey.access_token(&self.id, 60).await?;
        Ok(issued.access_token.expose().to_owned())
    }

    pub(crate) async fn refused(&self) -> Code {
        self.token().await.expect_err("refused").code
    }

    pub(crate) fn standing(&self) -> AuthorizationStanding {
        let page = self.proofkey.page(&self.id).expect("a page");
        page.connection.authorization.expect("approved").standing
    }

    pub(crate) fn secrets(&self) -> SecretDocument {
        let stored = self.vault.read(&self.name());
        stored.expect("read").expect("there")
    }

    pub(crate) fn refresh_token(&self) -> String {
        let token = self.secrets().refresh_token.expect("a refresh token");
        token.expose().to_owned()
    }

    pub(crate) fn name(&self) -> SecretName {
        let connection = self.proofkey.find(&self.id).expect("there");
        SecretName {
            connection: connection.id,
            generation: connection.secrets,
        }
    }
}

fn open(
    home: &tempfile::TempDir,
    server: &RotatingServer,
    vault: &Arc<MemoryVault>,
    clock: &Arc<SetClock>,
) -> Proofkey {
    let vault = Arc::clone(vault) as Arc<dyn Vault>;
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let (address, root) = (server.address(), server.root_pem());
    opened(home.path(), vault, clock, address, &root).expect("opened")
}
