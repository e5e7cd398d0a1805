//! Load for a validator in front of `validator_upstream`: part of `make bench-validator`. Each mode
//! prints one JSON object.
//!
//!     validator_load mixed ADDRESS COUNT CONNECTIONS          every answer compared with what is right
//!     validator_load open ADDRESS CONNECTIONS PER_SECOND SECONDS
//!                                                             requests when they are due, late or not

mod calls;
mod mixed;
mod open;

use std::error::Error;
use std::net::SocketAddr;

use open::Plan;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let said: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> Result<u32, Failure> {
        Ok(said.get(at).ok_or("a number is missing")?.parse()?)
    };
    let address: SocketAddr = said.get(1).ok_or("say an address")?.parse()?;
    let printed = match said.first().map(String::as_str) {
        Some("mixed") => mixed::run(address, number(2)?, number(3)?).await?,
        Some("open") => {
            let plan = Plan {
                connections: number(2)?,
                per_second: number(3)?,
                seconds: number(4)?,
            };
            open::run(address, plan).await?
        }
        _ => return Err("say mixed or open".into()),
    };
    println!("{printed}");
    Ok(())
}
