//! What the person adds: Talkdesk's redirect URL, and a description of their own.

use url::{Host, Url};

use super::authentication::Authentication;
use super::{Page, line};
use crate::border::{SheetAdditions, SheetLine, SheetValue};
use crate::error::{Code, Problem};
use crate::provider::Certainty;
use crate::system::address::names_loopback;
use crate::wording;

/// More than anybody reads; Talkdesk publishes no limit.
const LONGEST_DESCRIPTION: usize = 500;
const LONGEST_URL: usize = 2000;

/// The second-level names of the hosts that Talkdesk's documentation and API files name; regions differ
/// in what follows them (talkdeskid.eu, talkdeskidca.com).
const NAMES_OF_TALKDESK: [&str; 4] = ["talkdesk", "mytalkdesk", "talkdeskapp", "talkdeskid"];

/// The address to register at the system for Talkdesk, where a person approves. Talkdesk shows it for
/// the region of the account and does not publish it.
pub(super) fn register(
    page: &Page<'_>,
    additions: &SheetAdditions,
) -> Result<Option<SheetLine>, Problem> {
    if page.authentication != Authentication::AuthorizationCode {
        return Ok(None);
    }
    let typed = additions.redirect_url.as_deref().unwrap_or_default().trim();
    let (value, note) = if typed.is_empty() {
        let hint = "Copy it from Talkdesk's help page for your region, or ask Talkdesk. It is not \
                    published where Proofkey could read it.";
        (
            SheetValue::Ask {
                hint: hint.to_owned(),
            },
            None,
        )
    } else {
        let note = check_redirect_url(typed)?;
        if page.is_own_redirect(typed) {
            return Err(refused(
                "This is Proofkey's own redirect address. It leads back to this computer.",
                "Enter the one that Talkdesk shows for your region.",
            ));
        }
        let value = SheetValue::Text {
            text: typed.to_owned(),
        };
        (value, note)
    };
    let name = format!(
        "Redirect URL of Talkdesk, to register at {}",
        page.provider.name
    );
    let line = line("talkdesk_redirect_url", &name, value, Certainty::Documented);
    Ok(Some(SheetLine { note, ..line }))
}

/// Whether `typed` can be a redirect URL of Talkdesk: https, a public host, no user name, no fragment
/// (RFC 6749 §3.1.2). A remark comes back for a host that does not bear Talkdesk's name, and a problem
/// at `redirect_url` for everything that cannot be one.
pub fn check_redirect_url(typed: &str) -> Result<Option<String>, Problem> {
    let example = "It looks like https://, a host of Talkdesk, and a path.";
    if typed.len() > LONGEST_URL || typed.chars().any(|c| !c.is_ascii_graphic()) {
        return Err(refused(
            "This is no address: it holds a blank or another character that addresses do not have, or it is very long.",
            "Copy it again, from its https:// to its end.",
        ));
    }
    let Ok(url) = Url::parse(typed) else {
        return Err(refused("This is no complete address.", example));
    };
    if url.scheme() != "https" {
        return Err(refused(
            "A redirect URL of Talkdesk begins with https://.",
            example,
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "There is a user name before the host.",
            "Copy it again; Talkdesk's address has none.",
        ));
    }
    // RFC 6749 §3.1.2.
    if url.fragment().is_some() {
        return Err(refused(
            "There is a number sign in it, which no redirect URL may have.",
            "Leave out the number sign and what follows.",
        ));
    }
    match url.host() {
        Some(Host::Domain(host)) if !names_loopback(host) && host.contains('.') => {
            Ok((!bears_talkdesks_name(host)).then(|| {
                format!(
                    "{host} does not look like a host of Talkdesk. Compare it with what Talkdesk shows."
                )
            }))
        }
        _ => Err(refused(
            "Its host is a number or this computer, and not Talkdesk.",
            example,
        )),
    }
}

/// What is typed for the description, or a sentence of ours.
pub(super) fn description(page: &Page<'_>, additions: &SheetAdditions) -> Result<String, Problem> {
    let typed = additions.description.as_deref().unwrap_or_default().trim();
    if typed.is_empty() {
        let day = page.validated.report.finished_at.strftime("%-d %B %Y");
        return Ok(format!(
            "{}, set up and proven with Proofkey on {day}.",
            page.provider.name
        ));
    }
    if typed.chars().count() > LONGEST_DESCRIPTION {
        return Err(invalid(
            "description",
            "The description is very long.",
            &format!("Keep it below {LONGEST_DESCRIPTION} characters."),
        ));
    }
    if wording::clean(typed, 6 * LONGEST_DESCRIPTION) != typed {
        return Err(invalid(
            "description",
            "The description holds a line break or a character that cannot be seen.",
            "Write it as one line of plain text.",
        ));
    }
    Ok(typed.to_owned())
}

impl Page<'_> {
    fn is_own_redirect(&self, typed: &str) -> bool {
        let own = self.connection.redirect.as_ref();
        own.is_some_and(|own| own.to_register().iter().any(|uri| uri == typed))
    }
}

/// Whether the registered name of `host` begins as Talkdesk's do. A subdomain of another name
/// ("talkdesk.com.example") does not count.
fn bears_talkdesks_name(host: &str) -> bool {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let [.., name, top] = labels.as_slice() else {
        return false;
    };
    let region_of = |rest: &str| rest.is_empty() || rest == "ca";
    // Two letters or "com": the only endings that are known.
    (top.len() == 2 || *top == "com")
        && NAMES_OF_TALKDESK
            .iter()
            .any(|known| name.strip_prefix(known).is_some_and(region_of))
}

fn refused(summary: &str, remedy: &str) -> Problem {
    invalid("redirect_url", summary, remedy)
}

fn invalid(field: &str, summary: &str, remedy: &str) -> Problem {
    Problem::new(Code::DraftInvalid, summary, remedy).at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_url_of_talkdesk_is_taken_and_another_hosts_is_remarked_on() {
        for typed in [
            "https://prd-cdn-talkdesk.talkdesk.com/callback",
            "https://acme.mytalkdesk.eu/oauth/callback?x=1",
            "https://api.talkdeskappca.com/cb",
            "https://login.talkdeskid.au/",
        ] {
            assert_eq!(check_redirect_url(typed), Ok(None), "{typed}");
        }
        for typed in [
            "https://talkdesk.com.example/callback",
            "https://talkdesk-login.com/callback",
            "https://mytalkdeskx.com/callback",
            "https://xn--80ak6aa92e.com/callback",
            "https://talkdesk.zip/callback",
        ] {
            let remark = check_redirect_url(typed).expect("taken");
            assert!(
                remark.is_some_and(|remark| remark.contains("does not look like")),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_redirect_url_is_refused_at_its_field() {
        for typed in [
            "http://acme.talkdesk.com/callback",
            "acme.talkdesk.com/callback",
            "https://user@acme.talkdesk.com/",
            "https://:word@acme.talkdesk.com/",
            "https://acme.talkdesk.com/#top",
            "https://localhost/callback",
            "https://127.0.0.1/callback",
            "https://[::1]/callback",
            "https://10.0.0.1/callback",
            "https://intranet/callback",
            "https://acme.talkdesk.com/ callback",
            "https://tаlkdesk.com/callback",
            "javascript:alert(1)",
            "https://",
        ] {
            let problem = check_redirect_url(typed).expect_err(typed);
            assert_eq!(problem.field.as_deref(), Some("redirect_url"), "{typed}");
        }
        let long = format!("https://acme.talkdesk.com/{}", "a".repeat(2000));
        assert!(check_redirect_url(&long).is_err());
    }
}
