//! Renders every type that crosses into the window as one TypeScript file.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};

use proofkey_core::border::{
    About, ApiAnswer, ApiCall, AuthorizationEvent, ConnectionPage, EventDrop, EventImported,
    EventPreview, ExportOutcome, ExportPreview, KeptKeys, LocalValidatorView, Located, NewKey,
    PracticeView, ProofEvent, ProviderView, RegionSighting, Removal, Retirement, SecretCopied,
    Settings, SheetAdditions, SheetOutcome, SuggestedIntegration, TalkdeskSheet, TrialWish, Undone,
    VaultStatus,
};
use proofkey_core::check::RemedyAction;
use proofkey_core::connection::{ConnectionDraft, DraftReview, NewCredentials};
use proofkey_core::error::Problem;
use proofkey_core::export::SecretsChoice;
use proofkey_core::laboratory::{TrialEvent, TrialReport};
use ts_rs::{Config, TS, TypeVisitor};

const HEADER: &str = "\
// Generated from the Rust types that cross the border: do not edit.
// Again with: cargo run -q -p proofkey-tests --example bindings > ui/src/ipc/bindings.ts
";

/// All declarations, sorted by name. Numbers are `number`: none of ours comes near 2^53.
pub(crate) fn render() -> String {
    let mut declarations = Declarations {
        config: Config::new().with_large_int("number"),
        seen: HashSet::new(),
        by_name: BTreeMap::new(),
    };
    declarations.visit::<About>();
    declarations.visit::<ApiAnswer>();
    declarations.visit::<ApiCall>();
    declarations.visit::<AuthorizationEvent>();
    declarations.visit::<ConnectionDraft>();
    declarations.visit::<ConnectionPage>();
    declarations.visit::<DraftReview>();
    declarations.visit::<EventDrop>();
    declarations.visit::<EventImported>();
    declarations.visit::<EventPreview>();
    declarations.visit::<ExportOutcome>();
    declarations.visit::<ExportPreview>();
    declarations.visit::<KeptKeys>();
    declarations.visit::<LocalValidatorView>();
    declarations.visit::<Located>();
    declarations.visit::<NewKey>();
    declarations.visit::<PracticeView>();
    declarations.visit::<Problem>();
    declarations.visit::<ProofEvent>();
    declarations.visit::<ProviderView>();
    declarations.visit::<RegionSighting>();
    declarations.visit::<RemedyAction>();
    declarations.visit::<Removal>();
    declarations.visit::<NewCredentials>();
    declarations.visit::<Retirement>();
    declarations.visit::<SecretCopied>();
    declarations.visit::<SecretsChoice>();
    declarations.visit::<Settings>();
    declarations.visit::<SheetAdditions>();
    declarations.visit::<SheetOutcome>();
    declarations.visit::<SuggestedIntegration>();
    declarations.visit::<TalkdeskSheet>();
    declarations.visit::<TrialEvent>();
    declarations.visit::<TrialReport>();
    declarations.visit::<TrialWish>();
    declarations.visit::<Undone>();
    declarations.visit::<VaultStatus>();

    let mut text = HEADER.to_owned();
    for declaration in declarations.by_name.values() {
        text.push('\n');
        text.push_str(declaration);
        text.push('\n');
    }
    text
}

struct Declarations {
    config: Config,
    seen: HashSet<TypeId>,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only our own types have a file of their own; `Vec`, `Option` and the like are inlined.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), declaration);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
