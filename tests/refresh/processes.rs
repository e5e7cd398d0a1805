//! Many processes at once, and processes that are killed.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use proofkey_core::ports::Clock;
use proofkey_core::proofkey::Proofkey;
use proofkey_core::provider::Grant;
use proofkey_core::vault::Vault;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_core::{Code, Secret};
use proofkey_tests::{
    Actor, Conduct, IDENTITY, RotatingServer, SetClock, approval, consent, opened, rotating_draft,
    sealed,
};

use crate::stage::START;

const ACTOR: &str = env!("CARGO_BIN_EXE_proofkey-actor");
const PROCESSES: usize = 32;

/// A folder and a sealed vault on disk, for processes of their own.
struct Shared {
    home: tempfile::TempDir,
    server: RotatingServer,
    proofkey: Proofkey,
    clock: Arc<SetClock>,
    id: String,
}

impl Shared {
    async fn set(grant: Grant) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let server = RotatingServer::start().await;
        let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
        let vault = SealedFile::create(&home.path().join("vault.age"), &key).expect("made");
        std::fs::write(home.path().join("root.pem"), server.root_pem()).expect("written");
        let clock = SetClock::at(START);
        let proofkey = opened(
            &home.path().join("config"),
            Arc::new(vault) as Arc<dyn Vault>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            server.address(),
            &server.root_pem(),
        )
        .expect("opened");
        let view = proofkey.add(rotating_draft(grant)).await;
        let id = view.map_err(|rejected| rejected.problem).expect("added").id;
        Self {
            home,
            server,
            proofkey,
            clock,
            id,
        }
    }

    async fn approve(&self) {
        let connection = self.proofkey.find(&self.id).expect("there");
        let now = Timestamp::from_second(START).expect("a time");
        self.proofkey
            .keep_approval(
                &connection,
                approval(self.server.approve()),
                consent("ann", now),
            )
            .await
            .expect("kept");
    }

    fn actor(&self) -> Actor {
        let text = |path: &Path| path.to_str().expect("text").to_owned();
        let home = self.home.path();
        let mut actor = Actor::start(
            ACTOR,
            &[
                sealed(&home.join("vault.age")),
                text(&home.join("config")),
                "tokens".to_owned(),
                self.server.address().to_string(),
                text(&home.join("root.pem")),
                self.id.clone(),
            ],
        );
        assert_eq!(actor.line(), "ready");
        actor
    }
}

/// Every process asks at every time at once; returns how long a round took at most.
async fn expiries(shared: &Shared, rounds: usize) -> Duration {
    let mut actors: Vec<Actor> = (0..PROCESSES).map(|_| shared.actor()).collect();
    let mut longest = Duration::ZERO;
    for round in 0..rounds {
        let now = START + 10_000 + 1_000 * i64::try_from(round).expect("small");
        let begun = Instant::now();
        // Listening would keep the server from running on this thread.
        actors = tokio::task::spawn_blocking(move || {
            for actor in &mut actors {
                actor.tell(&now.to_string());
            }
            let heard: Vec<String> = actors.iter_mut().map(Actor::line).collect();
            assert!(heard[0].starts_with("access-"), "{}", heard[0]);
            assert!(heard.iter().all(|token| *token == heard[0]), "{heard:?}");
            actors
        })
        .await
        .expect("every process has the same token");
        longest = longest.max(begun.elapsed());
    }
    longest
}

/// How many expiries are lived through; a longer run is asked for by the environment.
fn rounds() -> usize {
    let asked = std::env::var_os("PROOFKEY_TEST_EXPIRIES");
    asked
        .and_then(|text| text.to_str()?.parse().ok())
        .unwrap_or(3)
}

#[tokio::test]
async fn thirty_two_processes_cause_one_refresh_an_expiry_and_never_reuse() {
    let shared = Shared::set(Grant::AuthorizationCode).await;
    shared.approve().await;
    let rounds = rounds();
    let longest = expiries(&shared, rounds).await;
    let tally = shared.server.tally();
    println!(
        "{PROCESSES} processes x {rounds} expiries: {} refreshes, {} reuses, {} approvals withdrawn; longest round {longest:?}",
        tally.refreshes, tally.reuses, tally.withdrawn
    );
    assert_eq!((tally.refreshes, tally.token_requests), (rounds, rounds));
    assert_eq!((tally.reuses, tally.withdrawn), (0, 0));
}

#[tokio::test]
async fn thirty_two_processes_share_one_client_credentials_token_too() {
    let shared = Shared::set(Grant::ClientCredentials).await;
    expiries(&shared, 2).await;
    assert_eq!(shared.server.tally().granted, 2);
}

#[tokio::test]
async fn a_process_killed_at_any_moment_never_makes_another_send_a_spent_token() {
    let shared = Shared::set(Grant::AuthorizationCode).await;
    shared.approve().await;
    let length = {
        let mut actor = shared.actor();
        let begun = Instant::now();
        let actor = tokio::task::spawn_blocking(move || {
            actor.tell(&(START + 5_000).to_string());
            assert!(actor.line().starts_with("access-"));
            actor
        });
        drop(actor.await.expect("a refresh"));
        begun.elapsed()
    };
    let (mut went_on, mut signed_in_again) = (0, 0);
    for number in 0..40_u32 {
        let now = START + 10_000 + 1_000 * i64::from(number);
        let mut actor = shared.actor();
        let moment = length.mul_f64(1.3 * (f64::from(number) * 0.618_033_988_75).fract());
        tokio::task::spawn_blocking(move || {
            actor.tell(&now.to_string());
            let (_alive, never) = mpsc::channel::<()>();
            // Nothing is awaited: the moment itself is what is tried.
            assert!(never.recv_timeout(moment).is_err());
            actor.kill();
        })
        .await
        .expect("killed");
        shared.clock.set(now);
        match shared.proofkey.access_token(&shared.id, 60).await {
            Ok(_) => went_on += 1,
            Err(problem) => {
                assert_eq!(problem.code, Code::AuthorizationRequired, "{problem}");
                signed_in_again += 1;
                shared.approve().await;
            }
        }
        assert_eq!(shared.server.tally().reuses, 0, "kill {number}");
    }
    println!("{went_on} went on, {signed_in_again} had to sign in again");
    assert!(went_on > 0, "the kills fell into nothing but refreshes");
}

#[tokio::test]
async fn a_kill_between_the_answer_and_the_vault_is_noticed() {
    let shared = Shared::set(Grant::AuthorizationCode).await;
    shared.approve().await;
    // The server rotates and hangs up: for what comes after, that is a process which died with the
    // answer in its hands.
    shared.server.behave(|_| Conduct::LoseAnswer);
    let mut actor = shared.actor();
    let now = START + 10_000;
    tokio::task::spawn_blocking(move || {
        actor.tell(&now.to_string());
        assert!(actor.line().starts_with("ServerUnreachable"));
        actor.kill();
    })
    .await
    .expect("killed");
    shared.server.behave(|_| Conduct::Rotate);
    shared.clock.set(now);
    let refused = shared.proofkey.access_token(&shared.id, 60).await;
    assert_eq!(
        refused.err().expect("refused").code,
        Code::AuthorizationRequired
    );
    let tally = shared.server.tally();
    assert_eq!((tally.token_requests, tally.reuses), (1, 0));
}
