//! Proving a connection and keeping what the proof said.

use std::sync::Arc;

use super::{Proofkey, blocking};
use crate::check::{self, Report, SecretsAbsent, Subject, Verdict};
use crate::connection::{Connection, custody};
use crate::error::Problem;
use crate::ports::Progress;
use crate::provider::Grant;
use crate::vault::{CachedToken, SecretDocument, VaultError};

impl Proofkey {
    /// Runs the nine checks on a connection, keeps the report beside it, and keeps the access token
    /// of a passed proof, and every service token, in the vault.
    ///
    /// A failed check is a report, not an error. Errors are: no such connection or provider, or a
    /// report that could not be written. Dropping the future stops the proof; nothing is kept then.
    pub async fn validate(&self, name: &str, progress: &dyn Progress) -> Result<Report, Problem> {
        let connection = self.find(name)?;
        let provider = &self.provider(&connection.provider)?;
        let network = self.network(connection.practice)?;
        let secrets = match self.stored_secrets(&connection).await {
            Ok(secrets) => secrets,
            Err(absent) => {
                let report = check::without_secrets(
                    &connection,
                    provider,
                    self.host.vault.as_ref(),
                    absent,
                    self.host.clock.as_ref(),
                    progress,
                );
                return self.keep(connection, report, None).await;
            }
        };
        let approved = connection.grant == Grant::AuthorizationCode;
        let renewal = approved.then(|| self.renewal(&connection)).transpose()?;
        let subject = Subject {
            connection: &connection,
            provider,
            secrets: &secrets,
            renewal: renewal.as_ref(),
        };
        let proof = check::prove(
            &subject,
            &network,
            Arc::clone(&self.host.vault),
            self.host.clock.as_ref(),
            progress,
        )
        .await;
        // A renewal keeps its tokens itself. A service token lives for months whatever else was found, and
        // the next proof would ask for another.
        let worth = proof.report.verdict == Verdict::Passed || connection.service_token.is_some();
        let token = proof.token.filter(|_| !approved && worth);
        self.keep(connection, proof.report, token).await
    }

    /// The last report of a connection.
    pub fn last_report(&self, name: &str) -> Result<Option<Report>, Problem> {
        self.store.report(&self.find(name)?.id)
    }

    /// `Ok` with a document, or why there is none; `VaultError` keeps its kind for the report.
    async fn stored_secrets(
        &self,
        connection: &Connection,
    ) -> Result<SecretDocument, SecretsAbsent> {
        let (vault, connection) = (Arc::clone(&self.host.vault), connection.clone());
        let read = move || custody::stored_document(vault.as_ref(), &connection);
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok(Some(document))) => Ok(document),
            Ok(Ok(None)) => Err(SecretsAbsent::Missing),
            Ok(Err(error)) => Err(SecretsAbsent::Vault(error)),
            Err(_) => Err(SecretsAbsent::Vault(VaultError::Unavailable {
                reason: "it stopped unexpectedly".to_owned(),
            })),
        }
    }

    async fn keep(
        &self,
        connection: Connection,
        report: Report,
        token: Option<CachedToken>,
    ) -> Result<Report, Problem> {
        let (store, vault) = (Arc::clone(&self.store), Arc::clone(&self.host.vault));
        blocking(move || {
            store.keep_report(&connection.id, &report)?;
            if let Some(token) = token {
                custody::keep_token(&store, vault.as_ref(), &connection, token)?;
            }
            Ok(report)
        })
        .await
    }
}
