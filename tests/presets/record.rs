//! What the peer saw, judged against the file: where requests went, and what they carried.

use std::collections::BTreeSet;

use proofkey_core::connection::ResolvedEndpoints;
use proofkey_core::provider::{BodyFormat, ClientAuthentication, resolve};
use proofkey_sandbox::Record;
use proofkey_tests::Scanner;
use url::Url;

use crate::stage::Stage;

pub(crate) struct Judge<'a> {
    stage: &'a Stage,
    endpoints: ResolvedEndpoints,
    scanner: Scanner,
}

impl<'a> Judge<'a> {
    pub(crate) fn of(stage: &'a Stage) -> Self {
        let customer = &stage.customer;
        let endpoints = resolve(&customer.provider, &customer.variables());
        Self {
            stage,
            endpoints: endpoints.expect("addresses"),
            scanner: stage.scanner(),
        }
    }

    pub(crate) fn token_requests(&self) -> usize {
        let records = self.stage.peer.records();
        let mut records = records.iter();
        let mut count = 0;
        while records.any(|record| self.is_token_request(record)) {
            count += 1;
        }
        count
    }

    /// No host but those of the file, no secret in an address, and each secret only where it belongs.
    pub(crate) fn everything_was_as_the_file_says(&self) {
        let records = self.stage.peer.records();
        let hosts = self.hosts();
        for record in &records {
            let place = format!("{} {}{}", record.method, record.host, record.path);
            assert!(hosts.contains(&record.host), "{place}");
            self.hides_its_secrets(&place, record);
            if self.is_token_request(record) {
                self.is_authenticated(&place, record);
            }
        }
    }

    fn is_token_request(&self, record: &Record) -> bool {
        is_at(record, self.endpoints.token.as_ref())
    }

    fn hosts(&self) -> BTreeSet<String> {
        let own = &self.endpoints;
        let base = Url::parse(own.api_base.as_str()).expect("an address");
        let places = [
            own.token.as_ref(),
            own.authorization.as_ref(),
            own.jwks.as_ref(),
            own.revocation.as_ref(),
            own.userinfo.as_ref(),
            own.pushed_authorization.as_ref(),
            own.metadata.as_ref(),
        ];
        let places = places.into_iter().flatten();
        let answered = self.stage.customer.provider.endpoints.api_base_from.iter();
        places
            .chain([&base])
            .filter_map(|url| url.host_str().map(str::to_owned))
            .chain(answered.map(|it| format!("practice.{}", it.hosts[0])))
            .collect()
    }

    /// Secrets stand in the body of requests to the authorization server and in one header, never in
    /// an address. The browser's own requests have the state in them, which is none of ours.
    fn hides_its_secrets(&self, place: &str, record: &Record) {
        let scanner = &self.scanner;
        let address = format!("{}?{}", record.path, record.query.as_deref().unwrap_or(""));
        scanner.assert_clean(&format!("the address of {place}"), address.as_bytes());
        let header = &self.stage.customer.provider.token_header.name;
        for (name, value) in &record.headers {
            if name != "authorization" && !name.eq_ignore_ascii_case(header) {
                scanner.assert_clean(&format!("{name} of {place}"), value);
            }
        }
        let own = &self.endpoints;
        let takes_tokens = [&own.token, &own.revocation, &own.pushed_authorization]
            .into_iter()
            .any(|url| is_at(record, url.as_ref()));
        if !takes_tokens {
            scanner.assert_clean(&format!("the body of {place}"), &record.body);
        }
    }

    /// By the chosen method and no other; in the format of the file.
    fn is_authenticated(&self, place: &str, record: &Record) {
        let body = String::from_utf8(record.body.clone()).expect("text");
        let header = record.header("authorization").is_some();
        let in_body = body.contains("client_secret");
        let expected = match self.stage.customer.authentication {
            ClientAuthentication::ClientSecretBasic => (true, false),
            ClientAuthentication::ClientSecretPost => (false, true),
            ClientAuthentication::None
            | ClientAuthentication::PrivateKeyJwt
            | ClientAuthentication::ClientSecretJwt => (false, false),
        };
        assert_eq!((header, in_body), expected, "{place}");
        let signed = matches!(
            self.stage.customer.authentication,
            ClientAuthentication::PrivateKeyJwt | ClientAuthentication::ClientSecretJwt
        );
        assert_eq!(body.contains("client_assertion"), signed, "{place}");
        let kind = record.header("content-type").unwrap_or_default();
        let json = self.stage.customer.provider.body_format == BodyFormat::Json;
        assert_eq!(
            kind.starts_with("application/json"),
            json,
            "{place}: {kind}"
        );
        assert_eq!(record.query, None, "{place}");
    }
}

/// How many requests showed the secret of a system without OAuth.
pub(crate) fn presented_secrets(stage: &Stage) -> usize {
    let scanner = stage.scanner();
    let shows = |record: &&Record| {
        let mut headers = record.headers.iter();
        headers
            .any(|(name, value)| !scanner.search(name, value).is_empty() || is_basic(name, value))
    };
    stage.peer.records().iter().filter(shows).count()
}

fn is_basic(name: &str, value: &[u8]) -> bool {
    name == "authorization" && value.starts_with(b"Basic ")
}

fn is_at(record: &Record, url: Option<&Url>) -> bool {
    url.is_some_and(|url| url.host_str() == Some(&record.host) && url.path() == record.path)
}
