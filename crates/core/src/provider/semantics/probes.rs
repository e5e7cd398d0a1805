//! Probes: a call that reaches nothing but the API, and an answer that can be judged.

use super::super::host;
use super::super::parameters::text_pieces;
use super::super::schema::{Probe, Scalar, VariableKind};
use super::super::template::{Piece, Place, Template, Value};
use super::super::values::of_file;
use super::addresses::kind_fits;
use super::sign_in::{FRAMING, is_header_byte, is_one_of};
use super::{Path, Review};

/// Headers through which a call would present something else than the connection's own credential.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

impl Review<'_> {
    /// A path below the API base. One variable of the kind `path` may be all of it; others stand
    /// escaped inside.
    pub(super) fn probe_path(&mut self, at: &Path, path: &str) {
        let pieces = text_pieces(path).unwrap_or_default();
        if let [Piece::Placeholder(name)] = pieces.as_slice() {
            let kinds = self.kinds();
            let kind = kinds.get(name.as_str());
            if self.read("variables") && kind != Some(&VariableKind::Path) {
                self.fault(
                    at.clone(),
                    format!("No variable of the kind path is called {name}."),
                    "Write the path as it follows the API address, for example /account.",
                );
            }
            return;
        }
        let template = Template::parse(&format!("https://api.example{path}"));
        let sample: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.as_str(),
                Piece::Placeholder(_) => "x",
            })
            .collect();
        match template {
            Ok(template) if host::is_path(&sample) => {
                for (name, place) in template.placeholders() {
                    self.path_name(at, name, place);
                }
            }
            _ => self.fault(
                at.clone(),
                "The path does not begin with one slash, or is more than path and query.",
                "Write it as it follows the API address, for example /account.",
            ),
        }
    }

    fn path_name(&mut self, at: &Path, name: &str, place: Place) {
        let before = self.faults.len();
        self.named(at, &format!("{{{name}}}"), true);
        if self.faults.len() > before {
            return;
        }
        let variables = &self.provider.variables;
        let fits = match variables.iter().find(|variable| variable.name == name) {
            Some(variable) => kind_fits(variable.kind, place),
            None => self.provider.regions.iter().all(|region| {
                let asked = region.asks.iter().find(|ask| ask.name == name);
                let given = || region.values.get(name).map(|text| of_file(text));
                match asked {
                    Some(ask) => kind_fits(ask.kind, place),
                    None => given().is_none_or(|value: Value| place.takes(&value)),
                }
            }),
        };
        if !fits && self.read("variables") && self.read("regions") {
            self.fault(
                at.clone(),
                format!("The value of {{{name}}} does not fit into a path."),
                "Use a host label or text.",
            );
        }
    }

    pub(super) fn probe_headers(&mut self, at: &Path, probe: &Probe) {
        let own = &self.provider.token_header.name;
        for (name, value) in &probe.headers {
            let at = at.with("headers").with(name);
            if name.is_empty() || !name.bytes().all(is_header_byte) {
                self.fault(
                    at,
                    format!("\"{}\" is not the name of a header.", host::shown(name)),
                    "Use letters, digits and hyphens, for example Accept.",
                );
            } else if is_one_of(&CREDENTIALS, name)
                || is_one_of(&FRAMING, name)
                || name.eq_ignore_ascii_case(own)
            {
                self.fault(
                    at,
                    format!("{name} is set by Proofkey itself and cannot be set here."),
                    "Remove it.",
                );
            } else if value.len() > 500 || !value.bytes().all(is_value_byte) {
                self.fault(
                    at,
                    "The value is too long, or holds something else than visible plain characters.",
                    "Write at most 500 plain characters.",
                );
            }
        }
    }

    /// What the answer must hold, and what it is compared with.
    pub(super) fn probe_answer(&mut self, at: &Path, probe: &Probe) {
        if let Some(scope) = &probe.scope {
            self.listed_scope(at.with("scope"), scope);
        }
        for (index, rule) in probe.requires.iter().enumerate() {
            let at = at.with("requires").with(index);
            self.pointer(at.with("pointer"), &rule.pointer);
            if let Some(Scalar::Text(text)) = &rule.equals {
                self.speaks(at.with("equals"), text);
            }
        }
        let Some(matches) = &probe.matches else {
            return;
        };
        self.pointer(at.with("matches").with("pointer"), &matches.pointer);
        if self.read("variables") && !self.kinds().contains_key(matches.variable.as_str()) {
            self.fault(
                at.with("matches").with("variable"),
                format!("No variable is called {}.", host::shown(&matches.variable)),
                "Name a variable of this file, for example account.",
            );
        }
    }

    fn pointer(&mut self, at: Path, pointer: &str) {
        if !is_pointer(pointer) {
            self.fault(
                at,
                "This is not a JSON pointer (RFC 6901).",
                "Begin it with a slash, for example /name.",
            );
        }
    }
}

fn is_value_byte(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

/// RFC 6901 §3: tokens after slashes; a tilde is followed by 0 or 1.
fn is_pointer(text: &str) -> bool {
    text.starts_with('/')
        && text
            .split('~')
            .skip(1)
            .all(|after| after.starts_with(['0', '1']))
}
