//! Clients that sign, and tokens that live long.

use super::super::fault::at;
use super::super::parameters::{is_parameter_name, is_reserved_parameter};
use super::super::schema::{ClientAssertion, ClientAuthentication, Grant, KeyOrigin};
use super::Review;

/// Rule D5.
const LIFETIMES: std::ops::RangeInclusive<u32> = 1..=300;

/// Ten years: longer than any key should live.
const LONGEST_TOKEN: u32 = 315_360_000;

impl Review<'_> {
    pub(super) fn signing(&mut self) {
        self.client_assertion();
        self.service_tokens();
    }

    fn client_assertion(&mut self) {
        if !(self.read("client_assertion") && self.read("client_authentication")) {
            return;
        }
        let rules = &self.provider.client_assertion;
        let ways = &self.provider.client_authentication;
        let by_key = ways.contains(&ClientAuthentication::PrivateKeyJwt);
        let signs = by_key || ways.contains(&ClientAuthentication::ClientSecretJwt);
        if !signs && *rules != ClientAssertion::default() {
            self.fault(
                at!["client_assertion"],
                "The section is about signing, and no offered client authentication signs.",
                "Add private_key_jwt to client_authentication, or remove the section.",
            );
        }
        if !by_key && rules.keys == KeyOrigin::Issued {
            self.fault(
                at!["client_assertion", "keys"],
                "No key is issued where a client signs with its secret.",
                "Add private_key_jwt to client_authentication, or remove this.",
            );
        }
        if rules.algorithms.is_empty() {
            self.fault(
                at!["client_assertion", "algorithms"],
                "The list is empty.",
                "Name at least one, for example ES256.",
            );
        }
        for (index, algorithm) in rules.algorithms.iter().enumerate() {
            if rules.algorithms[..index].contains(algorithm) {
                self.fault(
                    at!["client_assertion", "algorithms", index],
                    "This is listed twice.",
                    "Keep one.",
                );
            }
        }
        if !LIFETIMES.contains(&rules.lifetime_seconds) {
            self.fault(
                at!["client_assertion", "lifetime_seconds"],
                "An assertion lives from 1 to 300 seconds.",
                "Write 60, or what the provider asks for.",
            );
        }
    }

    fn service_tokens(&mut self) {
        let Some(rules) = &self.provider.service_tokens else {
            return;
        };
        if self.read("grants") && !self.offers(Grant::ClientCredentials) {
            self.fault(
                at!["service_tokens"],
                "Such tokens come by a grant that is not offered.",
                "Add client_credentials to grants, or remove the section.",
            );
        }
        self.parameters(&at!["service_tokens", "parameters"], &rules.parameters);
        let name = &rules.lifetime_parameter;
        let taken = rules.parameters.contains_key(name);
        if !is_parameter_name(name) || is_reserved_parameter(name) || taken {
            self.fault(
                at!["service_tokens", "lifetime_parameter"],
                "This cannot be the parameter that asks for a life.",
                "Write the name that the provider gives it, for example expires_in.",
            );
        }
        let (shortest, longest) = (rules.shortest_seconds, rules.longest_seconds);
        if shortest == 0 || shortest > longest || longest > LONGEST_TOKEN {
            self.fault(
                at!["service_tokens", "longest_seconds"],
                "The bounds are not those of a life: from 1 second to ten years, the shortest first.",
                "Compare both with the provider's documentation.",
            );
        }
        self.presented_in(&at!["service_tokens", "header"], &rules.header);
        for (index, name) in rules.token_types.iter().enumerate() {
            self.speaks(at!["service_tokens", "token_types", index], name);
        }
        for (index, note) in rules.notes.iter().enumerate() {
            self.speaks(at!["service_tokens", "notes", index], note);
        }
    }
}
