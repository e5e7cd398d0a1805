//! How far a client came, by the server's record alone.

use std::collections::HashSet;

use proofkey_sandbox::{Record, Tally};

use crate::plan::Reach;

/// What was asked of the server, in order. Its pages and its keys are left out: the pages are the
/// person's, and keys may be fetched at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked<'a> {
    Metadata,
    PushedRequest,
    Code,
    Refresh,
    /// With this `Authorization` header.
    Userinfo(&'a str),
    SomethingElse(&'a str),
}

/// What a client did, as the server saw it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Came(Reach),
    /// Neither of the ways that a module knows.
    Strayed(String),
}

impl Seen {
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Came(reach) => reach.in_words().to_owned(),
            Self::Strayed(how) => how.clone(),
        }
    }
}

pub(crate) fn judge(records: &[Record], tally: Tally) -> Seen {
    let asked: Vec<Asked<'_>> = records.iter().filter_map(asked).collect();
    let strayed = |how: &str| Seen::Strayed(format!("{how}: {asked:?} {tally:?}"));
    if !records.iter().all(keeps_tokens_out_of_the_address) {
        return strayed("a token stood in an address");
    }
    let kept_clean =
        tally.codes_replayed + tally.refresh_tokens_reused + tally.families_revoked == 0;
    if !kept_clean {
        return strayed("something was sent twice");
    }
    if let Some(other) = asked
        .iter()
        .find(|one| matches!(one, Asked::SomethingElse(_)))
    {
        return strayed(&format!("{other:?} was asked for"));
    }
    let Some(code) = asked.iter().position(|one| *one == Asked::Code) else {
        return match (tally.requests, tally.codes_issued) {
            (0, _) => Seen::Came(Reach::Metadata),
            (_, 1) => Seen::Came(Reach::AuthorizationResponse),
            _ => strayed("nobody approved"),
        };
    };
    if tally.codes_redeemed != 1 {
        return strayed("the code was not redeemed");
    }
    let after = &asked[code + 1..];
    if after.is_empty() {
        return Seen::Came(Reach::TokenResponse);
    }
    let Some(refresh) = after.iter().position(|one| *one == Asked::Refresh) else {
        return strayed("nothing was refreshed");
    };
    let (before, after) = after.split_at(refresh);
    match calls_with_new_tokens(before, after) {
        0 => Seen::Came(Reach::RefreshResponse),
        1 => Seen::Came(Reach::End),
        2 => Seen::Came(Reach::Refusal),
        _ => strayed("calls without end"),
    }
}

/// How many calls there are since the first refresh with a token that no call before it had.
fn calls_with_new_tokens(before: &[Asked<'_>], after: &[Asked<'_>]) -> usize {
    let token = |one: &Asked<'_>| match one {
        Asked::Userinfo(token) => Some((*token).to_owned()),
        _ => None,
    };
    let known: HashSet<String> = before.iter().filter_map(token).collect();
    after
        .iter()
        .filter_map(token)
        .filter(|token| !known.contains(token))
        .count()
}

/// RFC 6750 §2.3 and RFC 9700 §4.3.2, which the suite checks with every request.
fn keeps_tokens_out_of_the_address(record: &Record) -> bool {
    let query = record.query.as_deref().unwrap_or_default();
    ![
        "access_token=",
        "refresh_token=",
        "client_secret=",
        "code_verifier=",
    ]
    .iter()
    .any(|name| query.contains(name))
}

fn asked(record: &Record) -> Option<Asked<'_>> {
    match record.path.as_str() {
        "/authorize" => None,
        path if path.starts_with("/jwks") => None,
        path if path.starts_with("/.well-known/") => Some(Asked::Metadata),
        "/par" => Some(Asked::PushedRequest),
        "/userinfo" => Some(Asked::Userinfo(
            record.header("authorization").unwrap_or_default(),
        )),
        "/token" => {
            let grant = url::form_urlencoded::parse(&record.body)
                .find(|(name, _)| name == "grant_type")
                .map(|(_, grant)| grant.into_owned());
            match grant.as_deref() {
                Some("authorization_code") => Some(Asked::Code),
                Some("refresh_token") => Some(Asked::Refresh),
                _ => Some(Asked::SomethingElse("/token")),
            }
        }
        path => Some(Asked::SomethingElse(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str, token: Option<&str>, body: &str) -> Record {
        let headers = token.map(|token| ("authorization".to_owned(), token.as_bytes().to_vec()));
        Record {
            host: "id.practice.example".to_owned(),
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: None,
            headers: headers.into_iter().collect(),
            body: body.as_bytes().to_vec(),
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn code() -> Record {
        record("/token", None, "grant_type=authorization_code")
    }

    fn refresh() -> Record {
        record("/token", None, "grant_type=refresh_token")
    }

    fn userinfo(token: &str) -> Record {
        record("/userinfo", Some(token), "")
    }

    fn approved() -> Tally {
        let mut tally = Tally::default();
        (tally.requests, tally.codes_issued, tally.codes_redeemed) = (1, 1, 1);
        tally
    }

    #[test]
    fn each_further_request_is_noticed() {
        let reach = |records: &[Record]| judge(records, approved());
        let keys = record("/jwks", None, "");
        assert_eq!(reach(&[]), Seen::Came(Reach::AuthorizationResponse));
        assert_eq!(
            reach(&[code(), keys]),
            Seen::Came(Reach::TokenResponse),
            "keys may be fetched"
        );
        for further in [
            userinfo("first"),
            record("/revoke", None, ""),
            record("/token", None, "grant_type=client_credentials"),
        ] {
            let seen = reach(&[code(), further]);
            assert!(matches!(seen, Seen::Strayed(_)), "{seen:?}");
        }
        let start = [code(), userinfo("first"), refresh()];
        assert_eq!(reach(&start), Seen::Came(Reach::RefreshResponse));
        let again = [start.as_slice(), &[userinfo("first")]].concat();
        assert_eq!(reach(&again), Seen::Came(Reach::RefreshResponse));
        let fresh = [start.as_slice(), &[userinfo("second")]].concat();
        assert_eq!(reach(&fresh), Seen::Came(Reach::End));
    }

    #[test]
    fn what_is_sent_twice_or_in_an_address_is_never_well() {
        let mut tally = approved();
        tally.codes_replayed = 1;
        assert!(matches!(judge(&[code(), code()], tally), Seen::Strayed(_)));
        let mut leaking = userinfo("first");
        leaking.query = Some("access_token=first".to_owned());
        assert!(matches!(
            judge(&[code(), leaking], approved()),
            Seen::Strayed(_)
        ));
    }
}
