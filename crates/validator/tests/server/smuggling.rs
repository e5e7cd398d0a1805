//! Requests that two readers could read in two ways (rule L8): one 400, the connection closed, and nobody
//! asked on behalf of what follows.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::stage::{Obedient, Stage, answers, settings, to_the_end, with_headers};

const BODY: &str = r#"{"auth":{"do":"accept"}}"#;

/// Head lines in the place of the one line about length, and the body that goes with them.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let length = format!("Content-Length: {}", BODY.len());
    let chunked = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let mut all = Vec::new();
    let mut add = |name: String, head: &str, body: &str| {
        let text = format!(
            "POST /desk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}\r\n\r\n{body}"
        );
        all.push((name, text.into_bytes()));
    };
    for coding in codings() {
        // Both length headers, in both orders, whatever the coding is called; then the coding alone.
        let line = format!("Transfer-Encoding:{coding}");
        add(
            format!("length, {coding:?}"),
            &format!("{length}\r\n{line}"),
            &chunked,
        );
        add(
            format!("{coding:?}, length"),
            &format!("{line}\r\n{length}"),
            &chunked,
        );
        if coding.trim() != "chunked" || coding.contains('\x0b') {
            add(format!("{coding:?} alone"), &line, &chunked);
        }
    }
    for value in lengths() {
        add(
            format!("length {value:?}"),
            &format!("Content-Length:{value}"),
            BODY,
        );
        add(
            format!("length, then {value:?}"),
            &format!("{length}\r\nContent-Length:{value}"),
            BODY,
        );
    }
    for line in lines() {
        add(
            format!("line {line:?}"),
            &format!("{length}\r\n{line}"),
            BODY,
        );
    }
    for body in bad_chunks() {
        add(
            format!("chunks {body:?}"),
            "Transfer-Encoding: chunked",
            &body,
        );
    }
    all.extend(bad_beginnings(&length));
    all
}

fn codings() -> Vec<&'static str> {
    vec![
        " chunked",
        " chunked, chunked",
        " chunked,identity",
        " identity, chunked",
        " gzip, chunked",
        " identity",
        " xchunked",
        " chunke",
        " \"chunked\"",
        " chunked;q=1",
        " ,chunked",
        " chunked,",
        " \x0bchunked",
        " chunked\x0b",
        " cow, chunked",
        " CHUNKED, CHUNKED",
        " deflate",
    ]
}

fn lengths() -> Vec<&'static str> {
    vec![
        " +24",
        " -24",
        " 0x18",
        " 24,24",
        " 24, 24",
        " 24 24",
        " 24a",
        " a24",
        " 2 4",
        " ",
        " 24.0",
        " 1e1",
        " 99999999999999999999",
        " 18446744073709551640",
        " ٢٤",
        " 24;",
        " \"24\"",
        " 24\x0b",
    ]
}

fn lines() -> Vec<&'static str> {
    vec![
        " folded",
        "\tfolded",
        "X: a\r\n b",
        "X: a\r\n\tb",
        "X : a",
        "X\t: a",
        " X: a\r\nY: b",
        ": a",
        "X",
        "X a",
        "X: a\rY: b",
        "X: a\0b",
        "X: a\x01b",
        "X: a\x7f",
        "X\0: a",
        "X(: a",
        "X\u{e9}: a",
        "X@: a",
        "Content-Length : 3",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Transfer\u{2011}Encoding: chunked",
        "\x0bTransfer-Encoding: chunked",
        "Host: evil.com",
        "Host: localhost",
        "host: localhost",
        "X: a\nTransfer-Encoding: chunked",
        "X: a\n\nPOST /desk HTTP/1.1",
        "X: a\r\rY: b",
        "{}: a",
        "X/Y: a",
        "X,Y: a",
        "X=Y: a",
        "[X]: a",
    ]
}

fn bad_chunks() -> Vec<String> {
    let whole = format!("{:x}\r\n{BODY}\r\n", BODY.len());
    let mut all: Vec<String> = [
        "g\r\n",
        "-1\r\n",
        "+18\r\n",
        "0x18\r\n",
        " 18\r\n",
        "18 \r\n",
        "18\n",
        "1 8\r\n",
        "\r\n",
        "18;\r\n",
        "18;a=b\r\n",
        "18;a=\"b\r\n\"\r\n",
        "000000018\r\n",
        "ffffffffffffffff\r\n",
        "10000000000000018\r\n",
        "18,18\r\n",
        "18\r\r\n",
        "18\0\r\n",
        "\u{ff11}8\r\n",
        "18_\r\n",
    ]
    .into_iter()
    .map(|size| format!("{size}{BODY}\r\n0\r\n\r\n"))
    .collect();
    for end in [
        "0\n\n",
        "0\r\nX: a\r\n\r\n",
        "0\r\nContent-Length: 3\r\n\r\n",
        "0;a\r\n\r\n",
        "00000000 \r\n\r\n",
        "0\r\n \r\n",
        "0\r\n\n",
        "x\r\n\r\n",
    ] {
        all.push(format!("{whole}{end}"));
    }
    for end in ["\n", "\r", "x\r\n", " \r\n", "\r\n\r\n"] {
        all.push(format!("{:x}\r\n{BODY}{end}0\r\n\r\n", BODY.len()));
    }
    all
}

fn bad_beginnings(length: &str) -> Vec<(String, Vec<u8>)> {
    let rest =
        format!("Host: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n{BODY}");
    let begun = |line: &&str| {
        let bytes = format!("{line}{rest}").into_bytes();
        (format!("beginning {line:?}"), bytes)
    };
    let mut all: Vec<(String, Vec<u8>)> = beginnings().iter().map(begun).collect();
    let without_host = rest.replace("Host: localhost\r\n", "");
    let old = "Transfer-Encoding: chunked\r\n";
    for (name, text) in [
        ("no host", format!("POST /desk HTTP/1.1\r\n{without_host}")),
        (
            "chunks of 1.0",
            format!("POST /desk HTTP/1.0\r\n{old}{without_host}"),
        ),
        (
            "a long head",
            format!("POST /desk HTTP/1.1\r\nX: {}\r\n{rest}", "a".repeat(20_000)),
        ),
        (
            "many headers",
            format!("POST /desk HTTP/1.1\r\n{}{rest}", "X: a\r\n".repeat(70)),
        ),
    ] {
        all.push((name.to_owned(), text.into_bytes()));
    }
    all
}

fn beginnings() -> Vec<&'static str> {
    vec![
        "POST /desk HTTP/1.1 \r\n",
        "POST  /desk HTTP/1.1\r\n",
        "POST /desk  HTTP/1.1\r\n",
        " POST /desk HTTP/1.1\r\n",
        "\r\nPOST /desk HTTP/1.1\r\n",
        "\nPOST /desk HTTP/1.1\r\n",
        "POST\t/desk\tHTTP/1.1\r\n",
        "POST /desk\r\n",
        "POST /desk HTTP/1.1\n",
        "POST /desk HTTP/1.1\r",
        "POST /desk HTTP/1.2\r\n",
        "POST /desk HTTP/2.0\r\n",
        "POST /desk HTTP/0.9\r\n",
        "POST /desk http/1.1\r\n",
        "POST /desk HTTP/1.10\r\n",
        "POST /desk HTTP/01.1\r\n",
        "POST /desk HTTP /1.1\r\n",
        "POST http://localhost/desk HTTP/1.1\r\n",
        "POST https://evil.com/desk HTTP/1.1\r\n",
        "POST //localhost@evil.com HTTP/1.1 x\r\n",
        "POST desk HTTP/1.1\r\n",
        "POST * HTTP/1.1\r\n",
        "CONNECT localhost:80 HTTP/1.1\r\n",
        "OPTIONS * HTTP/1.1\r\n",
        "PO ST /desk HTTP/1.1\r\n",
        "PO\0ST /desk HTTP/1.1\r\n",
        "P\u{d6}ST /desk HTTP/1.1\r\n",
        "POST /d\0esk HTTP/1.1\r\n",
        "POST /d\u{e9}sk HTTP/1.1\r\n",
        "POST /desk\x0b HTTP/1.1\r\n",
        "(POST) /desk HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n",
        "\x16\x03\x01\x02\r\n",
        "POST /desk HTTP/1.1\r\nX: a\r\n\n",
    ]
}

#[tokio::test]
async fn broken_framing_gets_one_400_and_the_end_however_it_is_cut() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{}", corpus.len());
    let follower = with_headers("/desk", r#"{"do":"accept"}"#, "");
    for (name, bytes) in corpus {
        let bytes = [&bytes[..], &follower].concat();
        for cut in [bytes.len(), 30, 7] {
            let mut stream = TcpStream::connect(stage.address()).await.unwrap();
            stream.set_nodelay(true).unwrap();
            for part in bytes.chunks(cut) {
                // The service may close before all was sent.
                if stream.write_all(part).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            let _closed = stream.shutdown().await;
            let seen = answers(&to_the_end(&mut stream).await);
            let statuses: Vec<u16> = seen.iter().map(|it| it.status).collect();
            assert_eq!(statuses, [400], "{name} cut {cut}: {seen:?}");
        }
    }
    assert_eq!(judge.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_follows_a_good_request_is_judged_for_itself() {
    let judge = Arc::new(Obedient::default());
    let stage = Stage::start(settings(&judge)).await;
    let good = with_headers("/desk", r#"{"do":"accept"}"#, "");
    let last = with_headers("/desk", r#"{"do":"refuse"}"#, "Connection: close\r\n");
    let statuses = async |bytes: &[u8]| -> Vec<u16> {
        stage.raw(bytes).await.iter().map(|it| it.status).collect()
    };
    assert_eq!(
        statuses(&[&good[..], &good, &last].concat()).await,
        [200, 200, 401]
    );
    assert_eq!(
        statuses(&[&good[..], b"rubbish\r\n\r\n", &last].concat()).await,
        [200, 400]
    );
    let asked = judge.asked.load(Ordering::SeqCst);
    assert_eq!(asked, 4);
}
