//! The body of a token request as a JSON object, for the vendors that read nothing else.

use http::{HeaderValue, header};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::client::WipedRequest;
use crate::vault::document::push_string;

/// The same members, each once and as text. The form that they come from is wiped.
pub(super) fn as_json(request: WipedRequest) -> WipedRequest {
    let (mut parts, form) = request.into_parts();
    // Large enough that it never moves and leaves a copy behind: a control character takes six bytes.
    let mut text = Zeroizing::new(String::with_capacity(form.len() * 6 + 16));
    text.push('{');
    for (index, (name, value)) in form_urlencoded::parse(&form).enumerate() {
        let (name, value) = (name, Zeroizing::new(value.into_owned()));
        if index > 0 {
            text.push(',');
        }
        push_string(&mut text, &name);
        text.push(':');
        push_string(&mut text, &value);
    }
    text.push('}');
    let json = HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, json);
    let body = Zeroizing::new(std::mem::take(&mut *text).into_bytes());
    WipedRequest::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn members_keep_their_exact_text() {
        let odd = "a\"b\\c\u{1}\n + %20 ü \u{1f512}";
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", odd)
            .append_pair("scope", "");
        let form = Zeroizing::new(form.finish().into_bytes());
        let request = Request::post("https://id.example/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .unwrap();
        let request = as_json(request);
        assert_eq!(request.headers()["content-type"], "application/json");
        let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let expected = serde_json::json!({
            "grant_type": "refresh_token", "refresh_token": odd, "scope": ""
        });
        assert_eq!(sent, expected);
    }
}
