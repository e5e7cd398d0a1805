//! Forgetting old credentials, once the provider refuses them.

use std::sync::Arc;

use super::super::Proofkey;
use crate::border::Retirement;
use crate::check::{self, CheckId, CheckStatus, ClientStanding, Report, Subject};
use crate::connection::{Connection, RotationReason};
use crate::error::{Code, Problem, Quoted};
use crate::ports::Unwatched;
use crate::provider::{Grant, Provider, endpoints};
use crate::system::network::Network;
use crate::vault::SecretDocument;

impl Proofkey {
    /// Tries the old credentials, and forgets them when the provider refuses them while it takes the
    /// current ones: a server that refuses everybody proves nothing.
    ///
    /// Old credentials that still work, or about which nothing could be found out, are kept, and the
    /// outcome says so. A service token of theirs is withdrawn where that is possible, and spoken of where
    /// it is not. `NotFound` when there are none.
    pub async fn retire(&self, name: &str) -> Result<Retirement, Problem> {
        let (connection, _turn) = self.settled(name).await?;
        let old = connection.outgoing().cloned().ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                format!("“{}” keeps no old credentials.", connection.name),
                "Nothing was changed.",
            )
        })?;
        let provider = self.provider(&connection.provider)?;
        let (candidate, secrets) = self.held_secrets(&connection, &old).await?;
        let standing = self.standing_of(&candidate, &provider, &secrets).await?;
        let compromised = old.reason == RotationReason::Compromise;
        let (summary, remedy) = match standing {
            ClientStanding::Taken => still_works(&provider, compromised),
            ClientStanding::Unclear(why) => unclear(&why),
            ClientStanding::Refused(quoted) => {
                let secrets = self.secrets_of(&connection).await?;
                match self.standing_of(&connection, &provider, &secrets).await? {
                    ClientStanding::Taken => {
                        let said = refused(&provider, &quoted);
                        let forgotten = self.forget(connection, &old).await?;
                        return Ok(forgotten.retired(&said, "The old ones"));
                    }
                    ClientStanding::Refused(_) => {
                        unclear("The provider does not take the current credentials either.")
                    }
                    ClientStanding::Unclear(why) => unclear(&why),
                }
            }
        };
        Ok(Retirement {
            forgotten: false,
            summary,
            remedy: Some(remedy),
            notes: Vec::new(),
            connection: self.view_with_report(&connection),
        })
    }

    /// What the provider says to these credentials, now.
    async fn standing_of(
        &self,
        connection: &Connection,
        provider: &Provider,
        secrets: &SecretDocument,
    ) -> Result<ClientStanding, Problem> {
        let network = self.network(connection.practice)?;
        // A usual token: one that lives for months would be left behind. And without the kept one, which
        // would pass without the credentials being shown.
        let connection = &Connection {
            service_token: None,
            ..connection.clone()
        };
        let mut secrets = secrets.duplicate();
        secrets.cached_token = None;
        let subject = Subject {
            connection,
            provider,
            secrets: &secrets,
            renewal: None,
        };
        if connection.grant == Grant::AuthorizationCode {
            return self.standing_of_client(&subject, &network).await;
        }
        let vault = Arc::clone(&self.host.vault);
        let clock = self.host.clock.as_ref();
        let proof = check::prove(&subject, &network, vault, clock, &Unwatched).await;
        Ok(judge(connection.grant, &proof.report))
    }

    async fn standing_of_client(
        &self,
        subject: &Subject<'_>,
        network: &Network,
    ) -> Result<ClientStanding, Problem> {
        let endpoints = endpoints(subject.provider, &subject.connection.variables)?;
        crate::connection::destinations::stay(subject.connection, &endpoints)?;
        let clock = self.host.clock.as_ref();
        Ok(check::standing_of_client(subject, network, clock, &endpoints).await)
    }
}

/// The check in which credentials are shown: the token request, or the call to the API where nothing
/// issues tokens. What comes behind it says nothing about them.
fn judge(grant: Grant, report: &Report) -> ClientStanding {
    let telling = if grant.is_oauth() {
        CheckId::Token
    } else {
        CheckId::Api
    };
    let Some(check) = report.check(telling) else {
        return ClientStanding::Unclear("The provider was not asked.".to_owned());
    };
    if let Some(why) = check::clock_in_the_way(check) {
        return ClientStanding::Unclear(why);
    }
    let fact = |name: &str| check.evidence.get(name).map(String::as_str);
    let status = fact("status").and_then(|status| status.parse::<u16>().ok());
    let named = matches!(
        fact("error"),
        Some("invalid_client" | "unauthorized_client")
    );
    match check.status {
        CheckStatus::Passed | CheckStatus::Warning => ClientStanding::Taken,
        CheckStatus::Failed if named || status == Some(401) => {
            ClientStanding::Refused(Box::new(Quoted {
                status,
                error: fact("error").map(str::to_owned),
                description: fact("error_description").map(str::to_owned),
            }))
        }
        CheckStatus::NotReached => {
            let stopped = report.first_failure();
            let why = stopped.map_or("The provider was not reached.", |check| &check.summary);
            ClientStanding::Unclear(why.to_owned())
        }
        _ => ClientStanding::Unclear(check.summary.clone()),
    }
}

fn still_works(provider: &Provider, compromised: bool) -> (String, String) {
    let name = &provider.name;
    let summary = format!("{name} still takes the old credentials, so they were kept.");
    let remedy = if compromised {
        format!("End them at {name} now: somebody else may have them. Then retire them again.")
    } else {
        format!("Retire them when their time is over, or after you have ended them at {name}.")
    };
    (summary, remedy)
}

fn unclear(why: &str) -> (String, String) {
    (
        format!(
            "{} Whether the old credentials still work could not be found out, so they were kept.",
            why.trim()
        ),
        "Try again later, or forget them without a check if you know that they are over."
            .to_owned(),
    )
}

fn refused(provider: &Provider, quoted: &Quoted) -> String {
    let words = match (&quoted.error, quoted.status) {
        (Some(error), _) => format!(" ({error})"),
        (None, Some(status)) => format!(" (status {status})"),
        (None, None) => String::new(),
    };
    format!(
        "{} refuses the old credentials{words} and takes the current ones.",
        provider.name
    )
}
