//! Remote and imported text, made safe to show anywhere.

/// `text` with every character that could steer a terminal or disguise what is read written out as
/// `\u{...}`, cut to `max` characters (an ellipsis marks the cut).
///
/// Written out are C0 and C1 controls, DEL, bidirectional controls, and characters without width.
/// Tabs and line breaks become a blank: a quotation is one line. Nothing here knows HTML; who shows
/// the text shows it as text.
pub fn clean(text: &str, max: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(max * 4));
    let mut room = max;
    for character in text.chars() {
        let piece = visible(character);
        let width = piece.chars().count();
        if width > room {
            shown.push('…');
            break;
        }
        room -= width;
        shown.push_str(&piece);
    }
    shown.trim().to_owned()
}

/// Our own text of several lines, with what it quotes made safe as by [`clean`]; its line breaks stay.
pub fn clean_lines(text: &str) -> String {
    text.split('\n')
        .map(|line| line.chars().map(visible).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What `word` was most likely meant to be: one that is a slip away, or that it begins. `None` when nothing is
/// near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let far = |other: &&str| strsim::damerau_levenshtein(other, word);
    let near = known.iter().copied().min_by_key(far)?;
    // A third of a short word is not a slip any more.
    let most = if near.len() < 6 { 1 } else { 2 };
    let begun = || {
        let mut begun = known.iter().copied().filter(|it| it.starts_with(word));
        begun
            .next()
            .filter(|_| word.len() > 3 && begun.next().is_none())
    };
    Some(near).filter(|_| far(&near) <= most).or_else(begun)
}

/// "16 February 2027" of "2027-02-16", as people read a day; what is no day stays as it is.
pub(crate) fn day(on: &str) -> String {
    on.parse::<jiff::civil::Date>().map_or_else(
        |_| on.to_owned(),
        |day| day.strftime("%-d %B %Y").to_string(),
    )
}

/// "40 seconds", "1 minute", "5 minutes", "2 hours", "3 days".
pub fn lasts(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => ((seconds + 30) / 60, "minute"),
        5_401..=129_600 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

/// A label of a form for the middle of a sentence: "User name" becomes "user name". A label that begins
/// with an acronym, a word of `name` or holds another capital stays as it is: "API key", "Acme domain".
pub(crate) fn in_a_sentence(label: &str, name: &str) -> String {
    let mut characters = label.chars();
    let first_word = label.split(' ').next().unwrap_or_default();
    let named = name.split(' ').any(|word| word == first_word);
    match characters.next() {
        Some(first)
            if !named
                && first.is_ascii_uppercase()
                && !characters.clone().any(char::is_uppercase) =>
        {
            format!("{}{}", first.to_ascii_lowercase(), characters.as_str())
        }
        _ => label.to_owned(),
    }
}

fn visible(character: char) -> String {
    if matches!(character, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}') {
        return " ".to_owned();
    }
    if character.is_control() || is_unseen(character) {
        return character.escape_unicode().to_string();
    }
    character.to_string()
}

/// Bidirectional controls (Unicode UAX #9), invisible characters, tags and interlinear marks.
pub(crate) fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_and_a_beginning_are_recognized_and_another_word_is_not() {
        let known = [
            "listen",
            "hosts",
            "upstream_failure",
            "key",
            "upstream_other",
        ];
        for (word, meant) in [
            ("lisen", Some("listen")),
            ("host", Some("hosts")),
            ("upstream_fail", Some("upstream_failure")),
            ("kye", Some("key")),
            ("upstream", None),
            ("kind", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!(nearest("a", []), None);
    }
    use proptest::prelude::*;

    #[test]
    fn durations_are_said_in_the_unit_people_use() {
        for (seconds, text) in [
            (1, "1 second"),
            (61, "61 seconds"),
            (300, "5 minutes"),
            (7_200, "2 hours"),
            (259_200, "3 days"),
        ] {
            assert_eq!(lasts(seconds), text);
        }
    }

    #[test]
    fn controls_and_disguises_are_written_out() {
        for (text, shown) in [
            ("plain words", "plain words"),
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("one\r\ntwo\tthree", "one  two three"),
            ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
            ("ad\u{200b}min", "ad\\u{200b}min"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("  blanks around  ", "blanks around"),
            ("Zürich 東京 💥", "Zürich 東京 💥"),
        ] {
            assert_eq!(clean(text, 200), shown, "{text:?}");
        }
    }

    #[test]
    fn long_text_is_cut_and_marked() {
        assert_eq!(clean("abcdef", 3), "abc…");
        assert_eq!(clean("abc", 3), "abc");
        assert_eq!(clean("ab\u{1b}", 3), "ab…");
    }

    #[test]
    fn lines_and_their_indents_stay() {
        assert_eq!(clean_lines("a\n  b \u{1b}[2J\n"), "a\n  b \\u{1b}[2J\n");
    }

    proptest! {
        #[test]
        fn nothing_that_steers_survives(text in "\\PC*|.*", max in 0_usize..400) {
            let shown = clean(&text, max);
            prop_assert!(shown.chars().all(|c| !c.is_control() && !is_unseen(c)));
            prop_assert!(shown.chars().count() <= max + 1);
        }
    }
}
