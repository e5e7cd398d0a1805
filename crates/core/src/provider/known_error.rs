//! What refusals of a provider mean, as its file says.

use super::schema::{Certainty, ErrorSource, KnownError, Provider};
use crate::error::{Code, Problem, Quoted};

/// The first entry of `provider` that fits a refusal: each of status, error and words that it names has
/// to be there.
pub fn known_error<'a>(
    provider: &'a Provider,
    from: ErrorSource,
    words: &Quoted,
) -> Option<&'a KnownError> {
    provider
        .known_errors
        .iter()
        .find(|known| known.from == from && fits(known, words))
}

impl KnownError {
    /// The meaning for people, with a remark where nobody confirmed it.
    pub fn meaning(&self) -> String {
        match self.certainty {
            Certainty::Documented | Certainty::Observed => self.cause.clone(),
            Certainty::Inferred | Certainty::Unverified => {
                format!("{} (This is likely, and not confirmed.)", self.cause)
            }
        }
    }
}

/// `problem` with the provider's own explanation, where its file knows the refusal that is quoted.
pub(crate) fn explained(provider: &Provider, problem: Problem) -> Problem {
    let from = match problem.code {
        Code::AuthorizationDenied => ErrorSource::Authorization,
        Code::TokenRefused | Code::AuthorizationRequired => ErrorSource::Token,
        Code::ApiRefused => ErrorSource::Api,
        _ => return problem,
    };
    let words = problem.quoted.as_deref();
    match words.and_then(|words| known_error(provider, from, words)) {
        Some(known) => Problem {
            summary: format!("{} {}", problem.summary, known.meaning()),
            remedy: known.remedy.clone(),
            ..problem
        },
        None => problem,
    }
}

fn fits(known: &KnownError, words: &Quoted) -> bool {
    let status = known
        .status
        .is_none_or(|status| words.status == Some(status));
    let error = known
        .error
        .as_ref()
        .is_none_or(|error| words.error.as_ref() == Some(error));
    let says = |text: &Option<String>, wanted: &str| {
        text.as_ref()
            .is_some_and(|text| text.to_lowercase().contains(wanted))
    };
    // Some servers write the sentence where the code belongs.
    let contains = known.contains.as_ref().is_none_or(|wanted| {
        let wanted = wanted.to_lowercase();
        says(&words.description, &wanted) || says(&words.error, &wanted)
    });
    // An entry that asks for nothing would explain everything.
    let asks = known.status.is_some() || known.error.is_some() || known.contains.is_some();
    asks && status && error && contains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Catalogue;

    fn known(status: Option<u16>, error: Option<&str>, contains: Option<&str>) -> KnownError {
        KnownError {
            from: ErrorSource::Token,
            status,
            error: error.map(str::to_owned),
            contains: contains.map(str::to_owned),
            cause: "The client is switched off.".to_owned(),
            remedy: "Switch it on.".to_owned(),
            certainty: Certainty::Documented,
        }
    }

    fn words(status: u16, error: &str, description: &str) -> Quoted {
        Quoted {
            status: Some(status),
            error: Some(error.to_owned()),
            description: Some(description.to_owned()),
        }
    }

    #[test]
    fn an_entry_fits_when_all_that_it_names_is_there() {
        for (entry, fitting) in [
            (known(Some(401), None, None), true),
            (known(Some(400), None, None), false),
            (known(None, Some("invalid_client"), None), true),
            (known(None, Some("invalid"), None), false),
            (known(None, None, Some("AADSTS7000215")), true),
            (known(None, None, Some("INVALID_CLIENT")), true),
            (
                known(Some(401), Some("invalid_client"), Some("other")),
                false,
            ),
            (known(None, None, None), false),
        ] {
            let quoted = words(
                401,
                "invalid_client",
                "aadsts7000215: Invalid client secret",
            );
            assert_eq!(fits(&entry, &quoted), fitting, "{entry:?}");
        }
    }

    #[test]
    fn the_first_that_fits_explains_a_problem_and_one_of_another_source_does_not() {
        let mut provider = Catalogue::built_in().provider("talkdesk").unwrap().clone();
        provider.known_errors = vec![
            KnownError {
                from: ErrorSource::Api,
                ..known(Some(401), None, None)
            },
            KnownError {
                certainty: Certainty::Unverified,
                ..known(None, Some("invalid_client"), None)
            },
            known(Some(401), None, None),
        ];
        let problem = |code| {
            Problem::new(code, "Refused.", "Look.").quoting(words(401, "invalid_client", ""))
        };
        let told = explained(&provider, problem(Code::TokenRefused));
        assert_eq!(
            told.summary,
            "Refused. The client is switched off. (This is likely, and not confirmed.)"
        );
        assert_eq!(told.remedy, "Switch it on.");
        assert_eq!(
            explained(&provider, problem(Code::AuthorizationDenied)).remedy,
            "Look."
        );
        assert_eq!(
            explained(&provider, problem(Code::DraftInvalid)).remedy,
            "Look."
        );
    }
}
