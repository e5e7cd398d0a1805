//! Access tokens as Talkdesk's look: JWTs signed with ES256, whose key is published as a JWKS.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::account::Account;
use crate::approval::Approval;
use crate::host;
use crate::keys::{Algorithm, IssueError, Keys};

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
}

/// Signs access tokens and remembers them until they expire.
pub(crate) struct TokenIssuer {
    pub(crate) keys: Keys,
    granted: Mutex<HashMap<String, (Granted, Timestamp)>>,
}

impl TokenIssuer {
    pub(crate) fn new() -> Result<Self, IssueError> {
        Ok(Self {
            keys: Keys::new()?,
            granted: Mutex::default(),
        })
    }

    /// A fresh token that lives for `seconds`.
    pub(crate) fn issue(
        &self,
        granted: Granted,
        seconds: u32,
        now: Timestamp,
    ) -> Result<String, IssueError> {
        let account = granted.account;
        let mut claims = json!({
            "iss": account.issuer(),
            "aud": format!("https://{}", host::api(account.region)),
            "iat": now.as_second(),
            "exp": now.as_second() + i64::from(seconds),
            "jti": self.keys.random_text()?,
            "cid": granted.client_id,
            "reg": host::claim(account.region),
            "psn": "CUSTOMER",
            "scp": granted.scopes,
        });
        if let Some(approval) = &granted.approval {
            claims["sub"] = approval.person.subject(account).into();
        }
        let token = self.keys.sign(Algorithm::Es256, true, &claims)?;
        let expires_at = now + SignedDuration::from_secs(seconds.into());
        let mut remembered = self.lock();
        remembered.retain(|_, (_, expires_at)| *expires_at > now);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.clone(), (granted, expires_at));
        Ok(token)
    }

    /// What `token` stands for; `None` when it was not issued here or has expired.
    pub(crate) fn granted(&self, token: &str, now: Timestamp) -> Option<Granted> {
        let (granted, expires_at) = self.lock().get(token)?.clone();
        (expires_at > now).then_some(granted)
    }

    /// The token stands for nothing any more. Whether it did.
    pub(crate) fn revoke(&self, token: &str) -> bool {
        self.lock().remove(token).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Granted, Timestamp)>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::ACCOUNTS;

    #[test]
    fn a_token_is_honoured_until_its_last_second_and_no_longer() {
        let issuer = TokenIssuer::new().unwrap();
        let start = Timestamp::UNIX_EPOCH;
        let granted = Granted {
            account: &ACCOUNTS[0],
            client_id: String::new(),
            scopes: Vec::new(),
            approval: None,
        };
        let token = issuer.issue(granted, LIFETIME_SECONDS, start).unwrap();
        let after = |seconds| start + SignedDuration::from_secs(seconds);
        assert!(issuer.granted(&token, after(598)).is_some());
        assert!(issuer.granted(&token, after(599)).is_none());
        assert!(issuer.granted("another", start).is_none());
    }
}
