//! What became of a trial of credentials. Its reasons are closed lists: they go to logs and metrics, and
//! hold neither a value nor a word of any server.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::auth::{Auth, Scalar};
use super::gate::Shut;

/// The answer to "do these credentials work?". Whatever is not surely a yes is none.
pub enum Judgement {
    Accepted(Answer),
    /// The credentials are wrong, or are none.
    Refused(RefusedWhy),
    /// The system that knows could not be asked, or did not answer clearly.
    Unclear(UnclearWhy),
    /// A system that knows was not to be asked at the moment.
    NotAsked(Shut),
}

/// What goes back to Talkdesk, which keeps it and sends it along with later calls.
#[derive(Default)]
pub struct Answer {
    pub returned: Auth,
    /// Fields that were to be returned and are not, with the reason.
    pub left_out: BTreeMap<String, LeftOut>,
}

impl Answer {
    /// The returned fields as one JSON object: `{}` when there are none.
    pub fn body(&self) -> Zeroizing<Vec<u8>> {
        let mut body = Zeroizing::new(Vec::with_capacity(self.most_bytes()));
        body.push(b'{');
        for (name, scalar) in &self.returned {
            if body.len() > 1 {
                body.push(b',');
            }
            write_text(&mut body, name);
            body.push(b':');
            match scalar {
                Scalar::Text(text) => write_text(&mut body, text.expose()),
                Scalar::Integer(number) => body.extend_from_slice(number.to_string().as_bytes()),
                Scalar::Flag(true) => body.extend_from_slice(b"true"),
                Scalar::Flag(false) => body.extend_from_slice(b"false"),
            }
        }
        body.push(b'}');
        body
    }

    /// Room for all, so that nothing is left behind where the bytes grew.
    fn most_bytes(&self) -> usize {
        let of = |scalar: &Scalar| match scalar {
            Scalar::Text(text) => 6 * text.expose().len(),
            Scalar::Integer(_) | Scalar::Flag(_) => 20,
        };
        let fields = self.returned.iter();
        fields
            .map(|(name, it)| 6 * name.len() + of(it) + 6)
            .sum::<usize>()
            + 2
    }
}

/// RFC 8259 §7, in ASCII alone.
fn write_text(body: &mut Vec<u8>, text: &str) {
    body.push(b'"');
    for character in text.chars() {
        match character {
            '"' | '\\' => body.extend([b'\\', character as u8]),
            ' '..='~' => body.push(character as u8),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    body.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    body.push(b'"');
}

/// Why a field of the answer is not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Nothing stands at its place in the answer, or `null`.
    Missing,
    /// A list, an object, a fraction, or a number beyond ±2^53: Talkdesk keeps text, whole numbers and
    /// flags.
    NotScalar,
    TooLong,
    /// It holds something that was sent as a secret (rule L3).
    HoldsSecret,
}

impl LeftOut {
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotScalar => "not_scalar",
            Self::TooLong => "too_long",
            Self::HoldsSecret => "holds_secret",
        }
    }
}

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusedWhy {
    /// A field that is needed is not there, or empty.
    MissingField,
    WrongType,
    /// A field of a name that the integration does not have, where those are refused.
    UnknownField,
    /// Not one label of a host name (rule I1), or not what the provider's pattern allows.
    NotALabel,
    /// Not one of the provider's regions.
    NoSuchRegion,
    /// A value holds what no request can carry.
    NotSendable,
    /// The host that a label of the request makes does not exist.
    NoSuchHost,
    /// The system does not take the credentials.
    Credentials,
    /// The system refused the call for another reason.
    NotAccepted,
    /// The status says yes, and the answer breaks a rule of the call.
    AnswerUnmet,
    /// They belong to another account than the one named.
    AnotherAccount,
}

impl RefusedWhy {
    /// Every reason, for those who count.
    pub const ALL: [Self; 11] = [
        Self::MissingField,
        Self::WrongType,
        Self::UnknownField,
        Self::NotALabel,
        Self::NoSuchRegion,
        Self::NotSendable,
        Self::NoSuchHost,
        Self::Credentials,
        Self::NotAccepted,
        Self::AnswerUnmet,
        Self::AnotherAccount,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::MissingField => "missing_field",
            Self::WrongType => "wrong_type",
            Self::UnknownField => "unknown_field",
            Self::NotALabel => "not_a_label",
            Self::NoSuchRegion => "no_such_region",
            Self::NotSendable => "not_sendable",
            Self::NoSuchHost => "no_such_host",
            Self::Credentials => "credentials",
            Self::NotAccepted => "not_accepted",
            Self::AnswerUnmet => "answer_unmet",
            Self::AnotherAccount => "another_account",
        }
    }
}

/// Why nobody could tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnclearWhy {
    /// No name, no route, no connection.
    Unreachable,
    /// No secure connection.
    Tls,
    TimedOut,
    /// The connection ended before the answer did.
    Closed,
    /// The system asks to wait (408, 425, 429).
    Busy,
    /// A status of 500 to 599.
    ServerError,
    /// A redirect is never followed (rule D11).
    Redirected,
    NotJson,
    Malformed,
    /// The name leads where it must not (rule H6).
    NotAllowed,
    /// The configuration and the provider file do not go together any more.
    Configuration,
}

impl UnclearWhy {
    /// Every reason, for those who count.
    pub const ALL: [Self; 11] = [
        Self::Unreachable,
        Self::Tls,
        Self::TimedOut,
        Self::Closed,
        Self::Busy,
        Self::ServerError,
        Self::Redirected,
        Self::NotJson,
        Self::Malformed,
        Self::NotAllowed,
        Self::Configuration,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::Closed => "closed",
            Self::Busy => "busy",
            Self::ServerError => "server_error",
            Self::Redirected => "redirected",
            Self::NotJson => "not_json",
            Self::Malformed => "malformed",
            Self::NotAllowed => "not_allowed",
            Self::Configuration => "configuration",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_body_is_strict_json_in_ascii_whatever_is_returned() {
        let mut answer = Answer::default();
        assert_eq!(answer.body().as_slice(), b"{}");
        for (name, scalar) in [
            ("a\"b", Scalar::text("line\nend \u{201c}\u{1f4a5}\\ \u{7f}")),
            ("b", Scalar::Integer(-(1 << 53))),
            ("c", Scalar::Flag(true)),
            ("d", Scalar::text("")),
        ] {
            answer.returned.insert(name.to_owned(), scalar);
        }
        let body = answer.body();
        assert!(body.is_ascii() && body.len() <= answer.most_bytes());
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let text = "line\nend \u{201c}\u{1f4a5}\\ \u{7f}";
        let expected = serde_json::json!({"a\"b": text, "b": -(1_i64 << 53), "c": true, "d": ""});
        assert_eq!(read, expected);
    }

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let refused: BTreeSet<_> = RefusedWhy::ALL.iter().map(|why| why.code()).collect();
        let unclear: BTreeSet<_> = UnclearWhy::ALL.iter().map(|why| why.code()).collect();
        assert_eq!(refused.len(), RefusedWhy::ALL.len());
        assert_eq!(unclear.len(), UnclearWhy::ALL.len());
        assert!(refused.is_disjoint(&unclear));
    }
}
