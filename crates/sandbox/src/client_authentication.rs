//! How a client proves that it is who it says (RFC 6749 §2.3, RFC 7523 §2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::authorization_request::Parameters;
use crate::call::Call;
use crate::clients::Client;
use crate::fault::Fault;
use crate::module::Defect;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::signed::assertion::{Assertion, Place};

const FAILED: Refusal = Refusal::invalid_client("Client authentication failed");

/// The client of the request's address, if the request comes from it.
pub(crate) fn authenticated(call: &Call<'_>, form: &Parameters) -> Result<Client, Refusal> {
    let attempt = Attempt::read(call.request, form)?;
    let account = call.account.ok_or(FAILED)?;
    if call.has(Fault::SecretRefused) {
        return Err(FAILED);
    }
    let basic_only = call.defect() == Defect::BasicOnly;
    let known = call.clients.of(account, call.now);
    match attempt {
        Attempt::Signed(_) if basic_only => Err(FAILED),
        Attempt::Signed(assertion) => signed(call, &assertion, known),
        _ => known
            .into_iter()
            .find(|client| attempt.is(client, account.secret_in_body && !basic_only))
            .ok_or(FAILED),
    }
}

/// The client whose key signed. While credentials are replaced, two may have the same id.
fn signed(call: &Call<'_>, assertion: &Assertion, known: Vec<Client>) -> Result<Client, Refusal> {
    let mut refusal = Refusal::invalid_client("The client of the assertion is not registered here");
    for client in known {
        if client.id != assertion.client_id() {
            continue;
        }
        let place = Place {
            audience: &client.account.assertion_audience(),
            now: call.clock(),
            seen: call.seen,
        };
        match assertion.verify(&client.registered(), &place) {
            Ok(()) => return Ok(client),
            Err(reason) => refusal = reason,
        }
    }
    Err(refusal)
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
    Signed(Box<Assertion>),
}

impl Attempt {
    /// RFC 6749 §2.3: exactly one method a request.
    fn read(request: &Record, form: &Parameters) -> Result<Self, Refusal> {
        let in_header = request.header_values("authorization").next().is_some();
        let in_body = form.has("client_secret");
        let signed = form.has("client_assertion") || form.has("client_assertion_type");
        if [in_header, in_body, signed]
            .iter()
            .filter(|used| **used)
            .count()
            > 1
        {
            return Err(Refusal::invalid_request(
                "More than one way of client authentication was used",
            ));
        }
        if let Some(assertion) = Assertion::of(form)? {
            return Ok(Self::Signed(Box::new(assertion)));
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

    fn is(&self, client: &Client, secret_in_body: bool) -> bool {
        let matches = |(id, secret): (&str, &str)| id == client.id && secret == client.secret;
        match self {
            Self::Basic { raw, decoded } => {
                matches((&raw.0, &raw.1)) || matches((&decoded.0, &decoded.1))
            }
            Self::Body(id, secret) => secret_in_body && matches((id, secret)),
            Self::Signed(_) => false,
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
