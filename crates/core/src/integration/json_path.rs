//! The part of `JSONPath` (RFC 9535) that names one place: `$.user.id`, `$.items[0].name`.

use crate::tree::pointer_token;

/// Steps of a path are no deeper than answers are.
const MOST_STEPS: usize = 32;

/// The JSON pointer (RFC 6901) of the place that `path` names; what is wrong otherwise, in a sentence.
pub(super) fn pointer(path: &str) -> Result<String, &'static str> {
    let mut rest = path
        .strip_prefix('$')
        .ok_or("It does not begin with $, which stands for the answer.")?;
    let mut pointer = String::new();
    let mut steps = 0;
    while !rest.is_empty() {
        let (token, after) = if let Some(from) = rest.strip_prefix('.') {
            let end = from.find(['.', '[']).unwrap_or(from.len());
            let (name, after) = from.split_at(end);
            (member(name)?, after)
        } else {
            let inside = rest.strip_prefix('[').and_then(|from| from.split_once(']'));
            let (index, after) = inside.ok_or("After $ come .name and [number] alone.")?;
            (position(index)?, after)
        };
        pointer.push('/');
        pointer.push_str(&pointer_token(token));
        rest = after;
        steps += 1;
        if steps > MOST_STEPS {
            return Err("It has more than 32 steps.");
        }
    }
    if steps == 0 {
        return Err(
            "It names the whole answer; only text, whole numbers and flags can be returned.",
        );
    }
    Ok(pointer)
}

fn member(name: &str) -> Result<&str, &'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@:".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return Err("A name in it is empty, or holds more than letters, digits, _ and -.");
    }
    Ok(name)
}

/// Without leading zeros (RFC 9535 §2.3.3.1).
fn position(index: &str) -> Result<&str, &'static str> {
    let digits = (1..=4).contains(&index.len()) && index.bytes().all(|it| it.is_ascii_digit());
    if !digits || (index.len() > 1 && index.starts_with('0')) {
        return Err("In brackets stands a number from 0 to 9999.");
    }
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_pointer() {
        for (path, expected) in [
            ("$.user.id", "/user/id"),
            ("$.items[0].name", "/items/0/name"),
            ("$[12].a", "/12/a"),
            ("$.a[0][1]", "/a/0/1"),
            ("$.odata-id", "/odata-id"),
        ] {
            assert_eq!(pointer(path).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn everything_that_names_more_or_less_than_one_place_is_refused() {
        for path in [
            "",
            "$",
            "user.id",
            "$user",
            "$.",
            "$..a",
            "$.a.",
            "$.*",
            "$[*]",
            "$.a[-1]",
            "$[0:1]",
            "$.a[01]",
            "$['a']",
            "$.a[?(@.b)]",
            "$.a[0",
            "$.a]",
            "$.a b",
            "$.a[]",
            "$.\u{e4}",
            "/a",
            "$.a[99999]",
            "$.~1",
        ] {
            assert!(pointer(path).is_err(), "{path}");
        }
        assert!(pointer(&format!("${}", ".a".repeat(33))).is_err());
    }
}
