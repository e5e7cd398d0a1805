//! Who approved, for which account, and whether that is the right one.

use super::{Attempt, Prepared};
use crate::border::{AuthorizationStep, Consent, Person, RefreshOutcome};
use crate::check;
use crate::error::{Code, Problem};
use crate::oauth::TokenReply;
use crate::oauth::authorization_code::Approved;
use crate::oauth::identity::{self, Identity, Occasion};
use crate::oauth::revocation::{self, Revocation, TokenKind};
use crate::probe::{self, Presented};
use crate::secret::Secret;
use crate::wording::clean;

/// More than any token lives: asking for this much is asking for a fresh one.
const FOREVER: u64 = u64::MAX;

/// What was found out about an approval.
pub(super) struct Identified {
    pub(super) person: Option<Person>,
    pub(super) account: Option<String>,
    pub(super) notes: Vec<String>,
}

/// The tokens of an approval, for giving them back.
pub(super) struct Given {
    refresh: Option<Secret>,
    access: Secret,
}

impl Given {
    pub(super) fn of(reply: &TokenReply) -> Self {
        Self {
            refresh: reply.refresh_token.as_ref().map(Secret::duplicate),
            access: reply.access_token.duplicate(),
        }
    }
}

impl Attempt<'_> {
    /// Compares everything that can be compared, before anything is kept.
    ///
    /// `AuthorizationInvalid` when the ID token must not be believed, `WrongAccount` when another
    /// account answers or another person approved than the last time.
    pub(super) async fn identify(
        &self,
        prepared: &Prepared,
        approved: &Approved,
    ) -> Result<Identified, Problem> {
        let keys = self.proofkey.keys(self.connection.practice);
        let ask = Identity {
            provider: &prepared.provider,
            endpoints: &prepared.endpoints,
            keys,
            client_id: &prepared.secrets.client_id,
            reply: &approved.reply,
            occasion: Occasion::Approval {
                nonce: approved.nonce.as_ref().map(Secret::expose),
                code: Some(&approved.code),
            },
        };
        let identified = identity::verify(&prepared.network, prepared.clock.as_ref(), &ask).await?;
        let mut notes = prepared.notes.clone();
        notes.extend(approved.reply.notes.iter().cloned());
        notes.extend(identified.notes);
        let named = approved.unproven_issuer.as_deref();
        compare_issuers(named, identified.person.as_ref(), &mut notes)?;
        self.compare_person(prepared, identified.person.as_ref(), &mut notes)?;
        let account = self.account(prepared, &approved.reply, &mut notes).await?;
        Ok(Identified {
            person: identified.person,
            account,
            notes,
        })
    }

    /// A connection that one person approved does not become another's unnoticed.
    fn compare_person(
        &self,
        prepared: &Prepared,
        now: Option<&Person>,
        notes: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let Some(earlier) = self.earlier_person()? else {
            return Ok(());
        };
        match now {
            Some(now) if now.is(&earlier) || self.options.accept_person => Ok(()),
            // Somebody unnamed may be anybody, and would take the place of the one who is known.
            None if !self.options.accept_person => Err(Problem::new(
                Code::WrongAccount,
                format!(
                    "The server did not say who approved this time; the last time it was {}.",
                    named(&earlier)
                ),
                format!(
                    "Nothing was changed. Authorize again as {}, or say that this person is right from now on.",
                    named(&earlier)
                ),
            )),
            Some(now) => Err(Problem::new(
                Code::WrongAccount,
                format!(
                    "{} approved, and the last time it was {}.",
                    named(now),
                    named(&earlier)
                ),
                format!(
                    "Nothing was changed. Sign out of {} in the browser and authorize again as {}, or say that this person is right from now on.",
                    prepared.provider.name,
                    named(&earlier)
                ),
            )),
            None => {
                notes.push(format!(
                    "The server does not say who approved; the last time it was {}.",
                    named(&earlier)
                ));
                Ok(())
            }
        }
    }

    /// Who approved the last time. A record that cannot be read may name anybody, so only a person who
    /// accepts that goes on.
    fn earlier_person(&self) -> Result<Option<Person>, Problem> {
        match self.proofkey.store.authorization(&self.connection.id) {
            Ok(record) => Ok(record
                .and_then(|record| record.consent)
                .and_then(|consent| consent.person)),
            Err(_) if self.options.accept_person => Ok(None),
            Err(problem) => Err(Problem {
                remedy: "Nothing was changed. Authorize again and say that this person is right from now on, or restore the record.".to_owned(),
                ..problem
            }),
        }
    }

    /// The account that answers to the token, as the API names it. A call that fails proves nothing
    /// against the approval.
    async fn account(
        &self,
        prepared: &Prepared,
        reply: &TokenReply,
        notes: &mut Vec<String>,
    ) -> Result<Option<String>, Problem> {
        let (provider, variables) = (&prepared.provider, &self.connection.variables);
        let probe = check::comparing_probe(provider, self.connection, reply.scopes.as_deref());
        let Some(probe) = probe else {
            return Ok(None);
        };
        let asked = probe::run(
            &prepared.network,
            provider,
            reply
                .api_base
                .as_ref()
                .unwrap_or(&prepared.endpoints.api_base),
            probe,
            &Presented::Token {
                header: &provider.token_header,
                token: &reply.access_token,
            },
            variables,
        )
        .await;
        let comparison = match asked {
            Ok(answer) => answer.comparison,
            Err(error) => {
                notes.push(format!(
                    "The account could not be compared, because the API did not answer as expected: {error}."
                ));
                None
            }
        };
        match comparison {
            Some(compared) if !compared.same && compared.found.is_some() => {
                let found = compared.found.unwrap_or_default();
                let expected = clean(&compared.expected, 80);
                Err(Problem::new(
                    Code::WrongAccount,
                    format!("You approved for the account \"{found}\", and this connection is for \"{expected}\"."),
                    format!("Nothing was kept. Sign out of {} in the browser and authorize again in {expected}, or change the account of this connection.", provider.name),
                )
                .at(format!("variables.{}", compared.variable)))
            }
            Some(compared) => {
                if compared.found.is_none() {
                    notes.push(
                        "The account could not be compared, because the API does not name it."
                            .to_owned(),
                    );
                }
                Ok(compared.found)
            }
            None => Ok(None),
        }
    }

    /// Has the server withdraw tokens that are not kept. It can be refused or impossible, which changes
    /// nothing here: they are forgotten in any case.
    pub(super) async fn give_back(&self, prepared: &Prepared, given: &Given) {
        let (Some(url), Ok(client)) = (&prepared.endpoints.revocation, prepared.client()) else {
            return;
        };
        let asked = Revocation { url, client };
        let tokens = [
            (TokenKind::Refresh, given.refresh.as_ref()),
            (TokenKind::Access, Some(&given.access)),
        ];
        for (kind, token) in tokens {
            let Some(token) = token else { continue };
            let clock = prepared.clock.as_ref();
            let revoked = revocation::revoke(&prepared.network, clock, &asked, token, kind).await;
            if let Err(error) = revoked {
                tracing::warn!(connection = %self.connection.id, cause = %error, "a token that was not kept could not be withdrawn");
            }
        }
    }

    /// Uses the refresh token once, so that a useless one is known at once. Whatever comes of it, the
    /// approval stands.
    pub(super) async fn refresh_once(&self, consent: Consent) -> Consent {
        if matches!(
            consent.refresh,
            RefreshOutcome::NotIssued { .. } | RefreshOutcome::Unneeded { .. }
        ) {
            return consent;
        }
        self.enter(AuthorizationStep::Refreshing);
        let refreshed = self
            .proofkey
            .access_token(self.connection.id.as_str(), FOREVER)
            .await;
        let refresh = match refreshed {
            Ok(_) => RefreshOutcome::Proven,
            Err(problem) => RefreshOutcome::Failed { problem },
        };
        let store = &self.proofkey.store;
        let kept = store.edit_authorization(&self.connection.id, |record| {
            // Only the outcome of this approval is written down, never over a later one's.
            let own = record.consent.as_mut().filter(|kept| kept.at == consent.at);
            if let Some(own) = own {
                own.refresh = refresh.clone();
            }
        });
        if let Err(problem) = kept {
            tracing::warn!(connection = %self.connection.id, cause = %problem, "the outcome of the first refresh could not be recorded");
        }
        Consent { refresh, ..consent }
    }
}

/// Where the provider file knows no issuer, the answer of the browser and the ID token must at least
/// name the same one: two names mean that two servers were mixed up (RFC 9207 §1).
fn compare_issuers(
    named: Option<&str>,
    person: Option<&Person>,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    let proven = person.and_then(|person| person.issuer.as_deref());
    match (named, proven) {
        (None, _) => Ok(()),
        (Some(named), Some(proven)) if named == proven => Ok(()),
        (Some(named), Some(proven)) => Err(Problem::new(
            Code::AuthorizationInvalid,
            format!(
                "The answer that came back names the server \"{}\", and the ID token names \"{}\".",
                clean(named, 200),
                clean(proven, 200)
            ),
            "Nothing was kept. Authorize again; if it happens again, tell the operator of the server.",
        )),
        (Some(named), None) => {
            notes.push(format!(
                "The server names itself {}; there was nothing to compare that with.",
                clean(named, 200)
            ));
            Ok(())
        }
    }
}

fn named(person: &Person) -> String {
    let name = person.name.as_ref().map(|name| clean(name, 80));
    let email = person.email.as_ref().map(|email| clean(email, 120));
    match (name, email) {
        (Some(name), Some(email)) => format!("{name} ({email})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => format!("the person \"{}\"", clean(&person.subject, 80)),
    }
}
