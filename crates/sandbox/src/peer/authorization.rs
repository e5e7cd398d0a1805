//! The pages where the person signs in and approves (RFC 6749 §3.1 and §4.1), by the rules of the
//! provider's file.

use hyper::StatusCode;
use hyper::header::{HeaderValue, LOCATION};
use proofkey_core::provider::{AuthorizationCode, ErrorSource, ResponseIssuer};
use serde_json::json;

use super::client;
use super::ledger::Asked;
use super::plan::Mutation;
use super::request::Rejection;
use super::world::{PERSON, PeerWorld};
use crate::authorization_request::Parameters;
use crate::pages::{document, escaped, hidden};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::reply::Reply;

impl PeerWorld {
    /// Answers a browser: GET brings the request, POST what the person entered.
    pub(crate) fn authorization(&self, request: &Record) -> Reply {
        if request.method == "POST" {
            let text = "Go back to the program that sent you here, and start again there.";
            let over = || page(StatusCode::BAD_REQUEST, &notice("This page is over", text));
            return self.entered_there(request).unwrap_or_else(over);
        }
        let query = request.query.as_deref().unwrap_or_default();
        let parameters = Parameters::read(query.as_bytes());
        let asked = match parameters.value("request_uri") {
            Some(uri) => self
                .ledger
                .pushed(uri)
                .ok_or(Rejection::Stay(Refusal::invalid_request(
                    "The pushed request is not known",
                ))),
            None => self
                .asked(&parameters)
                .and_then(|asked| self.unpushed(asked)),
        };
        match asked {
            Ok(asked) => self.login(asked),
            Err(Rejection::Stay(refusal)) => self.stay(&refusal),
            Err(Rejection::Return(asked, refusal)) => self.failed(&asked, &refusal),
        }
    }

    /// RFC 9126 §2.
    pub(crate) fn push(&self, request: &Record) -> Result<Reply, Refusal> {
        let form = client::form(request)?;
        self.authenticate(request, &form)?;
        let asked = self.asked(&form).map_err(|rejection| match rejection {
            Rejection::Stay(refusal) | Rejection::Return(_, refusal) => refusal,
        })?;
        let uri = format!("urn:practice:{}", self.keys.random_text()?);
        self.ledger.push(uri.clone(), asked);
        let body = json!({ "request_uri": uri, "expires_in": 60 });
        Ok(Reply::json(StatusCode::CREATED, &body).unstored())
    }

    fn login(&self, asked: Asked) -> Reply {
        let Ok(name) = self.keys.random_text() else {
            return Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "No page could be made\n");
        };
        let body = format!(
            "<h1>Sign in to {provider}</h1><form method=\"post\" action=\"?\">{page}\
             <label for=\"email\">Email</label><input id=\"email\" name=\"email\" value=\"{email}\">\
             <label for=\"password\">Password</label><input id=\"password\" name=\"password\" value=\"{password}\">\
             <p class=\"buttons\"><button>Sign in</button></p></form>",
            provider = escaped(&self.plan.provider.name),
            page = hidden(&name),
            email = escaped(PERSON.email),
            password = escaped(PERSON.password),
        );
        self.ledger.open_page(name, asked);
        page(StatusCode::OK, &document("Sign in", &body))
    }

    /// `None` when the page is not known, or the form makes no sense on it.
    fn entered_there(&self, request: &Record) -> Option<Reply> {
        let form = client::form(request).ok()?;
        let name = form.value("page")?;
        let (asked, signed_in) = self.ledger.page(name)?;
        match (form.value("decision"), signed_in) {
            (Some("approve"), true) if self.plan.mutation != Some(Mutation::Denied) => {
                self.ledger.close_page(name, false);
                Some(self.approved(asked))
            }
            (Some("approve" | "deny"), true) => {
                self.ledger.close_page(name, true);
                let refusal =
                    Refusal::bad_request("access_denied", "The person denied the request");
                Some(self.failed(&asked, &refusal))
            }
            (None, _) => {
                let own = (form.value("email")?, form.value("password")?);
                if own != (PERSON.email, PERSON.password) {
                    return None;
                }
                self.ledger.sign_in(name);
                Some(consent(&asked, name))
            }
            _ => None,
        }
    }

    fn approved(&self, mut asked: Asked) -> Reply {
        if let Some(known) = self.asked_for(ErrorSource::Authorization) {
            let error = known.error.as_deref().unwrap_or("practice_error");
            let words = known.contains.as_deref().unwrap_or("Refused");
            let members = [
                ("error", error.to_owned()),
                ("error_description", format!("Practice: {words}.")),
            ];
            return self.sent_back(&asked, &members);
        }
        asked.scopes = self.granted_of(asked.scopes);
        let Ok(code) = self.keys.random_text() else {
            let refusal = Refusal::bad_request("server_error", "No code could be made");
            return self.failed(&asked, &refusal);
        };
        let mut members = vec![("code", code.clone())];
        let grant = self.grant();
        if let Some(name) = grant.and_then(|grant| grant.response_server.as_deref()) {
            members.push((name, self.named_server()));
        }
        let back = self.sent_back(&asked, &members);
        self.ledger.approve(code, asked, self.now_there());
        back
    }

    /// What the authorization response calls the server to redeem the code at.
    fn named_server(&self) -> String {
        match (&self.plan.mutation, &self.places.token) {
            (Some(Mutation::ResponseServer(server)), _) => server.clone(),
            (_, Some(token)) => token.origin().ascii_serialization(),
            (_, None) => String::new(),
        }
    }

    fn failed(&self, asked: &Asked, refusal: &Refusal) -> Reply {
        let known = self
            .known_errors(ErrorSource::Authorization)
            .find(|known| known.error.as_deref() == Some(refusal.error));
        let words = known.and_then(|known| known.contains.as_deref());
        let members = [
            ("error", refusal.error.to_owned()),
            (
                "error_description",
                words.unwrap_or(refusal.description).to_owned(),
            ),
        ];
        self.sent_back(asked, &members)
    }

    /// RFC 6749 §4.1.2 and RFC 9207.
    fn sent_back(&self, asked: &Asked, members: &[(&str, String)]) -> Reply {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(members);
        if let Some(state) = &asked.state {
            query.append_pair("state", state);
        }
        let sent = |grant: &AuthorizationCode| grant.response_issuer == ResponseIssuer::Sent;
        if let Some(issuer) = self.issuer().filter(|_| self.grant().is_some_and(sent)) {
            query.append_pair("iss", &issuer);
        }
        let to = match self.plan.mutation {
            Some(Mutation::FirstRegistered) => self.registered().first(),
            _ => None,
        };
        let to = to.unwrap_or_else(|| asked.redirect_uri.clone());
        let separator = if to.contains('?') { '&' } else { '?' };
        match HeaderValue::from_str(&format!("{to}{separator}{}", query.finish())) {
            Ok(location) => Reply::text(StatusCode::SEE_OTHER, "Back to the program\n")
                .unstored()
                .with(LOCATION, location),
            Err(_) => Reply::text(StatusCode::BAD_REQUEST, "The redirect URI cannot be sent\n"),
        }
    }

    fn stay(&self, refusal: &Refusal) -> Reply {
        let known = self.known_errors(ErrorSource::Authorization);
        let words = known
            .filter_map(|known| known.contains.as_deref())
            .find(|words| words.to_ascii_lowercase().contains("redirect"))
            .filter(|_| refusal.description.contains("redirect_uri"));
        let text = words.unwrap_or(refusal.description);
        page(refusal.status, &notice("OAuth error", text))
    }
}

fn consent(asked: &Asked, name: &str) -> Reply {
    let body = format!(
        "<h1>Let this program in?</h1><p>It asks for: <code>{}</code></p>\
         <form method=\"post\" action=\"?\">{}<p class=\"buttons\">\
         <button name=\"decision\" value=\"approve\">Approve</button>\
         <button class=\"quiet\" name=\"decision\" value=\"deny\">Deny</button></p></form>",
        escaped(&asked.scopes.join(" ")),
        hidden(name)
    );
    page(StatusCode::OK, &document("Approve or deny", &body))
}

fn notice(title: &str, text: &str) -> String {
    let body = format!("<h1>{}</h1><p>{}</p>", escaped(title), escaped(text));
    document(title, &body)
}

fn page(status: StatusCode, html: &str) -> Reply {
    Reply::html(status, html.to_owned()).unstored().for_people()
}
