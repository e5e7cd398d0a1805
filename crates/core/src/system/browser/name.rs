//! What the browser is called, so that a person knows which window to look for.

use super::Session;

/// "Firefox", or `None` where the system does not tell.
pub(super) fn of_default_browser(session: &Session) -> Option<String> {
    if !session.display
        && let Some(program) = &session.browser
    {
        return program_name(program);
    }
    platform::default_browser()
}

/// `BROWSER` is a list of commands with colons between them (xdg-open): the first one's file name.
fn program_name(browser: &str) -> Option<String> {
    let command = browser.split(':').next()?.split_whitespace().next()?;
    let name = command.rsplit('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(all(unix, not(target_os = "macos")))]
mod platform {
    use std::io::Read;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::mpsc;
    use std::time::Duration;

    use crate::system::files::read_bounded;

    /// A desktop that does not answer costs no more than this.
    const PATIENCE: Duration = Duration::from_secs(2);
    /// A desktop entry is small; more is not one.
    const LARGEST_ENTRY: usize = 256 * 1024;
    const LONGEST_ID: u64 = 256;

    /// Where desktop entries are, beside those of the person's own, which need the environment.
    const FOLDERS: [&str; 4] = [
        "/usr/local/share/applications",
        "/usr/share/applications",
        "/var/lib/flatpak/exports/share/applications",
        "/var/lib/snapd/desktop/applications",
    ];

    pub(super) fn default_browser() -> Option<String> {
        let id = ask("xdg-settings", &["get", "default-web-browser"])?;
        let id = id.trim();
        if !is_plain(id) {
            return None;
        }
        FOLDERS
            .iter()
            .find_map(|folder| name_in(&Path::new(folder).join(id)))
            .or_else(|| Some(from_id(id)))
    }

    /// A file name and nothing more.
    fn is_plain(id: &str) -> bool {
        id.strip_suffix(".desktop").is_some_and(|stem| {
            !stem.is_empty()
                && !stem.starts_with('.')
                && stem
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        })
    }

    fn name_in(entry: &Path) -> Option<String> {
        let bytes = read_bounded(entry, LARGEST_ENTRY).ok()?;
        name_of(std::str::from_utf8(&bytes).ok()?)
    }

    /// `Name` of the group `[Desktop Entry]` (Desktop Entry Specification §4).
    pub(super) fn name_of(entry: &str) -> Option<String> {
        entry
            .lines()
            .skip_while(|line| line.trim() != "[Desktop Entry]")
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| key.trim() == "Name")
            .map(|(_, value)| value.trim().to_owned())
            .filter(|name| !name.is_empty())
    }

    /// "firefox-esr" of "firefox-esr.desktop", "firefox" of "org.mozilla.firefox.desktop".
    pub(super) fn from_id(id: &str) -> String {
        let stem = id.strip_suffix(".desktop").unwrap_or(id);
        stem.rsplit('.').next().unwrap_or(stem).to_owned()
    }

    /// The first line that a program prints, or `None` when it does not answer in time.
    fn ask(program: &str, arguments: &[&str]) -> Option<String> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let stdout = child.stdout.take()?;
        let (sender, answer) = mpsc::channel();
        std::thread::spawn(move || {
            let mut text = String::new();
            let read = stdout.take(LONGEST_ID).read_to_string(&mut text);
            // Nobody listens any more when the answer came too late.
            drop(sender.send(read.map(|_| text)));
        });
        let text = answer.recv_timeout(PATIENCE).ok().and_then(Result::ok);
        // It has said all it had to say, or is not waited for.
        drop(child.kill());
        drop(child.wait());
        text
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
mod platform {
    pub(super) fn default_browser() -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_the_environment_is_named_where_there_is_no_screen() {
        let named = |browser: &str| {
            of_default_browser(&Session {
                display: false,
                browser: Some(browser.to_owned()),
            })
        };
        assert_eq!(named("/usr/bin/w3m %s:lynx"), Some("w3m".to_owned()));
        assert_eq!(named("firefox"), Some("firefox".to_owned()));
        assert_eq!(named("/usr/bin/"), None);
        assert_eq!(named(""), None);
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn a_desktop_entry_gives_its_untranslated_name() {
        let entry = "[Desktop Action new]\nName=New window\n[Desktop Entry]\nType=Application\n\
                     Name[de]=Netz\nName=Web Browser\n[Desktop Action other]\nName=Other\n";
        assert_eq!(platform::name_of(entry), Some("Web Browser".to_owned()));
        assert_eq!(platform::name_of("Name=Loose\n"), None);
        assert_eq!(platform::from_id("org.mozilla.firefox.desktop"), "firefox");
    }
}
