//! Requests that two readers could read in two ways.

const BODY: &str = r#"{"auth":{"do":"accept"}}"#;

/// Each with a name. Head lines stand in the place of the one line about length, and the body goes with them.
pub(crate) fn corpus() -> Vec<(String, Vec<u8>)> {
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
        "POST /desk#a HTTP/1.1\r\n",
        "POST /de<sk HTTP/1.1\r\n",
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

/// With more head than anybody needs.
pub(crate) fn large() -> Vec<(String, Vec<u8>)> {
    let rest = "Host: localhost\r\nContent-Length: 0\r\n\r\n";
    let long = "a".repeat(20_000);
    [
        (
            "a long line",
            format!("POST /desk HTTP/1.1\r\nX: {long}\r\n{rest}"),
        ),
        ("a long path", format!("POST /{long} HTTP/1.1\r\n{rest}")),
        (
            "many headers",
            format!("POST /desk HTTP/1.1\r\n{}{rest}", "X: a\r\n".repeat(70)),
        ),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .collect()
}
