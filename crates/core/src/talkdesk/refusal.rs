//! Why an event is not believed, each reason by itself and with its remedy.

use crate::error::{Code, Problem};
use crate::wording::clean;

/// Remote text in it is shown through [`clean`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventRefusal {
    #[error("The event is larger than 1 MiB. A real one has a few kilobytes.")]
    TooLarge,
    #[error("The event is empty.")]
    Empty,
    #[error("The event ends too early: a part of it is missing.")]
    Truncated,
    #[error("The event cannot be understood: {0}.")]
    NotJson(String),
    #[error("The event has no “{0}”.")]
    Missing(&'static str),
    #[error("“{0}” of the event has another form than expected.")]
    Odd(&'static str),
    #[error("The event contradicts itself: its “{0}” and its “{1}” differ.")]
    Contradictory(&'static str, &'static str),
    #[error("The event is of the kind “{}”, which is not known.", clean(.0, 60))]
    UnknownKind(String),
    #[error("The event says that {0}. It brings no credentials, so there is nothing to import.")]
    NothingToImport(&'static str),

    #[error("What the event brings cannot be used. {0}")]
    Unusable(String),

    #[error("A line of the headers is not of the form “Name: value”.")]
    OddHeaders,
    #[error("A header of the signature is there twice, so it is open which one counts.")]
    HeaderTwice,
    #[error(
        "The event came without the header X-Hub-Ecdsa-Signature, so nobody can say who sent it."
    )]
    Unsigned,
    #[error("The signature is not written in hexadecimal digits.")]
    NotHex,
    #[error("The signature is neither a DER sequence nor two numbers of equal length.")]
    NoSignatureForm,
    #[error("The id of the signing key has characters that no id has.")]
    OddKeyId,

    #[error("The event's root link is not a plain https address. {0}")]
    OddRoot(&'static str),
    #[error(
        "The event leads to {host}, which is not the API of {provider}. Nothing was asked there."
    )]
    ForeignRoot { host: String, provider: String },
    #[error("The event names the sign-in host {}, which is not one of {provider}.", clean(.host, 80))]
    ForeignSignIn { host: String, provider: String },
    #[error("The event is for the account {} and names the sign-in address of {}.", clean(.account, 63), clean(.host, 80))]
    OtherSignIn { account: String, host: String },
    #[error("The event names no sign-in address, and no region answers at {0} alone.")]
    NoSignIn(String),

    #[error("The key “{0}” that is said to have signed the event is not known at {1}.")]
    UnknownKey(String, String),
    #[error("The key of the signature cannot be used: {0}.")]
    OddKey(&'static str),
    #[error("The key “{key_id}” that signed the event ended on {ended}.")]
    KeyEnded { key_id: String, ended: String },
    #[error("The signature was made with another curve than the key has ({0}).")]
    CurveMismatch(&'static str),
    #[error("The signature fits the same content written in another way: {0}.")]
    Rewritten(&'static str),
    #[error("The signature does not fit the event: it was changed, or another key signed it.")]
    WrongSignature,

    #[error("The event is for the account {}, and not for {}.", clean(.found, 63), clean(.expected, 63))]
    OtherAccount { found: String, expected: String },
    #[error(
        "The event is about the installation of the connection “{0}” and names another account."
    )]
    OtherAccountId(String),
    #[error("This event was taken in before, by the connection “{0}”.")]
    Replayed(String),
    #[error("The event is older than one that the connection “{0}” has taken in since.")]
    Overtaken(String),
    #[error("The event brings the credentials that the connection “{0}” signs in with already.")]
    NothingNew(String),
    #[error(
        "The event brings no new {stays} for the connection “{name}”, and somebody else may have the one in use."
    )]
    StaysCompromised { name: String, stays: &'static str },
    #[error("The connection “{0}” is of this installation already.")]
    AlreadyInstalled(String),
    #[error("No connection here is of the installation that the event is about.")]
    NoSuchInstallation,
}

/// Said of whatever fails before the signature is judged or because of it.
const SEND_AGAIN: &str = "Take the event as it was delivered, byte for byte, from where it was received, \
                          and try again. Nothing was stored.";

const LED_ELSEWHERE: &str = "Do not use this event: whoever made it wants your credentials sent elsewhere. If the \
                             host is a new one of the provider, ask its support first. Nothing was stored.";

impl EventRefusal {
    fn remedy(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::Empty => {
                "Choose the file with the body of the event. Nothing was stored."
            }
            Self::UnknownKind(_) | Self::NothingToImport(_) => {
                "Import the event app.installed, or app.credentials_rotated for new credentials. Nothing was stored."
            }
            Self::OddHeaders => "Write each header on a line of its own, as it was received.",
            Self::HeaderTwice => "Leave the one that came with this event.",
            Self::Unsigned => {
                "Give the headers that came with the event. Import it without them only if you know where \
                 the file comes from. Nothing was stored."
            }
            Self::NotHex | Self::NoSignatureForm | Self::OddKeyId => {
                "Copy the headers as they were received. Nothing was stored."
            }
            Self::OddRoot(_)
            | Self::ForeignRoot { .. }
            | Self::ForeignSignIn { .. }
            | Self::OtherSignIn { .. } => LED_ELSEWHERE,
            Self::NoSignIn(_) => {
                "Set the connection up by hand, with the addresses that the provider names. Nothing was stored."
            }
            Self::UnknownKey(..) => {
                "Check the header X-Hub-Ecdsa-Signature-Id. A key that ended may be gone: then have the \
                 credentials rotated, and import that event. Nothing was stored."
            }
            Self::Unusable(_) => {
                "Have the credentials rotated, and import that event. If it is no better, tell the provider. \
                 Nothing was stored."
            }
            Self::OddKey(_) => "Try again later, or tell the provider. Nothing was stored.",
            Self::KeyEnded { .. } | Self::StaysCompromised { .. } => {
                "Have the credentials rotated, and import that event soon. Nothing was stored."
            }
            Self::Rewritten(_) => {
                "Save the body as it was received, without an editor or a formatter in between. Nothing was stored."
            }
            Self::OtherAccount { .. } => {
                "Choose the event of that account, or leave the account open. Nothing was stored."
            }
            Self::OtherAccountId(_) => {
                "Do not use this event, and ask the provider where it comes from. Nothing was stored."
            }
            Self::Replayed(_) | Self::NothingNew(_) => {
                "There is nothing to do. Nothing was changed."
            }
            Self::Overtaken(_) => {
                "Its credentials were replaced since, and would end soon. Import the newest event. Nothing was \
                 changed."
            }
            Self::AlreadyInstalled(_) => {
                "For new credentials, import the event app.credentials_rotated. To begin anew, remove that \
                 connection first. Nothing was stored."
            }
            Self::NoSuchInstallation => {
                "Import the event app.installed of that installation first. Nothing was stored."
            }
            _ => SEND_AGAIN,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::UnknownKey(..)
            | Self::OddKey(_)
            | Self::KeyEnded { .. }
            | Self::CurveMismatch(_)
            | Self::Rewritten(_)
            | Self::WrongSignature
            | Self::ForeignRoot { .. }
            | Self::ForeignSignIn { .. }
            | Self::OtherSignIn { .. } => Code::AuthorizationInvalid,
            Self::Unsigned => Code::ConfirmationMissing,
            Self::OtherAccount { .. } | Self::OtherAccountId(_) => Code::WrongAccount,
            Self::Replayed(_)
            | Self::Overtaken(_)
            | Self::NothingNew(_)
            | Self::AlreadyInstalled(_) => Code::AlreadyExists,
            Self::NoSuchInstallation => Code::NotFound,
            _ => Code::DraftInvalid,
        }
    }

    fn field(&self) -> &'static str {
        match self {
            Self::OddHeaders
            | Self::HeaderTwice
            | Self::Unsigned
            | Self::NotHex
            | Self::NoSignatureForm
            | Self::OddKeyId => "headers",
            Self::OtherAccount { .. } => "account",
            _ => "event",
        }
    }
}

impl From<EventRefusal> for Problem {
    fn from(refusal: EventRefusal) -> Self {
        Self::new(refusal.code(), refusal.to_string(), refusal.remedy()).at(refusal.field())
    }
}
