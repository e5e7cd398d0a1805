//! The proof itself: each check hands on what it found to the next.

use std::sync::Arc;

use super::issue::Issued;
use super::journal::Journal;
use super::keeping::{self, SecretsAbsent};
use super::region::Elsewhere;
use super::report::{CheckId, Report};
use super::scope::ScopeAnswer;
use super::terms::Terms;
use super::transport::Surroundings;
use super::{configuration, regions, scope, token};
use crate::border::{ProviderWarning, RegionSighting};
use crate::connection::{
    Connection, DraftReview, ResolvedEndpoints, custody, destinations, hygiene, review,
};
use crate::ports::{Clock, Progress};
use crate::provider::{Provider, VariableKind, api_base, scopes, warnings};
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
    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            provider: self.provider,
            connection: self.connection,
        }
    }

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
    let run = Run::open(subject, network, clock, progress);
    run.finished(vault).await
}

/// As [`prove`], but a token that is kept never stands for the credentials: they are shown in any case.
/// A kept service token is used again once they were taken.
pub async fn prove_credentials(
    subject: &Subject<'_>,
    network: &Network,
    vault: Arc<dyn Vault>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Proof {
    let mut run = Run::open(subject, network, clock, progress);
    run.shows_credentials = true;
    run.finished(vault).await
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
    let terms = Terms {
        provider,
        connection,
    };
    let check = configuration::judge(terms, &review, false, &ends(terms, clock));
    if journal.end(begun, check).is_some() {
        journal.skip_to(CheckId::Vault);
        let begun = journal.begin(CheckId::Vault);
        let kept = keeping::Kept::of(&terms.credentials());
        let _ = journal.end(begun, keeping::absent(&vault.description(), absent, &kept));
    }
    journal.close(clock.now())
}

/// What ends at the provider and concerns this connection.
fn ends(terms: Terms<'_>, clock: &dyn Clock) -> Vec<ProviderWarning> {
    let mut ends = warnings(terms.provider, clock.now());
    ends.retain(|end| end.grant.is_none_or(|only| only == terms.connection.grant));
    ends
}

/// A proof under way.
pub(super) struct Run<'a> {
    pub subject: &'a Subject<'a>,
    pub network: &'a Network,
    pub clock: &'a dyn Clock,
    pub journal: Journal<'a>,
    pub token: Option<CachedToken>,
    /// The client signs in although a kept token would do.
    pub shows_credentials: bool,
}

impl<'a> Run<'a> {
    /// Everything that is secret is concealed from the start.
    pub(super) fn open(
        subject: &'a Subject<'a>,
        network: &'a Network,
        clock: &'a dyn Clock,
        progress: &'a dyn Progress,
    ) -> Self {
        let mut journal =
            Journal::open(subject.connection, subject.provider, clock.now(), progress);
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
        Self {
            subject,
            network,
            clock,
            journal,
            token: None,
            shows_credentials: false,
        }
    }

    async fn finished(mut self, vault: Arc<dyn Vault>) -> Proof {
        let configured = self.configuration();
        if let Some((endpoints, review)) = &configured {
            // `None` only says that a check failed; the journal has it.
            let _ = self.remote(endpoints, review).await;
            self.journal.skip_to(CheckId::Vault);
            self.vault(vault).await;
        }
        Proof {
            report: self.journal.close(self.clock.now()),
            token: self.token,
        }
    }

    pub(super) fn configuration(&mut self) -> Option<(ResolvedEndpoints, DraftReview)> {
        let begun = self.journal.begin(CheckId::Configuration);
        let draft = configuration::draft(self.subject.connection, Some(self.subject.secrets));
        let review = review(self.subject.provider, &draft, false);
        let ends = ends(self.subject.terms(), self.clock);
        let strayed = review
            .endpoints
            .as_ref()
            .and_then(|endpoints| destinations::stay(self.subject.connection, endpoints).err());
        let check = match strayed {
            Some(problem) => configuration::strayed(&problem),
            None => configuration::judge(
                self.subject.terms(),
                &review,
                self.subject.looks_swapped(),
                &ends,
            ),
        };
        self.journal.end(begun, check)?;
        Some((review.endpoints.clone()?, review))
    }

    async fn remote(&mut self, endpoints: &ResolvedEndpoints, review: &DraftReview) -> Option<()> {
        if !self.subject.connection.grant.is_oauth() {
            return self.without_token(endpoints).await;
        }
        self.reach(endpoints.front_door()).await?;
        let issued = self.issue(endpoints, review).await?;
        self.lead(endpoints, &issued.token);
        self.scope(&issued)?;
        // Not before: a token that was got by leaving the scopes out may do more than was asked for.
        self.token = Some(issued.token.duplicate());
        self.api(endpoints, &issued.token).await
    }

    /// Writes down which scopes `token` has, and where the server that issued it said that its API is.
    pub(super) fn lead(&mut self, endpoints: &ResolvedEndpoints, token: &CachedToken) {
        self.journal.grant(token.scopes.clone());
        let base = api_base(self.subject.provider, endpoints, token);
        let led = (base != endpoints.api_base).then(|| base.to_string());
        self.journal.lead(led);
    }

    /// Where nothing issues tokens, the credentials go to the API as they are.
    async fn without_token(&mut self, endpoints: &ResolvedEndpoints) -> Option<()> {
        let terms = self.subject.terms();
        self.reach(&endpoints.api_base).await?;
        for (id, check) in [
            (CheckId::Token, token::unneeded(terms)),
            (CheckId::Scope, scope::unneeded()),
        ] {
            let begun = self.journal.begin(id);
            self.journal.end(begun, check)?;
        }
        self.present(&endpoints.api_base).await
    }

    fn scope(&mut self, issued: &Issued) -> Option<()> {
        let begun = self.journal.begin(CheckId::Scope);
        let check = scope::judge(
            self.subject.terms(),
            &ScopeAnswer {
                requested: &scopes(self.subject.provider, self.subject.connection),
                granted: issued.token.scopes.as_deref(),
                refused: issued.refused_with_scopes.as_ref(),
            },
        );
        self.journal.end(begun, check)
    }

    pub(super) async fn vault(&mut self, vault: Arc<dyn Vault>) {
        let begun = self.journal.begin(CheckId::Vault);
        let connection = self.subject.connection;
        let credentials = self.subject.terms().credentials();
        if !custody::keeps_secrets(connection) {
            let _ = self.journal.end(begun, keeping::unneeded());
            return;
        }
        let name = SecretName {
            connection: connection.id.clone(),
            generation: connection.secrets,
        };
        let used = self.subject.secrets.duplicate();
        // A vault may wait for a person; nothing else on this thread should.
        let kept = keeping::Kept::of(&credentials);
        let check = tokio::task::spawn_blocking(move || {
            keeping::check(vault.as_ref(), &name, &used, &kept)
        })
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
            terms: self.subject.terms(),
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
