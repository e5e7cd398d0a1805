//! Whether the right account answers.

use crate::check::report::{Cause, Check, CheckId};
use crate::check::terms::Terms;
use crate::check::wording::quoted;
use crate::probe::Comparison;
use crate::provider::Grant;

/// The account check, from the answer that the API check got.
pub(crate) fn account(terms: Terms<'_>, comparison: Option<&Comparison>) -> Check {
    let Some(comparison) = comparison else {
        return uncompared(terms);
    };
    let expected = quoted(&comparison.expected, 80);
    let check = match (&comparison.found, comparison.same) {
        (_, true) => Check::passed(
            CheckId::Account,
            format!("The API answers for the account {expected}."),
        ),
        (Some(found), false) => another(terms, &expected, found),
        (None, false) => Check::warning(
            CheckId::Account,
            format!(
                "The answer of {} does not name its account, so it could not be compared.",
                terms.name()
            ),
        )
        .remedied_by("Nothing has to be done. Compare the account yourself if it matters."),
    };
    check
        .with("expected", &comparison.expected)
        .with_some("found", comparison.found.as_deref())
}

/// There was no test call, so there is no account to compare.
pub(crate) fn account_unasked() -> Check {
    Check::skipped(
        CheckId::Account,
        "Without a test call there is no answer that names an account.",
    )
}

fn uncompared(terms: Terms<'_>) -> Check {
    let comparing = terms.provider.probes.iter().find(|probe| {
        probe.matches.is_some()
            && probe
                .grant
                .is_none_or(|only| only == terms.connection.grant)
    });
    let Some(comparing) = comparing else {
        return Check::skipped(
            CheckId::Account,
            format!(
                "No answer of {} that Proofkey knows names an account, so there is nothing to compare.",
                terms.name()
            ),
        );
    };
    let check = Check::skipped(
        CheckId::Account,
        "The test call that was possible does not tell which account answers.",
    );
    match &comparing.scope {
        Some(scope) => check.remedied_by(format!(
            "To have the account compared too, add {} to the scopes.",
            quoted(scope, 80)
        )),
        None => check,
    }
}

fn another(terms: Terms<'_>, expected: &str, found: &str) -> Check {
    let name = terms.name();
    let whose = match terms.connection.grant {
        Grant::AuthorizationCode => Cause::new(
            "The person who approved did so in another account.",
            format!(
                "Authorize again, signed in to {expected} in {name}, or change the account of this connection."
            ),
        ),
        Grant::ClientCredentials => Cause::new(
            "The client ID and secret belong to a client of another account.",
            format!(
                "Create the client in {name} while signed in to {expected}, or change the account of this connection."
            ),
        ),
        Grant::HttpBasic | Grant::ApiKey | Grant::None => Cause::new(
            terms.presented().map_or_else(
                || "The address belongs to another account.".to_owned(),
                |presented| {
                    format!("The {presented} of this connection belong to another account.")
                },
            ),
            format!(
                "Take them from {name} while signed in to {expected}, or change the account of this connection."
            ),
        ),
    };
    Check::failed(
        CheckId::Account,
        format!(
            "The API answers for the account {}, not for {expected}.",
            quoted(found, 80)
        ),
    )
    .because(whose)
    .because(Cause::new(
        "The account was renamed, and its old address still works.",
        "Use the account name that the API shows.",
    ))
}
