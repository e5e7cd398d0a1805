//! Whether the time of a refusal tells why (rule L4): ten thousand interleaved pairs of refusals that both ask
//! the system, and the Mann-Whitney test of each pair. It is no test: other work on the machine speaks along.
//!
//!     cargo run --release --locked --package proofkey-tests --example validator_timing [PAIRS]

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends with the reason"
)]

use std::time::Instant;

#[path = "../validator/stage.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod stage;

use stage::{KEY, Stage, status};

/// What is compared: a name, and the two bodies.
const PAIRS: [(&str, [&str; 3], [&str; 3]); 4] = [
    ("the same twice", WRONG_KEY, WRONG_KEY),
    ("wrong key, unknown user", WRONG_KEY, UNKNOWN_USER),
    ("wrong key, another wrong key", WRONG_KEY, NEARLY),
    ("unknown user, both unknown", UNKNOWN_USER, BOTH),
];

const WRONG_KEY: [&str; 3] = ["acme", "me@acme.example", "wrong-canary-Kq7Xn2Vt9Zw4"];
const NEARLY: [&str; 3] = ["acme", "me@acme.example", "table-canary-Kq7Xn2Vt9Zw5"];
const UNKNOWN_USER: [&str; 3] = ["acme", "nb@acme.example", KEY];
const BOTH: [&str; 3] = ["acme", "nb@acme.example", "wrong-canary-Kq7Xn2Vt9Zw4"];

#[tokio::main]
async fn main() {
    let wanted = std::env::args().nth(1);
    let pairs: u32 = wanted.map_or(10_000, |text| text.parse().unwrap());
    let stage = Stage::set().await;
    println!("{pairs} pairs each; a p above 0.01 tells nothing apart");
    // The peer remembers its last requests only, so this is looked at before there are many.
    for fields in [WRONG_KEY, NEARLY, UNKNOWN_USER, BOTH] {
        let asked = stage.asked();
        took(&stage, fields).await;
        assert_eq!(stage.asked(), asked + 1, "it was refused without asking");
    }
    for (name, first, second) in PAIRS {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..pairs {
            // Whichever comes second finds a warmer machine.
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for which in order {
                let fields = if which == 0 { first } else { second };
                times[which].push(took(&stage, fields).await);
            }
        }
        let [first, second] = times;
        let (median_1, median_2) = (median(&first), median(&second));
        let (sooner, p) = mann_whitney(&first, &second);
        println!(
            "{name:30} medians {median_1:7.1} and {median_2:7.1} µs, the first is slower in {:.1} % of all pairs, p = {p:.3}",
            sooner * 100.0
        );
    }
}

/// Microseconds from the connection to the end of a refusal.
async fn took(stage: &Stage, [subdomain, email, key]: [&str; 3]) -> f64 {
    let body = format!(
        r#"{{"auth":{{"subdomain":"{subdomain}","email":"{email}","api_token":"{key}"}}}}"#
    );
    let begun = Instant::now();
    let answer = stage.post(body.as_bytes()).await;
    let took = begun.elapsed();
    assert_eq!(status(&answer), 401);
    took.as_secs_f64() * 1e6
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// In which share of all pairs the first is the larger one, and how likely a share at least as far from a
/// half is when nothing tells them apart: the normal approximation, which is close from some twenty on.
fn mann_whitney(first: &[f64], second: &[f64]) -> (f64, f64) {
    let mut all: Vec<(f64, bool)> = first.iter().map(|time| (*time, true)).collect();
    all.extend(second.iter().map(|time| (*time, false)));
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let count = |length: usize| f64::from(u32::try_from(length).unwrap());
    let mut ranks = 0.0;
    for tied in all.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let before = count(all.partition_point(|it| it.0 < tied[0].0));
        let rank = before + count(tied.len() + 1) / 2.0;
        ranks += rank * count(tied.iter().filter(|it| it.1).count());
    }
    let (n, m) = (count(first.len()), count(second.len()));
    let u = ranks - n * (n + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    (u / (n * m), two_sided((u - n * m / 2.0) / deviation))
}

/// The share of a normal distribution that is at least as far out as `z`: Abramowitz and Stegun 7.1.26.
fn two_sided(z: f64) -> f64 {
    const TERMS: [f64; 5] = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let x = z.abs() / 2.0_f64.sqrt();
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let sum = TERMS.iter().fold(0.0, |sum, term| (sum + term) * t);
    sum * (-x * x).exp()
}
