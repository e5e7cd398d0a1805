//! One request at an authorization server, with everything that decides its answer.

use hyper::StatusCode;
use jiff::Timestamp;

use crate::access_token::{LIFETIME_SECONDS, TokenIssuer};
use crate::account::Account;
use crate::approval::Approvals;
use crate::authorization_request::Parameters;
use crate::client_authentication;
use crate::fault::Fault;
use crate::keys::Keys;
use crate::module::Defect;
use crate::record::Record;
use crate::refusal::Refusal;

pub(crate) struct Call<'a> {
    pub(crate) request: &'a Record,
    /// `None` when no account of that name lives in the region.
    pub(crate) account: Option<&'static Account>,
    pub(crate) fault: Option<Fault>,
    pub(crate) issuer: &'a TokenIssuer,
    pub(crate) approvals: &'a Approvals,
    pub(crate) now: Timestamp,
}

impl<'a> Call<'a> {
    pub(crate) fn defect(&self) -> Defect {
        self.fault.map_or(Defect::None, Fault::defect)
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn keys(&self) -> &'a Keys {
        &self.issuer.keys
    }

    /// How long an access token lives.
    pub(crate) fn lifetime(&self) -> u32 {
        match self.fault {
            Some(Fault::TokenLifetime(seconds)) => seconds,
            _ => LIFETIME_SECONDS,
        }
    }

    /// RFC 6749 §3.2: POST, form-encoded, no parameter twice.
    pub(crate) fn form(&self) -> Result<Parameters, Refusal> {
        if self.request.method != "POST" {
            return Err(Refusal {
                status: StatusCode::METHOD_NOT_ALLOWED,
                ..Refusal::invalid_request("Use POST for token requests")
            });
        }
        let content_type = self.request.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::invalid_request(
                "The content type must be application/x-www-form-urlencoded",
            ));
        }
        let form = Parameters::read(&self.request.body);
        if form.is_repeated() {
            return Err(Refusal::invalid_request("A parameter was sent twice"));
        }
        Ok(form)
    }

    /// The account of the address, if the request comes from its client.
    pub(crate) fn client(&self, form: &Parameters) -> Result<&'static Account, Refusal> {
        client_authentication::authenticated(self.request, form, self.account, self.fault)
    }
}
