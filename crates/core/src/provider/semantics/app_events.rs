//! Hosts that an event may lead to.

use super::super::fault::at;
use super::super::host;
use super::Review;

impl Review<'_> {
    pub(super) fn app_events(&mut self) {
        let Some(events) = &self.provider.app_events else {
            return;
        };
        for (index, name) in events.api_hosts.iter().enumerate() {
            if !host::is_host(name) {
                self.fault(
                    at!["app_events", "api_hosts", index],
                    "This is not a host name.",
                    "Write the host alone, in lower case, for example \"api.talkdeskapp.com\".",
                );
            }
        }
    }
}
