//! The shapes that cross from core to a door: the window's IPC and the command line's `--json`.
//! None of them can hold a secret.

mod authorization;
mod call;
mod connection;
mod event;
mod export;
mod key;
mod laboratory;
mod machine;
mod practice;
mod provider;
mod region;
mod rotation;
mod sheet;
mod validator;

pub use authorization::{
    ApprovedServer, AuthorizationEvent, AuthorizationFailure, AuthorizationRecord,
    AuthorizationStanding, AuthorizationStep, AuthorizationView, Consent, Person, RefreshOutcome,
    Waiting,
};
pub use call::{ApiAnswer, ApiBody, ApiCall, ApiHeader, ApiMethod};
pub use connection::{
    ConnectionPage, ConnectionView, EndpointsView, ProofEvent, Removal, Standing,
};
pub use event::{EventDrop, EventImported, EventPreview, EventSigner, EventVerdict};
pub use export::{ExportOutcome, ExportPreview, ExportStanding, ExportState};
pub use key::{ChosenFile, KeptKeys, KeyView, NewKey};
pub use laboratory::{TrialExtent, TrialField, TrialFieldKind, TrialWish};
pub use machine::{About, ProxyChoice, Settings, Theme, VaultStatus};
pub use practice::{
    PracticeAccount, PracticeCustomer, PracticeIssuer, PracticeKey, PracticePerson, PracticeView,
};
pub use provider::{ProviderOrigin, ProviderView, ProviderWarning};
pub use region::{Located, RegionSighting, Sighting};
pub use rotation::{
    GenerationPlace, GenerationView, Retirement, RotationStep, RotationView, Undone,
};
pub use sheet::{
    SecretCopied, SecretMember, SheetAdditions, SheetLine, SheetOutcome, SheetValue, TalkdeskSheet,
};
pub use validator::{LocalCall, LocalIntegration, LocalValidatorView, SuggestedIntegration};
