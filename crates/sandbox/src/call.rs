//! One request at an authorization server, with everything that decides its answer.

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::access_token::{LIFETIME_SECONDS, TokenIssuer};
use crate::account::Account;
use crate::approval::Approvals;
use crate::authorization_request::Parameters;
use crate::client_authentication;
use crate::clients::{Client, Clients};
use crate::fault::Fault;
use crate::keys::Keys;
use crate::module::Defect;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::signed::seen::Seen;

pub(crate) struct Call<'a> {
    pub(crate) request: &'a Record,
    /// `None` when no account of that name lives in the region.
    pub(crate) account: Option<&'static Account>,
    pub(crate) fault: Option<Fault>,
    pub(crate) issuer: &'a TokenIssuer,
    pub(crate) approvals: &'a Approvals,
    pub(crate) clients: &'a Clients,
    pub(crate) seen: &'a Seen,
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

    /// What this server's own clock says, which may be wrong on purpose.
    pub(crate) fn clock(&self) -> Timestamp {
        match self.fault {
            Some(Fault::ClockOff(seconds)) => self.now + SignedDuration::from_secs(seconds.into()),
            _ => self.now,
        }
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

    /// The client of the address, if the request comes from it.
    pub(crate) fn client(&self, form: &Parameters) -> Result<Client, Refusal> {
        client_authentication::authenticated(self, form)
    }
}
