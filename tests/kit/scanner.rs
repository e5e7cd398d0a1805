//! The search for canaries in whatever a program left behind.

use std::path::Path;
use std::{fmt, fs, io};

use memchr::memmem;

use crate::canary::{Canary, Encoding};

/// Where a canary was found, and in which form. It does not repeat the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    pub canary: String,
    pub encoding: Encoding,
    pub place: String,
    pub offset: usize,
}

impl fmt::Display for Leak {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            canary,
            encoding,
            place,
            offset,
        } = self;
        write!(
            formatter,
            "{canary} ({encoding:?}) in {place} at byte {offset}"
        )
    }
}

/// Searches bytes, files and folders for canaries in every encoding.
pub struct Scanner {
    searches: Vec<(String, Encoding, memmem::Finder<'static>)>,
}

impl Scanner {
    pub fn new<'a>(canaries: impl IntoIterator<Item = &'a Canary>) -> Self {
        let mut searches = Vec::new();
        for canary in canaries {
            for encoding in Encoding::ALL {
                for needle in encoding.needles(canary) {
                    let finder = memmem::Finder::new(&needle).into_owned();
                    searches.push((canary.name.clone(), encoding, finder));
                }
            }
        }
        Self { searches }
    }

    /// Every canary and encoding that occurs in `bytes`, once each. `place` is for the finding.
    pub fn search(&self, place: &str, bytes: &[u8]) -> Vec<Leak> {
        let mut leaks: Vec<Leak> = Vec::new();
        for (canary, encoding, finder) in &self.searches {
            let known = leaks
                .iter()
                .any(|leak| leak.canary == *canary && leak.encoding == *encoding);
            if let Some(offset) = finder.find(bytes).filter(|_| !known) {
                leaks.push(Leak {
                    canary: canary.clone(),
                    encoding: *encoding,
                    place: place.to_owned(),
                    offset,
                });
            }
        }
        leaks
    }

    /// The same for a file, or for a folder with everything below it, names included. Links are not
    /// followed; sockets and devices are skipped.
    pub fn search_path(&self, path: &Path) -> io::Result<Vec<Leak>> {
        let place = path.display().to_string();
        let mut leaks = self.search(
            &format!("the name of {place}"),
            path.as_os_str().as_encoded_bytes(),
        );
        let kind = fs::symlink_metadata(path)?.file_type();
        if kind.is_file() {
            leaks.extend(self.search(&place, &fs::read(path)?));
        } else if kind.is_symlink() {
            let target = fs::read_link(path)?;
            leaks.extend(self.search(&place, target.as_os_str().as_encoded_bytes()));
        } else if kind.is_dir() {
            for entry in fs::read_dir(path)? {
                leaks.extend(self.search_path(&entry?.path())?);
            }
        }
        Ok(leaks)
    }

    /// For tests.
    ///
    /// # Panics
    ///
    /// When there is a finding; the message lists all of them.
    #[track_caller]
    pub fn assert_clean(&self, place: &str, bytes: &[u8]) {
        let leaks: Vec<String> = self
            .search(place, bytes)
            .iter()
            .map(Leak::to_string)
            .collect();
        assert!(leaks.is_empty(), "leaked: {}", leaks.join("; "));
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    /// Writes `leaked` into two files below `folder` and returns four more places: six in all.
    fn places(leaked: &[u8], folder: &Path) -> [Vec<u8>; 4] {
        fs::write(folder.join("settings.toml"), leaked).unwrap();
        let nested = folder.join("cache/deep");
        fs::create_dir_all(&nested).unwrap();
        let mut large = vec![b'.'; (1 << 20) - 7];
        large.extend_from_slice(leaked);
        fs::write(nested.join("blob"), large).unwrap();
        [
            leaked.to_vec(),
            [b"DEBUG token request ", leaked].concat(),
            [b"2026-11-02 sent ", leaked, b" to acme\n"].concat(),
            [b"proofkey\0--flag\0", leaked, b"\0HOME=/root\0"].concat(),
        ]
    }

    #[test]
    fn all_84_planted_leaks_are_found() {
        let canary = Canary::new("client secret", "client!+ID");
        let scanner = Scanner::new([&canary]);
        let mut found = 0;
        for encoding in Encoding::ALL {
            let folder = tempfile::tempdir().unwrap();
            let leaked = encoding.careless(&canary);
            for bytes in places(&leaked, folder.path()) {
                let leaks = scanner.search("planted", &bytes);
                found += usize::from(leaks.iter().any(|leak| leak.encoding == encoding));
            }
            let leaks = scanner.search_path(folder.path()).unwrap();
            found += leaks
                .iter()
                .filter(|leak| leak.encoding == encoding)
                .count();
        }
        assert_eq!(found, 84);
    }

    #[test]
    fn base64_is_found_at_every_offset_and_whatever_follows() {
        let canary = Canary::new("token", "id");
        let scanner = Scanner::new([&canary]);
        for before in 0..6 {
            for after in 0..4 {
                let text = format!(
                    "{}{}{}",
                    "a".repeat(before),
                    canary.value(),
                    "z".repeat(after)
                );
                for (encoding, encoded) in [
                    (Encoding::Base64, STANDARD_NO_PAD.encode(&text)),
                    (Encoding::Base64Url, URL_SAFE_NO_PAD.encode(&text)),
                ] {
                    let leaks = scanner.search("header", encoded.as_bytes());
                    assert!(
                        leaks.iter().any(|leak| leak.encoding == encoding),
                        "{before} {after}"
                    );
                }
            }
        }
    }

    #[test]
    fn another_secret_is_no_leak_and_a_finding_does_not_repeat_the_value() {
        let (ours, other) = (Canary::new("ours", "id"), Canary::new("other", "id"));
        let scanner = Scanner::new([&ours]);
        for encoding in Encoding::ALL {
            scanner.assert_clean("log", &encoding.careless(&other));
        }
        let leak = &scanner.search("log", ours.value().as_bytes())[0];
        assert_eq!(leak.to_string(), "ours (Raw) in log at byte 0");
    }
}
