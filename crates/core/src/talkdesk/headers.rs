//! The two headers that sign an event.

use super::EventRefusal;

/// The signature, as hexadecimal digits.
const SIGNATURE: &str = "x-hub-ecdsa-signature";
/// Which key made it.
const KEY_ID: &str = "x-hub-ecdsa-signature-id";

/// More lines than any request has.
const MOST_LINES: usize = 200;
const LONGEST_LINE: usize = 8 * 1024;

/// What the headers of a delivery say of its signature. Other headers are left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventHeaders {
    pub signature: Option<String>,
    /// The key's id, or "latest"; without it, the latest key is asked for.
    pub key_id: Option<String>,
}

impl EventHeaders {
    /// Reads lines of the form "Name: value", as a server or a request inspector shows them. Names are
    /// compared without case; a request line and blank lines are left aside.
    ///
    /// Refused are a header that comes twice, and a line that is none.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, EventRefusal> {
        let mut headers = Self::default();
        for (number, line) in lines.into_iter().enumerate() {
            let line = line.trim();
            if number >= MOST_LINES || line.len() > LONGEST_LINE {
                return Err(EventRefusal::OddHeaders);
            }
            if line.is_empty() || is_request_line(line) {
                continue;
            }
            let (name, value) = line.split_once(':').ok_or(EventRefusal::OddHeaders)?;
            headers.take(name.trim(), value.trim())?;
        }
        Ok(headers)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), EventRefusal> {
        let place = if name.eq_ignore_ascii_case(SIGNATURE) {
            &mut self.signature
        } else if name.eq_ignore_ascii_case(KEY_ID) {
            &mut self.key_id
        } else {
            return Ok(());
        };
        if value.is_empty() {
            return Ok(());
        }
        // Two would leave it open which one counts.
        if place.replace(value.to_owned()).is_some() {
            return Err(EventRefusal::HeaderTwice);
        }
        Ok(())
    }
}

/// "POST /events HTTP/1.1"
fn is_request_line(line: &str) -> bool {
    line.starts_with("HTTP/")
        || line
            .rsplit(' ')
            .next()
            .is_some_and(|end| end.starts_with("HTTP/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_whatever_their_case_and_company() {
        let text = "POST /hook HTTP/1.1\r\nHost: me.example\r\nx-hub-ecdsa-signature:  abcd \r\n\
                    X-Hub-ECDSA-Signature-Id: k1\r\n\r\n";
        let headers = EventHeaders::read(text.lines()).unwrap();
        assert_eq!(headers.signature.as_deref(), Some("abcd"));
        assert_eq!(headers.key_id.as_deref(), Some("k1"));
        let none = EventHeaders::read(["Content-Type: application/json"]).unwrap();
        assert_eq!(none, EventHeaders::default());
    }

    #[test]
    fn a_header_that_comes_twice_and_a_line_that_is_none_are_refused() {
        let twice = ["X-Hub-Ecdsa-Signature: ab", "x-hub-ecdsa-signature: cd"];
        assert_eq!(EventHeaders::read(twice), Err(EventRefusal::HeaderTwice));
        assert_eq!(
            EventHeaders::read(["nonsense"]),
            Err(EventRefusal::OddHeaders)
        );
        let long = format!("X: {}", "a".repeat(9000));
        assert_eq!(
            EventHeaders::read([long.as_str()]),
            Err(EventRefusal::OddHeaders)
        );
    }
}
