//! User name and password of HTTP Basic, back in the places where a provider keeps them.

use crate::provider::{Provider, StaticCredentials};
use crate::secret::Secret;

/// What `username` and `password` were put together from: the identifier, where the provider has one, and
/// the secret. `None` when the provider would not have put them together like this.
pub(super) fn taken_apart(
    provider: &Provider,
    username: &Secret,
    password: &Secret,
) -> Option<(Option<Secret>, Secret)> {
    let fields = provider.static_credentials.as_ref();
    let (first, second) = fields.map_or((IDENTIFIER, SECRET), templates);
    let first = Part::of(first, username.expose())?;
    let second = Part::of(second, password.expose())?;
    if differ(first.identifier, second.identifier) || differ(first.secret, second.secret) {
        return None;
    }
    let identifier = first.identifier.or(second.identifier);
    let secret = first.secret.or(second.secret)?;
    let kept = |text: &str| Secret::new(text.to_owned());
    Some((identifier.map(kept), kept(secret)))
}

const IDENTIFIER: &str = "{identifier}";
const SECRET: &str = "{secret}";

fn templates(fields: &StaticCredentials) -> (&str, &str) {
    (&fields.username, &fields.password)
}

/// What one side of the colon holds.
#[derive(Default)]
struct Part<'a> {
    identifier: Option<&'a str>,
    secret: Option<&'a str>,
}

impl<'a> Part<'a> {
    /// `None` when `text` does not come from `template`, or when it cannot be told where one value in it
    /// ends and the other begins.
    fn of(template: &str, text: &'a str) -> Option<Self> {
        let between = |name: &str| {
            let (before, after) = template.split_once(name)?;
            let is_only = !after.contains(IDENTIFIER) && !after.contains(SECRET);
            let rest = text.strip_prefix(before).filter(|_| is_only)?;
            rest.strip_suffix(after)
        };
        let has = |name| template.contains(name);
        match (has(IDENTIFIER), has(SECRET)) {
            (false, false) => (template == text).then(Self::default),
            (true, false) => Some(Self {
                identifier: Some(between(IDENTIFIER)?),
                secret: None,
            }),
            (false, true) => Some(Self {
                identifier: None,
                secret: Some(between(SECRET)?),
            }),
            (true, true) => None,
        }
    }
}

/// Whether both sides hold the value, and not the same.
fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Catalogue, CredentialField};

    fn parts(templates: (&str, &str), sent: (&str, &str)) -> Option<(Option<String>, String)> {
        let mut provider = Catalogue::built_in().provider("talkdesk").unwrap().clone();
        let field = || CredentialField {
            label: "Field".to_owned(),
            help: String::new(),
        };
        provider.static_credentials = Some(StaticCredentials {
            identifier: Some(field()),
            secret: field(),
            username: templates.0.to_owned(),
            password: templates.1.to_owned(),
        });
        let secret = |text: &str| Secret::new(text.to_owned());
        let (identifier, secret) = taken_apart(&provider, &secret(sent.0), &secret(sent.1))?;
        Some((
            identifier.map(|it| it.expose().to_owned()),
            secret.expose().to_owned(),
        ))
    }

    #[test]
    fn what_was_put_together_is_taken_apart() {
        let (plain, token) = (
            ("{identifier}", "{secret}"),
            ("{identifier}/token", "{secret}"),
        );
        let key = ("{secret}", "X");
        for (templates, sent, identifier, secret) in [
            (plain, ("ann", "pw"), Some("ann"), "pw"),
            (
                plain,
                ("{secret}", "{identifier}"),
                Some("{secret}"),
                "{identifier}",
            ),
            (token, ("ann/token/token", "pw"), Some("ann/token"), "pw"),
            (key, ("key", "X"), None, "key"),
            (("{secret}", "{secret}"), ("key", "key"), None, "key"),
        ] {
            let expected = Some((identifier.map(str::to_owned), secret.to_owned()));
            assert_eq!(parts(templates, sent), expected, "{templates:?} {sent:?}");
        }
    }

    #[test]
    fn what_another_provider_put_together_is_refused() {
        for (templates, sent) in [
            (("{identifier}/token", "{secret}"), ("ann", "pw")),
            (("{secret}", "X"), ("key", "Y")),
            (("{secret}", "{secret}"), ("key", "other")),
            (("{identifier}{secret}", "X"), ("annpw", "X")),
            (("{identifier}", "X"), ("ann", "X")),
        ] {
            assert_eq!(parts(templates, sent), None, "{templates:?} {sent:?}");
        }
    }
}
