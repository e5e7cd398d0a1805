//! Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3), as far as it is used.

use serde_json::{Map, Value};
use url::Url;

use super::DiscoveryErrorKind as Kind;
use super::issuer::{Issuer, on_this_machine};
use crate::error::{Code, Problem};
use crate::wording::clean;

/// A list longer than this is none: the values end in provider files and on screens.
const MOST_VALUES: usize = 1000;

/// What an authorization server says of itself. Its addresses are checked; lists are as it wrote
/// them, and `None` when it does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerMetadata {
    /// Byte-equal to the issuer that was asked for.
    pub issuer: String,
    pub authorization_endpoint: Option<Url>,
    pub token_endpoint: Option<Url>,
    pub jwks_uri: Option<Url>,
    pub userinfo_endpoint: Option<Url>,
    pub revocation_endpoint: Option<Url>,
    pub introspection_endpoint: Option<Url>,
    /// RFC 9126 §5.
    pub pushed_authorization_request_endpoint: Option<Url>,
    pub require_pushed_authorization_requests: bool,
    /// RFC 9207 §3; `None` when the server does not say.
    pub authorization_response_iss_parameter_supported: Option<bool>,
    pub code_challenge_methods_supported: Option<Vec<String>>,
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    pub scopes_supported: Option<Vec<String>>,
    pub grant_types_supported: Option<Vec<String>>,
    pub response_types_supported: Option<Vec<String>>,
}

impl ServerMetadata {
    /// Reads metadata that was asked for in the name of `issuer`. The issuer is compared before
    /// anything else in it is looked at (rule F2).
    pub(super) fn read(members: &Map<String, Value>, issuer: &Issuer) -> Result<Self, Kind> {
        let found = match members.get("issuer") {
            Some(Value::String(found)) => found,
            Some(_) => return Err(malformed("issuer is not text")),
            None => return Err(malformed("it names no issuer")),
        };
        if found != issuer.as_str() {
            return Err(Kind::IssuerDiffers {
                found: clean(found, 300),
            });
        }
        let reader = Reader { members, issuer };
        Ok(Self {
            issuer: found.clone(),
            authorization_endpoint: reader.endpoint("authorization_endpoint")?,
            token_endpoint: reader.endpoint("token_endpoint")?,
            jwks_uri: reader.endpoint("jwks_uri")?,
            userinfo_endpoint: reader.endpoint("userinfo_endpoint")?,
            revocation_endpoint: reader.endpoint("revocation_endpoint")?,
            introspection_endpoint: reader.endpoint("introspection_endpoint")?,
            pushed_authorization_request_endpoint: reader
                .endpoint("pushed_authorization_request_endpoint")?,
            require_pushed_authorization_requests: reader
                .flag("require_pushed_authorization_requests")?
                .unwrap_or(false),
            authorization_response_iss_parameter_supported: reader
                .flag("authorization_response_iss_parameter_supported")?,
            code_challenge_methods_supported: reader.list("code_challenge_methods_supported")?,
            token_endpoint_auth_methods_supported: reader
                .list("token_endpoint_auth_methods_supported")?,
            token_endpoint_auth_signing_alg_values_supported: reader
                .list("token_endpoint_auth_signing_alg_values_supported")?,
            id_token_signing_alg_values_supported: reader
                .list("id_token_signing_alg_values_supported")?,
            scopes_supported: reader.list("scopes_supported")?,
            grant_types_supported: reader.list("grant_types_supported")?,
            response_types_supported: reader.list("response_types_supported")?,
        })
    }

    /// Whether the server takes a code challenge with S256 (rule A4).
    ///
    /// `true` when it says so, `false` when it says nothing. Fails with
    /// [`Code::AuthorizationInvalid`] when it lists other methods only.
    pub fn offers_s256(&self) -> Result<bool, Problem> {
        let Some(methods) = &self.code_challenge_methods_supported else {
            return Ok(false);
        };
        if methods.iter().any(|method| method == "S256") {
            return Ok(true);
        }
        Err(Problem::new(
            Code::AuthorizationInvalid,
            format!(
                "{} does not take a code challenge with S256.",
                clean(&self.issuer, 300)
            ),
            "Without it, a stolen code could be used by others. Ask the operator of the server to \
             switch on PKCE with S256.",
        ))
    }
}

struct Reader<'a> {
    members: &'a Map<String, Value>,
    issuer: &'a Issuer,
}

impl Reader<'_> {
    /// An address that is https, or http when the issuer itself is on this machine. A public server
    /// must not send requests of this machine to this machine.
    fn endpoint(&self, name: &'static str) -> Result<Option<Url>, Kind> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let refused = || Kind::UnsafeEndpoint {
            name,
            address: clean(text, 300),
        };
        let url = Url::parse(text).map_err(|_| refused())?;
        let local = on_this_machine(&url);
        let allowed = match (url.scheme(), local) {
            ("https", false) => true,
            ("https" | "http", true) => self.issuer.is_on_this_machine(),
            _ => false,
        };
        let bare = url.username().is_empty() && url.password().is_none();
        // RFC 6749 §3.1 and §3.2: no fragment.
        if allowed && bare && url.fragment().is_none() && text.len() <= 2048 {
            Ok(Some(url))
        } else {
            Err(refused())
        }
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Kind> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(malformed(&format!("{name} is not text"))),
        }
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Kind> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(malformed(&format!("{name} is neither true nor false"))),
        }
    }

    fn list(&self, name: &str) -> Result<Option<Vec<String>>, Kind> {
        let wrong = || malformed(&format!("{name} is not a list of texts"));
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(values)) if values.len() <= MOST_VALUES => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }
}

fn malformed(reason: &str) -> Kind {
    Kind::Malformed {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(issuer: &str, name: &str, value: Value) -> Result<ServerMetadata, Kind> {
        let mut document = json!({ "issuer": issuer });
        document[name] = value;
        let members = document.as_object().unwrap();
        ServerMetadata::read(members, &Issuer::parse(issuer).unwrap())
    }

    #[test]
    fn a_public_server_cannot_name_an_address_on_this_machine_or_in_the_clear() {
        let public = "https://id.example.com";
        for address in [
            "https://id.example.com/token",
            "https://oauth2.example.org:8443/token?p=1",
        ] {
            assert!(
                read(public, "token_endpoint", address.into()).is_ok(),
                "{address}"
            );
        }
        for address in [
            "http://id.example.com/token",
            "http://127.0.0.1:631/",
            "https://127.0.0.1/token",
            "https://localhost:8443/token",
            "https://localhost./token",
            "https://[::1]/token",
            "https://user@id.example.com/token",
            "https://:word@id.example.com/token",
            "https://id.example.com/token#x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "-flag",
            "",
            "/token",
        ] {
            let error = read(public, "token_endpoint", address.into()).unwrap_err();
            assert!(
                matches!(
                    error,
                    Kind::UnsafeEndpoint {
                        name: "token_endpoint",
                        ..
                    }
                ),
                "{address}"
            );
        }
        let local = "http://127.0.0.1:8080";
        assert!(
            read(
                local,
                "token_endpoint",
                "http://127.0.0.1:8080/token".into()
            )
            .is_ok()
        );
        assert!(read(local, "token_endpoint", "http://example.com/token".into()).is_err());
    }

    #[test]
    fn a_member_of_another_kind_is_refused_and_a_null_one_is_absent() {
        let issuer = "https://id.example.com";
        for (name, value) in [
            ("jwks_uri", json!(1)),
            ("scopes_supported", json!("openid")),
            ("scopes_supported", json!(["openid", 7])),
            ("scopes_supported", json!(vec!["x"; 1001])),
            ("require_pushed_authorization_requests", json!("true")),
            ("code_challenge_methods_supported", json!({})),
        ] {
            let error = read(issuer, name, value).unwrap_err();
            assert!(matches!(error, Kind::Malformed { .. }), "{name}: {error:?}");
        }
        let read = read(issuer, "jwks_uri", Value::Null).unwrap();
        assert_eq!(read.jwks_uri, None);
        assert_eq!(read.authorization_response_iss_parameter_supported, None);
        assert!(!read.require_pushed_authorization_requests);
    }

    #[test]
    fn the_issuer_is_compared_byte_for_byte_before_anything_else() {
        let asked = Issuer::parse("https://id.example.com/acme").unwrap();
        for found in [
            "https://id.example.com/acme/",
            "https://id.example.com/Acme",
            "https://ID.example.com/acme",
            "https://id.example.com:443/acme",
            "https://id.example.com/acme1",
            "https://id.example.com/%61cme",
            "http://id.example.com/acme",
            "https://id.example.com",
            " https://id.example.com/acme",
            "https://id.example.com./acme",
            "",
        ] {
            let document = json!({ "issuer": found, "token_endpoint": 7 });
            let error = ServerMetadata::read(document.as_object().unwrap(), &asked).unwrap_err();
            assert!(
                matches!(error, Kind::IssuerDiffers { .. }),
                "{found}: {error:?}"
            );
        }
        for document in [
            json!({}),
            json!({ "issuer": ["https://id.example.com/acme"] }),
        ] {
            let error = ServerMetadata::read(document.as_object().unwrap(), &asked).unwrap_err();
            assert!(matches!(error, Kind::Malformed { .. }));
        }
    }

    #[test]
    fn a_server_that_lists_challenges_must_list_s256() {
        let offers = |methods: Value| {
            read(
                "https://id.example.com",
                "code_challenge_methods_supported",
                methods,
            )
            .unwrap()
            .offers_s256()
        };
        assert_eq!(offers(json!(["plain", "S256"])), Ok(true));
        assert_eq!(offers(Value::Null), Ok(false));
        for methods in [json!(["plain"]), json!([]), json!(["s256"])] {
            assert_eq!(
                offers(methods).unwrap_err().code,
                Code::AuthorizationInvalid
            );
        }
    }
}
