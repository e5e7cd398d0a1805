//! The authorization code grant: what a person's approval needs, and what a file must not be able to
//! smuggle into it.

use std::collections::BTreeSet;

use super::super::approval::{
    AuthorizationCode, ID_TOKEN_ALGORITHMS, PushedRequests, RedirectPolicy, ResponseIssuer,
};
use super::super::fault::at;
use super::super::host;
use super::super::parameters::{is_parameter_name, is_reserved_parameter};
use super::super::schema::Grant;
use super::Review;

/// Members of the token response that have their own place.
const OWN_MEMBERS: [&str; 6] = [
    "access_token",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    "token_type",
];

const MOST_PORTS: usize = 20;

impl Review<'_> {
    pub(super) fn approval(&mut self) {
        if !self.read("grants") || !self.read("authorization_code") {
            return;
        }
        let offered = self.provider.grants.contains(&Grant::AuthorizationCode);
        match &self.provider.authorization_code {
            None if offered => self.fault(
                at!["grants"],
                "The grant authorization_code is offered, but the section about it is missing.",
                "Add [authorization_code], or remove the grant.",
            ),
            None => {}
            Some(_) if !offered => self.fault(
                at!["authorization_code"],
                "The section is about a grant that is not offered.",
                "Add authorization_code to grants, or remove the section.",
            ),
            Some(rules) => {
                self.approval_addresses(rules);
                self.redirect_ports(rules);
                for (key, parameters) in [
                    ("parameters", &rules.parameters),
                    ("token_parameters", &rules.token_parameters),
                    ("refresh_parameters", &rules.refresh_parameters),
                ] {
                    self.parameters(&at!["authorization_code", key], parameters);
                }
                self.response_server(rules);
                self.kept_members(rules);
                self.algorithms(rules);
                self.approval_scopes(rules);
                for (index, note) in rules.notes.iter().enumerate() {
                    self.speaks(at!["authorization_code", "notes", index], note);
                }
            }
        }
    }

    fn approval_addresses(&mut self, rules: &AuthorizationCode) {
        if !self.read("endpoints") {
            return;
        }
        let endpoints = &self.provider.endpoints;
        let rule = |key: &str| at!["authorization_code", key];
        let needs = [
            (
                endpoints.authorization.is_none(),
                at!["endpoints", "authorization"],
                "The address where a person approves is missing.",
                "Add authorization to [endpoints].",
            ),
            (
                rules.pushed_requests != PushedRequests::Unsupported
                    && endpoints.pushed_authorization.is_none(),
                rule("pushed_requests"),
                "Requests are pushed, but the address for it is missing.",
                "Add pushed_authorization to [endpoints], or write pushed_requests = \"unsupported\".",
            ),
            (
                rules.response_issuer == ResponseIssuer::Sent && endpoints.issuer.is_none(),
                rule("response_issuer"),
                "The answer names its issuer, but the file does not, so they cannot be compared.",
                "Add issuer to [endpoints].",
            ),
            (
                endpoints.metadata.is_some() && endpoints.issuer.is_none(),
                at!["endpoints", "metadata"],
                "Metadata is used in the name of an issuer, and the file names none.",
                "Add issuer to [endpoints], exactly as the metadata writes it.",
            ),
        ];
        for (missing, at, summary, remedy) in needs {
            if missing {
                self.fault(at, summary, remedy);
            }
        }
    }

    fn redirect_ports(&mut self, rules: &AuthorizationCode) {
        let at = at!["authorization_code", "redirect_ports"];
        let ports = &rules.redirect_ports;
        match rules.redirect {
            RedirectPolicy::LoopbackFixedPort if ports.is_empty() => self.fault(
                at.clone(),
                "The port is fixed, but none is listed.",
                "List the ports to register, for example redirect_ports = [49213].",
            ),
            RedirectPolicy::LoopbackFixedPort => {}
            _ if ports.is_empty() => {}
            _ => self.fault(
                at.clone(),
                "Ports are listed, but the redirect policy does not use them.",
                "Write redirect = \"loopback_fixed_port\", or remove the list.",
            ),
        }
        let mut seen = BTreeSet::new();
        for (index, port) in ports.iter().enumerate() {
            if *port < 1024 || !seen.insert(port) {
                self.fault(
                    at.with(index),
                    "This port is listed twice, or only an administrator may open it.",
                    "Use different ports from 1024 on.",
                );
            }
        }
        if ports.len() > MOST_PORTS {
            self.fault(
                at,
                format!("There are more than {MOST_PORTS} ports, and each is registered."),
                "Three are enough.",
            );
        }
    }

    fn response_server(&mut self, rules: &AuthorizationCode) {
        if let Some(name) = &rules.response_server
            && (!is_parameter_name(name) || is_reserved_parameter(name) || name == "iss")
        {
            self.fault(
                at!["authorization_code", "response_server"],
                "This is not a parameter that could name a server.",
                "Write it as the authorization response does, for example accounts-server.",
            );
        }
    }

    fn kept_members(&mut self, rules: &AuthorizationCode) {
        for (index, name) in rules.keep.iter().enumerate() {
            let at = at!["authorization_code", "keep", index];
            if !is_parameter_name(name) {
                self.fault(
                    at,
                    "This is not the name of a member.",
                    "Write it as the token response does, for example sid.",
                );
            } else if OWN_MEMBERS.contains(&name.as_str()) {
                self.fault(at, format!("{name} is kept anyway."), "Remove it.");
            }
        }
    }

    /// Rule F4: a file can choose among signatures with a published key, and nothing else.
    fn algorithms(&mut self, rules: &AuthorizationCode) {
        let names = &rules.id_token_algorithms;
        for (index, name) in names.iter().enumerate() {
            let at = at!["authorization_code", "id_token_algorithms", index];
            if !ID_TOKEN_ALGORITHMS.contains(&name.as_str()) {
                self.fault(
                    at,
                    format!(
                        "{} is no signature that an ID token may have.",
                        host::shown(name)
                    ),
                    format!("Choose among {}.", ID_TOKEN_ALGORITHMS.join(", ")),
                );
            } else if names[..index].contains(name) {
                self.fault(at, "This is listed twice.", "Keep one.");
            }
        }
        if !names.is_empty() && self.read("endpoints") && self.provider.endpoints.jwks.is_none() {
            self.fault(
                at!["authorization_code", "id_token_algorithms"],
                "The signature of an ID token cannot be checked without the keys.",
                "Add jwks to [endpoints], or remove the list.",
            );
        }
    }

    fn approval_scopes(&mut self, rules: &AuthorizationCode) {
        if let Some(scope) = &rules.refresh_scope {
            self.listed_scope(at!["authorization_code", "refresh_scope"], scope);
        }
        for (index, scope) in rules.suggested_scopes.iter().enumerate() {
            self.listed_scope(at!["authorization_code", "suggested_scopes", index], scope);
        }
    }
}
