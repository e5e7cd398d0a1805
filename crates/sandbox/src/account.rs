//! What a practice account is, and how its credentials are handed to the person.

use proofkey_core::border::{PracticeAccount, PracticeKey};
use proofkey_core::provider::Grant;

use crate::fault::Fault;
use crate::person::PEOPLE;
use crate::signed::practice_key;
use crate::{approval_lessons, host, lessons, signed_lessons};

/// Scopes that every practice client has been given, as a reporting integration would ask for.
const GRANTED_SCOPES: [&str; 6] = [
    "account:read",
    "contacts:read",
    "data-reports:read",
    "prompts:read",
    "ring-groups:read",
    "users:read",
];

/// What people can approve on top of them. Talkdesk has a scope that makes it issue a refresh token.
const APPROVABLE_SCOPES: [&str; 8] = [
    "account:read",
    "contacts:read",
    "data-reports:read",
    "openid",
    "prompts:read",
    "refresh_token",
    "ring-groups:read",
    "users:read",
];

/// What the server beside Talkdesk has: the standard scopes, and one for the API.
pub(crate) const COMPLETE_SCOPES: [&str; 5] = [
    "account:read",
    "email",
    "offline_access",
    "openid",
    "profile",
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
    /// What the lesson is about. The client has the other grant as well.
    pub(crate) grant: Grant,
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
    /// Whether this is the server that has all of the standards, and not a Talkdesk account.
    pub(crate) fn is_complete(&self) -> bool {
        self.region == host::COMPLETE
    }

    /// The authorization server's name for itself (RFC 8414 §2).
    pub(crate) fn issuer(&self) -> String {
        format!("https://{}", host::sign_in(self.name, self.region))
    }

    /// What the `aud` of a client assertion has to be: Talkdesk documents its token endpoint; the
    /// other server knows its issuer alone (draft-ietf-oauth-rfc7523bis).
    pub(crate) fn assertion_audience(&self) -> String {
        let issuer = self.issuer();
        if self.is_complete() {
            issuer
        } else {
            format!("{issuer}/oauth/token")
        }
    }

    /// The label before ".example" in people's addresses.
    pub(crate) fn mail_domain(&self) -> &'static str {
        if self.is_complete() {
            "practice"
        } else {
            self.name
        }
    }

    /// What its client may ask for without a person. An app may also approve its own installation.
    pub(crate) fn granted_scopes(&self) -> Vec<&'static str> {
        let of_apps = practice_key::of(self.name).map(|_| "apps:write");
        GRANTED_SCOPES.into_iter().chain(of_apps).collect()
    }

    pub(crate) fn approvable_scopes(&self) -> &'static [&'static str] {
        if self.is_complete() {
            &COMPLETE_SCOPES
        } else {
            &APPROVABLE_SCOPES
        }
    }

    /// The scope that makes this server issue a refresh token.
    pub(crate) fn refresh_scope(&self) -> &'static str {
        if self.is_complete() {
            "offline_access"
        } else {
            "refresh_token"
        }
    }

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
            grant: self.grant,
            key: practice_key::of(self.name).map(|key| PracticeKey {
                private_key: key.private.to_owned(),
                key_id: key.id.to_owned(),
                algorithm: key.algorithm,
            }),
            person: (self.grant == Grant::AuthorizationCode).then(|| PEOPLE[0].practice(self)),
        }
    }
}

/// The accounts of the practice Talkdesk, in the order in which they are shown.
pub(crate) fn talkdesk() -> impl Iterator<Item = &'static Account> {
    lessons::ACCOUNTS
        .iter()
        .chain(&signed_lessons::ACCOUNTS)
        .chain(&approval_lessons::ACCOUNTS)
}

/// The account of that name in that region, the server beside Talkdesk included.
pub(crate) fn find(name: &str, region: &str) -> Option<&'static Account> {
    talkdesk()
        .chain([&approval_lessons::ISSUER])
        .find(|account| account.name == name && account.region == region)
}

/// The account of that name, the server beside Talkdesk included.
pub(crate) fn named(name: &str) -> Option<&'static Account> {
    talkdesk()
        .chain([&approval_lessons::ISSUER])
        .find(|account| account.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_credentials_are_unique_and_look_real() {
        let mut seen = HashSet::new();
        for account in talkdesk().chain([&approval_lessons::ISSUER]) {
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
            let account = talkdesk().find(|account| account.name == name).unwrap();
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
