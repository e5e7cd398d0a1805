//! `proofkey authorize`.

use std::time::Duration;

use clap::Args;

use super::proof::parse_seconds;

const USUAL_WAIT: Duration = Duration::from_mins(5);

/// An authorization request is valid no longer than its `state` (rule A5).
const LONGEST_WAIT: u64 = 600;

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct Authorize {
    /// Name or id of the connection
    pub(crate) name: String,
    /// Start no browser: print the address to open
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Read the address that the browser landed on from standard input, as one line
    #[arg(long)]
    pub(crate) paste: bool,
    /// Come back from the browser on this port of this machine, this time
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// How long to wait for the person: 60s, 5m; 10m at most
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_wait)]
    pub(crate) timeout: Duration,
    /// Accept that another person approves than the last time
    #[arg(long)]
    pub(crate) accept_person: bool,
    /// Keep the approval without proving the connection
    #[arg(long)]
    pub(crate) no_validate: bool,
}

impl Authorize {
    /// As without any option.
    pub(crate) fn usual(name: &str, no_validate: bool) -> Self {
        Self {
            name: name.to_owned(),
            no_browser: false,
            paste: false,
            port: None,
            timeout: USUAL_WAIT,
            accept_person: false,
            no_validate,
        }
    }
}

fn parse_wait(text: &str) -> Result<Duration, String> {
    match parse_seconds(text)? {
        seconds @ 1..=LONGEST_WAIT => Ok(Duration::from_secs(seconds)),
        _ => Err("use a time from 1s to 10m".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_waited_for_longer_than_the_state_lives() {
        assert_eq!(parse_wait("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(parse_wait("10m"), Ok(Duration::from_mins(10)));
        for wrong in ["0s", "601s", "1h", "soon", "-1s"] {
            assert!(parse_wait(wrong).is_err(), "{wrong}");
        }
    }
}
