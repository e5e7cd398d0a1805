//! What a validator did with a call that it should have refused.

use super::report::{PointId, TrialPoint};
use super::sending::Answer;
use super::unanswered;
use crate::system::transport_error::TransportError;

/// The sort of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    Accepted(u16),
    /// 401, the refusal of the contract.
    Refused,
    /// Another status of the caller's fault.
    RefusedOtherwise(u16),
    Redirected(u16),
    /// A status of the validator's own fault.
    Broken(u16),
    /// It wants to be asked later, also after some waiting.
    Busy(u16),
    /// No answer, and why.
    Silent(String),
}

impl Reaction {
    pub(super) fn of(outcome: &Result<Answer, TransportError>) -> Self {
        let status = match outcome {
            Ok(answer) => answer.reply.status,
            Err(error) => return Self::Silent(unanswered::shown(&error.kind)),
        };
        match status {
            401 => Self::Refused,
            429 => Self::Busy(status),
            300..=399 => Self::Redirected(status),
            400..=499 => Self::RefusedOtherwise(status),
            100..=299 => Self::Accepted(status),
            _ => Self::Broken(status),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Refused => "401".to_owned(),
            Self::Accepted(status)
            | Self::RefusedOtherwise(status)
            | Self::Redirected(status)
            | Self::Broken(status)
            | Self::Busy(status) => status.to_string(),
            Self::Silent(why) => why.clone(),
        }
    }
}

/// Calls of one point with what became of each.
pub(super) struct Tried {
    pub(super) id: PointId,
    pub(super) reactions: Vec<(String, Reaction)>,
}

/// What to say of a point whose calls should all have been refused.
pub(super) struct Words {
    pub(super) passed: String,
    /// Before the names of the calls that were accepted.
    pub(super) accepted: &'static str,
    /// Cause and remedy of that.
    pub(super) because: (&'static str, &'static str),
    /// Only 401 will do.
    pub(super) strict: bool,
}

impl Tried {
    pub(super) fn new(id: PointId) -> Self {
        Self {
            id,
            reactions: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        what: impl Into<String>,
        outcome: &Result<Answer, TransportError>,
    ) {
        self.reactions.push((what.into(), Reaction::of(outcome)));
    }

    /// The verdict: the worst reaction decides.
    pub(super) fn judged(&self, words: &Words) -> TrialPoint {
        let point = self.worst(words);
        self.reactions
            .iter()
            .fold(point, |point, (what, reaction)| {
                point.with(what, reaction.shown())
            })
    }

    fn worst(&self, words: &Words) -> TrialPoint {
        let id = self.id;
        if let Some(names) = self.those(|it| matches!(it, Reaction::Accepted(_))) {
            let (cause, remedy) = words.because;
            return TrialPoint::failed(id, format!("{} {names}.", words.accepted))
                .because(cause, remedy);
        }
        if let Some(names) = self.those(|it| matches!(it, Reaction::Broken(_))) {
            return TrialPoint::failed(id, format!("It breaks on {names}.")).because(
                "The validator stumbles over this call and does not say so, or the server before it does.",
                "Catch what goes wrong while the body is read. Answer 400 when it is not the contract, and 401 when the credentials are not right.",
            );
        }
        if let Some(names) = self.those(|it| matches!(it, Reaction::Silent(_))) {
            return TrialPoint::failed(id, format!("It gives no answer to {names}.")).because(
                "The validator ended, or closed the connection, instead of answering.",
                "Look into its log at this time. A wrong body may cost its own request and nothing else.",
            );
        }
        if let Some(names) = self.those(|it| matches!(it, Reaction::Redirected(_))) {
            return TrialPoint::failed(id, format!("It redirects {names} instead of refusing."))
                .because(
                    "A sign-in page or a gateway stands before the validator.",
                    "Answer at this address itself: 401 when the credentials are not right.",
                );
        }
        if let Some(names) = self.those(|it| matches!(it, Reaction::Busy(_))) {
            return TrialPoint::warning(
                id,
                format!("What it does with {names} is not known: it wants to be asked later."),
            )
            .because(
                "Its limit for one caller is low, and this trial makes a few calls a second.",
                "Try again in a minute, or raise the limit.",
            );
        }
        match self.those(|it| words.strict && *it != Reaction::Refused) {
            Some(names) => TrialPoint::failed(
                id,
                format!("It refuses {names} with another status than 401."),
            )
            .because(
                "Talkdesk takes 401, and nothing else, for wrong credentials.",
                "Answer 401 whenever the external system does not accept the credentials.",
            ),
            None => TrialPoint::passed(id, &words.passed),
        }
    }

    fn those(&self, wanted: impl Fn(&Reaction) -> bool) -> Option<String> {
        let names: Vec<&str> = self
            .reactions
            .iter()
            .filter(|(_, reaction)| wanted(reaction))
            .map(|(what, _)| what.as_str())
            .collect();
        (!names.is_empty()).then(|| joined(&names))
    }
}

/// "a, b and c", never more than four.
pub(super) fn joined(names: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 4;
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many[..SHOWN - 1].join(", "),
            many.len() - (SHOWN - 1)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CheckStatus;

    fn verdict(reactions: &[Reaction], strict: bool) -> TrialPoint {
        let mut tried = Tried::new(PointId::Altered);
        for (index, reaction) in reactions.iter().enumerate() {
            tried
                .reactions
                .push((format!("call {index}"), reaction.clone()));
        }
        tried.judged(&Words {
            passed: "Fine.".to_owned(),
            accepted: "It accepts",
            because: ("Why.", "What."),
            strict,
        })
    }

    #[test]
    fn the_worst_reaction_decides() {
        use Reaction::{Accepted, Broken, Busy, Redirected, Refused, RefusedOtherwise, Silent};
        let silent = || Silent("closed".to_owned());
        let worse = [
            (Accepted(200), "It accepts call 1."),
            (Broken(500), "It breaks on call 1."),
            (silent(), "It gives no answer to call 1."),
            (Redirected(302), "It redirects call 1 instead of refusing."),
        ];
        for (reaction, summary) in worse {
            let point = verdict(&[Refused, reaction, RefusedOtherwise(403)], true);
            assert_eq!(
                (point.status, point.summary.as_str()),
                (CheckStatus::Failed, summary)
            );
        }
        assert_eq!(
            verdict(&[Refused, Busy(429)], true).status,
            CheckStatus::Warning
        );
        assert_eq!(
            verdict(&[Refused, RefusedOtherwise(400)], false).status,
            CheckStatus::Passed
        );
        let point = verdict(&[Refused, RefusedOtherwise(403)], true);
        assert_eq!(
            point.summary,
            "It refuses call 1 with another status than 401."
        );
        assert_eq!(point.evidence["call 1"], "403");
    }
}
