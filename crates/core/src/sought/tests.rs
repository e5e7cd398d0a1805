use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const SECRET: &str = "k3Yq7-Vn2?Zt9/Lw5&x \"ü";

fn sought(secret: &str) -> Sought {
    let mut sought = Sought::default();
    sought.add("key", secret);
    sought
}

fn form_in(text: &str) -> Option<Form> {
    let sought = sought(SECRET);
    let all = sought.all_in(text.as_bytes());
    all.first().map(|found| found.form)
}

fn hex(bytes: impl IntoIterator<Item = u8>, before: &str) -> String {
    let digits = bytes.into_iter().map(|byte| format!("{before}{byte:02x}"));
    digits.collect()
}

fn base64_utf16(secret: &str) -> String {
    let units = secret.encode_utf16().flat_map(u16::to_le_bytes);
    STANDARD.encode(units.collect::<Vec<_>>())
}

#[test]
fn a_secret_is_found_in_every_clothing_and_the_clothing_is_told() {
    let json = serde_json::to_string(SECRET).unwrap();
    let units = SECRET.encode_utf16().flat_map(u16::to_be_bytes);
    let url_encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let escaped_units: Vec<String> = SECRET
        .encode_utf16()
        .map(|unit| format!("\\u{unit:04X}"))
        .collect();
    for (text, form) in [
        (SECRET.to_owned(), Form::Plain),
        (SECRET.to_ascii_uppercase(), Form::Plain),
        (json, Form::Escaped),
        (escaped_units.concat(), Form::Escaped),
        (hex(SECRET.bytes(), "\\x"), Form::Escaped),
        (url_encoded.clone(), Form::Percent),
        (
            url_encoded.replace('+', "%20").to_lowercase(),
            Form::Percent,
        ),
        (hex(SECRET.bytes(), "%"), Form::Percent),
        (
            "k3Yq7-Vn2?Zt9/Lw5&amp;x &quot;&#252;".to_owned(),
            Form::Html,
        ),
        (
            "k3Yq7-Vn2?Zt9&#x2F;Lw5&#38;x &#34;&#xFC;".to_owned(),
            Form::Html,
        ),
        (STANDARD.encode(SECRET), Form::Base64),
        (format!("0x{}", hex(SECRET.bytes(), "")), Form::Hexadecimal),
        (hex(SECRET.bytes(), ":"), Form::Hexadecimal),
        (SECRET.chars().rev().collect(), Form::Backwards),
        (base64_utf16(SECRET), Form::Utf16),
        (hex(units, ""), Form::Utf16),
        (hex(Sha256::digest(SECRET), ""), Form::Digest),
        ("k3yq7-vn2?Zt and more".to_owned(), Form::Fragment),
        ("and Zt9/Lw5&x \"ü".to_owned(), Form::Fragment),
    ] {
        assert_eq!(form_in(&text), Some(form), "{text}");
    }
}

#[test]
fn a_secret_is_found_inside_other_text_and_one_encoding_inside_another() {
    for text in [
        format!("key={}", STANDARD.encode(SECRET)),
        format!("key{}key", STANDARD.encode(format!("me:{SECRET}"))),
        format!("a0x{}", hex(SECRET.bytes(), "")),
        format!("f{}", hex(SECRET.bytes(), "")),
        STANDARD.encode(hex(SECRET.bytes(), "")),
        "k3Yq7-Vn2?Zt9/Lw5%26amp%3Bx%20%26quot%3B%C3%BC".to_owned(),
        "k3Yq7-Vn2?Zt9\\/Lw5\\u0026amp;x &quot;\\u00fc".to_owned(),
        STANDARD.encode(serde_json::to_string(SECRET).unwrap()),
    ] {
        assert!(form_in(&text).is_some(), "{text}");
    }
    let lines = URL_SAFE_NO_PAD.encode(SECRET).replacen('V', "V\r\n ", 1);
    assert!(form_in(&lines).is_some());
}

#[test]
fn what_holds_no_secret_is_free_and_short_secrets_need_more() {
    for text in [
        "",
        "k3Yq7-Vn2?Z",
        "{\"id\":4711}",
        "%",
        "\\u12",
        "&;&#;&#x;",
        "\u{1f4a5}",
    ] {
        assert_eq!(form_in(text), None, "{text}");
    }
    assert!(!sought("a").is_in(b"acme") && sought("a").is_in(b"a"));
    assert!(sought("4711").is_in(b"<4711>"));
    assert!(sought("4711").is_in(STANDARD.encode("4711").as_bytes()));
    let long = format!("{}{}", "- ".repeat(40), STANDARD.encode("4711"));
    assert!(!sought("4711").is_in(long.as_bytes()));
    assert!(!sought("").is_in(b""));
}

#[test]
fn glimpses_are_found_only_where_they_are_asked_for() {
    let mut sought = sought("sk_live_51Hxq");
    assert!(!sought.is_in(b"a key begins with sk_live_"));
    sought.add_with_glimpses("key", "sk_live_51Hxq");
    let found = sought.all_in(b"a key begins with sk_live_");
    assert_eq!(found[0].form, Form::Glimpse);
}

/// Most of what a validator returns is short, and each call pays for what is done with it.
#[test]
fn for_a_text_too_short_to_hold_a_secret_nothing_is_made() {
    let sought = sought(SECRET);
    assert!(!sought.is_in(b"4711") && !sought.is_in(b"k3Yq7-Vn2?Z"));
    assert!(sought.needles.get().is_none() && sought.digests.get().is_none());
    assert!(!sought.is_in(b"me@acme.example"));
    assert!(sought.needles.get().is_some() && sought.digests.get().is_none());
    let mut readings = 0;
    each_reading(b"me@acme.example", 12, |_| {
        readings += 1;
        true
    });
    assert_eq!(readings, 1, "no run of digits holds twelve bytes");
}

#[test]
fn a_large_answer_costs_no_more_than_a_few_times_itself() {
    let mut made = 0;
    let text = "%26amp;\\u0041+".repeat(80 * 1024);
    each_reading(text.as_bytes(), 12, |reading| {
        made += reading.bytes.len();
        true
    });
    assert!(made <= 8 * 1024 * 1024 + 5 * text.len(), "{made}");
}

proptest! {
    #[test]
    fn any_secret_is_found_in_base64_hexadecimal_and_percent_at_any_place(
        secret in "[ -~]{6,40}", before in "[ -~]{0,7}", after in "[ -~]{0,7}"
    ) {
        let sought = sought(&secret);
        let inside = format!("{before}{secret}{after}");
        for text in [
            inside.clone(),
            STANDARD.encode(&inside),
            format!("{before}{}{after}", hex(inside.bytes(), "")),
            format!("{before}{}{after}", hex(inside.bytes(), "%")),
            serde_json::to_string(&inside).unwrap(),
        ] {
            prop_assert!(sought.is_in(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_fault(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        sought(SECRET).all_in(&text);
    }
}
