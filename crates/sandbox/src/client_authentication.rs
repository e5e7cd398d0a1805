//! How a client proves that it is who it says (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::account::Account;
use crate::authorization_request::Parameters;
use crate::fault::Fault;
use crate::module::Defect;
use crate::record::Record;
use crate::refusal::Refusal;

/// The account of the request's address, if the request comes from its client.
pub(crate) fn authenticated(
    request: &Record,
    form: &Parameters,
    account: Option<&'static Account>,
    fault: Option<Fault>,
) -> Result<&'static Account, Refusal> {
    let attempt = Attempt::read(request, form)?;
    let basic_only = fault.is_some_and(|fault| fault.defect() == Defect::BasicOnly);
    account
        .filter(|_| fault != Some(Fault::SecretRefused))
        .filter(|account| attempt.is(account, account.secret_in_body && !basic_only))
        .ok_or(Refusal::invalid_client("Client authentication failed"))
}

/// The credentials of one request, by whichever method it used.
enum Attempt {
    /// Before and after form-decoding: RFC 6749 §2.3.1 demands the encoding, Talkdesk's own examples
    /// leave it out.
    Basic {
        raw: (String, String),
        decoded: (String, String),
    },
    Body(String, String),
}

impl Attempt {
    /// RFC 6749 §2.3: exactly one method a request.
    fn read(request: &Record, form: &Parameters) -> Result<Self, Refusal> {
        let in_header = request.header_values("authorization").next().is_some();
        let in_body = form.has("client_secret");
        if in_header && in_body || form.has("client_assertion") && (in_header || in_body) {
            return Err(Refusal::invalid_request(
                "More than one way of client authentication was used",
            ));
        }
        if in_header {
            return Self::from_basic(request.header("authorization").unwrap_or_default()).ok_or(
                Refusal::invalid_client("The authorization header could not be read"),
            );
        }
        match (form.value("client_id"), form.value("client_secret")) {
            (Some(id), Some(secret)) => Ok(Self::Body(id.to_owned(), secret.to_owned())),
            _ => Err(Refusal::invalid_client("No client authentication included")),
        }
    }

    fn from_basic(header: &str) -> Option<Self> {
        let (scheme, credentials) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some(Self::Basic {
            raw: (id.to_owned(), secret.to_owned()),
            decoded: (form_decoded(id), form_decoded(secret)),
        })
    }

    fn is(&self, account: &Account, secret_in_body: bool) -> bool {
        let matches =
            |(id, secret): (&str, &str)| id == account.client_id && secret == account.client_secret;
        match self {
            Self::Basic { raw, decoded } => {
                matches((&raw.0, &raw.1)) || matches((&decoded.0, &decoded.1))
            }
            Self::Body(id, secret) => secret_in_body && matches((id, secret)),
        }
    }
}

/// RFC 6749 Appendix B.
pub(crate) fn form_decoded(text: &str) -> String {
    let pair = format!("value={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}
