//! The proof itself: each check hands on what it found to the next.

use std::sync::Arc;

use super::issue::Issued;
use super::journal::Journal;
use super::keeping::{self, SecretsAbsent};
use super::reach::host;
use super::region::Elsewhere;
use super::report::{CheckId, Report};
use super::scope::ScopeAnswer;
use super::transport::Surroundings;
use super::{api, configuration, regions, scope};
use crate::border::RegionSighting;
use crate::connection::{Connection, DraftReview, ResolvedEndpoints, hygiene, review};
use crate::ports::{Clock, Progress};
use crate::provider::{Provider, VariableKind, api_base, scopes};
use crate::renewal::Renewal;
use crate::system::network::Network;
use crate::vault::{CachedToken, SecretDocument, SecretName, Vault};

/// What is to be proven.
pub struct Subject<'a> {
    pub connection: &'a Connection,
    pub provider: &'a Provider,
    /// Of the connection's generation, as the vault returned them.
    pub secrets: &'a SecretDocument,
    /// How a connection that a person approved gets its token. Without it such a proof fails: it must
    /// not spend a refresh token behind the back of others.
    pub renewal: Option<&'a Arc<Renewal>>,
}

impl Subject<'_> {
    /// Client ID and secret look as if each were in the other's field.
    pub(super) fn looks_swapped(&self) -> bool {
        let secret = self.secrets.client_secret.as_ref();
        secret.is_some_and(|secret| hygiene::looks_swapped(&self.secrets.client_id, secret))
    }
}

/// What came of it.
pub struct Proof {
    pub report: Report,
    /// The access token, once its scopes were found to be those that were asked for.
    pub token: Option<CachedToken>,
}

/// Runs the nine checks in order and says each through `progress` as it begins and ends.
///
/// After a failure the later checks are not reached, except that of the vault: it is local, and what
/// it says is true whatever the network did. Only a failed configuration stops it too. The client's
/// secret is sent to the token endpoint of the connection and nowhere else: in one token request, and
/// in a second one without scopes when that alone tells a refused scope from a refused client.
/// Dropping the future stops the proof. Nothing here fails: every outcome is a report.
pub async fn prove(
    subject: &Subject<'_>,
    network: &Network,
    vault: Arc<dyn Vault>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Proof {
    let mut journal = Journal::open(subject.connection, subject.provider, clock.now(), progress);
    journal.conceal(&subject.secrets.client_id);
    let SecretDocument {
        client_secret,
        private_key,
        refresh_token,
        id_token,
        kept,
        ..
    } = subject.secrets;
    let secrets = [client_secret, private_key, refresh_token, id_token];
    for secret in secrets.into_iter().flatten().chain(kept.values()) {
        journal.conceal(secret);
    }
    let mut run = Run {
        subject,
        network,
        clock,
        journal,
        token: None,
    };
    let configured = run.configuration();
    if let Some((endpoints, review)) = &configured {
        // `None` only says that a check failed; the journal has it.
        let _ = run.remote(endpoints, review).await;
        run.journal.skip_to(CheckId::Vault);
        run.vault(vault).await;
    }
    let report = run.journal.close(clock.now());
    Proof {
        report,
        token: run.token,
    }
}

/// A report for a connection whose secrets the vault did not return: nothing could be sent.
pub fn without_secrets(
    connection: &Connection,
    provider: &Provider,
    vault: &dyn Vault,
    absent: SecretsAbsent,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Report {
    let mut journal = Journal::open(connection, provider, clock.now(), progress);
    let begun = journal.begin(CheckId::Configuration);
    let review = review(provider, &configuration::draft(connection, None), true);
    let check = configuration::judge(&review, false);
    if journal.end(begun, check).is_some() {
        journal.skip_to(CheckId::Vault);
        let begun = journal.begin(CheckId::Vault);
        let _ = journal.end(begun, keeping::absent(&vault.description(), absent));
    }
    journal.close(clock.now())
}

/// A proof under way.
pub(super) struct Run<'a> {
    pub subject: &'a Subject<'a>,
    pub network: &'a Network,
    pub clock: &'a dyn Clock,
    pub journal: Journal<'a>,
    pub token: Option<CachedToken>,
}

impl Run<'_> {
    fn configuration(&mut self) -> Option<(ResolvedEndpoints, DraftReview)> {
        let begun = self.journal.begin(CheckId::Configuration);
        let draft = configuration::draft(self.subject.connection, Some(self.subject.secrets));
        let review = review(self.subject.provider, &draft, false);
        let check = configuration::judge(&review, self.subject.looks_swapped());
        self.journal.end(begun, check)?;
        Some((review.endpoints.clone()?, review))
    }

    async fn remote(&mut self, endpoints: &ResolvedEndpoints, review: &DraftReview) -> Option<()> {
        self.reach(endpoints.front_door()).await?;
        let issued = self.issue(endpoints, review).await?;
        self.journal.grant(issued.token.scopes.clone());
        self.journal.lead(issued.token.api_base.clone());
        self.scope(&issued)?;
        // Not before: a token that was got by leaving the scopes out may do more than was asked for.
        self.token = Some(issued.token.duplicate());
        self.api(endpoints, &issued.token).await
    }

    fn scope(&mut self, issued: &Issued) -> Option<()> {
        let begun = self.journal.begin(CheckId::Scope);
        let check = scope::judge(
            self.subject.provider,
            &ScopeAnswer {
                requested: &scopes(self.subject.provider, self.subject.connection),
                granted: issued.token.scopes.as_deref(),
                refused: issued.refused_with_scopes.as_ref(),
            },
        );
        self.journal.end(begun, check)
    }

    async fn api(&mut self, endpoints: &ResolvedEndpoints, token: &CachedToken) -> Option<()> {
        let Subject {
            connection,
            provider,
            ..
        } = self.subject;
        let begun = self.journal.begin(CheckId::Api);
        let Some(probe) = api::choose(
            provider,
            connection.grant,
            &scopes(provider, connection),
            token.scopes.as_deref(),
        ) else {
            self.journal.end(begun, api::unasked(provider))?;
            let begun = self.journal.begin(CheckId::Account);
            return self.journal.end(begun, api::account_unasked());
        };
        let reply = match self.ask_api(endpoints, probe, token).await {
            Ok(reply) => reply,
            Err(error) => {
                let base = api_base(provider, endpoints, token);
                let check = api::refused(&self.around(host(&base), &[]), probe, &error);
                return self.journal.end(begun, check);
            }
        };
        self.journal
            .end(begun, api::accepted(provider, probe, &reply))?;
        let begun = self.journal.begin(CheckId::Account);
        let check = api::account(provider, reply.comparison.as_ref());
        self.journal.end(begun, check)
    }

    async fn vault(&mut self, vault: Arc<dyn Vault>) {
        let begun = self.journal.begin(CheckId::Vault);
        let connection = self.subject.connection;
        let name = SecretName {
            connection: connection.id.clone(),
            generation: connection.secrets,
        };
        let used = self.subject.secrets.duplicate();
        // A vault may wait for a person; nothing else on this thread should.
        let check =
            tokio::task::spawn_blocking(move || keeping::check(vault.as_ref(), &name, &used))
                .await
                .unwrap_or_else(|_| keeping::stopped());
        let _ = self.journal.end(begun, check);
    }

    /// What all regions say about the account. No secret is sent.
    pub(super) async fn sightings(&self) -> Vec<RegionSighting> {
        match self.variable(VariableKind::HostLabel) {
            Some(account) if self.subject.provider.regions.len() > 1 => {
                regions::detect_regions(self.network, self.subject.provider, account).await
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn around<'s>(
        &'s self,
        host: &'s str,
        sightings: &'s [RegionSighting],
    ) -> Surroundings<'s> {
        Surroundings {
            provider_name: &self.subject.provider.name,
            host,
            elsewhere: Elsewhere {
                account: self.variable(VariableKind::HostLabel),
                here: self.variable(VariableKind::Region),
                sightings,
            },
        }
    }

    /// The connection's value for the provider's first variable of this kind.
    fn variable(&self, kind: VariableKind) -> Option<&str> {
        let variable = self
            .subject
            .provider
            .variables
            .iter()
            .find(|variable| variable.kind == kind)?;
        self.subject
            .connection
            .variables
            .get(&variable.name)
            .map(String::as_str)
    }
}
