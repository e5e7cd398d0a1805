//! The API base that comes with a token: `instance_url`, `api_domain`. The token goes there, so it is
//! believed only below hosts that the provider file names.

use url::Url;

use super::host;
use super::schema::{AnsweredBase, Provider};
use crate::connection::ResolvedEndpoints;
use crate::vault::CachedToken;

/// Where the API of a connection is asked with `token`: where the server that issued it said, if the
/// provider file lets it say so, else where the file says.
///
/// Probes, the comparison after an approval and exports all ask here.
pub fn api_base(provider: &Provider, endpoints: &ResolvedEndpoints, token: &CachedToken) -> Url {
    proven_base(provider, endpoints, token.api_base.as_deref())
}

/// As [`api_base`], for the base that an earlier answer named and that was kept since: in the vault, or
/// in a report. It is judged again, because the provider file may have been replaced.
pub fn proven_base(provider: &Provider, endpoints: &ResolvedEndpoints, kept: Option<&str>) -> Url {
    let rule = provider.endpoints.api_base_from.as_ref();
    rule.zip(kept)
        .and_then(|(rule, kept)| answered_base(rule, kept).ok())
        .unwrap_or_else(|| endpoints.api_base.clone())
}

/// What a member of a token response says, as an address that the token may go to.
///
/// It is an https address of one of the hosts that `rule` names or of a host below one, at a label
/// boundary, without user name, port, query and fragment. What is wrong with anything else comes back
/// in words that follow "it".
pub fn answered_base(rule: &AnsweredBase, text: &str) -> Result<Url, &'static str> {
    let url = host::https_base(text).map_err(|_| "is not a plain https address")?;
    let plain = url.port().is_none() && url.query().is_none() && url.fragment().is_none();
    if !plain || !url.username().is_empty() || url.password().is_some() {
        return Err("is not a plain https address");
    }
    let named = url.host_str().unwrap_or_default();
    if rule.hosts.iter().any(|host| is_at_or_below(named, host)) {
        Ok(url)
    } else {
        Err("does not belong to the provider")
    }
}

/// RFC 8499: below means more labels in front, so that `evilmy.salesforce.com` is not below
/// `my.salesforce.com`.
fn is_at_or_below(named: &str, host: &str) -> bool {
    named
        .strip_suffix(host)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
        && host::is_host(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> AnsweredBase {
        AnsweredBase {
            member: "instance_url".to_owned(),
            hosts: vec!["my.salesforce.com".to_owned(), "api.example".to_owned()],
        }
    }

    #[test]
    fn an_address_at_or_below_a_named_host_is_taken() {
        for text in [
            "https://my.salesforce.com",
            "https://acme.my.salesforce.com",
            "https://acme--dev.sandbox.my.salesforce.com/services",
            "https://api.example/v2",
        ] {
            assert!(answered_base(&rule(), text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_token_is_led_nowhere_else() {
        for text in [
            "",
            "https://",
            "https://evil.example",
            "https://evilmy.salesforce.com",
            "https://salesforce.com",
            "https://my.salesforce.com.evil.example",
            "https://acme.my.salesforce.com:8443",
            "https://acme.my.salesforce.com:443",
            "https://user@acme.my.salesforce.com",
            "https://acme.my.salesforce.com@evil.example",
            "https://evil.example\\@acme.my.salesforce.com",
            "https://evil.example/.my.salesforce.com",
            "https://evil.example#.my.salesforce.com",
            "https://evil.example?.my.salesforce.com",
            "https://acme.my.salesforce.com?x=1",
            "https://acme.my.salesforce.com#x",
            "https://acme.my.salesforce.com/../x",
            "https://acme.my.salesforce.com.",
            "https://.my.salesforce.com",
            "http://acme.my.salesforce.com",
            "HTTPS://acme.my.salesforce.com",
            "//acme.my.salesforce.com",
            "https:/acme.my.salesforce.com",
            "ftp://acme.my.salesforce.com",
            "https://acm\u{435}.my.salesforce.com",
            "https://xn--acm-epa.my.salesforce.com",
            "https://acme.my.salesforce\u{3002}com",
            "https://127.0.0.1",
            "https://[::1]",
            "https://2130706433",
            "https://localhost",
            " https://acme.my.salesforce.com",
            "https://acme.my.salesforce.com\n",
            "https://acme.my.salesforce.com%2eevil.example",
        ] {
            assert!(answered_base(&rule(), text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_host_that_the_file_could_not_name_lets_nothing_through() {
        let wide = AnsweredBase {
            member: "m".to_owned(),
            hosts: vec![String::new(), "com".to_owned(), ".".to_owned()],
        };
        assert!(answered_base(&wide, "https://evil.com").is_err());
    }
}
