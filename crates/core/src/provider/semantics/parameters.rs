//! Additional parameters and scopes: what may be named, and which values they may hold.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::super::fault::Path;
use super::super::host;
use super::super::parameters::{is_parameter_name, is_reserved_parameter, text_pieces};
use super::super::schema::VariableKind;
use super::super::template::Piece;
use super::Review;

/// More are no parameters of one request any more.
const MOST: usize = 20;
const LONGEST_VALUE: usize = 500;

impl Review<'_> {
    /// The parameters that an address brings along (RFC 6749 §3.1, §3.2) are parameters like others.
    pub(super) fn query(&mut self, at: &Path, template: &str) {
        let query = template.split_once('?').map_or("", |(_, query)| query);
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            let shown = host::shown(&name);
            if is_reserved_parameter(&name) {
                self.fault(
                    at.clone(),
                    format!("{shown} is set by Proofkey itself and cannot be in the address."),
                    "Remove it from the query.",
                );
            } else if name.contains('{') {
                self.fault(
                    at.clone(),
                    format!("The name of the parameter {shown} is not a fixed one."),
                    "Put braces into values only.",
                );
            }
        }
    }

    pub(super) fn parameters(&mut self, at: &Path, parameters: &BTreeMap<String, String>) {
        if parameters.len() > MOST {
            self.fault(
                at.clone(),
                format!("There are more than {MOST} parameters."),
                "Keep those that the server asks for.",
            );
        }
        for (name, value) in parameters {
            let at = at.with(name);
            if !is_parameter_name(name) {
                self.fault(
                    at,
                    format!("\"{}\" is not the name of a parameter.", host::shown(name)),
                    "Use letters, digits, hyphens, dots and underscores.",
                );
            } else if is_reserved_parameter(name) {
                self.fault(
                    at,
                    format!("{name} is set by Proofkey itself and cannot be set here."),
                    "Remove it.",
                );
            } else if value.len() > LONGEST_VALUE || value.chars().any(char::is_control) {
                self.fault(
                    at,
                    "The value is too long or holds a control character.",
                    "Write at most 500 characters on one line.",
                );
            } else {
                self.named(&at, value, true);
            }
        }
    }

    /// The names in braces of a text: each has a value. One that can be missing is right for a
    /// parameter, which is not sent then; elsewhere the text could not always be made.
    pub(super) fn named(&mut self, at: &Path, text: &str, may_be_missing: bool) {
        let pieces = match text_pieces(text) {
            Ok(pieces) => pieces,
            Err(fault) => {
                self.fault(
                    at.clone(),
                    fault,
                    "Write the name of a variable in braces, for example {account}.",
                );
                return;
            }
        };
        for piece in pieces {
            if let Piece::Placeholder(name) = piece {
                self.name_in_text(at, &name, may_be_missing);
            }
        }
    }

    fn name_in_text(&mut self, at: &Path, name: &str, may_be_missing: bool) {
        if !(self.read("variables") && self.read("regions")) {
            return;
        }
        let provider = self.provider;
        if let Some(variable) = provider.variables.iter().find(|v| v.name == name) {
            if variable.kind == VariableKind::Region {
                self.fault(
                    at.clone(),
                    format!("{{{name}}} chooses the region and has no value of its own."),
                    "Use a name from the values of the regions.",
                );
            } else if variable.optional && !may_be_missing {
                self.fault(
                    at.clone(),
                    format!("{{{name}}} is optional, so the text could not always be made."),
                    "Make the variable required.",
                );
            }
            return;
        }
        let gives = |region: &&super::super::schema::Region| {
            region.values.contains_key(name) || region.asks.iter().any(|ask| ask.name == name)
        };
        let regions = &provider.regions;
        if !regions.iter().any(|region| gives(&region)) {
            self.fault(
                at.clone(),
                format!("No variable and no region value is called {name}."),
                "Correct the name in braces, or add the variable.",
            );
        } else if let Some(silent) = regions.iter().find(|region| !gives(region)) {
            self.fault(
                at.clone(),
                format!("The region {} gives no {name}.", silent.id),
                format!("Add {name} to its values, or to its asks."),
            );
        }
    }
}
