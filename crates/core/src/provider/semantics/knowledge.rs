//! What is known about the values: evidence, deadlines, known errors, the custom connection.

use serde_json::Value;
use url::Url;

use super::super::deadline::day;
use super::super::fault::at;
use super::super::host;
use super::super::schema::{ErrorSource, Grant, KnownError};
use super::{Path, Review};

impl Review<'_> {
    pub(super) fn knowledge(&mut self) {
        self.evidence();
        self.deadlines();
        self.known_errors();
        if self.read("custom_connection") {
            self.custom_connection();
        }
        for (index, note) in self.provider.notes.iter().enumerate() {
            self.speaks(at!["notes", index], note);
        }
        for (index, source) in self.provider.sources.iter().enumerate() {
            self.source(at!["sources", index], source);
        }
    }

    fn evidence(&mut self) {
        // Paths are looked up in the whole, so they are only judged when all of it was read.
        let whole = if self.broken.is_empty() {
            serde_json::to_value(self.provider).ok()
        } else {
            None
        };
        for (index, evidence) in self.provider.evidence.iter().enumerate() {
            let at = at!["evidence", index];
            if evidence.values.is_empty() {
                self.fault(
                    at.with("values"),
                    "The list is empty.",
                    "Name the values that this is about, for example \"endpoints.token\".",
                );
            }
            for (place, value) in evidence.values.iter().enumerate() {
                let known = whole.as_ref().is_none_or(|whole| leads(whole, value));
                if !known {
                    self.fault(
                        at.with("values").with(place),
                        format!("{} leads to no value of this file.", host::shown(value)),
                        "Write keys with dots between them: endpoints.token, probes[0].path, \
                         regions.eu.",
                    );
                }
            }
            self.source(at.with("source"), &evidence.source);
            if let Some(note) = &evidence.note {
                self.speaks(at.with("note"), note);
            }
        }
    }

    fn deadlines(&mut self) {
        for (index, deadline) in self.provider.deadlines.iter().enumerate() {
            let at = at!["deadlines", index];
            if deadline.on.as_deref().is_some_and(|on| day(on).is_none()) {
                self.fault(
                    at.with("on"),
                    "This is not a day of the calendar.",
                    "Write it as \"2027-02-16\".",
                );
            }
            self.speaks(at.with("summary"), &deadline.summary);
            self.speaks(at.with("remedy"), &deadline.remedy);
            self.source(at.with("source"), &deadline.source);
            self.for_grant(&at, deadline.grant);
        }
    }

    fn known_errors(&mut self) {
        for (index, known) in self.provider.known_errors.iter().enumerate() {
            let at = at!["known_errors", index];
            self.speaks(at.with("cause"), &known.cause);
            self.speaks(at.with("remedy"), &known.remedy);
            for (key, text) in [("error", &known.error), ("contains", &known.contains)] {
                if let Some(text) = text {
                    self.speaks(at.with(key), text);
                }
            }
            self.recognised(&at, known);
            self.comes_from(&at, known);
        }
    }

    /// There is something to recognise the error by.
    fn recognised(&mut self, at: &Path, known: &KnownError) {
        if known.status.is_none() && known.error.is_none() && known.contains.is_none() {
            self.fault(
                at.clone(),
                "Nothing says how this error is recognised, so every refusal would be it.",
                "Add status, error or contains.",
            );
        }
        if let Some(status) = known.status
            && !(200..600).contains(&status)
        {
            self.fault(
                at.with("status"),
                "This is not the status of an answer.",
                "Write a number from 200 to 599, for example 401.",
            );
        }
    }

    /// The error can come from there.
    fn comes_from(&mut self, at: &Path, known: &KnownError) {
        if !self.read("grants") {
            return;
        }
        let possible = match known.from {
            ErrorSource::Authorization => self.offers(Grant::AuthorizationCode),
            ErrorSource::Token => self.provider.grants.iter().any(|grant| grant.is_oauth()),
            ErrorSource::Api => true,
        };
        if !possible {
            self.fault(
                at.with("from"),
                "No offered grant asks there.",
                "Correct it, or remove the entry.",
            );
        } else if known.from == ErrorSource::Authorization && known.status.is_some() {
            self.fault(
                at.with("status"),
                "The answer to an authorization request comes through the browser and has no status.",
                "Recognise it by error or contains.",
            );
        }
    }

    fn custom_connection(&mut self) {
        let at = at!["custom_connection"];
        let rules = &self.provider.custom_connection;
        if let Some(reason) = &rules.unsuitable {
            self.speaks(at.with("unsuitable"), reason);
        }
        if let Some(path) = &rules.base_path
            && (!host::is_path(path) || path.contains('?') || path.ends_with('/'))
        {
            self.fault(
                at.with("base_path"),
                "This is not a path that can follow the API address.",
                "Begin it with one slash, end it without, and leave a query out: /api/v2.",
            );
        }
        for (index, note) in rules.notes.iter().enumerate() {
            self.speaks(at.with("notes").with(index), note);
        }
    }

    /// A page, or plain words.
    fn source(&mut self, at: Path, text: &str) {
        let page = text.contains("://");
        let readable = Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.username().is_empty());
        if page && (!readable || text.contains(char::is_whitespace)) {
            self.fault(
                at,
                "This is neither the address of a page nor plain words.",
                "Write one address that begins with https://, or say in words what it rests on.",
            );
        } else {
            self.speaks(at, text);
        }
    }
}

/// Whether a dotted path leads to a value: `endpoints.token`, `probes[0].path`; an entry of a list may
/// also be called by its id or name: `regions.eu.values`.
fn leads(whole: &Value, path: &str) -> bool {
    let mut here = whole;
    for step in path.split('.') {
        let (key, indices) = step.split_at(step.find('[').unwrap_or(step.len()));
        let Some(inner) = below(here, key) else {
            return false;
        };
        here = inner;
        if !(indices.is_empty() || indices.ends_with(']')) {
            return false;
        }
        for index in indices.split_terminator(']') {
            let item = index
                .strip_prefix('[')
                .and_then(|index| index.parse::<usize>().ok());
            let Some(inner) = item.and_then(|item| here.get(item)) else {
                return false;
            };
            here = inner;
        }
    }
    !here.is_null()
}

fn below<'v>(here: &'v Value, key: &str) -> Option<&'v Value> {
    match here {
        Value::Object(members) => members.get(key),
        Value::Array(items) => items.iter().find(|item| {
            ["id", "name"]
                .iter()
                .any(|name| item.get(*name).and_then(Value::as_str) == Some(key))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_value_by_keys_places_and_names() {
        let whole = serde_json::json!({
            "endpoints": { "token": "https://x.example", "jwks": null },
            "probes": [{ "path": "/a" }],
            "regions": [{ "id": "eu", "values": { "host": "x" } }],
        });
        for path in [
            "endpoints",
            "endpoints.token",
            "probes[0].path",
            "regions.eu.values.host",
        ] {
            assert!(leads(&whole, path), "{path}");
        }
        for path in [
            "",
            "endpoints.",
            "endpoints.jwks",
            "endpoints.tokn",
            "probes[1]",
            "probes[x]",
            "probes[0",
            "regions.us",
            "endpoints.token.more",
        ] {
            assert!(!leads(&whole, path), "{path}");
        }
    }
}
