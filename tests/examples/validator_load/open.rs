//! Requests that are sent when they are due, whether the ones before were answered or not: whoever calls
//! does not wait for a busy server to be less busy. A latency counts from when the request was due.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::Failure;
use crate::calls::{Caller, right};

/// An answer that comes later than this is none of a server that has recovered.
const LATE_MS: f64 = 50.0;
/// Connections that are opened at the same time.
const AT_A_TIME: usize = 64;
const TENANTS: u32 = 200;

pub(crate) struct Plan {
    pub(crate) connections: u32,
    pub(crate) per_second: u32,
    pub(crate) seconds: u32,
}

/// One answered request.
struct Sample {
    status: u16,
    millis: f64,
    /// When it was due, in seconds since the load began.
    due: f64,
}

pub(crate) async fn run(address: SocketAddr, plan: Plan) -> Result<String, Failure> {
    let callers = opened(address, plan.connections).await?;
    let (tell, mut told) = unbounded_channel();
    let begun = Instant::now();
    let lines: Vec<_> = callers
        .into_iter()
        .map(|caller| {
            let (due, next) = unbounded_channel();
            tokio::spawn(line(caller, next, tell.clone(), begun));
            due
        })
        .collect();
    drop(tell);
    let sent = send_when_due(&plan, &lines, begun).await?;
    drop(lines);
    let mut samples = Vec::new();
    while let Some(sample) = told.recv().await {
        samples.push(sample);
    }
    Ok(summary(sent, &samples))
}

/// Connections that have each been answered once: a server rightly closes one that says nothing at first.
async fn opened(address: SocketAddr, count: u32) -> Result<Vec<Caller>, Failure> {
    let opening = (0..count).map(|at| async move {
        let mut caller = Caller::connect(address).await?;
        caller.post(right(at % TENANTS)).await?;
        Ok(caller)
    });
    stream::iter(opening)
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await
}

async fn send_when_due(
    plan: &Plan,
    lines: &[UnboundedSender<Instant>],
    begun: Instant,
) -> Result<u32, Failure> {
    let gap = Duration::from_secs(1) / plan.per_second;
    let total = plan.per_second * plan.seconds;
    for number in 0..total {
        let due = begun + gap * number;
        // The clock of the runtime ticks in milliseconds: what is due is sent at once, not asked for.
        if due > Instant::now() {
            tokio::time::sleep_until(due).await;
        }
        let at = usize::try_from(number)? % lines.len();
        // A line that has ended is counted by the answers that are missing.
        let _ = lines[at].send(due);
    }
    Ok(total)
}

/// A connection that sends what is due on it, one after the other.
async fn line(
    mut caller: Caller,
    mut next: UnboundedReceiver<Instant>,
    tell: UnboundedSender<Sample>,
    begun: Instant,
) {
    let mut tenant = 0;
    while let Some(due) = next.recv().await {
        tenant = (tenant + 1) % TENANTS;
        let Ok(answer) = caller.post(right(tenant)).await else {
            return;
        };
        let sample = Sample {
            status: answer.status,
            millis: due.elapsed().as_secs_f64() * 1000.0,
            due: (due - begun).as_secs_f64(),
        };
        if tell.send(sample).is_err() {
            return;
        }
    }
}

fn summary(sent: u32, samples: &[Sample]) -> String {
    let admitted = sorted(samples, |sample| sample.status == 200);
    let refused = sorted(samples, |sample| sample.status != 200);
    // From here on, every request was admitted in time.
    let settled = samples
        .iter()
        .filter(|sample| sample.status != 200 || sample.millis > LATE_MS)
        .map(|sample| sample.due)
        .fold(0.0, f64::max);
    json!({
        "sent": sent,
        "answered": samples.len(),
        "admitted": admitted.len(),
        "admitted_p50": percentile(&admitted, 50),
        "admitted_p99": percentile(&admitted, 99),
        "refused": refused.len(),
        "refused_p99": percentile(&refused, 99),
        "settled": (settled * 100.0).round() / 100.0,
    })
    .to_string()
}

fn sorted(samples: &[Sample], wanted: impl Fn(&Sample) -> bool) -> Vec<f64> {
    let wanted = samples.iter().filter(|sample| wanted(sample));
    let mut millis: Vec<f64> = wanted.map(|sample| sample.millis).collect();
    millis.sort_by(f64::total_cmp);
    millis
}

/// Milliseconds, to a tenth.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    let millis = sorted.get(at).copied().unwrap_or(0.0);
    (millis * 10.0).round() / 10.0
}
