//! What the parts of a connection are called in the sentences of a report.

use crate::connection::Connection;
use crate::connection::credentials::{Credentials, credentials};
use crate::error::Quoted;
use crate::provider::{
    ErrorSource, Grant, KnownError, Provider, Variable, VariableKind, known_error,
};
use crate::wording::in_a_sentence;

use super::report::Cause;

/// A connection and its provider, for whoever writes about them.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub provider: &'a Provider,
    pub connection: &'a Connection,
}

impl<'a> Terms<'a> {
    /// The provider's name for a sentence: without what tells it from its variants, and "the system"
    /// where the name stands for any.
    pub(super) fn name(self) -> &'a str {
        let name = &self.provider.name;
        let any = ["A ", "An ", "Another "];
        if any.iter().any(|article| name.starts_with(article)) {
            return "the system";
        }
        name.split_once(", ").map_or(name, |(name, _)| name)
    }

    pub(super) fn credentials(self) -> Credentials<'a> {
        let Connection {
            grant,
            client_authentication,
            ..
        } = self.connection;
        credentials(self.provider, *grant, *client_authentication)
    }

    /// Whether the client signs what it sends (RFC 7523 §2.2).
    pub(super) fn signs(self) -> bool {
        self.connection.client_authentication.is_signed()
    }

    /// What the API is shown: "token", "API key", "user name and password". Nothing where nothing is.
    pub(super) fn presented(self) -> Option<String> {
        match self.connection.grant {
            Grant::ClientCredentials | Grant::AuthorizationCode => Some("token".to_owned()),
            Grant::HttpBasic | Grant::ApiKey => Some(self.credentials().in_a_sentence()),
            Grant::None => None,
        }
    }

    /// What the provider file knows of a refusal.
    pub(super) fn known(self, from: ErrorSource, words: &Quoted) -> Option<&'a KnownError> {
        known_error(self.provider, from, words)
    }

    /// Whether the provider runs in several places.
    pub(super) fn has_regions(self) -> bool {
        self.provider.regions.len() > 1
    }

    /// "The account name or the region is mistyped."; nothing where the person typed no part of an
    /// address.
    pub(super) fn mistyped(self) -> Option<Cause> {
        let typed = self.typed();
        let (summary, compare) = match typed.as_slice() {
            [] => return None,
            [only] => (format!("The {only} is mistyped."), "it"),
            [first @ .., last] => (
                format!("The {} or the {last} is mistyped.", first.join(", the ")),
                if typed.len() == 2 { "both" } else { "them" },
            ),
        };
        let with = self.shown_where();
        let remedy = if self.has_label() {
            format!("Compare {compare}, letter by letter, with {with}, or paste that address.")
        } else {
            format!("Compare {compare}, letter by letter, with {with}.")
        };
        Some(Cause::new(summary, remedy))
    }

    /// "the account name and the region", for what to compare; "the connection" where nothing is typed.
    pub(super) fn place(self) -> String {
        let typed = self.typed();
        match typed.as_slice() {
            [] => "the values of this connection".to_owned(),
            [only] => format!("the {only}"),
            [first @ .., last] => format!("the {} and the {last}", first.join(", the ")),
        }
    }

    /// Where a person sees the right address.
    pub(super) fn shown_where(self) -> &'static str {
        if self.has_label() {
            "the address you see when you sign in"
        } else {
            "what the system’s own pages show"
        }
    }

    fn typed(self) -> Vec<String> {
        let address = |variable: &&Variable| {
            matches!(
                variable.kind,
                VariableKind::HostLabel
                    | VariableKind::Region
                    | VariableKind::Host
                    | VariableKind::HttpsUrl
            )
        };
        let labels = self.provider.variables.iter().filter(address);
        labels.map(|variable| self.label(variable)).collect()
    }

    /// What the person typed to name their account: the label of the first host name.
    pub(super) fn account(self) -> String {
        let label = self.of_kind(VariableKind::HostLabel).next();
        label.map_or_else(|| "account".to_owned(), |variable| self.label(variable))
    }

    /// What the provider calls its regions: "region", "data centre".
    pub(super) fn region(self) -> String {
        let variable = self.of_kind(VariableKind::Region).next();
        variable.map_or_else(|| "region".to_owned(), |variable| self.label(variable))
    }

    fn label(self, variable: &Variable) -> String {
        in_a_sentence(&variable.label, &self.provider.name)
    }

    pub(super) fn has_label(self) -> bool {
        self.of_kind(VariableKind::HostLabel).next().is_some()
    }

    fn of_kind(self, kind: VariableKind) -> impl Iterator<Item = &'a Variable> {
        self.provider
            .variables
            .iter()
            .filter(move |variable| variable.kind == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixtures::{connection, provider};

    fn mistyped(variables: &[(&str, VariableKind)]) -> Option<Cause> {
        let mut provider = provider();
        let first = provider.variables[0].clone();
        let named = |(label, kind): &(&str, VariableKind)| Variable {
            label: (*label).to_owned(),
            kind: *kind,
            ..first.clone()
        };
        provider.variables = variables.iter().map(named).collect();
        let terms = Terms {
            provider: &provider,
            connection: &connection(),
        };
        terms.mistyped()
    }

    #[test]
    fn what_may_be_mistyped_is_called_as_the_form_calls_it() {
        use VariableKind::{HostLabel, HttpsUrl, Region, Text};
        let cause = mistyped(&[("Account name", HostLabel), ("Region", Region)]).expect("a cause");
        assert_eq!(cause.summary, "The account name or the region is mistyped.");
        assert!(
            cause
                .remedy
                .starts_with("Compare both, letter by letter, with the address you see")
        );
        let cause = mistyped(&[("Subdomain", HostLabel)]).expect("a cause");
        assert_eq!(cause.summary, "The subdomain is mistyped.");
        let cause = mistyped(&[("API address", HttpsUrl), ("Test path", Text)]).expect("a cause");
        assert_eq!(cause.summary, "The API address is mistyped.");
        assert!(!cause.remedy.contains("paste"));
        assert!(mistyped(&[("Tenant", Text)]).is_none());
    }
}
