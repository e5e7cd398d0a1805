//! `proofkey sandbox --provider ID`: a peer that plays the system of a provider file, until Ctrl-C.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

use proofkey_core::border::PracticePerson;
use proofkey_core::connection::{ConnectionDraft, Redirect, Severity, SigningDraft, review};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::{Grant, Provider, RedirectHost, RedirectPolicy};
use proofkey_core::{Code, Problem, Secret};
use proofkey_sandbox::{Peer, PeerPlan, REGISTERED_CALLBACK};
use serde::Serialize;

use super::connection::{lay_variables, take_address};
use super::practice_commands::{Step, adding, authorizing};
use super::sandbox::{asked_to_end, io_failure, who};
use crate::args::Sandbox as Arguments;
use crate::exit::Failure;
use crate::output::Output;

/// What a program needs to connect. All of it is public: it opens nothing but this peer.
#[derive(Serialize)]
struct View<'a> {
    running: bool,
    address: String,
    /// For a connection without `--practice`.
    connect_to: String,
    ca_pem: &'a str,
    provider: &'a str,
    variables: &'a BTreeMap<String, String>,
    client_id: &'a str,
    client_secret: Option<&'a str>,
    /// Who signs in, where a person approves.
    person: Option<PracticePerson>,
    redirect: Option<String>,
    /// What to type, one way of signing in after the other.
    commands: &'a [Step],
}

pub(super) async fn run(
    proofkey: &Proofkey,
    id: &str,
    options: &Arguments,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let provider = proofkey.provider(id)?;
    let plan = planned(proofkey, &provider, &options.var, output)?;
    let drafts = practised(&provider).map(|grant| draft(&plan, grant));
    let drafts: Vec<ConnectionDraft> = drafts.collect();
    refuse_wrong(&provider, &drafts)?;
    let steps: Vec<Step> = drafts.iter().map(|one| step(&plan, one)).collect();
    let peer = Peer::start_on(options.port, plan.clone()).await;
    let peer = peer.map_err(|error| io_failure("The practice server could not start", &error))?;
    peer.register_what_comes();
    let descriptor = peer.descriptor();
    let folder = proofkey.config_dir();
    descriptor
        .write(folder)
        .map_err(|error| io_failure("Its address could not be written down", &error))?;
    let view = View {
        running: true,
        address: peer.address().to_string(),
        connect_to: peer.connect_to(),
        ca_pem: peer.ca_pem(),
        provider: &provider.id,
        variables: &plan.variables,
        client_id: &plan.client_id,
        client_secret: plan.client_secret.as_deref(),
        person: peer.customer().person,
        redirect: redirects(&provider),
        commands: &steps,
    };
    output.data(&view, || introduction(&view, &provider))?;
    let ended = asked_to_end().await;
    let withdrawn = descriptor.remove(folder);
    let stopped = peer.stop().await;
    ended.map_err(|error| io_failure("Ctrl-C cannot be waited for", &error))?;
    withdrawn
        .and(stopped)
        .map_err(|error| io_failure("The practice server did not stop cleanly", &error))?;
    output.talk("The practice server has stopped.");
    Ok(ExitCode::SUCCESS)
}

/// The customer: what the arguments say, and the examples of the file for the rest.
fn planned(
    proofkey: &Proofkey,
    provider: &Provider,
    texts: &[String],
    output: &Output,
) -> Result<PeerPlan, Failure> {
    let examples = provider.variables.iter();
    let examples = examples.map(|variable| (variable.name.clone(), variable.example.clone()));
    let plan = PeerPlan::practice(provider.clone(), examples.collect());
    let usual = provider.grants.first().copied().unwrap_or(Grant::None);
    let mut draft = draft(&plan, usual);
    lay_variables(&mut draft, texts)?;
    take_address(proofkey, &mut draft, output)?;
    Ok(PeerPlan {
        variables: draft.variables,
        ..plan
    })
}

/// One grant that needs nobody, and a person's approval, as far as the file offers them.
fn practised(provider: &Provider) -> impl Iterator<Item = Grant> {
    let approved = |grant: &Grant| *grant == Grant::AuthorizationCode;
    let alone = provider.grants.iter().find(|grant| !approved(grant));
    let person = provider.grants.iter().find(|grant| approved(grant));
    alone.into_iter().chain(person).copied()
}

/// The connection that the printed command adds.
fn draft(plan: &PeerPlan, grant: Grant) -> ConnectionDraft {
    let approved = grant == Grant::AuthorizationCode;
    let section = plan.provider.authorization_code.as_ref();
    let pasted = section.is_some_and(|it| it.redirect == RedirectPolicy::HttpsOnly);
    let id = Some(&plan.client_id).filter(|id| !id.is_empty() && grant != Grant::ApiKey);
    ConnectionDraft {
        name: if approved { "Approval" } else { "Rehearsal" }.to_owned(),
        provider: plan.provider.id.clone(),
        grant,
        client_authentication: plan.practice_authentication(grant),
        basic_encoding: None,
        scopes: plan.practice_scopes(grant),
        practice: true,
        redirect: (approved && pasted).then(|| Redirect::Pasted {
            uri: REGISTERED_CALLBACK.to_owned(),
        }),
        parameters: BTreeMap::new(),
        variables: plan.variables.clone(),
        client_id: id.cloned().map(Secret::new),
        client_secret: plan.client_secret.clone().map(Secret::new),
        signing: SigningDraft::default(),
        service_token: None,
    }
}

/// Everything that is wrong with the customer, each thing once.
fn refuse_wrong(provider: &Provider, drafts: &[ConnectionDraft]) -> Result<(), Failure> {
    let mut problems: Vec<Problem> = Vec::new();
    for finding in drafts
        .iter()
        .flat_map(|draft| review(provider, draft, false).findings)
        .filter(|finding| finding.severity == Severity::Blocking)
    {
        let problem = Problem::new(Code::DraftInvalid, finding.summary, finding.remedy);
        if !problems.iter().any(|one| one.summary == problem.summary) {
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}

fn step(plan: &PeerPlan, draft: &ConnectionDraft) -> Step {
    let approved = draft.grant == Grant::AuthorizationCode;
    Step {
        grant: draft.grant,
        add: adding(plan, draft),
        authorize: approved.then(|| authorizing(draft)),
    }
}

/// What the client may be sent back to.
fn redirects(provider: &Provider) -> Option<String> {
    let grant = provider.authorization_code.as_ref()?;
    let host = match grant.redirect_host {
        RedirectHost::Address => "127.0.0.1",
        RedirectHost::Localhost => "localhost",
    };
    let ports: Vec<String> = grant.redirect_ports.iter().map(u16::to_string).collect();
    Some(match grant.redirect {
        RedirectPolicy::HttpsOnly => "any https address".to_owned(),
        RedirectPolicy::LoopbackFixedPort => {
            format!("http://{host} with port {}, any path", ports.join(" or "))
        }
        RedirectPolicy::LoopbackAnyPort | RedirectPolicy::Unknown => {
            format!("http://{host}, any port and path")
        }
    })
}

fn introduction(view: &View<'_>, provider: &Provider) -> String {
    let mut text = format!(
        "“{}” is played on {}. Nothing here is real.\n",
        provider.name, view.address
    );
    for (place, step) in view.commands.iter().enumerate() {
        text.push('\n');
        text.push_str(&heading(view, step, place == 0));
        let _infallible = writeln!(text, "{}", step.add);
        if let Some(authorize) = &step.authorize {
            let _infallible = writeln!(text, "{authorize}");
        }
    }
    text.push_str(&known(view));
    let _infallible = writeln!(
        text,
        "\nIn the window, a new connection has it as “Practice: {}”.",
        provider.name
    );
    text.push_str("\nCtrl-C stops it.");
    text
}

/// The customer and the client, a line each.
fn known(view: &View<'_>) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for (name, value) in view.variables {
        lines.push((name, value.clone()));
    }
    if !view.client_id.is_empty() {
        lines.push(("ID", view.client_id.to_owned()));
    }
    if let Some(secret) = view.client_secret {
        lines.push(("secret", secret.to_owned()));
    }
    if let Some(person) = &view.person {
        lines.push(("person", who(person)));
    }
    if let Some(redirect) = &view.redirect {
        lines.push(("redirects to", redirect.clone()));
    }
    let width = lines.iter().map(|(label, _)| label.len()).max();
    let width = width.unwrap_or_default().max(15);
    let mut text = "\nWhat it knows\n".to_owned();
    for (label, value) in lines {
        let _infallible = writeln!(text, "  {label:<width$} {value}");
    }
    text
}

fn heading(view: &View<'_>, step: &Step, first: bool) -> String {
    let Some(person) = view.person.as_ref().filter(|_| step.authorize.is_some()) else {
        return "Connect to it from another terminal:\n".to_owned();
    };
    let begin = if first {
        "Connect to it from another terminal; a person approves."
    } else {
        "Or have a person approve."
    };
    let pasted = if step.add.contains(REGISTERED_CALLBACK) {
        " The page that you\nend on does not open; copy its address and paste it where the command waits."
    } else {
        ""
    };
    let who = who(person);
    match pasted {
        "" => format!("{begin} In the browser that opens, {who}:\n"),
        _ => format!("{begin} In the browser that opens, {who}.{pasted}\n"),
    }
}
