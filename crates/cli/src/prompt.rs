//! Asking a person. Secrets are never echoed, and nothing is asked when nobody is there.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;

use proofkey_core::system::files::{read_bounded, read_own, read_wiped};
use proofkey_core::wording::clean_lines;
use proofkey_core::{Code, Problem, Secret};
use zeroize::Zeroizing;

use crate::echo;
use crate::exit::Failure;

/// No secret that a person or a file holds is longer.
const LONGEST_SECRET: usize = 64 * 1024;

/// Asks for a secret on the terminal without showing it. The waiting happens on a thread of its own, so
/// that Ctrl-C is heard meanwhile.
pub(crate) async fn secret(label: String) -> Result<Secret, Failure> {
    tokio::task::spawn_blocking(move || {
        asked(
            &label,
            "Give it on standard input with --client-secret-stdin, or in a file with --client-secret-file.",
        )
    })
    .await
    .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))
}

/// Asks for a passphrase in the same way.
pub(crate) fn passphrase(label: &str) -> Result<Secret, Failure> {
    asked(
        label,
        "Name a file that holds it in PROOFKEY_VAULT_PASSPHRASE_FILE, or run this in a terminal.",
    )
}

fn asked(label: &str, without_terminal: &str) -> Result<Secret, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::invalid(
            format!("“{label}” is asked for, and there is no terminal to ask on."),
            without_terminal,
        ));
    }
    let answer = echo::hide()
        .and_then(|()| show(&format!("{label} (not shown): ")))
        .and_then(|()| rpassword::read_password());
    echo::restore();
    answer.map(Secret::new).map_err(|error| match error.kind() {
        // Ctrl-C may reach the reader before it reaches whoever waits for it.
        std::io::ErrorKind::Interrupted => Failure::cancelled(),
        _ => unreadable(label, &error).into(),
    })
}

/// Writes to the terminal itself, because standard error may lead to a file.
fn show(text: &str) -> std::io::Result<()> {
    let terminal = std::fs::OpenOptions::new().write(true).open("/dev/tty");
    match terminal {
        Ok(mut terminal) => terminal.write_all(text.as_bytes()),
        Err(_) => std::io::stderr().lock().write_all(text.as_bytes()),
    }
}

/// Asks for a passphrase twice.
pub(crate) async fn new_passphrase() -> Result<Secret, Failure> {
    tokio::task::spawn_blocking(twice)
        .await
        .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))
}

fn twice() -> Result<Secret, Failure> {
    let first = passphrase("New passphrase")?;
    let second = passphrase("The same again")?;
    if first.expose() != second.expose() {
        return Err(Failure::invalid(
            "The two passphrases differ.",
            "Try again.",
        ));
    }
    Ok(first)
}

/// Reads a secret from standard input. One line break at its end belongs to the pipe, not to it.
pub(crate) fn secret_from_stdin() -> Result<Secret, Failure> {
    secret_from_stdin_at("client_secret")
}

fn secret_from_stdin_at(field: &str) -> Result<Secret, Failure> {
    let bytes = all_of_stdin(LONGEST_SECRET)?;
    let bytes = bytes.ok_or_else(|| {
        Problem::new(
            Code::DraftInvalid,
            "What came on standard input is far longer than a secret or a key.",
            "Give the value and nothing else.",
        )
        .at(field)
    })?;
    text_of(&bytes, "What came on standard input", field)
}

/// All that comes on standard input; `None` when it is more than `limit` bytes.
pub(crate) fn all_of_stdin(limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
    read_wiped(std::io::stdin().lock(), limit).map_err(|error| unreadable("standard input", &error))
}

/// Reads a secret from a file, with the same rule.
pub(crate) fn secret_from_file(path: &Path) -> Result<Secret, Failure> {
    let bytes = read_bounded(path, LONGEST_SECRET)?;
    text_of(&bytes, &path.display().to_string(), "client_secret")
}

/// Reads a private key from standard input: all of it, however many lines.
pub(crate) fn key_from_stdin() -> Result<Secret, Failure> {
    if is_on_a_terminal() {
        return Err(Failure::invalid(
            "A private key is read from standard input, and that is this terminal.",
            "Lead a file to it, for example with “< key.pem”, or name the file.",
        ));
    }
    secret_from_stdin_at("signing.private_key")
}

/// Reads a private key from a file that only its owner may read (rule D9).
pub(crate) fn key_from_file(path: &Path) -> Result<Secret, Failure> {
    let bytes = read_own(path, LONGEST_SECRET)?;
    text_of(&bytes, &path.display().to_string(), "signing.private_key")
}

/// Reads the passphrase of a key from the first line of such a file.
pub(crate) fn passphrase_from_file(path: &Path) -> Result<Secret, Failure> {
    let bytes = read_own(path, LONGEST_SECRET)?;
    let text = text_of(&bytes, &path.display().to_string(), "signing.passphrase")?;
    let line = text.expose().lines().next().unwrap_or_default();
    Ok(Secret::new(line.to_owned()))
}

/// Reads a public key from any file.
pub(crate) fn public_key_from_file(path: &Path) -> Result<String, Failure> {
    let bytes = read_bounded(path, LONGEST_SECRET)?;
    let text = text_of(&bytes, &path.display().to_string(), "signing.public_key")?;
    Ok(text.expose().to_owned())
}

/// Asks for the passphrase of a private key.
pub(crate) async fn key_passphrase() -> Result<Secret, Failure> {
    tokio::task::spawn_blocking(|| {
        asked(
            "Passphrase of the private key",
            "Give it in a file with --passphrase-file.",
        )
    })
    .await
    .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))
}

/// Whether somebody can be asked.
pub(crate) fn is_on_a_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Reads the address that the browser landed on, as one line, and asks for it when somebody is there.
/// It holds an authorization code, so it is handled as a secret; it is no use to anybody a moment later,
/// so it may be seen while it is pasted.
pub(crate) async fn address() -> Result<Secret, Failure> {
    tokio::task::spawn_blocking(one_line)
        .await
        .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))
}

/// Asks for a client ID or user name, which may be seen while it is typed. It is kept like a secret all the
/// same.
pub(crate) async fn identifier(label: &str) -> Result<Secret, Failure> {
    let prompt = format!("{label}: ");
    let line = tokio::task::spawn_blocking(move || line(Some(&prompt)))
        .await
        .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))?;
    // Blanks are pasted along, and told as such.
    text_of(&line, "What was typed", "client_id")
}

/// Waits until somebody has put something right and presses Enter.
pub(crate) async fn wait_for_enter(request: &'static str) -> Result<(), Failure> {
    tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        show(&format!("{request} "))
            .and_then(|()| std::io::stdin().lock().take(4096).read_line(&mut answer))
            .map(drop)
            .map_err(|error| unreadable("terminal", &error).into())
    })
    .await
    .unwrap_or_else(|_| Err(Failure::internal("the prompt stopped")))
}

fn one_line() -> Result<Secret, Failure> {
    let prompt = is_on_a_terminal().then_some("The address you landed on: ");
    let line = line(prompt)?;
    if line.is_empty() {
        return Err(Failure::invalid(
            "No address came on standard input.",
            "Start again, and paste the address that the browser lands on as one line.",
        ));
    }
    std::str::from_utf8(&line)
        .map(|text| Secret::new(text.trim().to_owned()))
        .map_err(|_| {
            Failure::invalid(
                "What was pasted is not text.",
                "Copy the address from the browser's address bar.",
            )
        })
}

/// One line of standard input with its end, after `prompt` was shown.
fn line(prompt: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if let Some(prompt) = prompt {
        show(prompt).map_err(|error| unreadable("terminal", &error))?;
    }
    let mut line = Zeroizing::new(Vec::new());
    std::io::stdin()
        .lock()
        .take(LONGEST_SECRET as u64)
        .read_until(b'\n', &mut line)
        .map_err(|error| unreadable("standard input", &error))?;
    Ok(line)
}

/// Asks a question that must be answered by typing `expected`.
pub(crate) fn confirm(question: &str, expected: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{} ", clean_lines(question))
        .and_then(|()| stderr.flush())
        .map_err(|error| unreadable("terminal", &error))?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| unreadable("terminal", &error))?;
    Ok(answer.trim() == expected)
}

fn text_of(bytes: &[u8], what: &str, field: &str) -> Result<Secret, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Problem::new(
            Code::DraftInvalid,
            format!("{what} is not text."),
            "Give the value and nothing else, as the provider showed it.",
        )
        .at(field)
    })?;
    Ok(without_last_line_break(text))
}

fn without_last_line_break(text: &str) -> Secret {
    let text = text.strip_suffix('\n').unwrap_or(text);
    Secret::new(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn unreadable(what: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("The {what} could not be read: {error}."),
        "Try again.",
    )
}
