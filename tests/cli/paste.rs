//! Pasting on a terminal: wrong addresses are asked for again, and Ctrl-C ends the wait.

use std::net::TcpStream;

use proofkey_tests::Decision;
use url::Url;

use crate::approval::ACCOUNT;
use crate::stage::Stage;
use crate::terminal::Terminal;

const PROMPT: &str = "landed on: ";

#[test]
fn a_wrong_paste_is_asked_for_again_and_the_right_one_connects() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut terminal =
        Terminal::start(&stage, &["authorize", "oceanic", "--no-browser", "--paste"]);
    let shown = terminal.until(PROMPT);
    let url = address_in(&shown);
    terminal.enter("https://evil.example/?code=4711&state=1");
    let told = terminal.until(PROMPT);
    assert!(told.contains("cannot be used"), "{told}");
    let person = stage
        .account(ACCOUNT)
        .person
        .expect("somebody who signs in");
    let landing = stage.browser().approve(
        url.as_str(),
        &person.email,
        &person.password,
        Decision::Approve,
    );
    terminal.enter(landing.as_str());
    let (rest, status) = terminal.end();
    assert_eq!(status, 0, "{rest}");
    for words in ["Ada Lovelace approved “oceanic”", "Proven on"] {
        assert!(rest.contains(words), "{words}: {rest}");
    }
}

#[test]
fn ctrl_c_at_the_paste_prompt_closes_everything() {
    let stage = Stage::set();
    stage.add_for_approval("oceanic", ACCOUNT, &[]).succeeded();
    let mut terminal =
        Terminal::start(&stage, &["authorize", "oceanic", "--no-browser", "--paste"]);
    let url = address_in(&terminal.until(PROMPT));
    let (_, back) = url
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .expect("a redirect URI");
    let port = Url::parse(&back)
        .expect("an address")
        .port()
        .expect("a port");
    drop(TcpStream::connect(("127.0.0.1", port)).expect("it listens"));
    terminal.press("\u{3}");
    let (rest, status) = terminal.end();
    assert_eq!(status, 130, "{rest}");
    assert!(rest.contains("Cancelled"), "{rest}");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

/// The address to open, which stands on a line of its own.
fn address_in(shown: &str) -> Url {
    let line = shown
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("https://"));
    Url::parse(line.unwrap_or_else(|| panic!("no address in {shown}"))).expect("an address")
}
