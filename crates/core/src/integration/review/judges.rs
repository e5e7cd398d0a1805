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

#[cfg(test)]
mod tests {
    use super::super::tests::findings;

    fn call_to(api_base: &str) -> Vec<String> {
        findings(&format!(
            "path = \"/\"\nfixed = {{ }}\nfields = {{ a = \"label\", key = \"secret\" }}\n[upstream]\n\
             api_base = \"{api_base}\"\npath = \"/me\"\ntoken = \"key\""
        ))
    }

    #[test]
    fn a_caller_names_no_server_of_its_own() {
        for (api_base, end) in [
            ("https://{a}.com", "below com"),
            ("https://{a}.co.uk", "below co.uk"),
            ("https://crm.{a}.com", "below com"),
            ("https://{a}.github.io/api", "below github.io"),
            ("https://{a}.eu.ngrok.io", "below eu.ngrok.io"),
            ("https://crm.{a}", "whole host"),
            ("https://{a}", "whole host"),
        ] {
            let said = call_to(api_base);
            assert!(
                said.len() == 1
                    && said[0].starts_with("upstream.api_base: ")
                    && said[0].contains(end),
                "{api_base} {said:?}"
            );
        }
        assert_eq!(call_to("https://{a}.example.com"), [""; 0]);
    }

    #[test]
    fn an_address_that_cannot_be_asked_is_refused_with_its_own_cause() {
        for (api_base, cause) in [
            ("https://10.0.0.1", "10.0.0.1 is an address"),
            ("https://169.254.169.254/x", "is an address"),
            ("https://10.0.0.1:8443", "10.0.0.1 is an address"),
            ("https://[2001:db8::1]", "2001:db8::1 is an address"),
            ("https://intranet", "not the whole name"),
            ("https://{a}.crm.example.com:8443", "port cannot stand"),
            ("https://u:p@crm.example.com", "no user name"),
            ("https://crm.example.com:443", "usual port"),
            ("https://crm.example.com/?x=1", "query"),
            ("https://{b}.example.com", "no field and no fixed value b"),
        ] {
            let said = call_to(api_base);
            assert!(
                said.len() == 1
                    && said[0].starts_with("upstream.api_base: ")
                    && said[0].contains(cause),
                "{api_base} {said:?}"
            );
        }
    }

    /// A 401 of the system would be a 200 of ours.
    #[test]
    fn a_status_that_refuses_is_no_success() {
        let call = "path = \"/\"\nfields = { key = \"secret\" }\n[upstream]\n\
            api_base = \"https://crm.example.com\"\npath = \"/me\"\ntoken = \"key\"\nsuccess_status = ";
        for (statuses, right) in [
            ("[200, 401, 403]", false),
            ("[302]", false),
            ("[100]", false),
            ("[200, 204]", true),
        ] {
            let said = findings(&format!("{call}{statuses}"));
            assert_eq!(said.is_empty(), right, "{statuses} {said:?}");
        }
    }
}
