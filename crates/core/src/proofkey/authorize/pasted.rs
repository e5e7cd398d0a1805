//! An address that a person pasted: the same answer on another way, under the same checks.

use zeroize::Zeroizing;

use crate::error::{Code, Problem};
use crate::oauth::authorization_code::{AuthorizationResponse, PendingAuthorization};
use crate::secret::Secret;

/// No address that a browser shows is longer.
const LONGEST: usize = 16 * 1024;

/// The answer in a pasted address.
pub(super) fn recognize(
    pending: &PendingAuthorization,
    redirect_uri: &str,
    address: &Secret,
) -> Result<AuthorizationResponse, Problem> {
    let query = query(redirect_uri, address.expose())?;
    pending.recognize(&query).map_err(Problem::from)
}

/// What stands behind the redirect URI, which must stand there byte for byte.
fn query(redirect_uri: &str, pasted: &str) -> Result<Zeroizing<String>, Problem> {
    let pasted = pasted.trim();
    if pasted.len() > LONGEST {
        return Err(wrong("It is too long for an address.", redirect_uri));
    }
    let (address, fragment) = pasted.split_once('#').unwrap_or((pasted, ""));
    // A token behind a # is one that was not asked for (rule A12); other fragments are a server's own.
    if ["access_token=", "id_token="]
        .iter()
        .any(|token| fragment.contains(token))
    {
        return Err(wrong(
            "It holds a token, which was not asked for.",
            redirect_uri,
        ));
    }
    let whole = with_scheme(redirect_uri, address);
    match whole.strip_prefix(redirect_uri) {
        Some(rest) if rest.is_empty() || rest == "?" => Err(wrong(
            "There is no answer in it: the part behind the question mark is missing.",
            redirect_uri,
        )),
        Some(rest) if rest.starts_with('?') => Ok(Zeroizing::new(rest[1..].to_owned())),
        _ => Err(wrong(
            "It is not the address that the server sends you back to.",
            redirect_uri,
        )),
    }
}

/// Some browsers leave out the scheme when an address is copied.
fn with_scheme(redirect_uri: &str, address: &str) -> Zeroizing<String> {
    let schemed = address.starts_with("http://") || address.starts_with("https://");
    let scheme = redirect_uri
        .split_once("://")
        .map_or("", |(scheme, _)| scheme);
    Zeroizing::new(if schemed {
        address.to_owned()
    } else {
        format!("{scheme}://{address}")
    })
}

fn wrong(why: &str, redirect_uri: &str) -> Problem {
    Problem::new(
        Code::DraftInvalid,
        format!("The pasted address cannot be used. {why}"),
        format!("Copy the whole address from the browser after you approved. It begins with {redirect_uri}?"),
    )
    .at("address")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECT: &str = "http://127.0.0.1:61234/authorized/4f";

    #[test]
    fn the_query_of_the_right_address_is_found() {
        for pasted in [
            "http://127.0.0.1:61234/authorized/4f?code=a&state=b",
            "  http://127.0.0.1:61234/authorized/4f?code=a&state=b\n",
            "127.0.0.1:61234/authorized/4f?code=a&state=b",
            "http://127.0.0.1:61234/authorized/4f?code=a&state=b#_=_",
        ] {
            let found = query(REDIRECT, pasted);
            assert_eq!(found.unwrap().as_str(), "code=a&state=b", "{pasted}");
        }
        let with_address = "127.0.0.1:61234/authorized/4f?code=a&iss=https://id.example";
        let found = query(REDIRECT, with_address).unwrap();
        assert_eq!(found.as_str(), "code=a&iss=https://id.example");
    }

    #[test]
    fn any_other_address_is_refused_without_repeating_it() {
        for pasted in [
            "",
            "secretcode",
            "code=secretcode&state=b",
            "http://127.0.0.1:61234/authorized/4f",
            "http://127.0.0.1:61234/authorized/4f?",
            "http://127.0.0.1:61234/authorized/4f2?code=secretcode",
            "http://127.0.0.1:61234/authorized/4f/?code=secretcode",
            "http://127.0.0.1:61235/authorized/4f?code=secretcode",
            "https://127.0.0.1:61234/authorized/4f?code=secretcode",
            "http://localhost:61234/authorized/4f?code=secretcode",
            "http://evil.example/?x=http://127.0.0.1:61234/authorized/4f?code=secretcode",
            "javascript:alert(1)//http://127.0.0.1:61234/authorized/4f?code=secretcode",
            "http://127.0.0.1:61234/authorized/4f#access_token=secretcode&state=b",
            "http://127.0.0.1:61234/authorized/4f?code=a#id_token=secretcode",
        ] {
            let problem = query(REDIRECT, pasted).expect_err(pasted);
            assert_eq!(problem.field.as_deref(), Some("address"));
            let words = format!("{} {}", problem.summary, problem.remedy);
            assert!(!words.contains("secretcode"), "{words}");
        }
    }
}
