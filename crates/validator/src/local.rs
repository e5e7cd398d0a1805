//! A validator for the person at this computer: it runs as long as it is held, and tells its last calls.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use proofkey_core::border::{LocalCall, LocalIntegration, LocalValidatorView};
use proofkey_core::ports::Clock;
use proofkey_core::system::network::Network;
use proofkey_core::{Code, Problem};
use serde::Deserialize;

use crate::config::Config;
use crate::server::{Log, NotServed, Server, Sockets};

const KEPT_CALLS: usize = 20;
/// For the requests under way when it is stopped: somebody waits.
const DRAIN: Duration = Duration::from_secs(3);

/// A validator that runs. Dropping it ends it at once.
pub struct Local {
    server: Server,
    log: Log,
    calls: Calls,
    integrations: Vec<LocalIntegration>,
}

impl Local {
    /// Binds and answers. Fails when the address of `config` cannot be listened on.
    pub async fn start(
        config: Config,
        network: &Arc<Network>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, Problem> {
        let described: Vec<_> = config
            .integrations()
            .iter()
            .map(|it| (it.path().to_owned(), it.explains().system, it.fields()))
            .collect();
        let settings = config.into_settings(network, clock);
        let scheme = if settings.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let calls = Calls::default();
        let log = Log::new(Reader::new(calls.clone()));
        let sockets = Sockets::default();
        let server = Server::start(settings, sockets, log.clone(), Arc::clone(clock)).await;
        let server = server.map_err(|error| not_started(&error))?;
        let address = server.address();
        let integrations = described
            .into_iter()
            .map(|(path, system, fields)| LocalIntegration {
                address: format!("{scheme}://{address}{path}"),
                system,
                fields,
            });
        Ok(Self {
            integrations: integrations.collect(),
            server,
            log,
            calls,
        })
    }

    pub fn view(&self) -> LocalValidatorView {
        LocalValidatorView {
            integrations: self.integrations.clone(),
            calls: self.calls.kept().iter().rev().cloned().collect(),
        }
    }

    /// Answers what has begun, for a few seconds at most.
    pub async fn stop(self) {
        self.server.drain(DRAIN).await;
        self.log.close();
    }
}

fn not_started(error: &NotServed) -> Problem {
    Problem::new(
        Code::FileFailed,
        format!("The validator could not be started: {error}."),
        "Stop what listens there, or change the address in the configuration.",
    )
}

/// The last calls, the oldest first.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<VecDeque<LocalCall>>>);

impl Calls {
    fn kept(&self) -> MutexGuard<'_, VecDeque<LocalCall>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, call: LocalCall) {
        let mut kept = self.kept();
        if kept.len() == KEPT_CALLS {
            kept.pop_front();
        }
        kept.push_back(call);
    }
}

/// Takes the calls out of the log.
struct Reader {
    calls: Calls,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
}

impl Reader {
    fn new(calls: Calls) -> Self {
        Self {
            calls,
            begun: Vec::new(),
        }
    }
}

/// A line about a request; other lines lack some of it.
#[derive(Deserialize)]
struct Line {
    time: Timestamp,
    integration: String,
    outcome: String,
    reason: String,
    status: u16,
    duration_us: u64,
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        while let Some(end) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=end).collect();
            if let Ok(line) = serde_json::from_slice::<Line>(&line) {
                self.calls.keep(LocalCall {
                    at: line.time,
                    integration: line.integration,
                    outcome: line.outcome,
                    reason: line.reason,
                    status: line.status,
                    duration_us: line.duration_us,
                });
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proofkey_core::integration::IntegrationFile;
    use proofkey_core::provider::{Catalogue, Grant};
    use proofkey_core::system::clock::SystemClock;
    use proofkey_core::system::network::NetworkSettings;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn soon<T>(work: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(20), work)
            .await
            .expect("it ends")
    }

    async fn started() -> Local {
        let catalogue = Catalogue::built_in();
        let provider = catalogue.provider("zendesk-token").expect("built in");
        let file = IntegrationFile::suggested(provider, Grant::HttpBasic, &BTreeMap::new());
        let config = Config::local(file, &catalogue).expect("it holds together");
        let network = NetworkSettings {
            loopback_only: true,
            ..NetworkSettings::default()
        };
        let network = Arc::new(Network::new(network).expect("a network"));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        soon(Local::start(config, &network, &clock))
            .await
            .expect("started")
    }

    async fn post(address: &str, body: &str) -> String {
        let rest = address.strip_prefix("http://").expect("plain");
        let (host, path) = rest.split_once('/').expect("a path");
        let request = format!(
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut answer = String::new();
        let mut stream = TcpStream::connect(host).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream.read_to_string(&mut answer).await.expect("answered");
        answer
    }

    #[tokio::test]
    async fn a_suggested_integration_runs_on_this_computer_and_its_calls_are_told_without_values() {
        let local = started().await;
        let view = local.view();
        let [one] = view.integrations.as_slice() else {
            panic!("one integration")
        };
        assert!(one.address.starts_with("http://127.0.0.1:"));
        assert!(
            one.fields
                .iter()
                .any(|field| field.kind == proofkey_core::integration::FieldKind::Secret)
        );
        let answer = soon(post(&one.address, r#"{"auth":{"subdomain":"hunter22"}}"#)).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        let calls = local.calls.clone();
        let address = one.address.clone();
        soon(local.stop()).await;
        // The log is written to its end when it has stopped.
        let kept = calls.kept().clone();
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].outcome.as_str(), kept[0].status), ("refused", 401));
        assert!(address.ends_with(&kept[0].integration), "{address}");
        assert!(!format!("{kept:?}").contains("hunter22"));
    }

    #[test]
    fn calls_are_read_across_pieces_and_only_the_last_ones_kept() {
        let calls = Calls::default();
        let mut reader = Reader::new(calls.clone());
        for number in 0..=KEPT_CALLS {
            let line = format!(
                "{{\"time\":\"2026-11-22T10:00:00.000Z\",\"level\":\"info\",\"event\":\"request\",\"integration\":\"/a\",\"outcome\":\"accepted\",\"reason\":\"\",\"status\":200,\"duration_us\":{number}}}\n"
            );
            let (beginning, end) = line.split_at(30);
            reader.write_all(beginning.as_bytes()).expect("taken");
            reader.write_all(end.as_bytes()).expect("taken");
        }
        reader
            .write_all(b"{\"event\":\"stopped\"}\n")
            .expect("taken");
        let kept = calls.kept();
        assert_eq!(kept.len(), KEPT_CALLS);
        assert_eq!(kept.front().map(|call| call.duration_us), Some(1));
    }
}
