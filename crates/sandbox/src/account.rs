//! What a practice account is, and how its credentials are handed to the person.

use proofkey_core::border::PracticeAccount;
use proofkey_core::provider::Grant;

use crate::fault::Fault;
use crate::lessons::ACCOUNTS;

/// Scopes that every practice client has been given, as a reporting integration would ask for.
pub(crate) const GRANTED_SCOPES: [&str; 6] = [
    "account:read",
    "contacts:read",
    "data-reports:read",
    "prompts:read",
    "ring-groups:read",
    "users:read",
];

/// One account and its only client.
pub(crate) struct Account {
    pub(crate) name: &'static str,
    /// Where it really lives.
    pub(crate) region: &'static str,
    pub(crate) company: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) client_secret: &'static str,
    /// `client_secret_post` is accepted beside `client_secret_basic`.
    pub(crate) secret_in_body: bool,
    pub(crate) shown: Shown,
    /// In force until it is changed.
    pub(crate) fault: Option<Fault>,
    pub(crate) lesson: &'static str,
}

/// How the credentials are handed to the person: most of what goes wrong in earnest goes wrong
/// between two windows, so some are spoilt in a way that Proofkey can mend.
pub(crate) enum Shown {
    AsIs,
    TrailingBlank,
    Swapped,
    OtherRegion(&'static str),
}

impl Account {
    /// What the person is given to try with.
    pub(crate) fn practice(&self) -> PracticeAccount {
        let (id, secret) = (self.client_id.to_owned(), self.client_secret.to_owned());
        let (client_id, client_secret) = match self.shown {
            Shown::AsIs | Shown::OtherRegion(_) => (id, secret),
            Shown::TrailingBlank => (id, secret + " "),
            Shown::Swapped => (secret, id),
        };
        let region = match self.shown {
            Shown::OtherRegion(region) => region,
            _ => self.region,
        };
        PracticeAccount {
            account: self.name.to_owned(),
            region: region.to_owned(),
            client_id,
            client_secret,
            lesson: self.lesson.to_owned(),
            grant: Grant::ClientCredentials,
            person: None,
        }
    }
}

/// The account of that name in that region.
pub(crate) fn find(name: &str, region: &str) -> Option<&'static Account> {
    ACCOUNTS
        .iter()
        .find(|account| account.name == name && account.region == region)
}

pub(crate) fn is_known(name: &str) -> bool {
    ACCOUNTS.iter().any(|account| account.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_credentials_are_unique_and_look_real() {
        let mut seen = HashSet::new();
        for account in &ACCOUNTS {
            for value in [account.name, account.client_id, account.client_secret] {
                assert!(seen.insert(value), "{value} twice");
            }
            assert_eq!(account.client_id.len(), 32);
            assert!(account.client_secret.len() >= 60);
            // RFC 6749 Appendix A: VSCHAR.
            assert!(
                account
                    .client_secret
                    .bytes()
                    .all(|b| (0x20..=0x7e).contains(&b))
            );
        }
    }

    #[test]
    fn spoilt_credentials_differ_from_the_real_ones_as_their_lesson_says() {
        let shown = |name| {
            let account = ACCOUNTS
                .iter()
                .find(|account| account.name == name)
                .unwrap();
            (account, account.practice())
        };
        let (real, practice) = shown("pied-piper");
        assert_eq!(practice.client_secret.trim_end(), real.client_secret);
        assert_ne!(practice.client_secret, real.client_secret);
        let (real, practice) = shown("aperture");
        assert_eq!(practice.client_id, real.client_secret);
        let (real, practice) = shown("soylent");
        assert_eq!((real.region, practice.region.as_str()), ("eu", "us"));
    }
}
