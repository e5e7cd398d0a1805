//! The modules of the OpenID Foundation's suite for relying parties, and what each demands of us.
//!
//! Source: `openid-certification/conformance-suite` (MIT), snapshot 12f2a4d of 2026-08-20.

/// How far a client may go before it must fall silent, and how far it must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing is asked for once the metadata was read.
    Metadata,
    /// The code is not sent anywhere.
    AuthorizationResponse,
    /// Neither userinfo nor a refresh follows; only the keys may be fetched.
    TokenResponse,
    /// What a refresh brought is not used.
    RefreshResponse,
    /// The access token is used, refreshed, and used again.
    End,
    /// The same, and nothing of userinfo is believed.
    EndWithoutUserinfo,
    /// The API refuses every call: the token is refreshed before the call and once more after it, each
    /// time with the refresh token that came last; the call is repeated once, and the refusal reported.
    Refusal,
}

impl Reach {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Metadata => "stops after the metadata",
            Self::AuthorizationResponse => "stops after the authorization response",
            Self::TokenResponse => "stops after the token response",
            Self::RefreshResponse => "does not use the refreshed token",
            Self::End => "goes on to userinfo, refreshes and goes on",
            Self::EndWithoutUserinfo => "goes on, and discards userinfo",
            Self::Refusal => "refreshes once more, repeats the call once and reports the refusal",
        }
    }
}

/// A module, or a family of modules, that does not apply to Proofkey.
pub(crate) struct Absent {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
}

/// Where the names of the modules for OpenID Connect begin.
const OIDCC: &str = "oidcc-client-test";
/// Where the names of the modules for FAPI 2.0 begin.
const FAPI: &str = "fapi2-security-profile-final-client-";

/// What is demanded in the plans for OpenID Connect: basic, config, refresh, and parts of the
/// comprehensive one. A name begins after [`OIDCC`].
#[rustfmt::skip]
pub(crate) const OPENID_CONNECT: [(&str, Reach); 26] = [
    ("", Reach::End),
    ("-invalid-iss", Reach::TokenResponse),
    ("-missing-sub", Reach::TokenResponse),
    ("-invalid-aud", Reach::TokenResponse),
    ("-missing-aud", Reach::TokenResponse),
    ("-missing-iat", Reach::TokenResponse),
    ("-kid-absent-single-jwks", Reach::End),
    // The suite lets a client choose; a key that is not named is taken only when it is the only one.
    ("-kid-absent-multiple-jwks", Reach::TokenResponse),
    ("-idtoken-sig-rs256", Reach::End),
    // The suite lets a client go on, because the token came over TLS. Proofkey stops.
    ("-idtoken-sig-none", Reach::TokenResponse),
    ("-invalid-sig-rs256", Reach::TokenResponse),
    ("-invalid-sig-es256", Reach::TokenResponse),
    ("-invalid-sig-hs256", Reach::TokenResponse),
    ("-userinfo-invalid-sub", Reach::EndWithoutUserinfo),
    ("-userinfo-bearer-header", Reach::End),
    ("-nonce-invalid", Reach::TokenResponse),
    ("-scope-userinfo-claims", Reach::End),
    ("-client-secret-basic", Reach::End),
    ("-discovery-openid-config", Reach::End),
    ("-discovery-jwks-uri-keys", Reach::End),
    ("-discovery-issuer-mismatch", Reach::Metadata),
    ("-signing-key-rotation", Reach::End),
    ("-signing-key-rotation-just-before-signing", Reach::End),
    ("-refresh-token", Reach::End),
    ("-refresh-token-invalid-issuer", Reach::RefreshResponse),
    ("-refresh-token-invalid-sub", Reach::RefreshResponse),
];

/// What is demanded in the plan for the FAPI 2.0 security profile (final). A name begins after
/// [`FAPI`].
#[rustfmt::skip]
pub(crate) const FAPI_2: [(&str, Reach); 21] = [
    ("test-happy-path", Reach::End),
    ("test-discovery-issuer-mismatch", Reach::Metadata),
    ("test-invalid-iss", Reach::TokenResponse),
    ("test-invalid-aud", Reach::TokenResponse),
    ("test-invalid-secondary-aud", Reach::TokenResponse),
    ("test-invalid-missing-iss", Reach::TokenResponse),
    ("test-invalid-missing-aud", Reach::TokenResponse),
    ("test-valid-aud-as-array", Reach::End),
    ("test-invalid-null-alg", Reach::TokenResponse),
    ("test-invalid-alternate-alg", Reach::TokenResponse),
    ("test-invalid-expired-exp", Reach::TokenResponse),
    ("test-invalid-missing-exp", Reach::TokenResponse),
    ("test-invalid-nonce", Reach::TokenResponse),
    ("test-invalid-missing-nonce", Reach::TokenResponse),
    ("test-invalid-authorization-response-iss", Reach::AuthorizationResponse),
    ("test-remove-authorization-response-iss", Reach::AuthorizationResponse),
    ("test-ensure-authorization-response-with-invalid-state-fails", Reach::AuthorizationResponse),
    ("test-ensure-authorization-response-with-invalid-missing-state-fails", Reach::AuthorizationResponse),
    ("test-token-endpoint-response-without-expires_in", Reach::End),
    ("test-token-type-case-insensitivity", Reach::End),
    ("refresh-token-test", Reach::Refusal),
];

const NO_DPOP: &str = "Proofkey has no sender-constrained tokens (DPoP).";
const NO_MTLS: &str = "Proofkey has no client certificates (RFC 8705).";
const NO_CLAIMS: &str = "Proofkey reads no claims that another server vouches for.";
const NO_WEBFINGER: &str = "The issuer is entered, not looked up by a person's address.";
const NO_REQUEST_URI: &str = "Proofkey hosts no request objects; it pushes requests (RFC 9126).";
const NO_JARM: &str = "Proofkey asks for no signed authorization responses (JARM).";

/// What does not apply, and why; never skipped in silence.
#[rustfmt::skip]
pub(crate) const ABSENT: [Absent; 22] = [
    absent("oidcc-client-test-aggregated-claims", NO_CLAIMS),
    absent("oidcc-client-test-distributed-claims", NO_CLAIMS),
    absent("oidcc-client-test-discovery-webfinger-acct", NO_WEBFINGER),
    absent("oidcc-client-test-discovery-webfinger-url", NO_WEBFINGER),
    absent("oidcc-client-test-request-uri-signed-none", NO_REQUEST_URI),
    absent("oidcc-client-test-request-uri-signed-rs256", NO_REQUEST_URI),
    absent("oidcc-client-test-userinfo-signed", "Proofkey registers for no signed userinfo."),
    absent("oidcc-client-test-userinfo-bearer-body", "An access token is sent in the header only (RFC 6750 §2.1)."),
    absent("oidcc-client-test-mtls-endpoint-aliases", NO_MTLS),
    absent("oidcc-client-test-dynamic-registration", "A client is registered by a person, at the provider."),
    absent("fapi2-security-profile-final-client-test-happy-path-no-dpop-nonce", NO_DPOP),
    absent("fapi2-security-profile-final-client-test-happy-path-no-mtls-endpoint-aliases", NO_MTLS),
    absent("fapi2-security-profile-final-client-test-rs-dpop-auth-scheme-case-insensitivity", NO_DPOP),
    absent("fapi2-security-profile-final-client-test-invalid-openbanking-intent-id", "A profile of UK banks only."),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-without-iss-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-iss-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-without-aud-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-aud-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-without-exp-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-with-expired-exp-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-sig-fails", NO_JARM),
    absent("fapi2-security-profile-final-client-test-ensure-jarm-signature-is-not-none", NO_JARM),
];

/// What is demanded in the module of that name; `None` when nobody has said.
pub(crate) fn demanded(module: &str) -> Option<Reach> {
    let in_plan = |prefix: &str, plan: &[(&str, Reach)]| {
        let name = module.strip_prefix(prefix)?;
        let entry = plan.iter().find(|(own, _)| *own == name)?;
        Some(entry.1)
    };
    in_plan(OIDCC, &OPENID_CONNECT).or_else(|| in_plan(FAPI, &FAPI_2))
}

const fn absent(name: &'static str, reason: &'static str) -> Absent {
    Absent { name, reason }
}
