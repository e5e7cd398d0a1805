//! Headers of a call: any but those that say who asks and where the request ends.

use http::{HeaderName, HeaderValue, header};

use crate::error::{Code, Problem};
use crate::wording::clean;

/// The connection itself says these, or they would change how the request is read (RFC 9112 §6, §7).
const OURS: [HeaderName; 14] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
    header::ACCEPT_ENCODING,
    header::USER_AGENT,
    header::FORWARDED,
];

/// A header that can be sent; `DraftInvalid` names the field `headers.NAME`.
pub(super) fn header_of(
    name: &str,
    value: &str,
    credentials_header: &str,
) -> Result<(HeaderName, HeaderValue), Problem> {
    let at = |summary: String, remedy: &str| {
        Problem::new(Code::DraftInvalid, summary, remedy).at(format!("headers.{}", clean(name, 60)))
    };
    let shown = clean(name, 60);
    let parsed = HeaderName::try_from(name.trim()).map_err(|_| {
        at(
            format!("“{shown}” is not a header name."),
            "Write it as \"Name: value\", for example \"Accept: text/csv\".",
        )
    })?;
    if parsed.as_str().eq_ignore_ascii_case(credentials_header) || OURS.contains(&parsed) {
        return Err(at(
            format!("The header {shown} is set by the connection itself."),
            "Leave it out.",
        ));
    }
    let value = HeaderValue::try_from(value.trim()).map_err(|_| {
        at(
            format!("The value of {shown} holds a character that a header cannot carry."),
            "Use visible characters without line breaks.",
        )
    })?;
    Ok((parsed, value))
}
