//! What the doctor says of this machine.

use crate::stage::Stage;

#[test]
fn the_doctor_speaks_of_connections_without_a_token_as_of_any_other() {
    let stage = Stage::set();
    let add = |more: &[&str], secret: Option<&str>| {
        let fixed = ["connection", "add", "--no-validate"];
        let ran = stage.run(&[&fixed[..], more].concat(), secret);
        ran.succeeded();
    };
    let secret = Some("abcdefghij0123456789");
    let api = "api=https://api.example";
    #[rustfmt::skip]
    add(&["Open", "--provider", "none", "--var", api], None);
    let alone = stage.run(&["doctor"], None).succeeded().stdout();
    let advice = "Connections     1\nNot proven      open: run \"proofkey validate open\"\n";
    assert!(alone.contains(advice), "{alone}");
    #[rustfmt::skip]
    add(&["Basic", "--provider", "http-basic", "--var", api, "--client-id", "me", "--client-secret-stdin"], secret);
    #[rustfmt::skip]
    add(&["Key", "--provider", "api-key", "--var", api, "--client-secret-stdin"], secret);
    let told = stage.run(&["doctor"], None).succeeded().stdout();
    let advice =
        "Connections     3\nNot proven      basic, key, open: run \"proofkey validate --all\"\n";
    assert!(told.contains(advice), "{told}");
    // Nothing that only OAuth has, and nothing amiss: what was never proven is grey.
    for word in ["Approval", "token", "Client", "Put right", "attention"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    assert!(told.ends_with("This machine is ready.\n"), "{told}");
    let document = stage.run(&["doctor", "--json"], None).succeeded().json();
    assert_eq!(document["ready"], true);
    assert_eq!(
        document["unproven"],
        serde_json::json!(["basic", "key", "open"])
    );
    std::fs::remove_file(stage.path("vault.age")).expect("removed");
    let told = stage.run(&["doctor"], None).failed_with(1).stdout();
    assert!(told.contains("proofkey vault create"), "{told}");
    assert!(
        told.ends_with("Something needs your attention.\n"),
        "{told}"
    );
}

#[test]
fn the_doctor_sees_settings_that_cannot_be_used() {
    let stage = Stage::set();
    stage.run(&["doctor"], None).succeeded();
    std::fs::write(stage.path("config/settings.toml"), "theme = 3").expect("settings");
    let ran = stage.run(&["doctor", "--json"], None).failed_with(1);
    assert_eq!(ran.json()["ready"], false);
    assert!(ran.json()["settings_problem"]["summary"].is_string());
}
