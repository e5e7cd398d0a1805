//! A person with a browser: fetches the pages, fills them in and stops where it is sent back.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proofkey_sandbox::Sandbox;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::wire::{Answer, form_encoded, get, send};

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:49213/authorized/4f0c";

/// One authorization server and its client, as a program that uses them knows them.
pub(crate) struct Client<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) host: String,
    pub(crate) prefix: &'static str,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) scope: &'static str,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl<'a> Client<'a> {
    pub(crate) fn of_account(sandbox: &'a Sandbox, name: &str) -> Self {
        let mut accounts = sandbox.accounts().into_iter();
        let card = accounts.find(|card| card.account == name).unwrap();
        let suffix = match card.region.as_str() {
            "us" => "talkdeskid.com",
            "eu" => "talkdeskid.eu",
            _ => "talkdeskidca.com",
        };
        let person = card.person.unwrap();
        Self {
            sandbox,
            host: format!("{name}.{suffix}"),
            prefix: "/oauth",
            id: card.client_id,
            secret: card.client_secret,
            scope: "account:read openid refresh_token users:read",
            email: person.email,
            password: person.password,
        }
    }

    pub(crate) fn of_issuer(sandbox: &'a Sandbox) -> Self {
        let card = sandbox.issuer();
        Self {
            sandbox,
            host: card.issuer.strip_prefix("https://").unwrap().to_owned(),
            prefix: "",
            id: card.client_id,
            secret: card.client_secret,
            scope: "openid profile email offline_access",
            email: card.person.email,
            password: card.person.password,
        }
    }

    /// The usual request, with some parameters replaced, added, or (empty) left out.
    pub(crate) fn request(&self, changes: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", REDIRECT),
            ("scope", self.scope),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for change in changes {
            parameters.retain(|(name, _)| *name != change.0);
            parameters.push(*change);
        }
        parameters.retain(|(_, value)| !value.is_empty());
        Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish()
    }

    pub(crate) async fn open(&self, query: &str) -> Answer {
        let path = format!("{}/authorize?{query}", self.prefix);
        get(self.sandbox, &self.host, &path, None).await
    }

    pub(crate) async fn post(&self, path: &str, basic: bool, form: &[(&str, &str)]) -> Answer {
        let form = Serializer::new(String::new()).extend_pairs(form).finish();
        let authorization = if basic {
            let pair = format!("{}:{}", form_encoded(&self.id), form_encoded(&self.secret));
            let encoded = STANDARD.encode(pair);
            format!("Authorization: Basic {encoded}\r\n")
        } else {
            String::new()
        };
        let request = format!(
            "POST {}{path} HTTP/1.1\r\nHost: {}\r\n{authorization}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            self.prefix,
            self.host,
            form.len()
        );
        send(self.sandbox, &self.host, &request).await.unwrap()
    }

    /// Signs in and decides; where the browser is sent back to.
    pub(crate) async fn visit(&self, query: &str, decision: &str) -> String {
        let shown = self.open(query).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        let page = page_name(&shown.body);
        let form = [
            ("page", page.as_str()),
            ("email", &self.email),
            ("password", &self.password),
        ];
        let shown = self.post("/authorize", false, &form).await;
        assert!(shown.body.contains("Approve"), "{}", shown.body);
        let form = [("page", page.as_str()), ("decision", decision)];
        let answer = self.post("/authorize", false, &form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").unwrap().to_owned()
    }

    /// A code for the usual request.
    pub(crate) async fn code(&self) -> String {
        let location = self.visit(&self.request(&[]), "approve").await;
        parameter(&location, "code").unwrap()
    }

    pub(crate) async fn redeem(&self, code: &str, verifier: &str, redirect: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        self.post("/token", true, &form).await
    }

    /// The reply for a fresh approval.
    pub(crate) async fn approved(&self) -> Value {
        let answer = self.redeem(&self.code().await, VERIFIER, REDIRECT).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/token", true, &form).await
    }
}

pub(crate) fn parameter(location: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(location).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn page_name(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"page\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// The claims of a JWT, unverified.
pub(crate) fn claims(token: &Value) -> Value {
    part(token, 1)
}

pub(crate) fn part(token: &Value, number: usize) -> Value {
    let text = token.as_str().unwrap().split('.').nth(number).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
