//! Reading a pasted address, and saying what is wrong with one that is not the provider's.

use url::{Host, Url};

use crate::provider::host::shown;

/// What a pasted address says.
pub(super) struct Pasted<'t> {
    pub(super) host: &'t str,
    /// Path, query and fragment behind it, as they were pasted.
    pub(super) after: &'t str,
}

impl Pasted<'_> {
    /// Whether anything stands behind the host.
    pub(super) fn has_more(&self) -> bool {
        !matches!(self.after, "" | "/")
    }
}

/// The host of a pasted address, with or without scheme, path and query; why there is none, in a
/// sentence.
///
/// It is cut out by hand and then compared with what a URL parser reads: a browser would turn `\`
/// into `/`, drop line breaks and fold look-alike characters, and so find another host than the
/// person sees.
pub(super) fn read(text: &str) -> Result<Pasted<'_>, String> {
    let rest = after_scheme(text)?;
    let (host, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
    {
        return Err("The address holds a blank, a line break or a backslash.".to_owned());
    }
    if !host.is_ascii() {
        return Err(format!(
            "The address holds characters that only look like plain ones: {}",
            shown(host)
        ));
    }
    if host.contains('@') {
        return Err("The address holds a user name before its host.".to_owned());
    }
    if let Some(defect) = authority_defect(host) {
        return Err(defect);
    }
    Ok(Pasted { host, after })
}

fn after_scheme(text: &str) -> Result<&str, String> {
    match text.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") =>
        {
            Ok(rest)
        }
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            Err(format!("An address does not begin with {}.", shown(scheme)))
        }
        _ => Ok(text),
    }
}

fn authority_defect(host: &str) -> Option<String> {
    let read = Url::parse(&format!("https://{host}/")).ok();
    if let Some(Host::Ipv4(_) | Host::Ipv6(_)) = read.as_ref().and_then(Url::host) {
        return Some(format!(
            "{} is the number of a computer, which names no account.",
            shown(host)
        ));
    }
    if let Some((name, port)) = host.split_once(':')
        && !name.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(format!(
            "The address names a port (:{}), which is not a provider's usual one.",
            shown(port)
        ));
    }
    if host.len() > 1 && host.ends_with('.') {
        return Some("The host of the address ends in a dot.".to_owned());
    }
    let same = read
        .as_ref()
        .and_then(Url::host_str)
        .is_some_and(|read| read.eq_ignore_ascii_case(host));
    (host.contains(':') || !same).then(|| format!("\"{}\" is not a host name.", shown(host)))
}

/// Why a host that has none of the provider's endings is not the provider's.
pub(super) fn stranger(
    host: &str,
    provider: &str,
    suffixes: &[(String, Option<String>)],
) -> String {
    let host_shown = shown(host);
    for (suffix, _) in suffixes {
        if host == suffix {
            return format!(
                "{host_shown} is where all addresses end. The part before it is missing."
            );
        }
        if host.contains(&format!("{suffix}.")) {
            let end = host.rsplit_once(suffix.as_str()).map_or("", |(_, end)| end);
            return format!(
                "{host_shown} only looks like an address of {provider}. It belongs to whoever owns {}.",
                shown(end.trim_start_matches('.'))
            );
        }
        if host.ends_with(suffix.as_str()) {
            return format!(
                "{host_shown} only looks like an address of {provider}. There is no dot before \
                 {suffix}, so it is somebody else's."
            );
        }
    }
    for (suffix, _) in suffixes {
        if resembles(host, suffix) {
            return format!(
                "{host_shown} is no address of {provider}. Its end only resembles {suffix}."
            );
        }
    }
    format!("{host_shown} is no sign-in address of {provider}.")
}

/// The end of `host` has as many parts as `suffix` and differs by a letter or two; or it is another
/// domain with the suffix's words in it, as `acme-zendesk.com` is.
fn resembles(host: &str, suffix: &str) -> bool {
    let parts = suffix.split('.').count();
    let labels: Vec<&str> = host.split('.').collect();
    let Some(start) = labels.len().checked_sub(parts) else {
        return false;
    };
    let end = labels.get(start..).unwrap_or_default().join(".");
    let name = suffix.split('.').next().unwrap_or_default();
    let spliced = name.len() >= 4
        && labels
            .get(start)
            .is_some_and(|label| *label != name && label.contains(name));
    strsim::damerau_levenshtein(&end, suffix) <= 2 || spliced
}
