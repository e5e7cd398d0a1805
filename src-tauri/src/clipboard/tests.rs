use std::sync::mpsc::{Receiver, Sender, channel};

use zeroize::Zeroizing;

use super::*;

/// A clipboard that many programs share, and that tells when it was cleared.
#[derive(Clone)]
struct Shared {
    text: Arc<Mutex<Option<String>>>,
    /// How many questions will still fail, as when another program has it open.
    occupied: Arc<Mutex<u32>>,
    cleared: Sender<()>,
}

impl Shared {
    fn new() -> (Self, Receiver<()>) {
        let (cleared, heard) = channel();
        let (text, occupied) = (Arc::default(), Arc::default());
        let shared = Self {
            text,
            occupied,
            cleared,
        };
        (shared, heard)
    }

    fn refuse(&self, times: u32) {
        *self.occupied.lock().unwrap() = times;
    }

    fn answer(&self) -> Result<(), Problem> {
        let mut left = self.occupied.lock().unwrap();
        if *left == 0 {
            return Ok(());
        }
        *left -= 1;
        Err(unavailable("another program has it open"))
    }

    fn holds(&self) -> Option<String> {
        self.text.lock().unwrap().clone()
    }

    /// A clipboard whose place is opened already.
    fn lender(&self, patience: Duration) -> Clipboard {
        let clipboard = Clipboard::new(none, patience);
        locked(&clipboard.place).board = Some(Box::new(self.clone()));
        clipboard
    }
}

impl Board for Shared {
    fn put(&mut self, text: &str) -> Result<(), Problem> {
        *self.text.lock().unwrap() = Some(text.to_owned());
        Ok(())
    }

    fn text(&mut self) -> Result<Option<Zeroizing<String>>, Problem> {
        self.answer()?;
        Ok(self.holds().map(Zeroizing::new))
    }

    fn clear(&mut self) -> Result<(), Problem> {
        self.answer()?;
        *self.text.lock().unwrap() = None;
        self.cleared.send(()).unwrap();
        Ok(())
    }
}

fn none() -> Result<Box<dyn Board>, Problem> {
    Err(unavailable("this machine has none"))
}

const SOON: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_hours(1);
const DEADLINE: Duration = Duration::from_secs(10);

fn lend(clipboard: &Clipboard, value: &str) -> Result<SecretCopied, Problem> {
    tauri::async_runtime::block_on(clipboard.lend(Secret::new(value.to_owned())))
}

#[test]
fn what_was_lent_is_taken_back_in_time() {
    let (board, cleared) = Shared::new();
    let clipboard = board.lender(SOON);
    lend(&clipboard, "canary").unwrap();
    cleared.recv_timeout(DEADLINE).unwrap();
    assert_eq!(board.holds(), None);
}

#[test]
fn the_page_is_told_how_long_it_stays() {
    let (board, _cleared) = Shared::new();
    let copied = lend(&board.lender(Duration::from_secs(30)), "canary").unwrap();
    assert_eq!(copied.cleared_in_seconds, 30);
    assert_eq!(board.holds().as_deref(), Some("canary"));
}

#[test]
fn what_somebody_copied_meanwhile_stays() {
    let (mut board, cleared) = Shared::new();
    let clipboard = board.lender(NEVER);
    lend(&clipboard, "canary").unwrap();
    board.put("somebody's own").unwrap();
    clipboard.end();
    assert_eq!(board.holds().as_deref(), Some("somebody's own"));
    assert!(cleared.try_recv().is_err());
}

#[test]
fn an_earlier_copy_does_not_shorten_the_life_of_a_later_one() {
    let (board, _cleared) = Shared::new();
    let clipboard = board.lender(NEVER);
    lend(&clipboard, "canary").unwrap();
    lend(&clipboard, "canary").unwrap();
    locked(&clipboard.place).take_off(Some(1)).unwrap();
    assert_eq!(board.holds().as_deref(), Some("canary"));
    locked(&clipboard.place).take_off(Some(2)).unwrap();
    assert_eq!(board.holds(), None);
}

#[test]
fn the_end_of_the_program_takes_it_off_at_once() {
    let (board, cleared) = Shared::new();
    let clipboard = board.lender(NEVER);
    clipboard.end();
    assert!(cleared.try_recv().is_err(), "nothing was lent");
    lend(&clipboard, "canary").unwrap();
    clipboard.end();
    cleared.try_recv().unwrap();
    assert_eq!(board.holds(), None);
}

#[test]
fn a_clipboard_that_cannot_be_asked_just_then_is_asked_again() {
    let (board, cleared) = Shared::new();
    let clipboard = board.lender(SOON);
    board.refuse(2);
    lend(&clipboard, "canary").unwrap();
    cleared.recv_timeout(DEADLINE).unwrap();
    assert_eq!(board.holds(), None);
}

#[test]
fn the_end_takes_off_what_could_not_be_taken_off_before() {
    let (board, cleared) = Shared::new();
    let clipboard = board.lender(NEVER);
    lend(&clipboard, "canary").unwrap();
    board.refuse(1);
    locked(&clipboard.place).take_off(Some(1)).unwrap_err();
    assert_eq!(board.holds().as_deref(), Some("canary"));
    board.refuse(2);
    clipboard.end();
    cleared.try_recv().unwrap();
    assert_eq!(board.holds(), None);
}

#[test]
fn without_a_clipboard_nothing_is_copied_and_the_page_is_told() {
    let problem = lend(&Clipboard::new(none, SOON), "canary").unwrap_err();
    assert_eq!(problem.code, Code::ClipboardUnavailable);
    assert!(!format!("{problem:?}").contains("canary"));
}
