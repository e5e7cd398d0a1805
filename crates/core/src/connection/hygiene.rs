//! What comes along when a client ID or secret is pasted, and how to take it off again.
//!
//! Nothing is changed unasked (rule I5): [`inspect`] says what is there, [`tidy`] makes the mended
//! value when the person wants it. What [`inspect`] marks as `tidy` is exactly what [`tidy`] mends.

mod likeness;
mod mending;

use zeroize::Zeroizing;

use self::likeness::Likeness;
use self::mending::{Blemish, Mending, Rest};
use super::draft::{Finding, Severity};
use crate::secret::Secret;

/// RFC 6749 sets no limit; a larger value is something else that was pasted.
const LONGEST_SECRET: usize = 4096;

/// Beyond this a value is not looked at: it cannot be mended into one that fits.
const LONGEST_PASTE: usize = 16 * LONGEST_SECRET;

/// What a value is for, as far as that decides which characters and forms are odd in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A client ID or secret (RFC 6749 Appendix A).
    Client,
    /// A user name or password: nearly anything, as UTF-8 (RFC 7617 §2.1).
    Basic,
    /// A key in a header of its own.
    Key,
}

/// Everything odd about a client ID or secret, by position (counted from 1), without quoting it.
///
/// What cannot be sent (RFC 6749 Appendix A allows visible ASCII and blanks only) is blocking; what
/// is probably not meant is a warning.
pub fn inspect(field: &str, secret: &Secret) -> Vec<Finding> {
    inspect_for(field, secret, Use::Client)
}

/// As [`inspect`], for a value of another use.
pub(super) fn inspect_for(field: &str, secret: &Secret, usage: Use) -> Vec<Finding> {
    if secret.expose().len() > LONGEST_PASTE {
        return vec![too_long(field)];
    }
    let mending = Mending::of(secret.expose());
    if mending.rest.is_empty() {
        let summary = if secret.is_empty() {
            "It is empty."
        } else {
            "There is nothing in it but blanks and invisible characters."
        };
        return vec![Finding::blocking(
            field,
            summary,
            "Copy the value again and paste it here.",
        )];
    }
    let mut findings: Vec<Finding> = mending
        .blemishes
        .iter()
        .map(|blemish| blemish_finding(field, blemish))
        .collect();
    findings.extend(rest_findings(field, &mending.rest, usage));
    let text = mending.rest.text();
    let odd = Likeness::of(&text).filter(|likeness| is_odd(*likeness, usage));
    findings.extend(odd.map(|likeness| likeness_finding(field, likeness, usage)));
    findings
}

/// The value without the blemishes that [`inspect`] marks as `tidy`; `None` when it has none.
pub fn tidy(secret: &Secret) -> Option<Secret> {
    if secret.expose().len() > LONGEST_PASTE {
        return None;
    }
    let mending = Mending::of(secret.expose());
    if mending.blemishes.is_empty() || mending.rest.is_empty() {
        return None;
    }
    let mut text: Zeroizing<String> = mending.rest.text();
    Some(Secret::new(std::mem::take(&mut *text)))
}

/// Whether client ID and client secret look as if each was put into the other's field.
pub fn looks_swapped(id: &Secret, secret: &Secret) -> bool {
    likeness::swapped(id.expose().trim(), secret.expose().trim())
}

fn blemish_finding(field: &str, blemish: &Blemish) -> Finding {
    let sendable = match blemish {
        Blemish::Invisible(_) | Blemish::LineBreaks(_) => false,
        Blemish::Ends { sendable, .. } | Blemish::Quotes { sendable } => *sendable,
        Blemish::Label => true,
    };
    let severity = if sendable {
        Severity::Warning
    } else {
        Severity::Blocking
    };
    let remedy = "Proofkey can remove it for you.";
    Finding {
        tidy: true,
        ..Finding::new(severity, field, blemish_summary(blemish), remedy)
    }
}

fn blemish_summary(blemish: &Blemish) -> String {
    match blemish {
        Blemish::Invisible(at) => {
            let what = many(at, "an invisible character", "invisible characters");
            format!("There {what} ({}).", positions(at))
        }
        Blemish::Ends { at, before, .. } => {
            let end = if *before { "beginning" } else { "end" };
            let what = many(at, "a blank", "blanks");
            format!("There {what} at the {end} ({}).", positions(at))
        }
        Blemish::LineBreaks(at) => {
            let what = many(at, "a line break", "line breaks");
            format!("It is wrapped: there {what} inside ({}).", positions(at))
        }
        Blemish::Quotes { .. } => "It stands in quotation marks.".to_owned(),
        Blemish::Label => "The name of the value was copied along with it.".to_owned(),
    }
}

/// What is left in the mended value and cannot be put right without guessing.
fn rest_findings(field: &str, rest: &Rest, usage: Use) -> Vec<Finding> {
    let copy = "Copy the value again, straight from the page that shows it.";
    let mut findings = Vec::new();
    if rest.bytes() > LONGEST_SECRET {
        findings.push(too_long(field));
    }
    let blanks = rest.positions(|character| character == ' ');
    // A password may well be a sentence.
    if !blanks.is_empty() && usage != Use::Basic {
        let what = many(&blanks, "a blank", "blanks");
        let summary = format!("There {what} inside ({}).", positions(&blanks));
        findings.push(Finding::new(Severity::Warning, field, summary, copy));
    }
    let quotes = rest.positions(mending::is_smart_quote);
    if !quotes.is_empty() {
        let what = many(
            &quotes,
            "a typographic quotation mark",
            "typographic quotation marks",
        );
        let summary = format!("There {what} inside ({}).", positions(&quotes));
        let remedy = "A text editor has changed it. Copy the value again, straight from the page that shows it.";
        let severity = match usage {
            Use::Basic => Severity::Warning,
            Use::Client | Use::Key => Severity::Blocking,
        };
        findings.push(Finding::new(severity, field, summary, remedy));
    }
    let unsendable = |c: char| {
        let ascii = (' '..='~').contains(&c);
        let sent = ascii || (usage == Use::Basic && !c.is_ascii());
        !sent && !mending::is_smart_quote(c)
    };
    let others = rest.positions(unsendable);
    if !others.is_empty() {
        let what = many(&others, "a character", "characters");
        let summary = format!(
            "There {what} that cannot be sent ({}). Only letters, digits, blanks and signs of a plain \
             keyboard can.",
            positions(&others)
        );
        findings.push(Finding::blocking(field, summary, copy));
    }
    findings
}

fn too_long(field: &str) -> Finding {
    Finding::blocking(
        field,
        "It is longer than 4,096 bytes.",
        "Paste the value alone, without what stands around it.",
    )
}

/// A key is whatever its maker likes: a JSON Web Token and a joined pair among others.
fn is_odd(likeness: Likeness, usage: Use) -> bool {
    usage == Use::Client || !matches!(likeness, Likeness::Token | Likeness::Joined)
}

fn likeness_finding(field: &str, likeness: Likeness, usage: Use) -> Finding {
    let (summary, remedy) = match likeness {
        Likeness::Block if usage != Use::Client => (
            "This holds several values.",
            "Paste each into the field of its own.",
        ),
        Likeness::PrivateKey if usage != Use::Client => (
            "This looks like a private key.",
            "Paste the value that the page shows for this field.",
        ),
        Likeness::Block => (
            "This holds several values.",
            "Paste the client ID into its field and the client secret into its own.",
        ),
        Likeness::Header => (
            "This looks like an Authorization header.",
            "Paste the value itself; Proofkey makes the header.",
        ),
        Likeness::Joined => (
            "This looks like client ID and secret, joined and encoded for a header.",
            "Paste each value as its page shows it; Proofkey joins and encodes them.",
        ),
        Likeness::PrivateKey => (
            "This looks like a private key.",
            "Paste the client secret. A private key belongs to another sign-in style.",
        ),
        Likeness::Token => (
            "This looks like an access token.",
            "Paste the client's own value. Proofkey requests tokens itself.",
        ),
        Likeness::Address => (
            "This looks like an address.",
            "Paste the value that the page shows.",
        ),
        Likeness::Placeholder => (
            "This looks like the placeholder of an example.",
            "Replace it with the value of your own client.",
        ),
        Likeness::Masked => (
            "This looks like the dots of a hidden field.",
            "Show the value first, or use the page's copy button.",
        ),
    };
    Finding::new(Severity::Warning, field, summary, remedy)
}

fn many(at: &[usize], one: &str, several: &str) -> String {
    match at.len() {
        1 => format!("is {one}"),
        _ => format!("are {} {several}", at.len()),
    }
}

fn positions(at: &[usize]) -> String {
    let first: Vec<String> = at.iter().take(3).map(usize::to_string).collect();
    let word = if at.len() == 1 {
        "position"
    } else {
        "positions"
    };
    let more = if at.len() > 3 { " and more" } else { "" };
    format!("{word} {}{more}", first.join(", "))
}
