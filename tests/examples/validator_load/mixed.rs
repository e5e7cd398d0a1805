//! Right, wrong, unknown and malformed calls of two hundred tenants in one stream, each answer compared
//! with the only right one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Failure;
use crate::calls::{Answer, Caller, credentials, right};

const TENANTS: u32 = 200;

pub(crate) async fn run(
    address: SocketAddr,
    count: u32,
    connections: u32,
) -> Result<String, Failure> {
    let next = Arc::new(AtomicU32::new(0));
    let workers: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(work(address, Arc::clone(&next), count)))
        .collect();
    let (mut asked, mut wrong, mut first) = (0, 0, None);
    for worker in workers {
        let seen = worker.await??;
        asked += seen.asked;
        wrong += seen.wrong;
        first = first.or(seen.first);
    }
    let first = first.unwrap_or_default().replace('"', "'");
    Ok(format!(
        r#"{{"asked":{asked},"wrong":{wrong},"first":"{first}"}}"#
    ))
}

#[derive(Default)]
struct Seen {
    asked: u32,
    wrong: u32,
    /// The first answer that was not the right one.
    first: Option<String>,
}

async fn work(address: SocketAddr, next: Arc<AtomicU32>, count: u32) -> Result<Seen, Failure> {
    let mut caller = Caller::connect(address).await?;
    let mut seen = Seen::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(seen);
        }
        let call = Call::numbered(number);
        let mut answer = caller.post(call.body()).await;
        if answer.is_err() {
            // After 400 a server may end the connection (RFC 9112 §9.6); the next call was not heard.
            caller = Caller::connect(address).await?;
            answer = caller.post(call.body()).await;
        }
        let answer = answer?;
        seen.asked += 1;
        if !call.is_answered_by(&answer) {
            seen.wrong += 1;
            seen.first.get_or_insert_with(|| {
                format!("call {number}: {} {}", answer.status, answer.body.len())
            });
        }
    }
}

enum Call {
    Right(u32),
    WrongPassword(u32),
    /// The password of the next tenant: an answer to the wrong tenant would show.
    Swapped(u32),
    UnknownUser(u32),
    Malformed(u32),
}

impl Call {
    fn numbered(number: u32) -> Self {
        let tenant = number.wrapping_mul(2_654_435_761) % TENANTS;
        match number % 8 {
            0..=3 => Self::Right(tenant),
            4 => Self::WrongPassword(tenant),
            5 => Self::Swapped(tenant),
            6 => Self::UnknownUser(tenant),
            _ => Self::Malformed(tenant),
        }
    }

    fn body(&self) -> String {
        match self {
            Self::Right(tenant) => right(*tenant),
            Self::WrongPassword(tenant) => credentials(&format!("t{tenant}"), "pw-none"),
            Self::Swapped(tenant) => {
                let other = (tenant + 1) % TENANTS;
                credentials(&format!("t{tenant}"), &format!("pw-{other}"))
            }
            Self::UnknownUser(tenant) => credentials(&format!("u{tenant}"), "pw-0"),
            Self::Malformed(tenant) => format!("{{\u{201c}auth\u{201d}:{{\"t\":{tenant}}}}}"),
        }
    }

    fn is_answered_by(&self, answer: &Answer) -> bool {
        match self {
            Self::Right(tenant) => answer.status == 200 && tells(&answer.body, *tenant),
            Self::Malformed(_) => answer.status == 400,
            _ => answer.status == 401,
        }
    }
}

fn tells(body: &[u8], tenant: u32) -> bool {
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else {
        return false;
    };
    answer["user_id"] == tenant && answer["name"] == format!("Tenant {tenant}")
}
