//! Grants, scopes, probes, guide: what is sent and what an answer means.

use std::collections::BTreeSet;

use super::super::fault::at;
use super::super::host;
use super::Review;
use crate::connection::is_scope_token;

impl Review<'_> {
    pub(super) fn behaviour(&mut self) {
        self.scopes();
        self.probes();
        self.detection();
        self.guide();
    }

    fn scopes(&mut self) {
        let scopes = &self.provider.scopes;
        if !self.read("scopes") {
            return;
        }
        self.separator(at!["scopes", "separator"], &scopes.separator);
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
            self.named(&at.with("name"), &entry.name, false);
            self.speaks(at.with("group"), &entry.group);
            self.for_grant(&at, entry.grant);
        }
        for (key, names) in [("suggested", &scopes.suggested), ("always", &scopes.always)] {
            for (index, name) in names.iter().enumerate() {
                self.listed_scope(at!["scopes", key, index], name);
            }
        }
    }

    /// A scope that is named elsewhere is one of the entries.
    pub(super) fn listed_scope(&mut self, at: super::Path, name: &str) {
        let entries = &self.provider.scopes.entries;
        if self.read("scopes") && entries.iter().all(|entry| entry.name != name) {
            self.fault(
                at,
                format!("The scope {} is not listed.", host::shown(name)),
                "Add it to the entries of [scopes], or correct its name.",
            );
        }
    }

    fn probes(&mut self) {
        for (index, probe) in self.provider.probes.iter().enumerate() {
            let at = at!["probes", index];
            self.probe_path(&at.with("path"), &probe.path);
            self.probe_headers(&at, probe);
            self.for_grant(&at, probe.grant);
            self.statuses(&at.with("success_status"), &probe.success_status);
            self.speaks(at.with("proves"), &probe.proves);
            self.probe_answer(&at, probe);
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

    pub(super) fn statuses(&mut self, at: &super::Path, statuses: &[u16]) {
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
            if let Some(uncertain) = &step.uncertain {
                self.speaks(at.with("uncertain"), uncertain);
            }
            self.for_grant(&at, step.grant);
        }
    }
}
