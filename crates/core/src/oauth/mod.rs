//! What the protocol does. Names and rules are those of RFC 6749 and its companions.

pub mod authorization_code;
pub mod client;
pub mod client_assertion;
pub mod client_credentials;
pub mod discovery;
pub mod document;
pub mod id_token;
pub mod identity;
pub mod introspection;
pub mod json;
pub mod jwks;
pub mod pushed_request;
pub mod redirect_listener;
pub mod refresh;
pub mod revocation;
pub mod signature;
pub mod token_endpoint;
pub mod userinfo;

mod body;
mod dialect;
mod token_answer;
mod token_error;

pub use client::Client;
pub use client_credentials::ClientCredentials;
pub use dialect::Dialect;
pub use json::JsonProblem;
pub use token_answer::TokenReply;
pub(crate) use token_answer::{is_header_safe, withhold};
pub use token_error::{TokenError, TokenErrorKind};
