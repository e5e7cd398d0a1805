//! How long a token is good for.

use jiff::{SignedDuration, Timestamp};

use crate::vault::CachedToken;

/// A token ends this much earlier for those who ask ahead of time, at least (rule E6).
const SMALLEST_MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Clocks are set back by this much without anyone having touched them.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// Whether `token` lives longer than `wanted` from `now` on.
///
/// One of unknown life never does. Nor does one from the future: the clock was set back since it
/// came, so that nobody knows how old it is (rule E6). It is replaced once, by one that fits the clock.
pub fn lives(token: &CachedToken, now: Timestamp, wanted: SignedDuration) -> bool {
    let from_the_future = token
        .obtained_at
        .is_some_and(|obtained| obtained.duration_since(now) > TOLERANCE);
    !from_the_future
        && token
            .expires_at
            .is_some_and(|end| end.duration_since(now) > wanted)
}

/// Whether `token` may still be taken: it lives, or nobody said when it ends. Such a token is used until
/// it is refused.
pub fn may_live(token: &CachedToken, now: Timestamp) -> bool {
    token.expires_at.is_none() || lives(token, now, SignedDuration::ZERO)
}

/// When somebody who goes on using the token should ask again: a tenth of its life before it ends,
/// and a minute at least.
pub fn renew_at(token: &CachedToken) -> Option<Timestamp> {
    let (obtained, end) = (token.obtained_at?, token.expires_at?);
    let margin = (end.duration_since(obtained) / 10).max(SMALLEST_MARGIN);
    end.checked_sub(margin).ok().map(|at| at.max(obtained))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const YEARS: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

    fn token(now: Timestamp, seconds: Option<u64>) -> CachedToken {
        CachedToken::new(Secret::new("t".to_owned()), seconds, None, now)
    }

    fn time() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().expect("a time")
    }

    #[test]
    fn a_token_lives_until_its_end_less_what_is_wanted() {
        let token = token(time(), Some(600));
        let minute = SignedDuration::from_secs(60);
        assert!(lives(
            &token,
            time() + SignedDuration::from_secs(539),
            minute
        ));
        assert!(!lives(
            &token,
            time() + SignedDuration::from_secs(540),
            minute
        ));
    }

    #[test]
    fn a_jump_of_ten_years_costs_one_renewal_and_no_more() {
        for jumped in [time() + YEARS, time() - YEARS] {
            let before = token(time(), Some(600));
            assert!(!lives(&before, jumped, SignedDuration::ZERO));
            let renewed = token(jumped, Some(600));
            assert!(lives(&renewed, jumped, SignedDuration::from_secs(60)));
        }
    }

    #[test]
    fn a_life_that_nobody_told_or_no_calendar_holds_is_unknown() {
        for seconds in [None, Some(u64::MAX), Some(u64::MAX / 4)] {
            assert!(!lives(
                &token(time(), seconds),
                time(),
                SignedDuration::ZERO
            ));
            assert_eq!(renew_at(&token(time(), seconds)), None);
        }
    }

    #[test]
    fn the_margin_is_a_minute_or_a_tenth_and_never_before_the_token_came() {
        let after = |seconds| time() + SignedDuration::from_secs(seconds);
        for (life, at) in [(30, 0), (300, 240), (600, 540), (36_000, 32_400)] {
            assert_eq!(renew_at(&token(time(), Some(life))), Some(after(at)));
        }
    }
}
