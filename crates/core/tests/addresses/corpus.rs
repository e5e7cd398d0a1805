//! Names that must make no address, of `tests/data/hostile-accounts.txt`.

/// Lines of the corpus: class, a tab, the name with Rust's escapes for what cannot be seen.
pub(crate) fn corpus() -> Vec<(String, String)> {
    include_str!("../../../../tests/data/hostile-accounts.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (class, name) = line.split_once('\t').expect("a class and a name");
            (class.to_owned(), unescape(name))
        })
        .collect()
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('\\') => out.push('\\'),
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).expect("hexadecimal");
                out.push(char::from_u32(code).expect("a character"));
            }
            other => panic!("unknown escape {other:?} in {text}"),
        }
    }
    out
}
