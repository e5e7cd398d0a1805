//! The Talkdesk sheet through the facade: what is on it, and which secrets may be copied beside it.

use proofkey_core::border::{SecretMember, SheetAdditions};
use proofkey_core::connection::ConnectionDraft;
use proofkey_core::error::Code;
use proofkey_core::export::sheet::SheetFormat;
use proofkey_core::ports::Unwatched;

use crate::stage::{Stage, acme};

const EVERY: [SecretMember; 5] = [
    SecretMember::ClientId,
    SecretMember::ClientSecret,
    SecretMember::Username,
    SecretMember::Password,
    SecretMember::ApiKey,
];

/// With the practice server under another name: Talkdesk itself has no custom connection to itself.
fn stage() -> Stage {
    let stage = Stage::set();
    let providers = stage.home.path().join("providers");
    std::fs::create_dir(&providers).expect("a folder");
    let text = include_str!("../../providers/talkdesk.toml")
        .replacen("id = \"talkdesk\"", "id = \"helpdesk\"", 1)
        .lines()
        .filter(|line| !line.starts_with("unsuitable"))
        .fold(String::new(), |text, line| text + line + "\n");
    std::fs::write(providers.join("helpdesk.toml"), text).expect("a file");
    let stage = stage.reopened();
    let problems = stage.proofkey.catalogue_problems();
    assert!(problems.is_empty(), "{problems:#?}");
    stage
}

#[tokio::test]
async fn only_what_the_sheet_names_can_be_copied_and_only_while_it_is_proven() {
    let stage = stage();
    let sandbox = stage.practise().await;
    let draft = ConnectionDraft {
        provider: "helpdesk".to_owned(),
        ..acme(&sandbox)
    };
    let view = stage.add(draft).await;
    let copied = |member| stage.proofkey.sheet_secret(&view.id, member);
    for member in EVERY {
        let problem = copied(member).await.err().expect("not proven yet");
        assert_eq!(problem.code, Code::ExportNotValidated, "{member:?}");
    }
    let report = stage.proofkey.validate(&view.id, &Unwatched).await;
    report.expect("a report");
    let (id, secret) = stage.secrets(&view.id);
    for member in EVERY {
        let value = copied(member).await;
        match member {
            SecretMember::ClientId => assert_eq!(value.expect("named").expose(), id),
            SecretMember::ClientSecret => assert_eq!(value.expect("named").expose(), secret),
            _ => assert_eq!(value.err().expect("refused").code, Code::NotFound),
        }
    }
    let additions = SheetAdditions::default();
    let sheet = stage.proofkey.talkdesk_sheet(&view.id, &additions);
    let sheet = serde_json::to_string(&sheet.expect("a sheet")).expect("JSON");
    for format in [SheetFormat::Html, SheetFormat::Markdown] {
        let rendered = stage.proofkey.sheet_text(&view.id, &additions, format);
        let rendered = rendered.expect("a sheet");
        for text in [rendered.text(), &sheet] {
            assert!(!text.contains(&id) && !text.contains(&secret), "{text}");
        }
    }
    assert!(sheet.contains("This is practice"), "{sheet}");
}
