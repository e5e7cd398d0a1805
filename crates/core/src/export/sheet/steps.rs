//! What to do around the form, in the words that Talkdesk's pages use where they name a button.

use super::Page;
use super::authentication::Authentication;

impl Page<'_> {
    pub(super) fn before(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if self.authentication == Authentication::AuthorizationCode {
            steps.push(format!(
                "At {}, open the client of this connection and register Talkdesk's redirect URL there.",
                self.provider.name
            ));
            steps.push(
                "Sign in to Talkdesk as a person whose default is not Talkdesk Workspace."
                    .to_owned(),
            );
        } else {
            steps.push("Sign in to Talkdesk as an administrator of integrations.".to_owned());
        }
        steps.push("Open Builder > Integrations and choose “Browse integrations”.".to_owned());
        steps.push("On the card “Custom Integration”, choose “Add”.".to_owned());
        steps
    }

    pub(super) fn after(&self) -> Vec<String> {
        if self.authentication != Authentication::AuthorizationCode {
            return vec![
                "Choose “Save”.".to_owned(),
                "Talkdesk documents no button that tests the connection: your first action is the test."
                    .to_owned(),
            ];
        }
        vec![
            "Choose “Save”. Talkdesk says “Authorization required”.".to_owned(),
            format!(
                "Choose “Authorize”, sign in to {} and approve. You come back to Talkdesk by yourself.",
                self.provider.name
            ),
            "If it worked, the connection is listed. Its settings never show the client ID and the \
             client secret again."
                .to_owned(),
            "If it did not, its settings show an error. “Reconfigure” leads back to the form.".to_owned(),
        ]
    }
}

/// What holds for every custom connection (docs.talkdesk.com/docs/what-connections-supports).
pub(super) fn limits() -> Vec<String> {
    [
        "Actions send and receive JSON only.",
        "Contacts and agents are not synchronised.",
        "An action waits 5 to 30 seconds, as set for it. An older page of Talkdesk says that the system \
         must answer within about 10 seconds.",
        "Put into an action's output only what you use; values that may be null, or of several types, are \
         limited.",
    ]
    .map(str::to_owned)
    .to_vec()
}
