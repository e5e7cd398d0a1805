//! A call of one's own. It is made into a provider, so that the same rules and the same code hold for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{Field, FieldKind, FieldUse, Upstream};
use super::presents::Presents;
use super::review::{Bound, Review, System};
use super::text::TextTemplate;
use crate::provider::{
    Certainty, OneCall, Probe, TokenHeader, can_stand_in_braces, names_of, one_call,
};
use crate::wording::{clean, nearest};

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
                // A provider's file would have other names to offer.
                let remedy = match finding.field.as_str() {
                    "api_base" => "Write it like https://{account}.example.com/api, or https://api.example.com:8443.".to_owned(),
                    _ => finding.remedy,
                };
                review.wrong(field.trim_end_matches('.'), finding.summary, remedy);
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

    /// The fields whose values become part of the address (rule I1). One that is wrong for that is among
    /// them: what is wrong with it has been said then.
    fn labels(&mut self, upstream: &Upstream, bound: &mut Bound) -> Vec<String> {
        if upstream.api_base.contains('?') {
            let summary = "What all calls begin with cannot have a query.";
            self.wrong(
                "upstream.api_base",
                summary,
                "Write the query at the end of path.",
            );
        }
        let mut labels = Vec::new();
        let templates = [
            ("upstream.api_base", names_of(&upstream.api_base, "")),
            ("upstream.path", names_of("", &upstream.path)),
        ];
        for (place, names) in templates {
            for name in names {
                if !labels.contains(&name) && self.is_for_a_caller(place, &name) {
                    bound.bind(&name, FieldUse::Variable(name.clone()));
                    labels.push(name);
                }
            }
        }
        self.unused_fixed(upstream);
        labels
    }

    /// Whether the name in braces stands for what callers send, also where that is wrong.
    fn is_for_a_caller(&mut self, place: &str, name: &str) -> bool {
        let file = self.file;
        let (at, summary, remedy) = match (file.fields.get(name), file.fixed.contains_key(name)) {
            (None, true) => return false,
            (Some(_), true) => (
                format!("fields.{name}"),
                "It is fixed, so no caller can choose it.".to_owned(),
                "Remove the field, or the fixed value.".to_owned(),
            ),
            (None, false) => (
                place.to_owned(),
                format!("There is no field and no fixed value {name}."),
                match nearest(name, file.fields.keys().map(String::as_str)) {
                    Some(near) => format!("Write {{{near}}}."),
                    None => format!(
                        "Correct the name in braces, or add {name} = \"label\" to the fields."
                    ),
                },
            ),
            (Some(field), false) if field.kind == FieldKind::Secret => (
                place.to_owned(),
                format!("{name} is a secret, and addresses are written down in many places."),
                "Send it with basic, header or token.".to_owned(),
            ),
            (Some(field), false) if field.kind != FieldKind::Label => (
                format!("fields.{name}"),
                "It becomes part of the address.".to_owned(),
                "Make it a field of the kind label, which is checked for that.".to_owned(),
            ),
            (Some(field), false) if field.optional => (
                format!("fields.{name}"),
                "It becomes part of the address, so it has to be there always.".to_owned(),
                "Remove optional from the field.".to_owned(),
            ),
            (Some(_), false) => return true,
        };
        self.wrong(at, summary, remedy);
        !file.fixed.contains_key(name)
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
        let named: Vec<String> = template.fields().map(str::to_owned).collect();
        let is_text =
            |field: &Field| !matches!(field.kind, FieldKind::Integer | FieldKind::Boolean);
        let right = named.iter().all(|name| {
            let wanted = ("text", "string, secret or label");
            self.is_there(&place, name, wanted, is_text)
        });
        right.then_some(template)
    }

    fn secret_field(&mut self, place: &str, name: &str) -> Option<String> {
        let is_secret = |field: &Field| field.kind == FieldKind::Secret;
        self.is_there(place, name, ("a secret", "secret"), is_secret)
            .then(|| name.to_owned())
    }

    /// Whether there always is a field `name`, of a kind that fits; otherwise it says why not. `wanted` is
    /// what it has to be, and the kinds that are.
    fn is_there(
        &mut self,
        place: &str,
        name: &str,
        (what, kinds): (&str, &str),
        fits: impl Fn(&Field) -> bool,
    ) -> bool {
        let file = self.file;
        let name = &clean(name, 60);
        let (summary, remedy) = match file.fields.get(name) {
            Some(field) if !fits(field) => (
                format!("The field {name} is not {what}."),
                format!("Make it a field of the kind {kinds}, or name another."),
            ),
            Some(field) if field.optional => (
                format!("The field {name} may be missing, and the call needs it."),
                "Remove optional from the field.".to_owned(),
            ),
            Some(_) => return true,
            None => (
                format!("There is no field {name}."),
                match nearest(name, file.fields.keys().map(String::as_str)) {
                    Some(near) => format!("Write {near}."),
                    None => "Add it to the fields, or name another.".to_owned(),
                },
            ),
        };
        self.wrong(place, summary, remedy);
        false
    }

    fn is_secret(&self, name: &str) -> bool {
        let field = self.file.fields.get(name);
        field.is_some_and(|field| field.kind == FieldKind::Secret)
    }
}
