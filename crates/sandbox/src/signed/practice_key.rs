//! Key pairs of practice accounts. They are public by design, as the accounts' secrets are: a
//! connection to a practice account outlives the sandbox that it was made with.

use proofkey_core::provider::SigningAlgorithm;

/// The pair of one practice account.
pub(crate) struct PracticeKey {
    account: &'static str,
    pub(crate) id: &'static str,
    pub(crate) algorithm: SigningAlgorithm,
    /// What the person is given: PKCS#8 in Base64 without armour, as Talkdesk delivers it.
    pub(crate) private: &'static str,
    /// What is registered. At one account it does not belong to the other half.
    pub(crate) public: &'static str,
}

static KEYS: [PracticeKey; 3] = [
    PracticeKey {
        account: "wallace",
        id: "b1a7c3de90f24f6c8e5d2a1b7c9e0f31",
        algorithm: SigningAlgorithm::Es256,
        private: include_str!("keys/wallace.b64"),
        public: include_str!("keys/wallace.public.b64"),
    },
    PracticeKey {
        account: "omnicorp",
        id: "4f0d6b2c8a914e7db35c9e1f6a208d47",
        algorithm: SigningAlgorithm::Ps256,
        private: include_str!("keys/omnicorp.b64"),
        public: include_str!("keys/omnicorp.public.b64"),
    },
    PracticeKey {
        account: "tessier",
        id: "9c2e5a7f1b3d4860a6f8c0d2e4b61753",
        algorithm: SigningAlgorithm::Es384,
        private: include_str!("keys/tessier.b64"),
        public: include_str!("keys/tessier.public.b64"),
    },
];

/// The pair of the account of that name, if its client signs.
pub(crate) fn of(account: &str) -> Option<&'static PracticeKey> {
    KEYS.iter().find(|key| key.account == account)
}
