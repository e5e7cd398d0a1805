//! Each refusal that a provider's file explains, made by the peer as it is described: the file's own
//! words come first.

use proofkey_core::check::CheckId;
use proofkey_core::error::Code;
use proofkey_core::provider::{Catalogue, ErrorSource, Grant, KnownError, Provider};
use proofkey_sandbox::Mutation;
use proofkey_tests::Customer;

use crate::stage::Stage;

#[tokio::test]
async fn what_a_file_knows_of_a_refusal_is_said_first() {
    let catalogue = Catalogue::built_in();
    let mut failed = Vec::new();
    for provider in catalogue.providers() {
        for (index, known) in provider.known_errors.iter().enumerate() {
            let mutation = Mutation::KnownError(index);
            let customer = Customer::first_of(provider, grant(provider, known)).with(mutation);
            let (known, name) = (known.clone(), format!("{}: {}", provider.id, known.cause));
            let walked = tokio::spawn(async move {
                told(&Stage::set(customer).await, &known).await;
            });
            if walked.await.is_err() {
                failed.push(name);
            }
        }
    }
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

#[test]
fn refusals_of_every_source_are_among_them() {
    let catalogue = Catalogue::built_in();
    for source in [
        ErrorSource::Authorization,
        ErrorSource::Token,
        ErrorSource::Api,
    ] {
        let mut known = catalogue.providers().flat_map(|it| &it.known_errors);
        assert!(known.any(|known| known.from == source), "{source:?}");
    }
}

/// The grant that meets the refusal soonest.
fn grant(provider: &Provider, known: &KnownError) -> Grant {
    let own = &provider.grants;
    let by_itself = own.iter().find(|&&grant| grant != Grant::AuthorizationCode);
    match (known.from, by_itself) {
        (ErrorSource::Authorization, _) | (_, None) => Grant::AuthorizationCode,
        (_, Some(grant)) => *grant,
    }
}

async fn told(stage: &Stage, known: &KnownError) {
    let by_person = stage.customer.grant == Grant::AuthorizationCode;
    if by_person && known.from != ErrorSource::Api {
        refused(stage, known).await;
        return;
    }
    if by_person {
        stage.authorize().await.expect("approved");
    }
    let report = stage.validate().await;
    let id = match known.from {
        ErrorSource::Api => CheckId::Api,
        _ => CheckId::Token,
    };
    let check = report.check(id).expect("a check");
    let first = check.causes.first().expect("a cause");
    assert!(first.summary.starts_with(&known.cause), "{check:?}");
    assert_eq!(first.remedy, known.remedy);
}

/// The person approved, and the server said no all the same: in the browser, or when the code came.
async fn refused(stage: &Stage, known: &KnownError) {
    let problem = stage.authorize().await.expect_err("refused");
    let told = format!("{problem:?}");
    assert!(problem.summary.ends_with(&known.meaning()), "{told}");
    assert_eq!(problem.remedy, known.remedy, "{told}");
    let quoted = problem.quoted.as_deref().expect("the server's own words");
    let error = known.error.as_deref().unwrap_or("practice_error");
    assert_eq!(quoted.error.as_deref(), Some(error), "{told}");
    let tally = stage.peer.tally();
    if known.from == ErrorSource::Authorization {
        assert_eq!(problem.code, Code::AuthorizationDenied, "{told}");
        assert_eq!(tally.codes_redeemed, 0, "{told}");
    }
    stage.assert_nothing_leaked("the problem", &told);
}
