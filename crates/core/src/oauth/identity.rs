//! Who approved: what the ID token and the userinfo endpoint prove together.

use jiff::Timestamp;

use super::id_token::{Claims, Expected, IdTokenError, Unverified};
use super::jwks::{KeyCache, KeyError};
use super::signature::SignatureAlgorithm;
use super::token_answer::TokenReply;
use super::userinfo::{self, Userinfo};
use crate::border::Person;
use crate::connection::ResolvedEndpoints;
use crate::error::{Code, Problem};
use crate::ports::Clock;
use crate::provider::Provider;
use crate::secret::Secret;
use crate::system::network::Network;
use crate::wording::clean;

/// A clock that is off by more than this is worth naming (rule D8).
const NOTABLE_SKEW_SECONDS: i64 = 60;

/// A token reply, and what is needed to say whose it is.
pub struct Identity<'a> {
    pub provider: &'a Provider,
    pub endpoints: &'a ResolvedEndpoints,
    pub keys: &'a KeyCache,
    pub client_id: &'a Secret,
    pub reply: &'a TokenReply,
    pub occasion: Occasion<'a>,
}

/// What the token was given for.
#[derive(Clone, Copy)]
pub enum Occasion<'a> {
    Approval {
        /// What was sent; present exactly when `openid` was asked for.
        nonce: Option<&'a str>,
        /// To compare with `c_hash`, where it is still at hand.
        code: Option<&'a Secret>,
    },
    Refresh {
        /// Who approved (rule E5); `None` when the server never said.
        earlier: Option<&'a Person>,
    },
}

/// Who approved, as far as it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// `None` when the server does not say.
    pub person: Option<Person>,
    /// What the provider does not promise, and what was not used, for people.
    pub notes: Vec<String>,
}

/// Why the token must not be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("{error}")]
    IdToken {
        #[source]
        error: IdTokenError,
        /// How many seconds this machine's clock is ahead of the server's, when that explains it.
        clock_skew_seconds: Option<i64>,
    },
    /// OpenID Connect Core §3.1.3.3: with `openid`, there is one.
    #[error("openid was granted, but there is no ID token")]
    NoIdToken,
    /// Another issuer or subject than at the approval (OpenID Connect Core §12.2).
    #[error("the refreshed token is another person's")]
    AnotherPerson,
}

impl IdentityError {
    /// Whether this speaks of keys that cannot be had just now, or of clocks that differ, and neither
    /// for nor against the person. Everything else speaks against the answer.
    pub fn leaves_the_person_open(&self) -> bool {
        matches!(
            self,
            Self::IdToken {
                error: IdTokenError::Expired { .. }
                    | IdTokenError::Future { .. }
                    | IdTokenError::Key(
                        KeyError::Document(_) | KeyError::Malformed { .. } | KeyError::NoKey
                    ),
                ..
            }
        )
    }
}

/// Says whose the token is.
///
/// An ID token is used only when everything in it holds (rules F4 to F8), and refused otherwise. One
/// that no published key can prove is not used, and said. Userinfo adds name and address; when its
/// subject is another than the ID token's it is discarded. A refresh is compared with who approved.
pub async fn verify(
    network: &Network,
    clock: &dyn Clock,
    ask: &Identity<'_>,
) -> Result<Identified, IdentityError> {
    let mut notes = Vec::new();
    let claims = ask.claims(network, clock, &mut notes).await?;
    let person = match ask.occasion {
        Occasion::Refresh { earlier } => refreshed(earlier, claims)?,
        Occasion::Approval { .. } => {
            let userinfo = ask.userinfo(network, &mut notes).await;
            merged(claims, userinfo, &mut notes)
        }
    };
    Ok(Identified { person, notes })
}

impl Identity<'_> {
    async fn claims(
        &self,
        network: &Network,
        clock: &dyn Clock,
        notes: &mut Vec<String>,
    ) -> Result<Option<Claims>, IdentityError> {
        let name = &self.provider.name;
        let Some(token) = &self.reply.id_token else {
            if self.must_have_id_token() {
                return Err(IdentityError::NoIdToken);
            }
            if self.nonce().is_some() {
                notes.push(format!("{name} was asked for an ID token and sent none."));
            }
            return Ok(None);
        };
        let Some(jwks) = &self.endpoints.jwks else {
            notes.push(format!(
                "{name} publishes no keys, so its ID token could not be proven and was not used."
            ));
            return Ok(None);
        };
        let checked = async {
            let algorithms = algorithms(self.provider);
            let unverified = Unverified::read(token, &algorithms)?;
            let authentic = unverified.proven(network, clock, self.keys, jwks).await?;
            let claims = authentic.claims(&self.expected(Some(clock.now())));
            Ok(match claims {
                // Clocks that differ do not hide another person, nor anything else that is wrong.
                Err(error) if is_about_time(&error) => {
                    (authentic.claims(&self.expected(None))?, Some(error))
                }
                claims => (claims?, None),
            })
        };
        let (claims, untimely) = checked.await.map_err(|error| self.explained(error))?;
        if let Some(error) = untimely {
            if let Occasion::Refresh { earlier } = self.occasion {
                refreshed(earlier, Some(claims))?;
            }
            return Err(self.explained(error));
        }
        if self.endpoints.issuer.is_none() {
            notes.push(format!(
                "{name} does not publish its issuer, so {}, which its ID token names, could not be \
                 compared. Signature, client, time and request were.",
                clean(&claims.issuer, 200)
            ));
        }
        Ok(Some(claims))
    }

    fn expected(&self, now: Option<Timestamp>) -> Expected<'_> {
        Expected {
            issuer: self.endpoints.issuer.as_deref(),
            client_id: self.client_id,
            nonce: self.nonce(),
            access_token: &self.reply.access_token,
            code: self.code(),
            now,
        }
    }

    /// An `OpenID` provider that granted `openid` owes an ID token; without it the nonce proves
    /// nothing. A refresh may come without.
    fn must_have_id_token(&self) -> bool {
        let published = self.endpoints.issuer.is_some() && self.endpoints.jwks.is_some();
        let granted = self
            .reply
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|scope| scope == "openid"));
        self.nonce().is_some() && published && granted
    }

    /// Name and address, where the provider tells them. Not being told ends nothing.
    async fn userinfo(&self, network: &Network, notes: &mut Vec<String>) -> Option<Userinfo> {
        let url = self.endpoints.userinfo.as_ref()?;
        let header = &self.provider.token_header;
        match userinfo::ask(network, url, header, &self.reply.access_token).await {
            Ok(userinfo) => Some(userinfo),
            Err(error) => {
                notes.push(format!("The server did not tell who approved: {error}."));
                None
            }
        }
    }

    fn nonce(&self) -> Option<&str> {
        match self.occasion {
            Occasion::Approval { nonce, .. } => nonce,
            Occasion::Refresh { .. } => None,
        }
    }

    fn code(&self) -> Option<&Secret> {
        match self.occasion {
            Occasion::Approval { code, .. } => code,
            Occasion::Refresh { .. } => None,
        }
    }

    fn explained(&self, error: IdTokenError) -> IdentityError {
        let about_time = is_about_time(&error);
        IdentityError::IdToken {
            clock_skew_seconds: self
                .reply
                .clock_skew_seconds
                .filter(|skew| about_time && skew.abs() > NOTABLE_SKEW_SECONDS),
            error,
        }
    }
}

fn is_about_time(error: &IdTokenError) -> bool {
    matches!(
        error,
        IdTokenError::Expired { .. } | IdTokenError::Future { .. }
    )
}

/// The algorithms that the provider file pins, or the usual ones.
fn algorithms(provider: &Provider) -> Vec<SignatureAlgorithm> {
    let pinned: Vec<SignatureAlgorithm> = provider
        .authorization_code
        .iter()
        .flat_map(|rules| &rules.id_token_algorithms)
        .filter_map(|name| SignatureAlgorithm::from_name(name))
        .collect();
    if pinned.is_empty() {
        SignatureAlgorithm::USUAL.to_vec()
    } else {
        pinned
    }
}

/// Rule E5. Without an ID token nothing speaks against the earlier person.
fn refreshed(
    earlier: Option<&Person>,
    claims: Option<Claims>,
) -> Result<Option<Person>, IdentityError> {
    let now = claims.map(person);
    match (earlier, now) {
        (Some(earlier), Some(now)) if !now.is(earlier) => Err(IdentityError::AnotherPerson),
        (Some(earlier), Some(now)) => Ok(Some(Person {
            name: now.name.or_else(|| earlier.name.clone()),
            email: now.email.or_else(|| earlier.email.clone()),
            ..now
        })),
        (earlier, now) => Ok(now.or_else(|| earlier.cloned())),
    }
}

fn merged(
    claims: Option<Claims>,
    userinfo: Option<Userinfo>,
    notes: &mut Vec<String>,
) -> Option<Person> {
    match (claims.map(person), userinfo) {
        (Some(person), Some(userinfo)) if person.subject != userinfo.subject => {
            // OpenID Connect Core §5.3.2.
            notes.push(
                "The userinfo answer is about another person than the ID token, so it was not used."
                    .to_owned(),
            );
            Some(person)
        }
        (Some(person), Some(userinfo)) => Some(Person {
            name: person.name.or(userinfo.name),
            email: person.email.or(userinfo.email),
            ..person
        }),
        (Some(person), None) => Some(person),
        (None, userinfo) => userinfo.map(|userinfo| Person {
            issuer: None,
            subject: userinfo.subject,
            name: userinfo.name,
            email: userinfo.email,
        }),
    }
}

fn person(claims: Claims) -> Person {
    Person {
        issuer: Some(claims.issuer),
        subject: claims.subject,
        name: claims.name,
        email: claims.email,
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::IdToken {
                error,
                clock_skew_seconds,
            } => {
                let problem = Self::from(error);
                match clock_skew_seconds {
                    Some(skew) => Self {
                        remedy: clock_remedy(skew),
                        ..problem
                    },
                    None => problem,
                }
            }
            IdentityError::NoIdToken => Self::new(
                Code::AuthorizationInvalid,
                "The server granted openid, but sent no ID token.",
                "Nothing was kept. Tell the operator of the server, or leave out the scope openid.",
            ),
            IdentityError::AnotherPerson => Self::new(
                Code::WrongAccount,
                "The refreshed token belongs to another person than the one who approved.",
                "The new token was not used. Authorize again, signed in as the right person.",
            ),
        }
    }
}

fn clock_remedy(skew: i64) -> String {
    let (seconds, way) = (skew.abs(), if skew > 0 { "ahead of" } else { "behind" });
    format!(
        "The clock of this machine is {seconds} seconds {way} the server's. Set it right, and \
         authorize again."
    )
}
