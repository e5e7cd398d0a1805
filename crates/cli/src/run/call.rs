//! `proofkey call`: the body is data, everything else is talk.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use proofkey_core::border::{ApiAnswer, ApiBody, ApiCall};
use proofkey_core::call::{CallReply, SENT_LIMIT};
use proofkey_core::proofkey::Proofkey;
use proofkey_core::system::files::read_bounded;
use proofkey_core::{Code, Problem};
use zeroize::Zeroizing;

use crate::args::Call;
use crate::exit::{Failure, REFUSED};
use crate::output::Output;
use crate::prompt;

pub(crate) async fn run(
    proofkey: &Proofkey,
    options: &Call,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let call = ApiCall {
        method: options.method,
        path: options.path.clone(),
        headers: options.headers.clone(),
        body: None,
    };
    let body = options.data.as_deref().map(read_body).transpose()?;
    let reply = proofkey.call(&options.name, &call, body).await?;
    let answer = reply.view();
    output.talk(&told(&answer, options.include));
    output.document(&answer)?;
    if !output.is_json() {
        print_body(&reply, &answer, output)?;
    }
    Ok(if reply.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn read_body(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if path != Path::new("-") {
        return Ok(read_bounded(path, SENT_LIMIT)?);
    }
    let body = prompt::all_of_stdin(SENT_LIMIT)?;
    body.ok_or_else(|| {
        let summary = "The body is larger than 16 MiB.";
        let remedy = "Send a smaller one; Proofkey tries calls, it does not move archives.";
        Problem::new(Code::DraftInvalid, summary, remedy)
            .at("body")
            .into()
    })
}

/// Status, time, and what else there is to know of the answer.
fn told(answer: &ApiAnswer, with_headers: bool) -> String {
    let phrase = answer.phrase.as_deref().unwrap_or_default();
    let mut lines = vec![format!(
        "{} {phrase} in {} ms from {}",
        answer.status, answer.elapsed_ms, answer.address
    )];
    if answer.renewed {
        lines.push("The API refused the first token, so a fresh one was sent.".to_owned());
    }
    if let Some(host) = &answer.redirects_to {
        lines.push(format!(
            "The answer points to {host}. It was not followed: the credentials would have gone along."
        ));
    }
    if with_headers {
        let shown = answer.headers.iter();
        lines.extend(shown.map(|header| format!("{}: {}", header.name, header.value)));
    }
    lines.join("\n")
}

/// To a program byte for byte, to a person laid out and harmless.
fn print_body(reply: &CallReply, answer: &ApiAnswer, output: &Output) -> Result<(), Failure> {
    if !std::io::stdout().is_terminal() {
        return write_all(&reply.body_without_credentials());
    }
    match &answer.body {
        ApiBody::Empty => Ok(()),
        ApiBody::Text { text, is_whole, .. } => {
            output.raw(text)?;
            if !is_whole {
                output
                    .talk("Only the beginning is shown. Send the output to a file for all of it.");
            }
            Ok(())
        }
        ApiBody::Binary { media_type } => {
            output.talk(&format!(
                "{} bytes of {}, which are not shown. Send the output to a file.",
                answer.bytes,
                media_type.as_deref().unwrap_or("an unknown type")
            ));
            Ok(())
        }
    }
}

fn write_all(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        // The reader has seen enough ("| head"); that is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Problem::new(
            Code::FileFailed,
            format!("Standard output could not be written: {error}."),
            "Make room or choose another place, and try again.",
        )
        .into()),
    }
}
