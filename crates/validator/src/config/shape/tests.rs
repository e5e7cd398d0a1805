use std::collections::BTreeSet;

use proofkey_core::integration::IntegrationFile;

use super::kind::Key;
use super::*;

/// The keys that a reader names when it meets one that it does not know.
fn names<T: serde::de::DeserializeOwned>(text: &str) -> BTreeSet<String> {
    let error = toml::from_str::<T>(text).err().expect("a key too many");
    let (_, known) = error.message().split_once("expected").expect("its keys");
    let names = known.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

fn listed(keys: &[Key]) -> BTreeSet<String> {
    keys.iter().map(|key| key.name.to_owned()).collect()
}

#[test]
fn the_keys_are_those_that_are_read() {
    assert_eq!(listed(keys::FILE), names::<File>("zzz = 1"));
    for (section, keys) in [
        ("tls", keys::TLS),
        ("limits", keys::LIMITS),
        ("breaker", keys::BREAKER),
        ("health", keys::HEALTH),
    ] {
        assert_eq!(
            listed(keys),
            names::<File>(&format!("[{section}]\nzzz = 1"))
        );
    }
    let callers = names::<crate::config::file::CallersFile>("zzz = 1");
    assert_eq!(listed(keys::CALLERS), callers);
    let integration = "path = \"/\"\nfields = {}\n";
    assert_eq!(
        listed(keys::INTEGRATION),
        names::<IntegrationFile>("zzz = 1")
    );
    for (more, keys) in [
        ("fields = { a = { zzz = 1 } }", keys::FIELD),
        ("upstream = { zzz = 1 }", keys::UPSTREAM),
        (
            "upstream = { api_base = \"\", path = \"\", basic = { zzz = 1 } }",
            keys::BASIC,
        ),
        (
            "upstream = { api_base = \"\", path = \"\", header = { zzz = 1 } }",
            keys::HEADER,
        ),
        (
            "upstream = { api_base = \"\", path = \"\", requires = [{ zzz = 1 }] }",
            keys::RULE,
        ),
    ] {
        let front = if more.starts_with("fields") {
            "path = \"/\"\n"
        } else {
            integration
        };
        let text = format!("{front}{more}");
        assert_eq!(listed(keys), names::<IntegrationFile>(&text), "{text}");
    }
}

/// So that the example which a person is told to follow is right.
#[test]
fn every_example_is_read_without_a_word() {
    let section = |keys: &[Key]| {
        let plain = keys.iter().filter(|key| !key.example.starts_with('['));
        let lines: Vec<&str> = plain.map(|key| key.example).collect();
        lines.join("\n")
    };
    let text = format!(
        "{}\n[tls]\n{}\n[callers]\n{}\n[limits]\n{}\n[breaker]\n{}\n[health]\n{}\n[[integration]]\n{}\n\
         [integration.fields.x]\n{}\n[integration.upstream]\n{}\n",
        section(keys::FILE),
        section(keys::TLS),
        section(keys::CALLERS),
        section(keys::LIMITS),
        section(keys::BREAKER),
        section(keys::HEALTH),
        section(keys::INTEGRATION).replace(
            "fields = { account = \"label\", api_token = \"secret\" }",
            ""
        ),
        section(keys::FIELD),
        section(keys::UPSTREAM),
    );
    let (root, errors) = DeTable::parse_recoverable(&text);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let mut mistakes = Mistakes::new(&text, root.get_ref().clone());
    assert!(read(root.into_inner(), &mut mistakes).is_some());
    assert_eq!(mistakes.found(), Ok(Vec::new()));
}
