use std::time::Duration;

use super::*;
use crate::server::breaker::FORGOTTEN;

const BREAKER: Breaker = Breaker {
    failures: 3,
    rest: Duration::from_secs(5),
};

/// One request of `client` to `host`, and what it told.
fn asks(
    upstreams: &Arc<Upstreams>,
    client: &str,
    host: &str,
    health: Option<Health>,
) -> Result<(), Shut> {
    let entrance = upstreams.entrance(client);
    let mut visit = entrance.enter(host)?;
    if let Some(health) = health {
        visit.learned(health);
    }
    Ok(())
}

fn visit(upstreams: &Arc<Upstreams>, health: Option<Health>) -> Result<(), Shut> {
    asks(upstreams, "anybody", "a", health)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_system_that_fails_rests_longer_each_time_and_one_request_tries_it() {
    let upstreams = Upstreams::new(2, BREAKER);
    for rest in [5, 10, 20, 40, 60, 60] {
        while visit(&upstreams, Some(Health::Failing)).is_ok() {}
        let resting = Err(Shut::Resting(seconds(rest)));
        assert_eq!(visit(&upstreams, None), resting);
        assert_eq!(asks(&upstreams, "anybody", "b", None), Ok(()));
        assert_eq!(upstreams.resting(), 1);
        tokio::time::advance(seconds(rest)).await;
        let entrance = upstreams.entrance("anybody");
        let trial = entrance.enter("a");
        let again = visit(&upstreams, None);
        assert!(matches!(again, Err(Shut::Resting(_))), "{again:?}");
        // A caller that goes away leaves the trial to the next one.
        drop(trial);
    }
    assert_eq!(visit(&upstreams, Some(Health::Well)), Ok(()));
    assert_eq!(upstreams.resting(), 0);
    assert_eq!(visit(&upstreams, Some(Health::Failing)), Ok(()));
    assert_eq!(visit(&upstreams, None), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn only_failures_in_a_row_count() {
    let upstreams = Upstreams::new(2, BREAKER);
    for health in [Health::Failing, Health::Failing, Health::Well].repeat(9) {
        assert_eq!(visit(&upstreams, Some(health)), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_asked_to_wait_never_lets_a_system_rest() {
    let upstreams = Upstreams::new(2, BREAKER);
    for client in ["a", "b", "c"].repeat(9) {
        assert_eq!(asks(&upstreams, client, "a", Some(Health::Busy)), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn requests_of_one_client_that_fail_are_its_own_affair_and_those_of_two_are_not() {
    let upstreams = Upstreams::new(2, BREAKER);
    for _ in 0..20 {
        let doubtful = asks(&upstreams, "one", "a", Some(Health::Doubtful));
        assert_eq!(doubtful, Ok(()));
    }
    let other = asks(&upstreams, "two", "a", Some(Health::Doubtful));
    assert_eq!(other, Ok(()));
    assert!(asks(&upstreams, "three", "a", None).is_err());
}

#[tokio::test(start_paused = true)]
async fn whoever_made_a_system_rest_does_not_try_it_before_the_others_had_their_time() {
    let upstreams = Upstreams::new(2, BREAKER);
    for client in ["one", "two", "one"] {
        let doubtful = asks(&upstreams, client, "a", Some(Health::Doubtful));
        assert_eq!(doubtful, Ok(()));
    }
    tokio::time::advance(seconds(5)).await;
    assert!(asks(&upstreams, "one", "a", Some(Health::Doubtful)).is_err());
    assert!(asks(&upstreams, "two", "a", Some(Health::Doubtful)).is_err());
    assert_eq!(asks(&upstreams, "three", "a", None), Ok(()));
    // Nobody else came.
    tokio::time::advance(seconds(5)).await;
    assert_eq!(asks(&upstreams, "one", "a", Some(Health::Well)), Ok(()));
    assert_eq!(upstreams.resting(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_system_that_has_no_time_for_the_trial_is_there_again() {
    let upstreams = Upstreams::new(2, BREAKER);
    while visit(&upstreams, Some(Health::Failing)).is_ok() {}
    tokio::time::advance(seconds(5)).await;
    assert_eq!(visit(&upstreams, Some(Health::Busy)), Ok(()));
    assert_eq!(upstreams.resting(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_all_ends_a_rest() {
    let upstreams = Upstreams::new(9, BREAKER);
    let entrance = upstreams.entrance("slow");
    let mut slow = entrance
        .enter("a")
        .unwrap_or_else(|shut| panic!("{shut:?}"));
    while visit(&upstreams, Some(Health::Failing)).is_ok() {}
    slow.learned(Health::Well);
    drop(slow);
    assert_eq!(visit(&upstreams, None), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_forgotten_after_a_minute_and_a_rest_a_minute_after_its_end() {
    let upstreams = Upstreams::new(2, BREAKER);
    for _ in 0..9 {
        assert_eq!(visit(&upstreams, Some(Health::Failing)), Ok(()));
        assert_eq!(visit(&upstreams, Some(Health::Failing)), Ok(()));
        tokio::time::advance(FORGOTTEN).await;
    }
    while visit(&upstreams, Some(Health::Failing)).is_ok() {}
    tokio::time::advance(seconds(5) + FORGOTTEN).await;
    for _ in 0..3 {
        assert_eq!(visit(&upstreams, Some(Health::Failing)), Ok(()));
    }
    assert_eq!(visit(&upstreams, None), Err(Shut::Resting(seconds(5))));
}

#[tokio::test(start_paused = true)]
async fn a_slow_system_holds_its_own_places_only() {
    let upstreams = Upstreams::new(2, BREAKER);
    let entrance = upstreams.entrance("anybody");
    let held = [entrance.enter("a"), entrance.enter("a")];
    assert!(held.iter().all(Result::is_ok));
    assert_eq!(visit(&upstreams, None), Err(Shut::Full));
    assert_eq!(asks(&upstreams, "anybody", "b", None), Ok(()));
    drop(held);
    assert_eq!(visit(&upstreams, None), Ok(()));
    assert!(upstreams.known().systems.is_empty());
}

#[tokio::test(start_paused = true)]
async fn thousands_of_systems_that_fail_keep_no_new_one_out() {
    let upstreams = Upstreams::new(2, BREAKER);
    let entrance = upstreams.entrance("anybody");
    let held = entrance.enter("held");
    for number in 0..3 * MOST {
        let host = format!("dead-{number}");
        while asks(&upstreams, "anybody", &host, Some(Health::Failing)).is_ok() {}
        assert!(upstreams.known().systems.len() <= MOST, "{number}");
    }
    assert_eq!(
        asks(&upstreams, "anybody", "new", Some(Health::Well)),
        Ok(())
    );
    assert!(upstreams.known().systems.contains_key("held"));
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn other_numbers_change_nothing_of_what_is_known() {
    let upstreams = Upstreams::new(2, BREAKER);
    while visit(&upstreams, Some(Health::Failing)).is_ok() {}
    let breaker = Breaker {
        failures: 1,
        ..BREAKER
    };
    upstreams.resettle(1, breaker);
    assert!(visit(&upstreams, None).is_err());
    assert_eq!(
        asks(&upstreams, "anybody", "b", Some(Health::Failing)),
        Ok(())
    );
    assert!(asks(&upstreams, "anybody", "b", None).is_err());
}
