//! The practice accounts whose client signs its requests, as apps on `AppConnect` do. The client secret
//! works there too, as it does at Talkdesk.

use proofkey_core::provider::Grant;

use crate::account::{Account, Shown};

/// The ones where everything works come first.
pub(crate) static ACCOUNTS: [Account; 3] = [
    Account {
        name: "wallace",
        region: "us",
        company: "Wallace Corporation",
        client_id: "2b4f4df7f842cd1514397271518256b1",
        client_secret: "qfF9qo-CQB_OpNep_0-yD_5Ek9EThvt7wDZgE2ajqxhOc9uPiAelaTL4Cuc5P1vdE_RKkcUi",
        secret_in_body: false,
        grant: Grant::ClientCredentials,
        shown: Shown::AsIs,
        fault: None,
        lesson: "Everything works; the client has a key and signs with ES256.",
    },
    Account {
        name: "omnicorp",
        region: "eu",
        company: "Omni Consumer Products",
        client_id: "5663f928d5200595c09a8d7d794b497f",
        client_secret: "Y_sTTBYNun9F5DGHDVAG19-_uS5Tgysym-K43CVDVFHSvG-UX7P650YmMah-zU07WNE-eaIZ",
        secret_in_body: false,
        grant: Grant::ClientCredentials,
        shown: Shown::AsIs,
        fault: None,
        lesson: "Everything works; the client has an RSA key and signs with PS256.",
    },
    Account {
        name: "tessier",
        region: "ca",
        company: "Tessier-Ashpool",
        client_id: "05dce399acad8730058a0373dadd77a2",
        client_secret: "pQd29eMm9NA5KqWVGJOVkRy2hYb8XVER4awJidzqTTc0pB8tMGtV_LQxhpTRYIO-TTRhU7iJ",
        secret_in_body: false,
        grant: Grant::ClientCredentials,
        shown: Shown::AsIs,
        fault: None,
        lesson: "The key is not the one that is registered; the secret works.",
    },
];
