//! What an exported file still says of its proof, whatever its format.

use crate::vault::Generation;

/// Proof ids and generation, as they stand in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Everything that looks like one: 64 hexadecimal digits.
    pub content_ids: Vec<String>,
    pub generation: Option<Generation>,
}

/// Looks for them in `text`. Every format writes both in plain, beside whatever else it holds.
pub fn traces(text: &str) -> Traces {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let ids = words.filter(|word| {
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        word.len() == 64 && word.bytes().all(hexadecimal)
    });
    Traces {
        content_ids: ids.map(str::to_owned).collect(),
        generation: generation(text),
    }
}

/// The number behind the last mention of a generation: `PROOF_GENERATION=2`, `"generation": 2`.
fn generation(text: &str) -> Option<Generation> {
    let lower = text.to_ascii_lowercase();
    let numbers = lower.match_indices("generation").filter_map(|(at, word)| {
        let behind = lower.get(at + word.len()..)?;
        let (between, rest) = behind.split_at(behind.find(|one: char| one.is_ascii_digit())?);
        let joined = between
            .chars()
            .any(|one| one.is_alphanumeric() && !"value".contains(one));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let number = digits
            .parse()
            .ok()
            .filter(|_| !joined && between.len() < 40)?;
        Some(Generation(number))
    });
    numbers.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_found_in_every_notation() {
        let id = "ddbd51f823ea09d4453d58835183760631facb3355ffe608f6a2e50fe1f43554";
        for text in [
            format!(r#"{{"proof":{{"content_id":"{id}","generation":12,"checks":[]}}}}"#),
            format!("PROOFKEY_PROOF_GENERATION=12\nPROOFKEY_PROOF_CONTENT_ID={id}\n"),
            format!("export PROOF_GENERATION='12'\nexport PROOF_CONTENT_ID='{id}'"),
            format!(
                "    proofkey.dev/proof-content-id: {id}\n    proofkey.dev/proof-generation: \"12\"\n"
            ),
            format!(r#"{{"key":"proof_generation","value":"12"}},{{"value":"{id}"}}"#),
            format!("# Proof {id}, generation 12.\n"),
        ] {
            let found = traces(&text);
            assert_eq!(found.content_ids, [id], "{text}");
            assert_eq!(found.generation, Some(Generation(12)), "{text}");
        }
    }

    #[test]
    fn a_file_of_before_says_no_generation() {
        let found = traces(r#"{"connection":{"id":"acme-3"},"generations_of_people":true,"n":7}"#);
        assert_eq!(found, Traces::default());
    }
}
