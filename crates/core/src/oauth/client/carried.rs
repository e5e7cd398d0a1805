//! A finished request of `oauth2`, on its way to our own transport.

use std::fmt;

use oauth2::{HttpRequest, HttpResponse};

/// Hands a request of `oauth2` over instead of sending it: its reader keeps tokens in plain strings,
/// takes the last of two equal members and has no bounds.
pub(in crate::oauth) fn carry(request: HttpRequest) -> Result<HttpResponse, Written> {
    Err(Written(Box::new(request)))
}

/// A finished request, as the error that `oauth2` passes through.
#[derive(thiserror::Error)]
#[error("the request is written")]
pub(in crate::oauth) struct Written(pub(super) Box<HttpRequest>);

/// Without the request, which holds the secret.
impl fmt::Debug for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Written")
    }
}
