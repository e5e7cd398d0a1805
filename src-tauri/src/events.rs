//! The event of an app that a person chose or dropped. Its bytes hold credentials, so they stay here: the
//! page gets the file's name and what core says of it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proofkey_core::border::EventDrop;
use proofkey_core::talkdesk::{EventHeaders, ReceivedEvent};
use proofkey_core::{Code, Problem};
use tauri::DragDropEvent;
use tauri::ipc::Channel;

/// The provider whose events are dropped here.
const PROVIDER: &str = "talkdesk";

/// The last file that was chosen or dropped while the page asked for one.
#[derive(Clone, Default)]
pub(crate) struct ChosenEvents {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    event: Option<ReceivedEvent>,
    page: Option<Channel<EventDrop>>,
}

impl ChosenEvents {
    /// From now on a file that is dropped on the window is read, and the page hears of it.
    pub(crate) fn watch(&self, page: Channel<EventDrop>) {
        self.inside().page = Some(page);
    }

    /// Wipes the event and reads no file that is dropped from now on.
    pub(crate) fn forget(&self) {
        *self.inside() = Inside::default();
    }

    /// Reads the file that a person chose; its name comes back.
    pub(crate) fn take_in(&self, path: &Path) -> Result<String, Problem> {
        let event = ReceivedEvent::read_file(PROVIDER, false, EventHeaders::default(), path)?;
        self.inside().event = Some(event);
        let name = path.file_name().unwrap_or_default();
        Ok(name.to_string_lossy().into_owned())
    }

    /// The event with the headers that were pasted, one a line.
    pub(crate) fn received(&self, headers: &str, practice: bool) -> Result<ReceivedEvent, Problem> {
        let headers = EventHeaders::read(headers.lines())?;
        let inside = self.inside();
        let event = inside.event.as_ref().ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                "The file of the event is no longer there.",
                "Choose it again.",
            )
        })?;
        Ok(event.with_headers(headers, practice))
    }

    /// A file is dragged over the window, or dropped on it. Only a page that asked for one is told.
    pub(crate) fn dragged(&self, drag: &DragDropEvent) {
        let Some(page) = self.inside().page.clone() else {
            return;
        };
        let told = match drag {
            DragDropEvent::Enter { .. } => EventDrop::Over,
            DragDropEvent::Leave => EventDrop::Left,
            DragDropEvent::Drop { paths, .. } => match paths.as_slice() {
                [path] => self.take_in(path).map_or_else(
                    |problem| EventDrop::Refused { problem },
                    |file| EventDrop::Taken { file },
                ),
                _ => EventDrop::Refused { problem: several() },
            },
            _ => return,
        };
        // A page that was left has nothing to hear.
        drop(page.send(told));
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn several() -> Problem {
    Problem::new(
        Code::DraftInvalid,
        "An event is one file.",
        "Drop the file with the body of the event alone.",
    )
    .at("event")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use tauri::PhysicalPosition;
    use tauri::ipc::InvokeResponseBody;

    /// A place for drops, and what the page was told.
    fn watched() -> (ChosenEvents, Arc<Mutex<Vec<String>>>) {
        let (events, told) = (ChosenEvents::default(), Arc::new(Mutex::new(Vec::new())));
        let heard = Arc::clone(&told);
        events.watch(Channel::new(move |body| {
            if let InvokeResponseBody::Json(text) = body {
                heard.lock().unwrap().push(text);
            }
            Ok(())
        }));
        (events, told)
    }

    fn dropped(paths: Vec<PathBuf>) -> DragDropEvent {
        let position = PhysicalPosition::new(0.0, 0.0);
        DragDropEvent::Drop { paths, position }
    }

    #[test]
    fn a_dropped_file_is_kept_here_and_the_page_hears_its_name_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installed.json");
        fs::write(&path, "{\"client_secret\":\"canary\"}").unwrap();
        let (events, told) = watched();
        events.dragged(&dropped(vec![path.clone()]));
        let said = told.lock().unwrap().join("\n");
        assert_eq!(said, r#"{"drop":"taken","file":"installed.json"}"#);
        assert!(events.received("", false).is_ok());
        events.forget();
        assert!(events.received("", false).is_err());
        // Nobody asked for this one.
        events.dragged(&dropped(vec![path]));
        assert!(events.received("", false).is_err());
        assert_eq!(told.lock().unwrap().len(), 1);
    }

    #[test]
    fn folders_several_files_and_swollen_ones_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let huge = folder.path().join("huge.json");
        fs::File::create(&huge).unwrap().set_len(100 << 20).unwrap();
        let (events, told) = watched();
        for paths in [
            vec![folder.path().to_owned()],
            vec![huge.clone(), huge.clone()],
            vec![huge],
        ] {
            events.dragged(&dropped(paths));
        }
        let said = told.lock().unwrap().clone();
        assert!(said.iter().all(|text| text.contains("refused")), "{said:?}");
        assert!(
            said[1].contains("one file") && said[2].contains("1 MiB"),
            "{said:?}"
        );
        assert!(events.received("", false).is_err());
    }
}
