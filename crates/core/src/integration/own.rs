//! A call of one's own. It is made into a provider, so that the same rules and the same code hold for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{FieldKind, FieldUse, Upstream};
use super::presents::Presents;
use super::review::{Bound, Review, System};
use super::text::TextTemplate;
use crate::provider::{
    Certainty, OneCall, Probe, TokenHeader, can_stand_in_braces, names_of, one_call,
};
use crate::wording::clean;

pub(super) fn system(review: &mut Review<'_>, upstream: &Upstream) -> Option<System> {
    review.no_words_for_providers();
    let mut bound = Bound::default();
    let labels = review.labels(upstream, &mut bound);
    let presents = review.shown(upstream);
    let made = one_call(OneCall {
        api_base: &upstream.api_base,
        probe: probe(upstream),
        header: presents.as_ref().and_then(Presents::header),
        labels: &labels.iter().map(String::as_str).collect::<Vec<_>>(),
        fixed: &review.file.fixed,
    });
    let provider = match made {
        Ok(provider) => provider,
        Err(findings) => {
            for finding in findings {
                let field = format!("upstream.{}", finding.field);
                review.wrong(field.trim_end_matches('.'), finding.summary, finding.remedy);
            }
            return None;
        }
    };
    let presents = presents?;
    Some(System {
        provider: Arc::new(provider),
        presents,
        fixed: review.file.fixed.clone(),
        bound,
        probes: vec![0],
    })
}

fn probe(upstream: &Upstream) -> Probe {
    Probe {
        path: upstream.path.clone(),
        headers: upstream.headers.clone(),
        scope: None,
        grant: None,
        success_status: upstream.success_status.clone(),
        requires: upstream.requires.clone(),
        matches: None,
        proves: "the system accepts the credentials".to_owned(),
        certainty: Certainty::Unverified,
    }
}

impl Review<'_> {
    fn no_words_for_providers(&mut self) {
        let file = self.file;
        let said = [
            ("grant", file.grant.is_some()),
            (
                "client_authentication",
                file.client_authentication.is_some(),
            ),
            ("scopes", !file.scopes.is_empty()),
        ];
        for (key, _) in said.into_iter().filter(|(_, said)| *said) {
            let summary = "This goes with a provider, not with a call of one's own.";
            self.wrong(key, summary, "Remove it.");
        }
        for (name, field) in &file.fields {
            if field.used_as.is_some() {
                self.wrong(
                    format!("fields.{}.as", clean(name, 60)),
                    "With a call of one's own, the call says what its fields are for.",
                    format!(
                        "Remove it, and write {{{}}} where it belongs.",
                        clean(name, 60)
                    ),
                );
            }
        }
    }

    /// The fields whose values become part of the address (rule I1).
    fn labels(&mut self, upstream: &Upstream, bound: &mut Bound) -> Vec<String> {
        let mut labels = Vec::new();
        for name in names_of(&upstream.api_base, &upstream.path) {
            if self.file.fixed.contains_key(&name) {
                if self.file.fields.contains_key(&name) {
                    self.wrong(
                        format!("fields.{name}"),
                        "It is fixed, so no caller can choose it.",
                        "Remove the field, or the fixed value.",
                    );
                }
                continue;
            }
            match self.file.fields.get(&name) {
                Some(field) if field.kind == FieldKind::Label && !field.optional => {
                    bound.bind(&name, FieldUse::Variable(name.clone()));
                    labels.push(name);
                }
                Some(_) => self.wrong(
                    format!("fields.{name}"),
                    "It becomes part of the address.",
                    "Make it a field of the kind label that is not optional.",
                ),
                // What is wrong with the name itself is said of the template.
                None => {}
            }
        }
        self.unused_fixed(upstream);
        labels
    }

    fn unused_fixed(&mut self, upstream: &Upstream) {
        let named = names_of(&upstream.api_base, &upstream.path);
        let fixed: BTreeMap<_, _> = self.file.fixed.iter().collect();
        for name in fixed.keys().filter(|name| !named.contains(**name)) {
            let remedy = if can_stand_in_braces(name) {
                format!("Write {{{name}}} in api_base or path, or remove it.")
            } else {
                "Use lower-case letters, digits and underscores.".to_owned()
            };
            let field = format!("fixed.{}", clean(name, 60));
            self.wrong(field, "Nothing uses this value.", remedy);
        }
    }

    /// How the call shows its credentials.
    fn shown(&mut self, upstream: &Upstream) -> Option<Presents> {
        match (&upstream.basic, &upstream.header, &upstream.token) {
            (Some(basic), None, None) => {
                let username = self.template("basic.username", &basic.username);
                let password = self.template("basic.password", &basic.password);
                let (username, password) = (username?, password?);
                let hidden = username.fields().chain(password.fields());
                let hidden = hidden.filter(|name| self.is_secret(name)).count();
                if hidden == 0 {
                    self.wrong(
                        "upstream.basic",
                        "Neither user name nor password holds a field of the kind secret.",
                        "Name one in braces, for example password = \"{api_token}\".",
                    );
                }
                Some(Presents::Basic { username, password })
            }
            (None, Some(header), None) => {
                let field = self.secret_field("upstream.header.field", &header.field)?;
                let header = TokenHeader {
                    name: header.name.to_ascii_lowercase(),
                    scheme: header.scheme.clone(),
                };
                Some(Presents::Key { header, field })
            }
            (None, None, Some(field)) => Some(Presents::Token {
                header: TokenHeader {
                    name: "authorization".to_owned(),
                    scheme: "Bearer".to_owned(),
                },
                field: self.secret_field("upstream.token", field)?,
            }),
            (None, None, None) => {
                self.wrong(
                    "upstream",
                    "The call shows no credentials, so it could not tell whether they work.",
                    "Add basic, header or token.",
                );
                None
            }
            _ => {
                self.wrong(
                    "upstream",
                    "The call shows its credentials in two ways.",
                    "Keep one of basic, header and token.",
                );
                None
            }
        }
    }

    fn template(&mut self, place: &str, text: &str) -> Option<TextTemplate> {
        let place = format!("upstream.{place}");
        let template = match TextTemplate::parse(text) {
            Ok(template) => template,
            Err(fault) => {
                self.wrong(
                    place,
                    fault,
                    "Write names of fields in braces: {email}/token.",
                );
                return None;
            }
        };
        let file = self.file;
        let unfit = |name: &&str| {
            let field = file.fields.get(*name);
            field.is_none_or(|field| {
                field.optional || matches!(field.kind, FieldKind::Integer | FieldKind::Boolean)
            })
        };
        let unfit = template.fields().find(unfit).map(|name| clean(name, 60));
        if let Some(name) = unfit {
            self.wrong(
                place,
                format!("{name} is not a field of text that is always there."),
                "Name a field of the kind string, secret or label that is not optional.",
            );
            return None;
        }
        Some(template)
    }

    fn secret_field(&mut self, place: &str, name: &str) -> Option<String> {
        let field = self.file.fields.get(name);
        if field.is_some_and(|field| field.kind == FieldKind::Secret && !field.optional) {
            return Some(name.to_owned());
        }
        self.wrong(
            place,
            format!(
                "{} is not a field of the kind secret that is always there.",
                clean(name, 60)
            ),
            "Name such a field, or make it one.",
        );
        None
    }

    fn is_secret(&self, name: &str) -> bool {
        let field = self.file.fields.get(name);
        field.is_some_and(|field| field.kind == FieldKind::Secret)
    }
}
