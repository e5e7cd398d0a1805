//! A script for sh that asks for a token with curl and calls the API with it.
//!
//! No secret is ever an argument of a program, where every user of the machine could read it: curl gets
//! its options on standard input, in the form of its config files. Without the secrets, the script asks
//! `proofkey token`, or the person who runs it.

mod options;
mod request;

use zeroize::Zeroizing;

use self::options::{Options, push_escaped};
use super::document::{Client, Document};
use super::entries::Inexact;
use super::shell;
use crate::provider::{ClientAuthentication, Grant};

/// A script that is ready to be written.
pub(super) struct Script<'a> {
    document: &'a Document,
    /// With the secrets, where the grant can do without a person.
    token_request: Option<Options>,
    call: Options,
}

impl<'a> Script<'a> {
    /// Names the field and the reason when curl could not be told something exactly.
    pub(super) fn new(document: &'a Document) -> Result<Self, Inexact> {
        if matches!(document.client, Client::Signed { .. }) {
            return Err(Inexact {
                field: "/client/private_key".to_owned(),
                held: PRIVATE_KEY,
            });
        }
        Ok(Self {
            document,
            token_request: request::token(document)?,
            call: request::call(document)?,
        })
    }

    pub(super) fn push(&self, out: &mut Zeroizing<String>) {
        self.push_head(out);
        if let Some(request) = &self.token_request {
            out.push_str(TOKEN_REQUEST);
            push_block(out, request);
            out.push_str(TOKEN_ANSWER);
            for name in &self.document.token_members {
                out.push_str("[ -n \"$token\" ] || token=$(member ");
                shell::push_word(out, name);
                out.push_str(")\n");
            }
            out.push_str(TOKEN_CHECK);
        } else if self.document.grant.is_oauth() {
            out.push_str(KEPT_TOKEN);
            shell::push_word(out, &self.document.connection.id);
            out.push_str(")\n");
        }
        let is_asked = matches!(self.document.client, Client::Reference { .. });
        if is_asked && !self.document.grant.is_oauth() {
            out.push_str(ASK);
            self.push_questions(out);
        }
        self.push_call(out);
    }

    /// Whether `text`, which was written, tells curl exactly what was meant.
    pub(super) fn is_same(&self, text: &str) -> bool {
        let blocks = text.split(BLOCK_START).skip(1);
        let read = blocks.map(|block| options::read(block.split(BLOCK_END).next()?));
        let meant: Vec<&Options> = self.token_request.iter().chain([&self.call]).collect();
        let read: Vec<_> = read.collect();
        read.len() == meant.len()
            && read
                .iter()
                .zip(meant)
                .all(|(read, meant)| read.as_ref().is_some_and(|read| meant.is_same(read)))
    }

    fn push_head(&self, out: &mut Zeroizing<String>) {
        let (named, proof) = (&self.document.connection, &self.document.proof);
        out.push_str("#!/bin/sh\n# Calls the API of the connection ");
        out.push_str(&named.id);
        out.push_str(", which Proofkey proved at ");
        out.push_str(&proof.proven_at.to_string());
        out.push_str(".\n# Proof ");
        out.push_str(&proof.content_id);
        if let Some(generation) = proof.generation {
            out.push_str(", generation ");
            out.push_str(&generation.to_string());
        }
        out.push_str(".\n");
        if self.document.practice {
            out.push_str(
                "# This is practice: the real host that is called here knows none of it and refuses.\n",
            );
        }
        out.push_str(if holds_secrets(self.document) {
            "# It holds secrets in plain text: keep it as safe as them.\n"
        } else {
            "# It holds no secret.\n"
        });
        out.push_str("set -eu\n");
    }

    fn push_questions(&self, out: &mut Zeroizing<String>) {
        out.push_str(match self.document.grant {
            Grant::HttpBasic => {
                "ask 'User name'\nusername=$typed\nask 'Password'\npassword=$typed\n"
            }
            _ => "ask 'Key'\ntoken=$typed\n",
        });
    }

    fn push_call(&self, out: &mut Zeroizing<String>) {
        out.push_str(CALL);
        push_block(out, &self.call);
        let is_known = matches!(
            self.document.client,
            Client::Basic { .. } | Client::Key { .. } | Client::Nothing {}
        );
        if !is_known && self.document.grant == Grant::HttpBasic {
            out.push_str("    printf 'user = \"%s:%s\"\\n' \"$username\" \"$password\"\n");
        } else if let Some(header) = self.document.token_header.as_ref().filter(|_| !is_known) {
            let blank = if header.scheme.is_empty() { "" } else { " " };
            let before = format!("{}: {}{blank}", header.name, header.scheme);
            let mut escaped = Zeroizing::new(String::with_capacity(2 * before.len()));
            push_escaped(&mut escaped, &before);
            out.push_str("    printf 'header = \"%s%s\"\\n' ");
            shell::push_word(out, &escaped);
            out.push_str(" \"$token\"\n");
        }
        out.push_str(CALL_END);
    }
}

/// Whether a script for `document` holds secrets. A person has to approve some connections, and a key to
/// sign with is in no file: `proofkey token` serves those, and their script needs none.
pub(super) fn holds_secrets(document: &Document) -> bool {
    match document.client {
        Client::Basic { .. } | Client::Key { .. } => true,
        Client::Plain { .. } => can_ask(document),
        Client::Signed { .. } | Client::Reference { .. } | Client::Nothing {} => false,
    }
}

/// What no shell can sign with and keep to itself.
pub(super) const PRIVATE_KEY: &str = "a private key";

/// Whether the token request can be written down with its secrets.
fn can_ask(document: &Document) -> bool {
    document.grant == Grant::ClientCredentials
        && matches!(
            document.client_authentication,
            ClientAuthentication::ClientSecretBasic | ClientAuthentication::ClientSecretPost
        )
}

fn push_block(out: &mut Zeroizing<String>, options: &Options) {
    out.push_str(BLOCK_START);
    options.write(out);
    out.push_str(BLOCK_END);
}

/// A here-document in which the shell replaces nothing. No line of options is its end: each has a quote.
const BLOCK_START: &str = "<<'END-OF-OPTIONS'\n";
const BLOCK_END: &str = "END-OF-OPTIONS\n";

const TOKEN_REQUEST: &str = r"
# Asks for a token (RFC 6749 §4.4). curl reads its options from standard input, so that no secret is an
# argument, which other users of this machine could see. It follows no redirect, whatever ~/.curlrc says.
if ! answer=$(curl --silent --show-error --fail-with-body --globoff --no-location --config - ";

const TOKEN_ANSWER: &str = r#"); then
    printf '%s\n' "$answer" >&2
    exit 1
fi

# Reads one text out of the JSON answer, with nothing but what POSIX has.
member() {
    printf '%s' "$answer" | tr -d '\r\n' | tr ',{}' '\n\n\n' |
        sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)"[[:space:]]*$/\1/p' |
        sed -n -e 's,\\/,/,g' -e 1p
}
token=
"#;

const TOKEN_CHECK: &str = r#"case $token in
'' | *'"'* | *'\'*)
    echo 'The answer holds no access token that this script can read.' >&2
    exit 1
    ;;
esac
"#;

const KEPT_TOKEN: &str = r"
# Proofkey keeps the secrets and hands out a token that is valid now.
token=$(proofkey token ";

const ASK: &str = r#"
# Asks without showing what is typed, and escapes it as curl's config files want it.
ask() {
    printf '%s: ' "$1" >&2
    if [ -t 0 ]; then
        trap 'stty echo' EXIT
        stty -echo
    fi
    IFS= read -r typed
    if [ -t 0 ]; then
        stty echo
        echo >&2
    fi
    typed=$(printf '%s' "$typed" | sed 's/[\\"]/\\&/g')
}
"#;

const CALL: &str = r"
# Calls the API.
{
    cat ";

const CALL_END: &str = r"} | curl --silent --show-error --fail-with-body --globoff --no-location --config -
echo
";
