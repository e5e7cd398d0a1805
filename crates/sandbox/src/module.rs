//! What the `OpenID` Foundation's relying-party modules do to a client, under their names.
//!
//! Source: `openid-certification/conformance-suite` (MIT), the plans for relying parties: basic,
//! config, refresh and comprehensive `OpenID` Connect, and the FAPI 2.0 security profile. What a module
//! demands of a client is not said here: the record of what arrived decides.

/// One module: the name it has in the suite, and how the practice server departs from the standard.
#[derive(Debug, PartialEq, Eq)]
pub struct Module {
    pub name: &'static str,
    pub defect: Defect,
}

/// The one thing that a server does differently, simple and reproducible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Nothing is wrong; the module is about the usual way.
    None,
    /// Only `client_secret_basic` is accepted and offered.
    BasicOnly,
    /// The metadata's `issuer` has a "1" at its end.
    MetadataIssuerAltered,
    /// The keys are at an address that no other run has.
    KeysElsewhere,
    /// Requests must be pushed first (RFC 9126).
    PushedRequestsRequired,
    /// The authorization response's `iss` (RFC 9207) has a "1" at its end.
    ResponseIssuerAltered,
    ResponseIssuerRemoved,
    StateAltered,
    StateRemoved,
    /// The header of the ID token names no key, and one key is published.
    KidAbsent,
    /// The header of the ID token names no key, and two keys of its kind are published.
    KidAbsentAmongSeveral,
    /// New keys with the first refresh, after the old ones were used.
    KeysRotated,
    /// A new key for the first ID token, published while it is signed.
    KeysRotatedBeforeSigning,
    IssuerAltered,
    IssuerRemoved,
    SubjectRemoved,
    AudienceAltered,
    AudienceRemoved,
    /// A list of the client and a stranger.
    AudienceSecond,
    /// A list of the client alone.
    AudienceAsArray,
    IssuedAtRemoved,
    /// `exp` is six minutes ago.
    Expired,
    ExpiryRemoved,
    NonceAltered,
    NonceRemoved,
    /// RS256, which the metadata lists.
    SignedRs256,
    /// RS256, although the metadata lists ES256 alone.
    AlternateAlgorithm,
    /// `alg` is `none` and there is no signature.
    Unsigned,
    SignatureBrokenEs256,
    SignatureBrokenRs256,
    /// HS256 with the client secret as the key.
    SignedHs256,
    /// `sub` of the userinfo endpoint has a "1" at its end.
    UserinfoSubjectAltered,
    /// `iss` of the ID token that comes with a refresh has a "1" at its end.
    RefreshIssuerAltered,
    RefreshSubjectAltered,
    /// No `expires_in` in the token response.
    LifetimeRemoved,
    /// `token_type` in the other case: `bEARER`.
    TokenTypeCase,
    /// The API takes no access token at all.
    ApiUnauthorized,
}

macro_rules! oidcc {
    ($name:literal, $defect:ident) => {
        Module {
            name: concat!("oidcc-client-test", $name),
            defect: Defect::$defect,
        }
    };
}

macro_rules! fapi {
    ($name:literal, $defect:ident) => {
        Module {
            name: concat!("fapi2-security-profile-final-client-", $name),
            defect: Defect::$defect,
        }
    };
}

/// Every module that the practice server can play, in the order of the plans.
#[rustfmt::skip]
pub static MODULES: [Module; 47] = [
    oidcc!("", None),
    oidcc!("-invalid-iss", IssuerAltered),
    oidcc!("-missing-sub", SubjectRemoved),
    oidcc!("-invalid-aud", AudienceAltered),
    oidcc!("-missing-aud", AudienceRemoved),
    oidcc!("-missing-iat", IssuedAtRemoved),
    oidcc!("-kid-absent-single-jwks", KidAbsent),
    oidcc!("-kid-absent-multiple-jwks", KidAbsentAmongSeveral),
    oidcc!("-idtoken-sig-rs256", SignedRs256),
    oidcc!("-idtoken-sig-none", Unsigned),
    oidcc!("-invalid-sig-rs256", SignatureBrokenRs256),
    oidcc!("-invalid-sig-es256", SignatureBrokenEs256),
    oidcc!("-invalid-sig-hs256", SignedHs256),
    oidcc!("-userinfo-invalid-sub", UserinfoSubjectAltered),
    oidcc!("-userinfo-bearer-header", None),
    oidcc!("-nonce-invalid", NonceAltered),
    oidcc!("-scope-userinfo-claims", None),
    oidcc!("-client-secret-basic", BasicOnly),
    oidcc!("-discovery-openid-config", None),
    oidcc!("-discovery-jwks-uri-keys", KeysElsewhere),
    oidcc!("-discovery-issuer-mismatch", MetadataIssuerAltered),
    oidcc!("-signing-key-rotation", KeysRotated),
    oidcc!("-signing-key-rotation-just-before-signing", KeysRotatedBeforeSigning),
    oidcc!("-refresh-token", None),
    oidcc!("-refresh-token-invalid-issuer", RefreshIssuerAltered),
    oidcc!("-refresh-token-invalid-sub", RefreshSubjectAltered),
    fapi!("test-happy-path", PushedRequestsRequired),
    fapi!("test-discovery-issuer-mismatch", MetadataIssuerAltered),
    fapi!("test-invalid-iss", IssuerAltered),
    fapi!("test-invalid-aud", AudienceAltered),
    fapi!("test-invalid-secondary-aud", AudienceSecond),
    fapi!("test-invalid-missing-iss", IssuerRemoved),
    fapi!("test-invalid-missing-aud", AudienceRemoved),
    fapi!("test-valid-aud-as-array", AudienceAsArray),
    fapi!("test-invalid-null-alg", Unsigned),
    fapi!("test-invalid-alternate-alg", AlternateAlgorithm),
    fapi!("test-invalid-expired-exp", Expired),
    fapi!("test-invalid-missing-exp", ExpiryRemoved),
    fapi!("test-invalid-nonce", NonceAltered),
    fapi!("test-invalid-missing-nonce", NonceRemoved),
    fapi!("test-invalid-authorization-response-iss", ResponseIssuerAltered),
    fapi!("test-remove-authorization-response-iss", ResponseIssuerRemoved),
    fapi!("test-ensure-authorization-response-with-invalid-state-fails", StateAltered),
    fapi!("test-ensure-authorization-response-with-invalid-missing-state-fails", StateRemoved),
    fapi!("test-token-endpoint-response-without-expires_in", LifetimeRemoved),
    fapi!("test-token-type-case-insensitivity", TokenTypeCase),
    fapi!("refresh-token-test", ApiUnauthorized),
];

impl Module {
    /// The module of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        MODULES.iter().find(|module| module.name == name)
    }
}

impl Defect {
    /// Whether the ID token is signed with RSA, whose key is published then.
    pub(crate) fn needs_rsa(self) -> bool {
        matches!(
            self,
            Self::SignedRs256 | Self::AlternateAlgorithm | Self::SignatureBrokenRs256
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_module_has_a_name_of_its_own() {
        let names: HashSet<&str> = MODULES.iter().map(|module| module.name).collect();
        assert_eq!(names.len(), MODULES.len());
        for module in &MODULES {
            assert_eq!(Module::named(module.name), Some(module));
        }
        assert_eq!(Module::named("oidcc-client-test-"), None);
    }
}
