//! Taking off, one by one, what does not belong to a pasted value.

use zeroize::Zeroizing;

use crate::wording::is_unseen;

/// Something that was taken off. Positions are those in the value as it was pasted, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Blemish {
    Invisible(Vec<usize>),
    Ends {
        at: Vec<usize>,
        before: bool,
        /// Plain blanks could be sent; line breaks and other blanks could not.
        sendable: bool,
    },
    LineBreaks(Vec<usize>),
    Quotes {
        sendable: bool,
    },
    Label,
}

/// The characters that remain, each with the position it was pasted at. Wiped when dropped.
pub(super) struct Rest(Zeroizing<Vec<(usize, char)>>);

pub(super) struct Mending {
    pub(super) rest: Rest,
    pub(super) blemishes: Vec<Blemish>,
}

impl Mending {
    /// Removes blemishes until there is none.
    pub(super) fn of(value: &str) -> Self {
        let mut rest = Rest::of(value);
        let mut blemishes = Vec::new();
        loop {
            let blemish = rest
                .remove_invisible()
                .or_else(|| rest.remove_blanks_before())
                .or_else(|| rest.remove_blanks_after())
                .or_else(|| rest.remove_label())
                .or_else(|| rest.remove_quotes())
                .or_else(|| rest.remove_line_breaks());
            match blemish {
                Some(blemish) => blemishes.push(blemish),
                None => return Self { rest, blemishes },
            }
        }
    }
}

impl Rest {
    fn of(value: &str) -> Self {
        // One allocation: a vector that grows would leave copies behind.
        let mut characters = Zeroizing::new(Vec::with_capacity(value.len()));
        characters.extend(value.chars().enumerate().map(|(at, c)| (at + 1, c)));
        Self(characters)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0
            .iter()
            .map(|(_, character)| character.len_utf8())
            .sum()
    }

    pub(super) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.bytes()));
        text.extend(self.0.iter().map(|(_, character)| *character));
        text
    }

    pub(super) fn positions(&self, wanted: impl Fn(char) -> bool) -> Vec<usize> {
        let wanted = self.0.iter().filter(|(_, character)| wanted(*character));
        wanted.map(|(at, _)| *at).collect()
    }

    fn remove_invisible(&mut self) -> Option<Blemish> {
        let at = self.positions(is_unseen);
        self.0.retain(|(_, character)| !is_unseen(*character));
        (!at.is_empty()).then_some(Blemish::Invisible(at))
    }

    fn remove_blanks_before(&mut self) -> Option<Blemish> {
        let count = self.0.iter().take_while(|(_, c)| c.is_whitespace()).count();
        self.remove_end(0, count, true)
    }

    fn remove_blanks_after(&mut self) -> Option<Blemish> {
        let count = self
            .0
            .iter()
            .rev()
            .take_while(|(_, c)| c.is_whitespace())
            .count();
        self.remove_end(self.0.len() - count, count, false)
    }

    fn remove_end(&mut self, from: usize, count: usize, before: bool) -> Option<Blemish> {
        let end = self.0.get(from..from + count)?;
        let sendable = end.iter().all(|(_, character)| *character == ' ');
        let at = end.iter().map(|(at, _)| *at).collect();
        self.0.drain(from..from + count);
        (count > 0).then_some(Blemish::Ends {
            at,
            before,
            sendable,
        })
    }

    /// A pair of quotation marks around everything, with the comma of a list behind it if there is one.
    fn remove_quotes(&mut self) -> Option<Blemish> {
        let (first, last) = (self.0.first()?.1, self.0.last()?.1);
        let comma = usize::from(matches!(last, ',' | ';'));
        let close = self.0.len().checked_sub(1 + comma).filter(|at| *at > 1)?;
        if !is_pair(first, self.0[close].1) {
            return None;
        }
        let sendable = first.is_ascii() && self.0[close].1.is_ascii();
        self.0.truncate(close);
        self.0.remove(0);
        Some(Blemish::Quotes { sendable })
    }

    fn remove_label(&mut self) -> Option<Blemish> {
        let text = self.text();
        if holds_several(&text) {
            return None;
        }
        let bytes = label(&text)?;
        let count = text.get(..bytes)?.chars().count();
        self.0.drain(..count);
        Some(Blemish::Label)
    }

    /// Line breaks inside, with the blanks around them: a value wrapped by a terminal, a mail or
    /// `openssl base64`, which breaks after 64 characters.
    fn remove_line_breaks(&mut self) -> Option<Blemish> {
        let at = self.positions(is_line_break);
        if at.is_empty() || holds_several(&self.text()) {
            return None;
        }
        let kept = kept_around_breaks(&self.0);
        let mut kept = kept.iter();
        self.0.retain(|_| kept.next() == Some(&true));
        Some(Blemish::LineBreaks(at))
    }
}

/// For each character whether it stays: runs of blanks go when they hold a line break.
fn kept_around_breaks(characters: &[(usize, char)]) -> Vec<bool> {
    let runs = characters.chunk_by(|(_, a), (_, b)| a.is_whitespace() == b.is_whitespace());
    runs.flat_map(|run| {
        let goes = run.iter().any(|(_, character)| is_line_break(*character));
        std::iter::repeat_n(!goes, run.len())
    })
    .collect()
}

fn is_line_break(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_pair(first: char, last: char) -> bool {
    matches!(
        (first, last),
        ('"', '"')
            | ('\'', '\'')
            | ('`', '`')
            | ('“' | '”' | '„' | '‟', '“' | '”')
            | ('‘' | '’' | '‚' | '‛', '‘' | '’')
            | ('«', '»')
            | ('»', '«')
    )
}

/// Quotation marks that text editors put in place of straight ones.
pub(super) fn is_smart_quote(character: char) -> bool {
    matches!(
        character,
        '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»'
    )
}

/// Whether `text` is a document or a list of values rather than one of them.
pub(super) fn holds_several(text: &str) -> bool {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let names = [
        "client_id",
        "client_secret",
        "client id",
        "client secret",
        "clientid",
        "clientsecret",
    ];
    let mentions: usize = names.iter().map(|name| lower.matches(name).count()).sum();
    let trimmed = lower.trim_start();
    let json = trimmed.starts_with('{') && trimmed.contains('"') && trimmed.contains(':');
    mentions > 1 || json || lower.contains("grant_type=") || lower.contains("-----begin")
}

/// How many bytes at the beginning are the value's name: `client_secret=`, `"clientId": `,
/// `export TALKDESK_CLIENT_SECRET=`.
fn label(text: &str) -> Option<usize> {
    let end = text.find([':', '=']).filter(|end| *end <= 64)?;
    if text.get(end + 1..)?.trim().is_empty() {
        return None;
    }
    let name = text.get(..end)?.trim();
    let name = unquoted(name, '"')
        .or_else(|| unquoted(name, '\''))
        .unwrap_or(name);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte);
    let squeezed = squeezed(name);
    let known = squeezed.ends_with("clientid") || squeezed.ends_with("clientsecret");
    (known && name.bytes().all(plain)).then_some(end + 1)
}

fn unquoted(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// Letters and digits in lower case, without the signs between words. Wiped when dropped.
pub(super) fn squeezed(text: &str) -> Zeroizing<String> {
    // One allocation: a text that grows would leave copies behind.
    let mut squeezed = Zeroizing::new(String::with_capacity(text.len()));
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    squeezed.extend(kept.map(|character| character.to_ascii_lowercase()));
    squeezed
}
