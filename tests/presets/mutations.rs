//! One thing that goes wrong at each preset, and what must be said about it.

use std::time::Duration;

use proofkey_core::border::RefreshOutcome;
use proofkey_core::check::{CheckId, CheckStatus, Verdict};
use proofkey_core::error::Code;
use proofkey_core::provider::{Catalogue, Grant};
use proofkey_sandbox::Mutation;
use proofkey_tests::Customer;

use crate::journey::said;
use crate::record::Judge;
use crate::stage::Stage;

use Finding::{Approval, Check, NoRefreshToken, NobodyComes};
use Grant::{ApiKey, AuthorizationCode, ClientCredentials, HttpBasic};
use Mutation as M;

/// Long enough to sign in; short, because nobody comes back.
const NOBODY_COMES: Duration = Duration::from_millis(1_500);

/// How it is noticed.
#[derive(Clone, Copy, Debug)]
enum Finding {
    /// The proof stops at this check, whose words hold these.
    Check(CheckId, &'static str),
    /// The approval fails with this code and these words.
    Approval(Code, &'static str),
    /// Nobody comes back from the browser.
    NobodyComes,
    /// The approval works, and says that it will not last.
    NoRefreshToken,
}

struct Case {
    provider: &'static str,
    grant: Grant,
    mutation: fn() -> Mutation,
    finding: Finding,
}

const fn case(
    provider: &'static str,
    grant: Grant,
    mutation: fn() -> Mutation,
    finding: Finding,
) -> Case {
    Case {
        provider,
        grant,
        mutation,
        finding,
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// A line for each preset.
static CASES: &[Case] = &[
    case(
        "talkdesk",
        ClientCredentials,
        || M::AnotherAccount,
        Check(CheckId::Account, "somebody-else"),
    ),
    case(
        "zendesk",
        ClientCredentials,
        || M::Anonymous,
        Check(CheckId::Api, "user.id"),
    ),
    case(
        "zendesk-token",
        HttpBasic,
        || M::Anonymous,
        Check(CheckId::Api, "user.id"),
    ),
    case(
        "salesforce",
        ClientCredentials,
        || M::AnsweredBase(text("https://acme.my.salesforce.com.evil.example")),
        Check(CheckId::Token, "acme.my.salesforce.com.evil.example"),
    ),
    case(
        "hubspot",
        AuthorizationCode,
        || M::RegisteredByAddress,
        NobodyComes,
    ),
    case(
        "entra",
        AuthorizationCode,
        || {
            M::Issuer(text(
                "https://login.microsoftonline.com/another-tenant/v2.0",
            ))
        },
        Approval(Code::AuthorizationInvalid, "another-tenant"),
    ),
    case(
        "dataverse",
        ClientCredentials,
        || M::CredentialRefused,
        Check(CheckId::Api, ""),
    ),
    case(
        "servicenow",
        AuthorizationCode,
        || M::FirstRegistered,
        NobodyComes,
    ),
    case(
        "freshdesk",
        HttpBasic,
        || M::LoginPage,
        Check(CheckId::Api, "page"),
    ),
    case(
        "zoho-crm",
        AuthorizationCode,
        || M::ResponseServer(text("https://accounts.zoho.in")),
        Approval(Code::AuthorizationInvalid, "accounts.zoho.in"),
    ),
    case(
        "google",
        AuthorizationCode,
        || M::RefreshTokenWithheld,
        NoRefreshToken,
    ),
    case(
        "slack",
        AuthorizationCode,
        || M::CredentialRefused,
        Check(CheckId::Api, "ok"),
    ),
    case(
        "slack-user",
        AuthorizationCode,
        || M::TokenType(text("mac")),
        Approval(Code::ResponseMalformed, "mac"),
    ),
    case(
        "shopify",
        ClientCredentials,
        || M::TokenHeader {
            name: text("authorization"),
            scheme: text("Bearer"),
        },
        Check(CheckId::Api, ""),
    ),
    case(
        "intercom",
        AuthorizationCode,
        || M::TokenMember(text("api_token")),
        Approval(Code::ResponseMalformed, "no access_token"),
    ),
    case(
        "pipedrive",
        AuthorizationCode,
        || M::AnsweredBase(text("https://acme.pipedrive.com.evil.example")),
        Approval(Code::ResponseMalformed, "acme.pipedrive.com.evil.example"),
    ),
    case(
        "okta",
        AuthorizationCode,
        || M::ScopeWithheld(text("okta.users.read")),
        Check(CheckId::Scope, ""),
    ),
    case(
        "okta-custom",
        AuthorizationCode,
        || M::Issuer(text("https://acme.okta.com/oauth2/another")),
        Approval(Code::AuthorizationInvalid, "another"),
    ),
    case(
        "auth0",
        AuthorizationCode,
        || M::CredentialRefused,
        Check(CheckId::Api, ""),
    ),
    case(
        "keycloak",
        AuthorizationCode,
        || M::Issuer(text("https://sso.example.com/realms/another")),
        Approval(Code::AuthorizationInvalid, "another"),
    ),
    case(
        "custom-oauth",
        ClientCredentials,
        || M::LoginRedirect,
        Check(CheckId::Api, "login.elsewhere.example"),
    ),
    case(
        "http-basic",
        HttpBasic,
        || M::LoginRedirect,
        Check(CheckId::Api, "login.elsewhere.example"),
    ),
    case(
        "api-key",
        ApiKey,
        || M::CredentialRefused,
        Check(CheckId::Api, ""),
    ),
    case(
        "none",
        Grant::None,
        || M::LoginPage,
        Check(CheckId::Api, "page"),
    ),
];

#[test]
fn each_preset_has_something_that_must_be_noticed() {
    let catalogue = Catalogue::built_in();
    let mut own: Vec<&str> = catalogue.providers().map(|it| it.id.as_str()).collect();
    let mut tried: Vec<&str> = CASES.iter().map(|case| case.provider).collect();
    own.sort_unstable();
    tried.sort_unstable();
    assert_eq!(own, tried);
}

#[tokio::test]
async fn what_goes_wrong_at_each_preset_is_noticed_and_betrays_nothing() {
    let catalogue = Catalogue::built_in();
    let mut failed = Vec::new();
    for case in CASES {
        let Ok(provider) = catalogue.provider(case.provider) else {
            continue;
        };
        let customer = Customer::first_of(provider, case.grant).with((case.mutation)());
        let walked = tokio::spawn(async move {
            let stage = Stage::set(customer).await;
            noticed(&stage, case.finding).await;
            Judge::of(&stage).everything_was_as_the_file_says();
        });
        if walked.await.is_err() {
            failed.push(case.provider);
        }
    }
    assert!(failed.is_empty(), "failed: {failed:?}");
}

async fn noticed(stage: &Stage, finding: Finding) {
    let by_person = stage.customer.grant == Grant::AuthorizationCode;
    match finding {
        Finding::Check(id, words) => {
            if by_person {
                stage.authorize().await.expect("approved");
            }
            let report = stage.validate().await;
            let told = serde_json::to_string(&report).expect("JSON");
            stage.assert_nothing_leaked("the report", &told);
            let said = said(&report);
            assert_eq!(report.verdict, Verdict::Failed, "{said}");
            let check = report.first_failure().expect("a check that stopped it");
            assert_eq!(
                (check.id, check.status),
                (id, CheckStatus::Failed),
                "{said}"
            );
            let own = serde_json::to_string(check).expect("JSON");
            assert!(own.contains(words), "{own}");
        }
        Finding::Approval(code, words) => {
            let problem = stage.authorize().await.expect_err("noticed");
            let told = format!("{problem} {problem:?}");
            stage.assert_nothing_leaked("the problem", &told);
            assert_eq!(problem.code, code, "{told}");
            assert!(told.contains(words), "{told}");
        }
        Finding::NobodyComes => {
            let problem = stage.authorize_within(NOBODY_COMES).await;
            let problem = problem.expect_err("nobody came");
            assert_eq!(problem.code, Code::AuthorizationTimedOut, "{problem}");
            stage.assert_nothing_leaked("the problem", &format!("{problem:?}"));
            assert_eq!(stage.peer.tally().codes_redeemed, 0);
        }
        Finding::NoRefreshToken => {
            let consent = stage.authorize().await.expect("approved");
            let told = matches!(consent.refresh, RefreshOutcome::NotIssued { .. });
            assert!(told, "{:?}", consent.refresh);
        }
    }
}
