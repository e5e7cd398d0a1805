//! A provider: what is known of one system, as data.
//!
//! A provider file says everything that differs between systems, so that no rule for one of them has
//! to be written in Rust. The values come from `providers/*.toml`, embedded at build.

mod answered_base;
pub mod approval;
mod asking;
mod catalogue;
mod deadline;
mod fault;
mod file;
mod host;
mod json_schema;
mod known_error;
mod known_hosts;
mod layers;
mod locate;
mod one_call;
mod owned_end;
mod parameters;
mod pattern;
mod resolve;
pub mod schema;
mod semantics;
mod service_tokens;
mod shape;
mod template;
mod values;

pub use answered_base::{answered_base, api_base, proven_base};
pub use approval::{
    AuthorizationCode, ID_TOKEN_ALGORITHMS, Pkce, PushedRequests, RedirectHost, RedirectPolicy,
    ResponseIssuer,
};
pub(crate) use asking::filled_scope;
pub use asking::{
    ParameterUse, asked_scopes, parameters, request_parameters, scopes, suggested_scopes,
    takes_scopes,
};
pub use catalogue::Catalogue;
pub use deadline::warnings;
pub use file::{FileProblem, parse};
pub use host::{LabelDefect, label_defect};
pub use json_schema::{PROVIDER_FILE_ID, provider_file};
pub(crate) use known_error::explained;
pub use known_error::known_error;
pub(crate) use known_hosts::{KnownRegion, api_hosts, known_regions, plain_https};
pub use locate::{locate, locate_variable};
pub(crate) use one_call::{OneCall, can_stand_in_braces, names_of, one_call};
pub(crate) use owned_end::{ends_behind, is_anybodys};
pub(crate) use parameters::read_loosely;
pub use parameters::{RESERVED_PARAMETERS, is_parameter_name, is_reserved_parameter};
pub(crate) use resolve::missing_for;
pub use resolve::{
    account, detection_url, empty_variable, endpoints, guide_page, is_source, probe_path, region,
    region_label, resolve, token_servers,
};
pub use schema::{
    Acknowledgement, AnsweredBase, AppEvents, AssertionAudience, BasicEncoding, BodyFormat,
    Certainty, ClientAssertion, ClientAuthentication, ClientCredentialsGrant, CredentialField,
    CustomConnection, Deadline, Detection, Endpoints, ErrorSource, Evidence, Grant, GuideStep,
    KeyOrigin, KnownError, Lifetimes, Probe, ProbeMatch, ProbeRule, Provider, Refresh,
    RefreshPolicy, Region, RegionField, Rotation, Scalar, ScopeCatalogue, ScopeEntry, ScopeUse,
    ServiceTokens, SigningAlgorithm, StaticCredentials, TokenHeader, TokenIntrospection,
    TokenResponse, Variable, VariableKind,
};
pub use service_tokens::{service_token_in, service_tokens, token_header};
pub(crate) use values::findings;
