//! Regions, endpoints and every other template: each placeholder has a value that fits its place.

use std::collections::BTreeSet;

use super::super::fault::{Path, at};
use super::super::host;
use super::super::schema::{Grant, Region, VariableKind};
use super::super::template::{Place, Template, Value};
use super::super::values::of_file;
use super::{Review, is_id};

/// Whether every connection needs an address. One that is needed sometimes may be made of a variable
/// that is left empty.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Always,
    Sometimes,
}

impl Review<'_> {
    pub(super) fn addresses(&mut self) {
        self.regions();
        self.pasted();
        let endpoints = &self.provider.endpoints;
        if self.read("endpoints") {
            self.template(&at!["endpoints", "api_base"], &endpoints.api_base);
            let optional = [
                ("token", &endpoints.token),
                ("authorization", &endpoints.authorization),
                ("jwks", &endpoints.jwks),
                ("introspection", &endpoints.introspection),
                ("revocation", &endpoints.revocation),
                ("userinfo", &endpoints.userinfo),
                ("pushed_authorization", &endpoints.pushed_authorization),
                ("issuer", &endpoints.issuer),
                ("metadata", &endpoints.metadata),
            ];
            for (key, text) in optional {
                if let Some(text) = text {
                    let use_of = self.use_of(key);
                    self.template_for(&at!["endpoints", key], text, use_of);
                    if ["token", "authorization", "pushed_authorization"].contains(&key) {
                        self.query(&at!["endpoints", key], text);
                    }
                }
            }
        }
        if let Some(detection) = &self.provider.detection {
            self.detection_template(&detection.url);
        }
        for (index, step) in self.provider.guide.iter().enumerate() {
            if let Some(url) = &step.url {
                self.template(&at!["guide", index, "url"], url);
            }
        }
        for (index, variable) in self.provider.variables.iter().enumerate() {
            if let Some(suffix) = &variable.suffix {
                self.suffix(&at!["variables", index, "suffix"], suffix);
            }
        }
    }

    fn regions(&mut self) {
        let mut ids = BTreeSet::new();
        for (index, region) in self.provider.regions.iter().enumerate() {
            let at = at!["regions", index];
            if !is_id(&region.id) {
                self.fault(
                    at.with("id"),
                    "The id is not a short lower-case name.",
                    "Use letters, digits and hyphens, for example eu.",
                );
            } else if !ids.insert(region.id.as_str()) {
                self.fault(
                    at.with("id"),
                    format!("There are two regions with the id {}.", region.id),
                    "Give each region its own id.",
                );
            }
            self.speaks(at.with("label"), &region.label);
            self.region_names(&at, region);
        }
    }

    fn region_names(&mut self, at: &Path, region: &Region) {
        let variables: BTreeSet<String> = self
            .provider
            .variables
            .iter()
            .map(|v| v.name.clone())
            .collect();
        for name in region.values.keys() {
            self.name(at.with("values").with(name), name, &mut variables.clone());
        }
        let mut asked = variables;
        for (index, ask) in region.asks.iter().enumerate() {
            let at = at.with("asks").with(index);
            self.name(at.with("name"), &ask.name, &mut asked);
            self.speaks(at.with("label"), &ask.label);
            self.speaks(at.with("help"), &ask.help);
            if ask.kind == VariableKind::Region {
                self.fault(
                    at.with("kind"),
                    "A region cannot ask for a region.",
                    "Use host, https_url, host_label or text.",
                );
            } else {
                self.speaks(at.with("example"), &ask.example);
                self.example(at.with("example"), ask.kind, &ask.example);
            }
        }
    }

    /// Whether there can be connections without the endpoint `key`.
    fn use_of(&self, key: &str) -> Use {
        match key {
            // Client credentials need no authorization endpoint (RFC 6749 §4.4).
            "authorization" if self.provider.grants.contains(&Grant::ClientCredentials) => {
                Use::Sometimes
            }
            "introspection" | "revocation" | "userinfo" => Use::Sometimes,
            _ => Use::Always,
        }
    }

    /// A template that every region must be able to fill.
    fn template(&mut self, at: &Path, text: &str) {
        self.template_for(at, text, Use::Always);
    }

    fn template_for(&mut self, at: &Path, text: &str, use_of: Use) {
        let Some(template) = self.parsed(at, text) else {
            return;
        };
        for (name, place) in template.placeholders() {
            self.placeholder(at, name, place, use_of);
        }
    }

    /// The detection address: at least one region must fill it from its own values.
    fn detection_template(&mut self, text: &str) {
        let at = at!["detection", "url"];
        let Some(template) = self.parsed(&at, text) else {
            return;
        };
        let kinds = self.kinds();
        let fillable = |region: &Region| {
            template
                .placeholders()
                .iter()
                .all(|(name, place)| match kinds.get(name) {
                    Some(kind) => kind_fits(*kind, *place),
                    None => region
                        .values
                        .get(*name)
                        .is_some_and(|text| place.takes(&of_file(text))),
                })
        };
        let judged = self.read("regions") && self.read("variables");
        if judged && !self.provider.regions.iter().any(fillable) {
            self.fault(
                at,
                "No region has the values that this address needs.",
                "Use the account variable and names from the values of the regions.",
            );
        }
    }

    pub(super) fn parsed(&mut self, at: &Path, text: &str) -> Option<Template> {
        match Template::parse(text) {
            Ok(template) => Some(template),
            Err(fault) => {
                let remedy = "Write an address such as https://{account}.{id_host}/oauth/token.";
                self.fault(at.clone(), fault, remedy);
                None
            }
        }
    }

    fn placeholder(&mut self, at: &Path, name: &str, place: Place, use_of: Use) {
        if !(self.read("variables") && self.read("regions")) {
            return;
        }
        if let Some(variable) = self.provider.variables.iter().find(|v| v.name == name) {
            if !kind_fits(variable.kind, place) {
                self.misplaced(at.clone(), name);
            } else if variable.optional && use_of == Use::Always {
                self.fault(
                    at.clone(),
                    format!("{{{name}}} is optional, so the address could not always be made."),
                    "Make the variable required.",
                );
            }
            return;
        }
        let regions = &self.provider.regions;
        let gives =
            |r: &Region| r.values.contains_key(name) || r.asks.iter().any(|a| a.name == name);
        if !regions.iter().any(gives) {
            self.fault(
                at.clone(),
                format!("No variable and no region value is called {name}."),
                "Correct the name in braces, or add the variable.",
            );
            return;
        }
        for (index, region) in regions.iter().enumerate() {
            self.region_value(index, region, name, place);
        }
    }

    fn region_value(&mut self, index: usize, region: &Region, name: &str, place: Place) {
        let at = at!["regions", index, "values"];
        if let Some(ask) = region.asks.iter().find(|ask| ask.name == name) {
            if !kind_fits(ask.kind, place) {
                self.misplaced(at!["regions", index, "asks"], name);
            }
        } else if let Some(text) = region.values.get(name) {
            if !place.takes(&of_file(text)) {
                self.misplaced(at.with(name), name);
            }
        } else {
            self.fault(
                at,
                format!(
                    "The region {} gives no {name}, and does not ask for it.",
                    region.id
                ),
                format!("Add {name} to its values, or to its asks."),
            );
        }
    }

    /// A region value used in two templates is reported once.
    fn misplaced(&mut self, at: Path, name: &str) {
        let summary = format!("The value of {{{name}}} does not fit where it is used.");
        let known = |fault: &super::Fault| fault.path == at && fault.summary == summary;
        if !self.faults.iter().any(known) {
            self.fault(
                at,
                summary,
                "In a host, use a host label or host name; at the beginning, an https address; in a \
                 path, a host label or text.",
            );
        }
    }

    /// What is drawn after a field: text, and names of region values in braces.
    fn suffix(&mut self, at: &Path, text: &str) {
        let judged = self.read("regions");
        for name in text
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap_or_default())
        {
            let known = self
                .provider
                .regions
                .iter()
                .any(|region| region.values.contains_key(name));
            if judged && !known {
                self.fault(
                    at.clone(),
                    format!("No region has a value called {}.", host::shown(name)),
                    "Use a name from the values of the regions.",
                );
            }
        }
    }
}

pub(super) fn kind_fits(kind: VariableKind, place: Place) -> bool {
    match kind {
        VariableKind::HostLabel => place.takes(&Value::Label(String::new())),
        VariableKind::Host => place.takes(&Value::Host(String::new())),
        VariableKind::Text => place.takes(&Value::Text(String::new())),
        VariableKind::HttpsUrl => place == Place::Base,
        VariableKind::Path | VariableKind::Region => false,
    }
}
