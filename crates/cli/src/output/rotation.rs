//! Credentials that are being replaced, for people.

use std::fmt::Write;

use proofkey_core::border::{
    ConnectionView, GenerationPlace, GenerationView, RotationStep, Standing,
};
use proofkey_core::connection::RotationReason;

use super::tables::moment;

/// One line a generation, then what can be done.
pub(crate) fn rotation(view: &ConnectionView) -> String {
    let Some(rotation) = &view.rotation else {
        return format!(
            "“{}” has one set of credentials (generation {}), and none is being replaced.",
            view.name, view.generation.0
        );
    };
    let mut text = String::new();
    for generation in &rotation.generations {
        let _infallible = writeln!(text, "{}", line(generation));
    }
    let waits = (rotation.generations.iter()).any(|one| one.place == GenerationPlace::Incoming);
    let words: Vec<(String, &str)> = (rotation.steps.iter())
        .map(|step| (word(*step, &view.id), what(*step, waits)))
        .collect();
    let width = words.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    for (word, what) in words {
        let _infallible = writeln!(text, "  proofkey rotate {word:<width$}  {what}");
    }
    text
}

fn line(generation: &GenerationView) -> String {
    let place = match generation.place {
        GenerationPlace::Current => "current",
        GenerationPlace::Incoming if generation.was_current => "waits, was current",
        GenerationPlace::Incoming => "new, waits",
        GenerationPlace::Outgoing => "old, kept",
    };
    let mut words = vec![format!("Generation {}: {place}", generation.generation.0)];
    words.push(match (generation.standing, generation.proven_at) {
        (Standing::Proven, Some(at)) => format!("proven {}", moment(at)),
        (Standing::Failed, Some(at)) => format!("failed {}", moment(at)),
        (Standing::Stale, _) => "changed since its proof".to_owned(),
        _ => "never proven".to_owned(),
    });
    if let Some(signing) = &generation.signing {
        words.push(format!(
            "{} key {}",
            signing.algorithm.name(),
            signing.thumbprint
        ));
    }
    words.extend(clock(generation));
    words.join(", ")
}

fn clock(generation: &GenerationView) -> Option<String> {
    let end = generation.ends_at.map(moment);
    let compromised = generation.reason == Some(RotationReason::Compromise);
    match (generation.place, end) {
        (GenerationPlace::Current, _) | (GenerationPlace::Incoming, None) => None,
        (GenerationPlace::Incoming, Some(end)) => Some(format!("switch before {end}")),
        (GenerationPlace::Outgoing, _) if compromised => {
            Some("given up, because somebody else may have it".to_owned())
        }
        (GenerationPlace::Outgoing, Some(end)) => Some(format!("works until {end}")),
        (GenerationPlace::Outgoing, None) => Some("works until the provider ends it".to_owned()),
    }
}

fn word(step: RotationStep, id: &str) -> String {
    let verb = match step {
        RotationStep::Prove => "prove",
        RotationStep::Switch => "switch",
        RotationStep::Undo => "undo",
        RotationStep::Retire => "retire",
        RotationStep::Acknowledge => "acknowledge",
        RotationStep::Forget => return format!("retire {id} --without-proof"),
    };
    format!("{verb} {id}")
}

fn what(step: RotationStep, waits: bool) -> &'static str {
    match step {
        RotationStep::Prove => "prove those that wait",
        RotationStep::Switch => "make those that wait the current ones",
        RotationStep::Undo if waits => "drop the new ones",
        RotationStep::Undo => "go back to the old ones, which are proven anew first",
        RotationStep::Retire => "forget the old ones, once they are refused",
        RotationStep::Acknowledge => "tell the provider that the new ones are in use",
        RotationStep::Forget if waits => "forget those that wait, without asking the provider",
        RotationStep::Forget => "forget the old ones without asking the provider",
    }
}
