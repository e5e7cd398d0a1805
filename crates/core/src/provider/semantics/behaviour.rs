//! Grants, scopes, probes, guide: what is sent and what an answer means.

use std::collections::BTreeSet;

use super::super::fault::at;
use super::super::host;
use super::super::schema::Probe;
use super::Review;
use crate::connection::is_scope_token;

impl Review<'_> {
    pub(super) fn behaviour(&mut self) {
        self.sign_in();
        self.scopes();
        self.probes();
        self.detection();
        self.guide();
        let lifetimes = &self.provider.lifetimes;
        if lifetimes.access_token_seconds == Some(0) {
            self.fault(
                at!["lifetimes", "access_token_seconds"],
                "A token that lives no time cannot be used.",
                "Write its usual life in seconds, or leave the key out.",
            );
        }
    }

    fn sign_in(&mut self) {
        let provider = self.provider;
        self.repeats("grants", &provider.grants);
        self.repeats("client_authentication", &provider.client_authentication);
        let lists = [
            ("grants", provider.grants.is_empty()),
            (
                "client_authentication",
                provider.client_authentication.is_empty(),
            ),
        ];
        for (key, empty) in lists {
            if empty && self.read(key) {
                self.fault(at![key], "The list is empty.", "Name at least one.");
            }
        }
        if self.read("token_header") {
            let header = &provider.token_header;
            if header.name.is_empty() || !header.name.bytes().all(is_header_byte) {
                self.fault(
                    at!["token_header", "name"],
                    "This is not the name of a header.",
                    "Usually it is authorization.",
                );
            }
            if !header.scheme.bytes().all(is_header_byte) {
                self.fault(
                    at!["token_header", "scheme"],
                    "This is not one word.",
                    "Usually it is Bearer; leave it empty to send the token alone.",
                );
            }
        }
    }

    fn scopes(&mut self) {
        let scopes = &self.provider.scopes;
        if !self.read("scopes") {
            return;
        }
        if !matches!(scopes.separator.as_str(), " " | ",") {
            self.fault(
                at!["scopes", "separator"],
                "Scopes are separated by a space or a comma.",
                "Write separator = \" \".",
            );
        }
        let holds_separator = |name: &str| scopes.separator == "," && name.contains(',');
        let mut seen = BTreeSet::new();
        for (index, entry) in scopes.entries.iter().enumerate() {
            let at = at!["scopes", "entries", index];
            if !is_scope_token(&entry.name) || holds_separator(&entry.name) {
                self.fault(
                    at.with("name"),
                    format!("\"{}\" is not a scope.", host::shown(&entry.name)),
                    "A scope has no blanks, quotes or backslashes (RFC 6749 §3.3).",
                );
            } else if !seen.insert(entry.name.as_str()) {
                let summary = format!("The scope {} is listed twice.", entry.name);
                self.fault(at.with("name"), summary, "Keep one.");
            }
            self.speaks(at.with("group"), &entry.group);
        }
        for (index, name) in scopes.suggested.iter().enumerate() {
            if !seen.contains(name.as_str()) {
                self.fault(
                    at!["scopes", "suggested", index],
                    format!("{} is suggested but not listed.", host::shown(name)),
                    "Add it to the entries, or correct its name.",
                );
            }
        }
    }

    fn probes(&mut self) {
        for (index, probe) in self.provider.probes.iter().enumerate() {
            let at = at!["probes", index];
            if !host::is_path(&probe.path) {
                self.fault(
                    at.with("path"),
                    "The path does not begin with one slash, or is more than path and query.",
                    "Write it as it follows the API address, for example /account.",
                );
            }
            self.statuses(&at.with("success_status"), &probe.success_status);
            self.speaks(at.with("proves"), &probe.proves);
            self.probe_references(&at, probe);
        }
    }

    fn probe_references(&mut self, at: &super::Path, probe: &Probe) {
        let listed = |scope: &String| {
            self.provider
                .scopes
                .entries
                .iter()
                .any(|e| e.name == *scope)
        };
        if self.read("scopes") && probe.scope.as_ref().is_some_and(|scope| !listed(scope)) {
            self.fault(
                at.with("scope"),
                "The scope of this call is not listed.",
                "Add it to the entries of [scopes], or correct its name.",
            );
        }
        let Some(matches) = &probe.matches else {
            return;
        };
        if !is_pointer(&matches.pointer) {
            self.fault(
                at.with("matches").with("pointer"),
                "This is not a JSON pointer (RFC 6901).",
                "Begin it with a slash, for example /name.",
            );
        }
        if self.read("variables") && !self.kinds().contains_key(matches.variable.as_str()) {
            self.fault(
                at.with("matches").with("variable"),
                format!("No variable is called {}.", host::shown(&matches.variable)),
                "Name a variable of this file, for example account.",
            );
        }
    }

    fn detection(&mut self) {
        let Some(detection) = &self.provider.detection else {
            return;
        };
        let at = at!["detection"];
        self.statuses(&at.with("found_status"), &detection.found_status);
        self.statuses(&at.with("absent_status"), &detection.absent_status);
        let both = |status: &&u16| detection.found_status.contains(status);
        if let Some(status) = detection.absent_status.iter().find(both) {
            self.fault(
                at.with("absent_status"),
                format!("{status} would mean both found and absent."),
                "Keep it in one of the two lists.",
            );
        }
    }

    fn statuses(&mut self, at: &super::Path, statuses: &[u16]) {
        if statuses.is_empty() || !statuses.iter().all(|status| (100..600).contains(status)) {
            self.fault(
                at.clone(),
                "These are not HTTP statuses.",
                "List at least one number from 100 to 599, for example [200].",
            );
        }
    }

    fn guide(&mut self) {
        for (index, step) in self.provider.guide.iter().enumerate() {
            let at = at!["guide", index];
            self.speaks(at.with("title"), &step.title);
            self.speaks(at.with("text"), &step.text);
        }
    }
}

/// RFC 9110 §5.6.2 `tchar`.
fn is_header_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A path and query that come back unchanged when they follow a host.
/// RFC 6901 §3: tokens after slashes; a tilde is followed by 0 or 1.
fn is_pointer(text: &str) -> bool {
    text.starts_with('/')
        && text
            .split('~')
            .skip(1)
            .all(|after| after.starts_with(['0', '1']))
}
