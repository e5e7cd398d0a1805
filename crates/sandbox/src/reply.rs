//! Answers, before they become HTTP.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::pages::POLICY;

pub(crate) struct Reply(Response<Full<Bytes>>);

impl Reply {
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn html(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    pub(crate) fn text(status: StatusCode, body: &'static str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// An error of the token endpoint (RFC 6749 §5.2).
    pub(crate) fn oauth_error(status: StatusCode, error: &str, description: &str) -> Self {
        Self::json(
            status,
            &json!({ "error": error, "error_description": description }),
        )
        .unstored()
    }

    /// An error of the API, in the shape of Talkdesk's `OpenAPI` document.
    pub(crate) fn api_error(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "code": code, "message": message }))
    }

    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// What RFC 6749 §5.1 demands of every answer with a token in it.
    #[must_use]
    pub(crate) fn unstored(self) -> Self {
        self.with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
            .with(PRAGMA, HeaderValue::from_static("no-cache"))
    }

    /// What a page for people needs: no script, no frame, no trace of its address.
    #[must_use]
    pub(crate) fn for_people(self) -> Self {
        let reply = self
            .with(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
            .with(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        match HeaderValue::from_str(&POLICY) {
            Ok(policy) => reply.with(CONTENT_SECURITY_POLICY, policy),
            Err(_) => reply,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        self.0
    }

    fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(Full::new(body.into()));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self(response)
    }
}
