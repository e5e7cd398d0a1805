//! The name of an authorization server, and where it publishes what it can do.

use url::{Host, Url};

use crate::error::{Code, Problem};
use crate::system::address::names_loopback;
use crate::wording::clean;

const LONGEST: usize = 2048;
const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

/// An issuer identifier (RFC 8414 §2): https, without query or fragment. It is compared byte for
/// byte, so it is kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Reads an issuer. Plain http is one only on this machine (RFC 8252 §8.3).
    ///
    /// Fails with [`Code::DraftInvalid`] at `issuer`; a text that two readers could take for two
    /// addresses is refused as well.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |summary: &str, remedy: String| {
            Problem::new(Code::DraftInvalid, summary, remedy).at("issuer")
        };
        let example = || "Write it as the provider does, for example https://login.example.com.";
        if text.len() > LONGEST {
            return Err(refused("The issuer is too long.", example().to_owned()));
        }
        let url = Url::parse(text)
            .map_err(|_| refused("The issuer is not an address.", example().to_owned()))?;
        let local = on_this_machine(&url);
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(refused(
                "The issuer does not begin with https.",
                "Only a server on this machine may be asked without encryption.".to_owned(),
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "The issuer holds a user name or password.",
                "Write the address without it.".to_owned(),
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused(
                "The issuer holds a question mark or a hash sign.",
                "An issuer ends with its path (RFC 8414 §2).".to_owned(),
            ));
        }
        if url.as_str() != text && url.as_str().strip_suffix('/') != Some(text) {
            return Err(refused(
                "The issuer can be read in two ways.",
                format!("Write it as {}.", clean(url.as_str(), 300)),
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// Reads what a person pasted: blanks around it are dropped, and the address of the metadata
    /// stands for the issuer that it belongs to. Fails as [`Issuer::parse`].
    pub fn from_pasted(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let Some((origin, rest)) = text.split_once("/.well-known/") else {
            return Self::parse(text);
        };
        // What follows the document's name is the path that RFC 8414 §3.1 had to make way for.
        let (name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match name {
            "openid-configuration" | "oauth-authorization-server" => {
                Self::parse(&format!("{origin}{path}"))
            }
            _ => Self::parse(text),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub fn is_on_this_machine(&self) -> bool {
        on_this_machine(&self.url)
    }

    /// Where the metadata may be, in the order to ask: OpenID Connect Discovery §4 appends to the
    /// issuer, RFC 8414 §3.1 inserts before its path.
    pub(super) fn well_known(&self) -> Vec<Url> {
        let path = self.url.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        [format!("{path}{OPENID}"), format!("{OAUTH}{path}")]
            .into_iter()
            .map(|path| {
                let mut url = self.url.clone();
                url.set_path(&path);
                url
            })
            .collect()
    }
}

/// Whether the host of `url` can only mean this machine.
pub(super) fn on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => names_loopback(name.trim_end_matches('.')),
        Some(Host::Ipv4(address)) => names_loopback(&address.to_string()),
        Some(Host::Ipv6(address)) => names_loopback(&address.to_string()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_addresses_are_those_of_the_two_standards() {
        for (issuer, openid, oauth) in [
            (
                "https://example.com",
                "https://example.com/.well-known/openid-configuration",
                "https://example.com/.well-known/oauth-authorization-server",
            ),
            (
                "https://example.com/",
                "https://example.com/.well-known/openid-configuration",
                "https://example.com/.well-known/oauth-authorization-server",
            ),
            // RFC 8414 §3.1 and OpenID Connect Discovery §4.1 both use this path.
            (
                "https://example.com/issuer1",
                "https://example.com/issuer1/.well-known/openid-configuration",
                "https://example.com/.well-known/oauth-authorization-server/issuer1",
            ),
            (
                "https://example.com/issuer1/",
                "https://example.com/issuer1/.well-known/openid-configuration",
                "https://example.com/.well-known/oauth-authorization-server/issuer1",
            ),
            (
                "https://id.example.com:8443/realms/acme",
                "https://id.example.com:8443/realms/acme/.well-known/openid-configuration",
                "https://id.example.com:8443/.well-known/oauth-authorization-server/realms/acme",
            ),
            (
                "http://127.0.0.1:8080/oidc",
                "http://127.0.0.1:8080/oidc/.well-known/openid-configuration",
                "http://127.0.0.1:8080/.well-known/oauth-authorization-server/oidc",
            ),
            (
                "http://[::1]:8080",
                "http://[::1]:8080/.well-known/openid-configuration",
                "http://[::1]:8080/.well-known/oauth-authorization-server",
            ),
            (
                "https://example.com/a%20b",
                "https://example.com/a%20b/.well-known/openid-configuration",
                "https://example.com/.well-known/oauth-authorization-server/a%20b",
            ),
        ] {
            let read = Issuer::parse(issuer).unwrap();
            assert_eq!(read.as_str(), issuer);
            let asked: Vec<String> = read.well_known().into_iter().map(String::from).collect();
            assert_eq!(asked, [openid, oauth], "{issuer}");
        }
    }

    #[test]
    fn a_pasted_metadata_address_is_its_issuer() {
        for (pasted, issuer) in [
            (" https://example.com\n", "https://example.com"),
            (
                "https://example.com/.well-known/openid-configuration",
                "https://example.com",
            ),
            (
                "https://example.com/a/.well-known/openid-configuration",
                "https://example.com/a",
            ),
            (
                "https://example.com/.well-known/oauth-authorization-server/a/b",
                "https://example.com/a/b",
            ),
        ] {
            assert_eq!(Issuer::from_pasted(pasted).unwrap().as_str(), issuer);
        }
        assert!(Issuer::from_pasted("https://example.com/.well-known/x?y").is_err());
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for text in [
            "",
            "example.com",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "ftp://example.com",
            "javascript:alert(1)",
            "https://example.com?tenant=1",
            "https://example.com/#x",
            "https://user@example.com",
            "https://user:word@example.com",
            "https://EXAMPLE.com",
            "https://example.com:443",
            "https://example.com/a/../b",
            "https://example.com\\@evil.example",
            "https://exa mple.com",
            " https://example.com",
            "https://example.com\n",
            "https://",
            &format!("https://example.com/{}", "a".repeat(3000)),
        ] {
            let problem = Issuer::parse(text).unwrap_err();
            assert_eq!(problem.code, Code::DraftInvalid, "{text}");
            assert_eq!(problem.field.as_deref(), Some("issuer"), "{text}");
        }
    }
}
