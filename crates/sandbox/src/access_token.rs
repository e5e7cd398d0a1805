//! Access tokens as Talkdesk's look: JWTs signed with ES256, whose key is published as a JWKS.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::account::Account;
use crate::approval::Approval;
use crate::clients::Client;
use crate::host;
use crate::keys::{Algorithm, IssueError, Keys};
use crate::service_token;

/// Talkdesk documents ten minutes; every example of theirs shows 599.
pub(crate) const LIFETIME_SECONDS: u32 = 599;

/// Tokens that are remembered at once. A practice run needs a handful.
const REMEMBERED: usize = 10_000;

/// What an access token stands for.
#[derive(Clone)]
pub(crate) struct Granted {
    pub(crate) account: &'static Account,
    /// Which of the account's clients asked.
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    /// Whose approval it came from; `None` for client credentials, which have no user.
    pub(crate) approval: Option<Arc<Approval>>,
    /// It is a service token, which is shown in another way.
    pub(crate) service: bool,
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
}

impl Granted {
    /// A grant that begins now and ends after `seconds`.
    pub(crate) fn new(client: &Client, scopes: Vec<String>, now: Timestamp, seconds: u32) -> Self {
        Self {
            account: client.account,
            client_id: client.id.clone(),
            scopes,
            approval: None,
            service: false,
            since: now,
            until: now + SignedDuration::from_secs(seconds.into()),
        }
    }
}

/// Signs access tokens and remembers them until they expire.
pub(crate) struct TokenIssuer {
    pub(crate) keys: Keys,
    granted: Mutex<HashMap<String, Granted>>,
}

impl TokenIssuer {
    pub(crate) fn new() -> Result<Self, IssueError> {
        Ok(Self {
            keys: Keys::new()?,
            granted: Mutex::default(),
        })
    }

    /// A fresh token.
    pub(crate) fn issue(&self, granted: Granted) -> Result<String, IssueError> {
        let token = if granted.service {
            let (first, second) = (self.keys.random_text()?, self.keys.random_text()?);
            format!("{}{first}{second}", service_token::PREFIX)
        } else {
            self.signed(&granted)?
        };
        let mut remembered = self.lock();
        remembered.retain(|_, other| other.until > granted.since);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.clone(), granted);
        Ok(token)
    }

    fn signed(&self, granted: &Granted) -> Result<String, IssueError> {
        let account = granted.account;
        let mut claims = json!({
            "iss": account.issuer(),
            "aud": format!("https://{}", host::api(account.region)),
            "iat": granted.since.as_second(),
            "exp": granted.until.as_second(),
            "jti": self.keys.random_text()?,
            "cid": granted.client_id,
            "reg": host::claim(account.region),
            "psn": "CUSTOMER",
            "scp": granted.scopes,
        });
        if let Some(approval) = &granted.approval {
            claims["sub"] = approval.person.subject(account).into();
        }
        self.keys.sign(Algorithm::Es256, true, &claims)
    }

    /// What `token` stands for; `None` when it was not issued here or has expired.
    pub(crate) fn granted(&self, token: &str, now: Timestamp) -> Option<Granted> {
        let granted = self.lock().get(token)?.clone();
        (granted.until > now).then_some(granted)
    }

    /// The token stands for nothing any more. Whether it did.
    pub(crate) fn revoke(&self, token: &str) -> bool {
        self.lock().remove(token).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Granted>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::Clients;
    use crate::lessons::ACCOUNTS;

    #[test]
    fn a_token_is_honoured_until_its_last_second_and_no_longer() {
        let issuer = TokenIssuer::new().unwrap();
        let start = Timestamp::UNIX_EPOCH;
        let client = Clients::default().newest(&ACCOUNTS[0]);
        let granted = Granted::new(&client, Vec::new(), start, LIFETIME_SECONDS);
        let token = issuer.issue(granted).unwrap();
        let after = |seconds| start + SignedDuration::from_secs(seconds);
        assert!(issuer.granted(&token, after(598)).is_some());
        assert!(issuer.granted(&token, after(599)).is_none());
        assert!(issuer.granted("another", start).is_none());
    }
}
