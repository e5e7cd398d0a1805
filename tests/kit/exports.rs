//! One connection in every format, for the documentation and for the page that runs without a window.
//! Both are made from the code, so that neither shows what an export never was.

#![expect(clippy::expect_used, reason = "the kit of tests fails by panicking")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proofkey_core::export::{self, ExportFormat, SecretsChoice};
use serde_json::{Map, Value};

use crate::Proven;

/// `markdown` with what stands between `<!-- example: FORMAT -->` and `<!-- end of example -->` made anew.
///
/// # Panics
/// When an example has no end, or is of no format.
#[must_use]
pub fn with_examples(markdown: &str) -> String {
    let mut pieces = markdown.split(START);
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(" -->").expect("the end of a comment");
        let (_, after) = rest.split_once(END).expect("the end of an example");
        let format = ExportFormat::ALL
            .into_iter()
            .find(|format| word(*format) == name)
            .expect("a format");
        let text = preview(format, SecretsChoice::Plain).expect("an example");
        let fence = format!("```{}\n{text}```\n", highlighting(format));
        written.extend([START, name, " -->\n", &fence, END, after]);
    }
    written
}

/// Every preview by format and choice, for the page's fake transport; what is refused is the problem.
///
/// # Panics
/// When a problem is no JSON.
#[must_use]
pub fn previews() -> Value {
    let formats = ExportFormat::ALL.into_iter().map(|format| {
        let shown = |choice| match preview(format, choice) {
            Ok(text) => Value::from(text),
            Err(problem) => problem,
        };
        let mut choices = Map::new();
        choices.insert("redacted".to_owned(), shown(SecretsChoice::Redacted));
        choices.insert("plain".to_owned(), shown(SecretsChoice::Plain));
        (word(format), Value::Object(choices))
    });
    Value::Object(formats.collect())
}

const START: &str = "<!-- example: ";
const END: &str = "<!-- end of example -->";

fn preview(format: ExportFormat, choice: SecretsChoice) -> Result<String, Value> {
    let proven = Proven::acme();
    let validated = proven.validated().expect("validated");
    // The real one would change with every change of a provider file.
    let proven_content = &proven.report.content_id;
    let standing_for_it = "8b1bb05f6cbccb2c94b77edcd8c6afa186ef2ae8f0efb2808faecc782ef51188";
    let encoded = |text: &str| STANDARD.encode(text);
    export::redacted_preview(&validated, choice, proven.reference(), format)
        .map(|preview| preview.text.replace(proven_content, standing_for_it))
        .map(|text| text.replace(&encoded(proven_content), &encoded(standing_for_it)))
        .map_err(|problem| serde_json::to_value(problem).expect("JSON"))
}

fn word(format: ExportFormat) -> String {
    let word = serde_json::to_value(format).expect("JSON");
    word.as_str().expect("a word").to_owned()
}

fn highlighting(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Json | ExportFormat::Postman | ExportFormat::Nexla => "json",
        ExportFormat::Yaml | ExportFormat::KubernetesSecret => "yaml",
        ExportFormat::Toml => "toml",
        ExportFormat::Dotenv | ExportFormat::DockerEnv => "dotenv",
        ExportFormat::Shell | ExportFormat::Curl => "sh",
    }
}
