//! The sample configurations, as whole files.

use std::path::Path;

use proofkey_core::provider::Catalogue;
use proofkey_validator::config::Config;

use crate::stage::{Stage, right, status};

#[test]
fn every_sample_is_a_configuration_in_which_nothing_is_wrong() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/validator/samples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let config = Config::read(&path, &Catalogue::built_in());
        let config = config.unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", path.display()));
        assert_eq!(config.explains().len(), 1);
        count += 1;
    }
    assert_eq!(count, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_returned_once_validates_when_it_is_sent_back() {
    let stage = Stage::set().await;
    let answer = String::from_utf8(stage.post(right().as_bytes()).await).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"user_id":4711}"#);
    // As Talkdesk does: what came back is a field from now on.
    let again = right().replace("}}", &format!(",{}}}", body.trim_start_matches('{')));
    assert_eq!(status(&stage.post(again.as_bytes()).await), 200, "{again}");
}
