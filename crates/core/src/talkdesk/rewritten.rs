//! Other ways to write the same JSON, to tell people why a signature does not fit. Nothing is believed
//! because it fits one of these.

use zeroize::Zeroizing;

/// The body in ways that tools write it, each with what that means for the body that came.
pub(super) fn variants(body: &[u8]) -> Vec<(&'static str, Zeroizing<Vec<u8>>)> {
    let trimmed = without_edges(body);
    let compact = spaced(trimmed, "", "");
    let python = spaced(trimmed, " ", " ");
    let unix = Zeroizing::new(
        trimmed
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect::<Vec<u8>>(),
    );
    let mut ended = trimmed.to_vec();
    ended.push(b'\n');
    let edges =
        "something was added or lost at its beginning or its end, a line break for instance";
    let formatted = "a formatter changed its blanks and line breaks";
    let variants = vec![
        (edges, Zeroizing::new(trimmed.to_vec())),
        (edges, Zeroizing::new(ended)),
        ("its line breaks were changed", unix),
        (formatted, compact),
        (formatted, python),
    ];
    let other = |(_, variant): &(&str, Zeroizing<Vec<u8>>)| variant.as_slice() != body;
    variants.into_iter().filter(other).collect()
}

fn without_edges(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii()
}

/// Without the blanks between tokens, but with these after commas and colons.
fn spaced(json: &[u8], after_comma: &str, after_colon: &str) -> Zeroizing<Vec<u8>> {
    let mut written = Zeroizing::new(Vec::with_capacity(json.len() * 2));
    let (mut inside, mut escaped) = (false, false);
    for byte in json {
        if !inside && byte.is_ascii_whitespace() {
            continue;
        }
        written.push(*byte);
        match byte {
            b'"' if !escaped => inside = !inside,
            b',' if !inside => written.extend_from_slice(after_comma.as_bytes()),
            b':' if !inside => written.extend_from_slice(after_colon.as_bytes()),
            _ => {}
        }
        escaped = inside && *byte == b'\\' && !escaped;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_between_tokens_change_and_those_in_texts_stay() {
        let pretty = b"{\n  \"a b\": [1, 2],\n  \"c\\\" : \": null\n}";
        assert_eq!(*spaced(pretty, "", ""), br#"{"a b":[1,2],"c\" : ":null}"#);
        assert_eq!(
            *spaced(pretty, " ", " "),
            br#"{"a b": [1, 2], "c\" : ": null}"#
        );
    }

    #[test]
    fn the_body_itself_is_no_variant() {
        let body = br#"{"a":1}"#;
        assert!(
            variants(body)
                .iter()
                .all(|(_, variant)| variant.as_slice() != body)
        );
        assert!(
            variants(b"{\"a\":1}\n")
                .iter()
                .any(|(_, variant)| variant.as_slice() == body)
        );
    }
}
