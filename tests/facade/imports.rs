//! Config files that are imported: what leads elsewhere waits until a person accepted it.

use proofkey_core::border::Standing;
use proofkey_core::error::Code;
use proofkey_core::export::{ExportFormat, SecretsChoice};
use proofkey_core::proofkey::{Accepted, Entered};

use crate::stage::Stage;

#[tokio::test]
async fn an_import_with_strange_hosts_is_refused_until_each_is_accepted() {
    let stage = Stage::set();
    let text = exported_with_another_api(&stage).await;
    let read = || stage.proofkey.read_import(&text).expect("a config file");
    let import = |hosts: Vec<String>| {
        let (proofkey, imported) = (&stage.proofkey, read());
        let accepted = Accepted {
            hosts,
            ..Accepted::default()
        };
        async move {
            let name = Some("Copy".to_owned());
            proofkey
                .import(imported, name, Entered::default(), &accepted)
                .await
        }
    };
    let refused = import(Vec::new()).await.expect_err("refused").problem;
    assert_eq!(refused.code, Code::ConfirmationMissing);
    assert!(
        refused.summary.contains("api.elsewhere.example"),
        "{refused}"
    );
    assert_eq!(
        stage
            .proofkey
            .connections()
            .expect("a list")
            .connections
            .len(),
        1
    );

    let provider = stage.proofkey.provider("talkdesk").expect("Talkdesk");
    let view = import(read().untrusted_hosts(&provider)).await;
    let view = view.map_err(|it| it.problem).expect("imported");
    assert_eq!(view.standing, Standing::Unproven);
    // What was accepted is only read: the secret goes where the provider leads.
    let api_base = view.endpoints.expect("addresses").api_base;
    assert!(
        api_base.starts_with("https://api.talkdeskapp.com"),
        "{api_base}"
    );
    assert_eq!(stage.secrets("copy"), stage.secrets("acme"));
}

#[tokio::test]
async fn an_import_with_additional_parameters_is_refused_until_each_is_accepted() {
    let stage = Stage::set();
    let text = exported_with_another_api(&stage).await;
    let mut file: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    file["parameters"] = serde_json::json!({ "audience": "https://evil.example", "tenant": "x" });
    let text = file.to_string();
    let read = || {
        let read = stage.proofkey.read_import(text.as_bytes());
        read.expect("a config file")
    };
    let provider = stage.proofkey.provider("talkdesk").expect("Talkdesk");
    let import = async |parameters: &[&str]| {
        let accepted = Accepted {
            hosts: read().untrusted_hosts(&provider),
            parameters: parameters.iter().map(|&one| one.to_owned()).collect(),
        };
        let name = Some("Copy".to_owned());
        let view = stage
            .proofkey
            .import(read(), name, Entered::default(), &accepted)
            .await;
        view.map_err(|rejected| rejected.problem)
    };
    for (accepted, named) in [
        (&[][..], "audience=https://evil.example, tenant=x"),
        (&["audience=https://evil.example"], "requests: tenant=x"),
        (&["audience=", "tenant"], "audience=https://evil.example"),
    ] {
        let refused = import(accepted).await.expect_err("refused");
        assert_eq!(refused.code, Code::ConfirmationMissing);
        assert!(refused.summary.contains(named), "{refused}");
    }
    let view = import(&["audience=https://evil.example", "tenant=x"]).await;
    assert_eq!(view.expect("imported").parameters.len(), 2);
}

async fn exported_with_another_api(stage: &Stage) -> Vec<u8> {
    let sandbox = stage.practise().await;
    stage.proven(&sandbox).await;
    let rendered = stage
        .proofkey
        .export_text("acme", ExportFormat::Json, SecretsChoice::Plain)
        .await
        .expect("exported");
    let text = rendered.text();
    text.replace(
        "https://api.talkdeskapp.com",
        "https://api.elsewhere.example",
    )
    .into_bytes()
}
