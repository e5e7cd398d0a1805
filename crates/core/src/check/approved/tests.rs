use super::*;
use crate::check::fixtures::{connection, secrets};
use crate::check::report::CheckStatus;
use crate::error::{Code, Quoted};
use crate::provider::Catalogue;
use crate::renewal::Answered;
use crate::secret::Secret;

fn with_subject<T>(judge: impl FnOnce(&Subject<'_>) -> T) -> T {
    let (catalogue, _) = Catalogue::load("/nonexistent".as_ref());
    let provider = catalogue.provider("talkdesk").expect("built in");
    let (connection, secrets) = (connection(), secrets());
    judge(&Subject {
        connection: &connection,
        provider,
        secrets: &secrets,
        renewal: None,
    })
}

fn token(now: Timestamp) -> CachedToken {
    CachedToken::new(Secret::new("a.b".to_owned()), Some(600), None, now)
}

#[test]
fn a_refresh_says_how_long_the_token_lives_and_whether_it_rotated() {
    let answered = Answered {
        status: 200,
        expires_in: Some(599),
        notes: Vec::new(),
        clock_skew_seconds: None,
        clock_corrected: false,
        rotated: Some(true),
        unkept: None,
    };
    let outcome = Renewed {
        token: token(Timestamp::UNIX_EPOCH),
        origin: Origin::Server(answered),
    };
    let check = with_subject(|subject| renewed(subject, "acme.talkdeskid.com", &outcome));
    assert_eq!(check.status, CheckStatus::Passed);
    assert_eq!(
        check.summary,
        "Talkdesk took the refresh token and issued an access token for 10 minutes."
    );
    assert_eq!(check.evidence["rotated"], "yes");
    assert_eq!(check.evidence["grant"], "refresh_token");
}

#[test]
fn without_a_refresh_token_a_living_token_is_a_warning_that_names_the_scope() {
    let now = Timestamp::UNIX_EPOCH;
    let check = with_subject(|subject| living(subject, &token(now), now));
    assert_eq!(check.status, CheckStatus::Warning);
    assert!(
        check.summary.contains("another 10 minutes"),
        "{}",
        check.summary
    );
    assert_eq!(check.causes[0].action, Some(RemedyAction::Authorize));
    assert!(check.causes[0].remedy.contains("“refresh_token”"));
}

#[test]
fn a_provider_without_refresh_tokens_raises_no_alarm() {
    let now = Timestamp::UNIX_EPOCH;
    let endless = CachedToken::new(Secret::new("a.b".to_owned()), None, None, now);
    let check = with_subject(|subject| living(subject, &endless, now));
    assert_eq!(check.status, CheckStatus::Passed);
    assert!(check.summary.contains("until it is refused"));
    let check = with_subject(|subject| {
        let mut provider = subject.provider.clone();
        provider.refresh.policy = RefreshPolicy::None;
        let subject = Subject {
            provider: &provider,
            ..*subject
        };
        living(&subject, &token(now), now)
    });
    assert_eq!(check.status, CheckStatus::Passed);
    assert!(check.causes.is_empty() && check.summary.contains("10 minutes"));
}

#[test]
fn what_only_a_new_approval_mends_offers_one_and_the_rest_does_not() {
    let quoted = Quoted {
        status: Some(400),
        error: Some("invalid_grant".to_owned()),
        description: Some("gone".to_owned()),
    };
    let shut = Problem::new(Code::VaultDenied, "The vault is locked.", "Unlock it.");
    let wrong = Problem::new(Code::AuthorizationInvalid, "Another person.", "Sign in.");
    let cases = [
        (RenewalError::NotApproved, true),
        (RenewalError::NoRefreshToken, true),
        (RenewalError::Refused(Some(Box::new(quoted))), true),
        (RenewalError::Interrupted, true),
        (RenewalError::Unbelieved(Box::new(wrong)), true),
        (RenewalError::NotKept(Box::new(shut.clone())), false),
        (RenewalError::Here(Box::new(shut)), false),
    ];
    for (error, offered) in cases {
        let refused = matches!(error, RenewalError::Refused(_));
        let check = with_subject(|subject| failed(subject, "acme.talkdeskid.com", &error));
        assert_eq!(check.status, CheckStatus::Failed);
        let actions = check.causes.iter().filter(|cause| cause.action.is_some());
        assert_eq!(actions.count(), usize::from(offered), "{check:?}");
        for cause in &check.causes {
            assert!(!check.summary.contains(&cause.summary), "{check:?}");
            assert!(!cause.summary.contains(&check.summary), "{check:?}");
        }
        assert_eq!(check.evidence.contains_key("error"), refused);
        assert!(check.remedy.is_some());
    }
}
