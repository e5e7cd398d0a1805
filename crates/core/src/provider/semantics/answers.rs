//! What answers look like: the token response, the API base that comes with it, lives.

use std::collections::BTreeSet;

use super::super::fault::at;
use super::super::host;
use super::super::parameters::is_parameter_name;
use super::super::schema::{AnsweredBase, Grant, RefreshPolicy};
use super::super::template::{Piece, Template};
use super::{Path, Review};

/// Members that never hold the access token.
const OTHER_MEMBERS: [&str; 7] = [
    "error",
    "error_description",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    "token_type",
];

impl Review<'_> {
    pub(super) fn answers(&mut self) {
        if self.read("token_response") {
            self.token_response();
        }
        if self.read("endpoints") {
            self.token_endpoint();
            if let Some(base) = &self.provider.endpoints.api_base_from {
                self.answered_base(base);
            }
        }
        if self.read("lifetimes") && self.read("refresh") {
            self.lives();
        }
    }

    /// A token endpoint is needed by every grant of OAuth, and used by no other.
    fn token_endpoint(&mut self) {
        let grants = &self.provider.grants;
        if !self.read("grants") || grants.is_empty() {
            return;
        }
        let needed = grants.iter().any(|grant| grant.is_oauth());
        let at = at!["endpoints", "token"];
        match &self.provider.endpoints.token {
            None if needed => self.fault(
                at,
                "The address that issues tokens is missing.",
                "Add token to [endpoints], for example token = \"https://login.example.com/token\".",
            ),
            Some(_) if !needed => self.fault(
                at,
                "There is an address that issues tokens, but no grant that asks for one.",
                "Remove it, or add client_credentials or authorization_code to grants.",
            ),
            _ => {}
        }
    }

    fn token_response(&mut self) {
        let answer = &self.provider.token_response;
        let section = at!["token_response"];
        let statuses = &answer.success_status;
        if statuses.is_empty() || !statuses.iter().all(|status| (200..300).contains(status)) {
            self.fault(
                section.with("success_status"),
                "These are not the statuses of a success.",
                "List at least one number from 200 to 299, for example [200, 201].",
            );
        }
        let lists = [
            ("token_types", &answer.token_types),
            ("token_members", &answer.token_members),
        ];
        for (key, items) in lists {
            let at = section.with(key);
            if items.is_empty() {
                self.fault(at.clone(), "The list is empty.", "Name at least one.");
            }
            let mut seen = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                let other = key == "token_members" && OTHER_MEMBERS.contains(&item.as_str());
                if !is_parameter_name(item) || other {
                    self.fault(
                        at.with(index),
                        format!("\"{}\" cannot stand here.", host::shown(item)),
                        "Write it as the answer does, for example access_token.",
                    );
                } else if !seen.insert(item.to_ascii_lowercase()) {
                    self.fault(at.with(index), "This is listed twice.", "Keep one.");
                }
            }
        }
        if let Some(separator) = &answer.scope_separator {
            self.separator(section.with("scope_separator"), separator);
        }
    }

    pub(super) fn separator(&mut self, at: Path, separator: &str) {
        if !matches!(separator, " " | ",") {
            self.fault(
                at,
                "Scopes are separated by a space or a comma.",
                "Write \" \" or \",\".",
            );
        }
    }

    /// The token goes to the listed hosts and nowhere else, so each must be one, and the address that
    /// is used until a token names another must be among them.
    fn answered_base(&mut self, base: &AnsweredBase) {
        let at = at!["endpoints", "api_base_from"];
        if !is_parameter_name(&base.member) || is_own_member(&base.member) {
            self.fault(
                at.with("member"),
                "This is not the name of a member that holds an address.",
                "Write it as the token response does, for example instance_url.",
            );
        }
        if base.hosts.is_empty() {
            self.fault(
                at.with("hosts"),
                "No host is listed, so the token could go nowhere.",
                "List the hosts that belong to the provider, for example [\"my.salesforce.com\"].",
            );
        }
        for (index, name) in base.hosts.iter().enumerate() {
            if !host::is_host(name) {
                self.fault(
                    at.with("hosts").with(index),
                    "This is not a host name of at least two parts.",
                    "Write the host alone, for example example.com. What lies below it counts too.",
                );
            }
        }
        let outside = self.fixed_end().is_some_and(|end| {
            let known = |name: &String| {
                end == *name || end.strip_suffix(name).is_some_and(|r| r.ends_with('.'))
            };
            !base.hosts.is_empty() && !base.hosts.iter().any(known)
        });
        if outside {
            self.fault(
                at.with("hosts"),
                "The host of api_base lies below none of these.",
                "Add its host, or correct api_base.",
            );
        }
    }

    /// The end of the API base's host that stands in the template itself: at least two labels.
    fn fixed_end(&self) -> Option<String> {
        let template = Template::parse(&self.provider.endpoints.api_base).ok()?;
        let mut labels: Vec<&str> = template
            .host()?
            .iter()
            .rev()
            .map_while(|piece| match piece {
                Piece::Literal(label) => Some(label.as_str()),
                Piece::Placeholder(_) => None,
            })
            .collect();
        labels.reverse();
        (labels.len() >= 2).then(|| labels.join("."))
    }

    fn lives(&mut self) {
        let lifetimes = &self.provider.lifetimes;
        let refresh = &self.provider.refresh;
        let seconds = [
            (
                at!["lifetimes", "access_token_seconds"],
                lifetimes.access_token_seconds,
            ),
            (
                at!["lifetimes", "assumed_seconds"],
                lifetimes.assumed_seconds,
            ),
            (at!["refresh", "idle_seconds"], refresh.idle_seconds),
            (at!["refresh", "absolute_seconds"], refresh.absolute_seconds),
        ];
        for (at, seconds) in seconds {
            if seconds == Some(0) {
                self.fault(
                    at,
                    "A token that lives no time cannot be used.",
                    "Write its usual life in seconds, or leave the key out.",
                );
            }
        }
        let lives = refresh.idle_seconds.is_some() || refresh.absolute_seconds.is_some();
        if refresh.policy == RefreshPolicy::None && lives {
            self.fault(
                at!["refresh", "policy"],
                "There are no refresh tokens, and the file says when they end.",
                "Write policy = \"unknown\", or remove the seconds.",
            );
        }
        let rotates = matches!(
            refresh.policy,
            RefreshPolicy::Static | RefreshPolicy::Rotating
        );
        let approved = !self.read("grants") || self.offers(Grant::AuthorizationCode);
        if (rotates || lives) && !approved {
            self.fault(
                at!["refresh"],
                "Only an approval by a person brings a refresh token, and that grant is not offered.",
                "Remove the section, or add authorization_code to grants.",
            );
        }
    }
}

fn is_own_member(name: &str) -> bool {
    name == "access_token" || OTHER_MEMBERS.contains(&name)
}
