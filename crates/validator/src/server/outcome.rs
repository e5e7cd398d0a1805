//! What became of a request, as a closed list for the log and the metrics.

use proofkey_core::integration::{RefusedWhy, UnclearWhy};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Accepted,
    Refused(RefusedWhy),
    Unclear(UnclearWhy),
    /// The system failed often and is left alone for a while.
    Resting,
    /// The caller did not say who it is, or is nobody known.
    Stranger,
    /// The connection would not come about any more since settings changed or a certificate ended.
    Outdated,
    NotFound,
    WrongMethod,
    /// A name in `Host` that is not ours.
    WrongHost,
    /// A web page.
    WebPage,
    NotJson,
    TooLarge,
    HeadTooLarge,
    Malformed,
    /// The body did not come, or the framing of head or body is broken.
    Broken,
    TooSlow,
    SourceLimit,
    ClientLimit,
    /// More than the service takes at all.
    Shed,
    /// More than one system is asked at a time.
    UpstreamFull,
    Panicked,
    /// The caller did not wait for the answer.
    Gone,
}

const OURS: [Outcome; 20] = [
    Outcome::Accepted,
    Outcome::Resting,
    Outcome::Stranger,
    Outcome::Outdated,
    Outcome::NotFound,
    Outcome::WrongMethod,
    Outcome::WrongHost,
    Outcome::WebPage,
    Outcome::NotJson,
    Outcome::TooLarge,
    Outcome::HeadTooLarge,
    Outcome::Malformed,
    Outcome::Broken,
    Outcome::TooSlow,
    Outcome::SourceLimit,
    Outcome::ClientLimit,
    Outcome::Shed,
    Outcome::UpstreamFull,
    Outcome::Panicked,
    Outcome::Gone,
];

impl Outcome {
    pub(super) const COUNT: usize = OURS.len() + RefusedWhy::ALL.len() + UnclearWhy::ALL.len();

    pub(super) fn all() -> impl Iterator<Item = Self> {
        let refused = RefusedWhy::ALL.into_iter().map(Self::Refused);
        let unclear = UnclearWhy::ALL.into_iter().map(Self::Unclear);
        OURS.into_iter().chain(refused).chain(unclear)
    }

    /// Its place in [`Outcome::all`].
    pub(super) fn index(self) -> usize {
        let place = |found: Option<usize>| found.unwrap_or_default();
        match self {
            Self::Refused(why) => {
                OURS.len() + place(RefusedWhy::ALL.iter().position(|it| *it == why))
            }
            Self::Unclear(why) => {
                let before = OURS.len() + RefusedWhy::ALL.len();
                before + place(UnclearWhy::ALL.iter().position(|it| *it == why))
            }
            _ => place(OURS.iter().position(|it| *it == self)),
        }
    }

    /// What anybody can cause without being let in.
    pub(super) fn is_noise(self) -> bool {
        matches!(
            self,
            Self::Stranger
                | Self::Outdated
                | Self::NotFound
                | Self::WrongMethod
                | Self::WrongHost
                | Self::WebPage
                | Self::SourceLimit
                | Self::HeadTooLarge
                | Self::Broken
        )
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
            Self::Unclear(_) | Self::Resting => "unclear",
            Self::Stranger => "stranger",
            Self::Outdated => "outdated",
            Self::NotFound => "not_found",
            Self::WrongMethod => "wrong_method",
            Self::WrongHost => "wrong_host",
            Self::WebPage => "web_page",
            Self::NotJson => "not_json",
            Self::TooLarge => "too_large",
            Self::HeadTooLarge => "head_too_large",
            Self::Malformed => "malformed",
            Self::Broken => "broken",
            Self::TooSlow => "too_slow",
            Self::SourceLimit => "source_limit",
            Self::ClientLimit => "client_limit",
            Self::Shed => "shed",
            Self::UpstreamFull => "upstream_full",
            Self::Panicked => "panicked",
            Self::Gone => "gone",
        }
    }

    /// The reason behind the code, where one code has several.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Refused(why) => why.code(),
            Self::Unclear(why) => why.code(),
            Self::Resting => "resting",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_own_place() {
        let all: Vec<Outcome> = Outcome::all().collect();
        assert_eq!(all.len(), Outcome::COUNT);
        for (index, outcome) in all.into_iter().enumerate() {
            assert_eq!(outcome.index(), index, "{outcome:?}");
        }
    }
}
