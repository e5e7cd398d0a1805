//! How to create a client at a server of which only the metadata is known.

use crate::provider::{Grant, GuideStep};

/// Steps that hold for every server called `name`, with what no metadata says marked as uncertain.
pub(super) fn steps(name: &str, grants: &[Grant]) -> Vec<GuideStep> {
    let mut steps = all_steps(name);
    steps.retain(|step| step.grant.is_none_or(|only| grants.contains(&only)));
    steps
}

fn all_steps(name: &str) -> Vec<GuideStep> {
    vec![
        GuideStep {
            uncertain: Some(
                "Each server has its own pages for this; its manual says where clients are made."
                    .to_owned(),
            ),
            ..step(
                "Create a client",
                &format!(
                    "Sign in to {name} as an administrator and create a client with a secret (a \
                     confidential client)."
                ),
            )
        },
        GuideStep {
            grant: Some(Grant::AuthorizationCode),
            copy: Some("redirect_uris".to_owned()),
            uncertain: Some(
                "The server does not publish whether it takes an address on your own computer."
                    .to_owned(),
            ),
            ..step(
                "Register the redirect address",
                "Allow the authorization code and refresh tokens, and add this address as a \
                 redirect URI, exactly as it is here.",
            )
        },
        GuideStep {
            grant: Some(Grant::ClientCredentials),
            ..step(
                "Allow client credentials",
                "Switch on the client credentials grant for this client.",
            )
        },
        GuideStep {
            copy: Some("scopes".to_owned()),
            ..step(
                "Give it the scopes you need",
                "Allow each scope from this list and no more.",
            )
        },
        step(
            "Copy the client ID and the client secret",
            "Copy both values into the next step straight away. Many servers show the secret only \
             once.",
        ),
    ]
}

fn step(title: &str, text: &str) -> GuideStep {
    GuideStep {
        title: title.to_owned(),
        text: text.to_owned(),
        url: None,
        copy: None,
        grant: None,
        uncertain: None,
    }
}
