//! Whether a yes of the system can be relied on: it comes from the system, and says yes.

use std::collections::BTreeSet;

use super::{Review, System};
use crate::integration::presents::Presents;
use crate::provider::{ends_behind, is_anybodys};

impl Review<'_> {
    /// Rules I2 and L2.
    pub(super) fn judges(&mut self, system: &System) {
        self.refusals(system);
        self.ends(system);
    }

    /// A status that refuses must not count as a success: a 401 would become a 200.
    fn refusals(&mut self, system: &System) {
        let own = self.file.upstream.is_some();
        for &index in &system.probes {
            let Some(probe) = system.provider.probes.get(index) else {
                continue;
            };
            let is_no = |status: &&u16| !(200..300).contains(*status);
            let Some(status) = probe.success_status.iter().find(is_no) else {
                continue;
            };
            let summary = format!("The status {status} is no success, and would let anybody in.");
            if own {
                let remedy = "List statuses from 200 to 299, for example [200].";
                self.wrong("upstream.success_status", summary, remedy);
            } else {
                let summary = format!("{summary} The file of {} lists it.", system.provider.id);
                let remedy =
                    "Correct success_status there, or describe a call in [integration.upstream].";
                self.wrong("provider", summary, remedy);
            }
        }
    }

    /// A label of the caller stands before a name that somebody owns.
    fn ends(&mut self, system: &System) {
        let provider = &*system.provider;
        let variables = provider.variables.iter().map(|it| it.name.as_str());
        let led: Vec<&str> = variables
            .filter(|name| system.bound.of_variable(name).is_some())
            .collect();
        let is_client = matches!(system.presents, Presents::Client(_));
        let token = provider.endpoints.token.as_ref().filter(|_| is_client);
        let asked = token.into_iter().chain([&provider.endpoints.api_base]);
        let open: BTreeSet<String> = asked
            .flat_map(|template| ends_behind(provider, template, &led, &system.fixed))
            .filter(|end| is_anybodys(end))
            .collect();
        let place = if self.file.upstream.is_some() {
            "upstream.api_base"
        } else {
            "provider"
        };
        for end in open {
            let (summary, remedy) = if end.is_empty() {
                (
                    "A caller would choose the whole host, and could name a server of its own.".to_owned(),
                    "Write the system's own name behind the braces, as in https://{account}.example.com.".to_owned(),
                )
            } else {
                (
                    format!(
                        "Anybody can get a name below {end}, so a caller could name a server of its own."
                    ),
                    format!("Write the system's own name between the braces and {end}."),
                )
            };
            self.wrong(place, summary, remedy);
        }
    }
}
