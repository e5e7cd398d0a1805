//! The practice accounts. Each is a lesson; their credentials are public by design.

use std::time::Duration;

use proofkey_core::border::PracticeAccount;

use crate::fault::Fault;

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
    shown: Shown,
    /// In force until it is changed.
    pub(crate) fault: Option<Fault>,
    lesson: &'static str,
}

/// How the credentials are handed to the person: most of what goes wrong in earnest goes wrong
/// between two windows, so some are spoilt in a way that Proofkey can mend.
enum Shown {
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

/// The ones where everything works come first, then those that Proofkey can mend, then the rest.
pub(crate) static ACCOUNTS: [Account; 21] = [
    Account {
        name: "acme",
        region: "us",
        company: "Acme Corporation",
        client_id: "f026ca5de27f4a86d359c7d624dea14c",
        client_secret: "asTX5Vfjk6UEkm8KgrvuOtKl_GRVyLn3363QCg65dfVKB-M2JyHCBRf7KJHDqQ6Mw4TBamBz",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: None,
        lesson: "Everything works.",
    },
    Account {
        name: "globex",
        region: "eu",
        company: "Globex",
        client_id: "dbebe698eefffe39b247fd377a7c2542",
        client_secret: "mDp2e+_6rq4RuP/ctdmfE3S:WmYgz8o%3X1EIXdu=U5LLyiYV0iJ&ZSDVRTeuiY-xu~FF4M0",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: None,
        lesson: "Everything works; the secret has characters that need encoding.",
    },
    Account {
        name: "initech",
        region: "ca",
        company: "Initech",
        client_id: "ba424d93012c9306a9bca0c8be00c8d3",
        client_secret: "DC_OEkfBtCzyW31o-jmr1hXgIVAEcJ3AMJeG87b4Z2ghK1P8nXiSB3J3n-px5-cVcEm7MLdO",
        secret_in_body: true,
        shown: Shown::AsIs,
        fault: None,
        lesson: "Everything works; the secret may also be sent in the body.",
    },
    Account {
        name: "pied-piper",
        region: "us",
        company: "Pied Piper",
        client_id: "db6478aeb3ed83b86024598489c2218b",
        client_secret: "GlcvkQ2p3egSiKFL9SNnebZecksbqqQ3sQTQqmlLZSZJ5U_g4JQSJpe33TRmuyr9KIHGjx8Q",
        secret_in_body: false,
        shown: Shown::TrailingBlank,
        fault: None,
        lesson: "A blank was copied along with the secret.",
    },
    Account {
        name: "aperture",
        region: "eu",
        company: "Aperture Science",
        client_id: "c112a1e76a5a33ceaa0dc1a0b647c3c1",
        client_secret: "BlzdgMeS4-i-52UVquXjBq7GVMBAsQt1L-kAMCVg8fIekWJc9NjTee3ra_mQ_HWqNkdzU2dQ",
        secret_in_body: false,
        shown: Shown::Swapped,
        fault: None,
        lesson: "Client ID and secret are entered in each other's place.",
    },
    Account {
        name: "soylent",
        region: "eu",
        company: "Soylent",
        client_id: "45dc3a62639a9c1e5c0831d0e8b5ae77",
        client_secret: "EQSgljY0glz8XyY_VaJK7ZbfSFUjAeuFHg6fcXBcePoQoWmIcqIseNAq207wicZ92ab8ZKpW",
        secret_in_body: false,
        shown: Shown::OtherRegion("us"),
        fault: None,
        lesson: "The account lives in Europe, not in the United States.",
    },
    Account {
        name: "hooli",
        region: "us",
        company: "Hooli",
        client_id: "cba09c9494d0040694b4fc1230a16a9b",
        client_secret: "wyDy_uooP0ZMYoHJlJjZnqSTZrFRlWKDXa6gjC_CqdiIQb8wsH1I1ZbDQMNxe7Q2vzXkd4c8",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::SecretRefused),
        lesson: "The secret is refused.",
    },
    Account {
        name: "stark",
        region: "us",
        company: "Stark Industries",
        client_id: "fa36fca65db45170c63aeb729f081f9e",
        client_secret: "s1B95xoVPiT-MgbYKLNmX4lw_raSfnBzf1ATR0CNe6gW3V2gLDp8GDBJmBCmKlUQppekNxyw",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::ScopeWithheld),
        lesson: "One scope is not granted.",
    },
    Account {
        name: "tyrell",
        region: "us",
        company: "Tyrell",
        client_id: "84eea6eaf56e3250068567a7653c6645",
        client_secret: "mPcTGLJzmRSpRuS1_SQxgVa68Fm8dQ7jWGyMHMKdZVRP4kEqMLucLlj2Iw8xI23tm_7e3Beu",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::ScopeInactive),
        lesson: "A scope was added minutes ago and is refused until it is active.",
    },
    Account {
        name: "duff",
        region: "eu",
        company: "Duff",
        client_id: "cadd5cca3e16aad0650eb50951e7f7ac",
        client_secret: "av6dh0ufic_MvOpWU62ZDuk_FD17CGV_-ZaUsJU-CY_wvYzjQEvsfOS0iC_ijMvsK3AuUIEq",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::Slow(Duration::from_secs(3))),
        lesson: "The server takes 3 seconds to answer.",
    },
    Account {
        name: "cyberdyne",
        region: "us",
        company: "Cyberdyne Systems",
        client_id: "bd12ab89ee7b1dcbaf8bb7fc83df7d85",
        client_secret: "Qkj6UB9BMM40UWKcwZcEMpB0o7xuqzqZyqLCApwFZgIOnlV9xbx0VIPxbK4S6ydJPLGlo4-N",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::HtmlPage),
        lesson: "A web page comes instead of a token.",
    },
    Account {
        name: "vandelay",
        region: "us",
        company: "Vandelay Industries",
        client_id: "3d5ed794a4fb29ef893bcf9f49ce67ff",
        client_secret: "2D5ooKe3m-sh4AYvq8g6Vnlme3fJWTvp7hL88NP4dqLuGdp7qW3YkhUEuF5mJtspl2LX1n9k",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::Redirect),
        lesson: "The server redirects to another host.",
    },
    Account {
        name: "umbrella",
        region: "eu",
        company: "Umbrella",
        client_id: "fe9fa566148d3110c611dc62f30e5875",
        client_secret: "vPKs09VUT8a57030LF2nuJ1aaJsdDLJ0X_PRh5FjbilZFA5EWkoRr4NesX8qor8uHgimKe1d",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::TooManyRequests(30)),
        lesson: "The server asks to slow down.",
    },
    Account {
        name: "wonka",
        region: "ca",
        company: "Wonka Industries",
        client_id: "58392974ed64fbec0df564bbe974be5d",
        client_secret: "EprmjRWIrB7kotQuJxtO_p5O23W7u2u_lYwSo9Vy8kOPc8GEDXaRiHxsLmujPc4m3OCwVQH3",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::Unavailable),
        lesson: "The server is down for maintenance.",
    },
    Account {
        name: "wayne",
        region: "us",
        company: "Wayne Enterprises",
        client_id: "e9308f3262d5bc556ee2235805b3539f",
        client_secret: "KEc8WXoxl5JR1SAOxSslfaW-eYCWvfk5wwaRaNdK5nbQfkAYcsUazk0cF0Cj-ZouMQU3c8SH",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::ClockOff(300)),
        lesson: "The clocks differ by 5 minutes.",
    },
    Account {
        name: "oscorp",
        region: "us",
        company: "Oscorp",
        client_id: "61a384bbffe3318813f62bee9e75c285",
        client_secret: "aEYRnA7xBGEfcP7HexyLjbMO5IiUcbUKDs0jyw6ltlvtlHcquj1ExNpzoud3I-bCkmV1SLn7",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::ApiForbidden),
        lesson: "The token works, but the API refuses it.",
    },
    Account {
        name: "dunder",
        region: "us",
        company: "Dunder Mifflin",
        client_id: "6e68b964b5315043c6a486bc89927d3f",
        client_secret: "HAjq5j3EsDggs224N4CjJEH2LfKt_7Tyaeye3R6F7HmbCrGfSM2yhTA0AWlmOU1OHKzzOj1l",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::OtherAccount),
        lesson: "Another account answers than the one asked for.",
    },
    Account {
        name: "bluth",
        region: "us",
        company: "Bluth Company",
        client_id: "8d64e3f20f9924d9b62a2b4fc5d1b9eb",
        client_secret: "f3-_hnDsGfBd6zVtVBpQHH4fAKIGV4BDUgy1HL3HM5oCoiFVMkRPrD0SqXCBJpd1k9XBsI4o",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::OkWithError),
        lesson: "The server says \"OK\" and sends an error.",
    },
    Account {
        name: "monarch",
        region: "us",
        company: "Monarch",
        client_id: "e9573e2d45ec952dd82d6c1685d21c54",
        client_secret: "5ZV6CwCcz9mHTVJi93r8xkS2bRmRwiIIhwqjYPVqVzOctiWaUBYdU0k6P-De5IprVu05O6Zw",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::CertificateExpired),
        lesson: "The certificate has expired.",
    },
    Account {
        name: "weyland",
        region: "eu",
        company: "Weyland",
        client_id: "c2c9f73c440b62f85ed3f316c4e7a568",
        client_secret: "nZXuN_StPv9RooZEbGvyljDXn5DqTcS2Yy4gIkMiejtGzKG6YWPM0RuZdW0J0Mk9nu1FCItq",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::CertificateWrongName),
        lesson: "The certificate is for another host.",
    },
    Account {
        name: "nakatomi",
        region: "ca",
        company: "Nakatomi",
        client_id: "7e3cefeb104620ca9ef1c5a64666ffb8",
        client_secret: "zwGTH5zeW_aPv-JaNNIFLG3bhpLAUsqHy0GNCKKF928ZheIvqoTHPx-d2z76LEX_3G41TGDQ",
        secret_in_body: false,
        shown: Shown::AsIs,
        fault: Some(Fault::CertificateUnknownAuthority),
        lesson: "An unknown authority signed the certificate, as behind an inspecting proxy.",
    },
];

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
