//! Whose event it is, asked of who is there.

use crate::stage::Stage;
use crate::terminal::Terminal;

const EVENT: &str = include_str!("cases/talkdesk.in/installed.json");
const QUESTION: &str = "Type the account name to import it: ";

fn write_event(stage: &Stage) -> String {
    let path = stage.path("installed.json");
    std::fs::write(&path, EVENT).expect("written");
    path.display().to_string()
}

fn connections(stage: &Stage) -> String {
    let list = stage.run(&["connection", "list", "--json"], None);
    list.succeeded().stdout()
}

#[test]
fn who_is_there_sees_whose_event_it_is_and_types_the_account() {
    let stage = Stage::set();
    let path = write_event(&stage);
    let import = [
        "talkdesk",
        "import-event",
        &path,
        "--unsigned",
        "--no-validate",
    ];
    let mut terminal = Terminal::start(&stage, &import);
    let shown = terminal.until(QUESTION);
    for part in [
        "the app was installed",
        "acme, United States (US)",
        "app-77",
        "inst-1",
        "8d5f1ea6-0001",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    terminal.enter("globex");
    let (rest, status) = terminal.end();
    assert_eq!(status, 2, "{rest}");
    assert!(rest.contains("Nothing was imported."), "{rest}");
    assert!(!connections(&stage).contains("acme"));

    let mut terminal = Terminal::start(&stage, &import);
    terminal.until(QUESTION);
    terminal.enter("acme");
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    assert!(connections(&stage).contains("acme"));
}

#[test]
fn nothing_is_asked_about_an_event_that_is_refused_or_whose_account_was_named() {
    let stage = Stage::set();
    let path = write_event(&stage);
    let import = ["talkdesk", "import-event", &path, "--no-validate"];
    let (said, status) = Terminal::start(&stage, &import).end();
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("nobody can say who sent it") && !said.contains(QUESTION.trim()),
        "{said}"
    );
    let named = |account| {
        let more = ["--unsigned", "--account", account];
        Terminal::start(&stage, &[&import[..], &more].concat()).end()
    };
    let (said, status) = named("globex");
    assert_eq!(status, 3, "{said}");
    assert!(
        said.contains("acme") && !said.contains(QUESTION.trim()),
        "{said}"
    );
    let (said, status) = named("acme");
    assert_eq!(status, 0, "{said}");
}
