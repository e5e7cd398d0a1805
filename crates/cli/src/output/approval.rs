//! A person's approval, for people: where it stands, and its receipt.

use proofkey_core::border::{
    AuthorizationFailure, AuthorizationStanding, AuthorizationStep, AuthorizationView, Consent,
    Person, RefreshOutcome,
};
use proofkey_core::connection::Redirect;

use super::tables::{Facts, moment};

/// What is printed after an approval: who approved what, where and when.
pub(crate) fn receipt(name: &str, consent: &Consent) -> String {
    let who = consent.person.as_ref().map_or_else(
        || "The authorization server does not say who approved".to_owned(),
        |person| format!("{} approved", called(person)),
    );
    let mut facts = Facts::default();
    consent_facts(&mut facts, consent);
    format!("{who} “{name}”.\n\n{}", facts.text())
}

/// What to do once a connection is saved and nobody has approved it yet.
pub(crate) fn required(id: &str, provider: &str, view: &AuthorizationView) -> String {
    let addresses = view.redirect_uris.join("\n  ");
    let register = match view.redirect_uris.len() {
        1 => format!("Register this redirect address at {provider}"),
        _ => format!("Register these redirect addresses at {provider}"),
    };
    let paste = match view.redirect {
        Redirect::Pasted { .. } => {
            "\nThe browser lands on that address: copy it whole from there, and paste it when asked."
        }
        Redirect::Loopback { .. } => "",
    };
    format!(
        "Authorization required.\n\n{register}, exactly as it is here:\n  {addresses}\n\n\
         Then run \"proofkey authorize {id}\": a person logs in and approves in the browser.{paste}"
    )
}

/// The lines about its approval on a connection's page.
pub(super) fn approval_facts(facts: &mut Facts, id: &str, view: &AuthorizationView) {
    facts.add("Approval", standing(id, view));
    for uri in &view.redirect_uris {
        facts.add("Redirect URI", uri.clone());
    }
    if let Some(life) = &view.life {
        facts.add("Life", life.clone());
    }
    if let Some(consent) = &view.consent {
        if let Some(person) = &consent.person {
            facts.add("Approved by", full(person));
        }
        consent_facts(facts, consent);
    }
    if let Some(failure) = &view.failure {
        facts.add("Last attempt", failed(failure));
    }
}

fn standing(id: &str, view: &AuthorizationView) -> String {
    match view.standing {
        AuthorizationStanding::Authorized => "✔ given".to_owned(),
        AuthorizationStanding::Required => {
            format!("○ required: run \"proofkey authorize {id}\"")
        }
        AuthorizationStanding::SignInAgain => {
            format!("✖ ended: run \"proofkey authorize {id}\"")
        }
    }
}

fn consent_facts(facts: &mut Facts, consent: &Consent) {
    facts.add("Approved on", moment(consent.at));
    if let Some(account) = &consent.account {
        facts.add("Account", account.clone());
    }
    let granted = consent
        .granted_scopes
        .as_ref()
        .unwrap_or(&consent.requested_scopes);
    if !granted.is_empty() {
        facts.add("Granted", granted.join(" "));
    }
    let withheld: Vec<&str> = consent
        .requested_scopes
        .iter()
        .filter(|scope| !granted.contains(scope))
        .map(String::as_str)
        .collect();
    if !withheld.is_empty() {
        facts.add("Not granted", withheld.join(" "));
    }
    facts.add("Refresh token", refresh(&consent.refresh));
    for note in &consent.notes {
        facts.add("Note", note.clone());
    }
}

fn refresh(outcome: &RefreshOutcome) -> String {
    match outcome {
        RefreshOutcome::NotIssued { remedy } => format!("none was issued. {remedy}"),
        RefreshOutcome::Unneeded { note } => format!("none is needed. {note}"),
        RefreshOutcome::Proven => "used once, and it works".to_owned(),
        RefreshOutcome::Failed { problem } => format!("{} {}", problem.summary, problem.remedy),
    }
}

fn failed(failure: &AuthorizationFailure) -> String {
    let step = match failure.step {
        AuthorizationStep::Preparing => "while it was prepared",
        AuthorizationStep::Waiting => "in the browser",
        AuthorizationStep::Exchanging => "at the token endpoint",
        AuthorizationStep::Verifying => "when the person and the account were compared",
        AuthorizationStep::Keeping => "when the tokens were to be kept",
        AuthorizationStep::Refreshing => "when the refresh token was used",
    };
    let problem = &failure.problem;
    format!(
        "✖ {}, {step}: {} {}",
        moment(failure.at),
        problem.summary,
        problem.remedy
    )
}

/// As short as a person is called.
fn called(person: &Person) -> &str {
    [&person.name, &person.email]
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(&person.subject)
}

fn full(person: &Person) -> String {
    match (&person.name, &person.email) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        _ => called(person).to_owned(),
    }
}
