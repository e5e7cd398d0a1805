//! What people paste in place of a value: endings of hosts, and addresses with the value in their path.

use super::super::fault::{Path, at};
use super::super::host;
use super::super::locate::ANY_REGION;
use super::super::schema::VariableKind;
use super::super::template::{Piece, Template};
use super::Review;

impl Review<'_> {
    pub(super) fn pasted(&mut self) {
        self.pasted_suffixes();
        for (index, text) in self.provider.pasted_addresses.iter().enumerate() {
            self.pasted_address(&at!["pasted_addresses", index], text);
        }
    }

    fn pasted_suffixes(&mut self) {
        for (region, suffixes) in &self.provider.pasted_suffixes {
            let at = at!["pasted_suffixes", region];
            let known =
                region == ANY_REGION || self.provider.regions.iter().any(|r| r.id == *region);
            if self.read("regions") && !known {
                self.fault(
                    at.clone(),
                    format!("There is no region with the id {}.", host::shown(region)),
                    "Use the id of a region in this file, or \"any\" for endings that tell none.",
                );
            }
            for (index, suffix) in suffixes.iter().enumerate() {
                if !host::is_host(suffix) {
                    self.fault(
                        at.with(index),
                        "This is not a host name.",
                        "Write what follows the account's name, for example mytalkdesk.com.",
                    );
                }
            }
        }
    }

    /// The host is the system's own, so that no value of somebody else's is taken; what is found must be
    /// of a kind that is checked again, part by part.
    fn pasted_address(&mut self, at: &Path, text: &str) {
        let Some(template) = self.parsed(at, text) else {
            return;
        };
        let Some(name) = found_in_path(&template) else {
            self.fault(
                at.clone(),
                "This is not an address that ends in a slash and one name.",
                "Write the host as it is and the name in braces where its value stands, for example \
                 https://admin.example.com/store/{shop}.",
            );
            return;
        };
        let mut variables = self.provider.variables.iter();
        let variable = variables.find(|variable| variable.name == name);
        if !self.read("variables") {
            return;
        }
        match variable.map(|variable| variable.kind) {
            Some(VariableKind::HostLabel | VariableKind::Text) => {}
            Some(_) => self.fault(
                at.clone(),
                format!("{{{name}}} is nothing that stands in a path."),
                "Name a variable of the kind host_label or text.",
            ),
            None => self.fault(
                at.clone(),
                format!("No variable is called {name}."),
                "Correct the name in braces, or add the variable.",
            ),
        }
    }
}

/// The one name of a template whose host has none; it has the last part of the path to itself.
fn found_in_path(template: &Template) -> Option<&str> {
    let literal = |piece: &Piece| matches!(piece, Piece::Literal(_));
    match (template.host()?, template.path()) {
        (host, [Piece::Literal(before), Piece::Placeholder(name)])
            if host.iter().all(literal) && before.ends_with('/') && !before.contains('?') =>
        {
            Some(name)
        }
        _ => None,
    }
}
