//! A server that departs from the standard wherever a provider file can say so: what is sent to it, what
//! is taken from it, and what is not.

mod stage;

use std::collections::BTreeMap;

use proofkey_core::border::RefreshOutcome;
use proofkey_core::check::{CheckId, Verdict};
use proofkey_core::connection::Redirect;
use proofkey_core::error::Code;
use proofkey_core::ports::Unwatched;
use proofkey_core::provider::Grant;
use proofkey_sandbox::Mutation;
use url::Url;

use self::stage::{Departing, SECRET, Wish, free_ports, https_only};

#[tokio::test]
async fn every_departure_is_sent_from_approval_to_refresh() {
    let [_, second] = free_ports();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("free");
    let first = taken.local_addr().expect("bound").port();
    let stage = Departing::set(Wish {
        ports: Some([first, second]),
        ..Wish::default()
    });
    let stage = stage.await;
    let consent = stage.authorize(false).await.expect("approved");
    drop(taken);
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    let scope = "accounts.departing.example/read";
    assert_eq!(consent.requested_scopes, [scope, "oauth"]);
    assert_eq!(
        consent.granted_scopes.as_deref(),
        Some(&[scope.to_owned(), "oauth".to_owned()][..])
    );
    let [code, refresh] = &stage.token_requests()[..] else {
        panic!("a code and a refresh");
    };
    for request in [code, refresh] {
        assert_eq!(request["client_id"], "departing-client");
        assert_eq!(request["client_secret"], SECRET);
    }
    assert_eq!(code["grant_type"], "authorization_code");
    assert_eq!(code["expiring"], "1");
    // The first port was taken, so the second registered address was used, by its name.
    let redirect_uri = code["redirect_uri"].as_str().expect("sent");
    assert!(
        redirect_uri.starts_with(&format!("http://localhost:{second}/")),
        "{redirect_uri}"
    );
    assert_eq!(refresh["grant_type"], "refresh_token");
    assert_eq!(refresh["region"], "accounts.departing.example");
    assert!(refresh.get("expiring").is_none());
}

#[tokio::test]
async fn a_person_is_asked_with_the_files_parameters_and_what_comes_of_it_is_told() {
    let stage = Departing::set(Wish::default()).await;
    stage.authorize(false).await.expect("approved");
    let scope = "accounts.departing.example/read";
    let asked = stage.peer.records();
    let asked = asked
        .iter()
        .find(|record| record.path == "/authorize")
        .expect("asked");
    let query = asked.query.clone().expect("a query");
    let sent: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(sent["scope"], format!("{scope},oauth"));
    assert_eq!(
        (sent["access_type"].as_str(), sent["organization"].as_str()),
        ("offline", "42")
    );

    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    assert_eq!(
        report.api_base.as_deref(),
        Some("https://practice.departing-api.example/")
    );
    let issued = report.check(CheckId::Token).expect("checked");
    assert!(issued.summary.contains("2 hours"), "{}", issued.summary);
    let view = stage.proofkey.page(&stage.id).expect("a page").connection;
    let life = view.authorization.expect("approved").life;
    assert_eq!(
        life.as_deref(),
        Some("It ends when it was not used for 30 days.")
    );
}

#[tokio::test]
async fn a_client_asks_with_the_parameters_of_its_file() {
    let stage = Departing::set(Wish {
        grant: Some(Grant::ClientCredentials),
        ..Wish::default()
    });
    let stage = stage.await;
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
    let request = stage.token_requests().remove(0);
    assert_eq!(request["soid"], "Departing.42");
    assert_eq!(request["scope"], "accounts.departing.example/read");
}

#[tokio::test]
async fn a_token_that_leads_astray_goes_nowhere_and_the_report_names_the_host() {
    for grant in [Grant::ClientCredentials, Grant::AuthorizationCode] {
        let stray = "https://departing-api.example.evil.example";
        let stage = Departing::set(Wish {
            grant: Some(grant),
            mutation: Some(Mutation::AnsweredBase(stray.to_owned())),
            ..Wish::default()
        });
        let stage = stage.await;
        let words = if grant == Grant::ClientCredentials {
            let report = stage.proofkey.validate(&stage.id, &Unwatched).await;
            let report = report.expect("a report");
            let failed = report.first_failure().expect("noticed").clone();
            assert_eq!(failed.id, CheckId::Token);
            failed.summary
        } else {
            let problem = stage.authorize(false).await.expect_err("noticed");
            problem.summary
        };
        assert!(
            words.contains("departing-api.example.evil.example"),
            "{words}"
        );
        let hosts = stage.hosts();
        let own = ["accounts.departing.example"];
        assert!(
            hosts.iter().all(|host| own.contains(&host.as_str())),
            "{hosts:?}"
        );
    }
}

#[tokio::test]
async fn a_code_of_another_data_centre_is_not_sent_and_the_region_is_named() {
    for (server, advice) in [
        ("https://accounts.departing-eu.example", "Europe"),
        (
            "https://accounts.departing.example.evil.example",
            "Compare the addresses",
        ),
    ] {
        let stage = Departing::set(Wish {
            mutation: Some(Mutation::ResponseServer(server.to_owned())),
            ..Wish::default()
        });
        let stage = stage.await;
        let problem = stage.authorize(false).await.expect_err("noticed");
        assert_eq!(problem.code, Code::AuthorizationInvalid);
        let host = Url::parse(server).expect("an address");
        assert!(
            problem.summary.contains(host.host_str().expect("a host")),
            "{problem:?}"
        );
        assert!(
            problem.summary.contains("accounts.departing.example\""),
            "{problem:?}"
        );
        assert!(problem.remedy.contains(advice), "{problem:?}");
        assert!(stage.token_requests().is_empty());
    }
}

#[tokio::test]
async fn a_public_client_sends_its_name_and_nothing_else() {
    let stage = Departing::set(Wish {
        is_public: true,
        ..Wish::default()
    });
    let stage = stage.await;
    let consent = stage.authorize(false).await.expect("approved");
    assert_eq!(consent.refresh, RefreshOutcome::Proven);
    for request in stage.token_requests() {
        assert_eq!(request["client_id"], "departing-client");
        assert!(request.get("client_secret").is_none());
    }
    for record in stage.peer.records() {
        let header = record.header("authorization").unwrap_or_default();
        let basic = header.starts_with("Basic");
        assert!(!basic, "{record:?}");
    }
    let removal = stage.proofkey.remove(&stage.id).await.expect("removed");
    assert!(removal.revoked, "{removal:?}");
}

#[tokio::test]
async fn where_only_https_is_taken_a_person_pastes_where_they_landed() {
    let text = https_only();
    let uri = "https://www.customer.example/authorized".to_owned();
    let stage = Departing::set(Wish {
        text: Some(text),
        redirect: Some(Redirect::Pasted { uri: uri.clone() }),
        ..Wish::default()
    });
    let stage = stage.await;
    let refused = stage
        .proofkey
        .propose_redirect("departing")
        .expect_err("none of our own");
    assert_eq!(refused.field.as_deref(), Some("redirect"));
    stage.authorize(true).await.expect("approved");
    assert_eq!(stage.token_requests()[0]["redirect_uri"], uri);
    let report = stage
        .proofkey
        .validate(&stage.id, &Unwatched)
        .await
        .expect("a report");
    assert_eq!(report.verdict, Verdict::Passed, "{report:#?}");
}
