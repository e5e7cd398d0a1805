//! `proofkey validator serve`: the service, until it is asked to end.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::integration::Explanation;
use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Network;
use proofkey_core::{Code, Problem};
use proofkey_validator::config::{Config, Mistake};
use proofkey_validator::server::{Log, NotServed, Server};
use serde::Serialize;

use super::sockets;
use crate::args::{Global, ServeValidator};
use crate::exit::Failure;
use crate::host;
use crate::output::Output;

/// For the requests under way when the service is asked to end (rule L12).
const DRAIN: Duration = Duration::from_secs(10);

pub(crate) async fn run(
    global: &Global,
    options: &ServeValidator,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let (catalogue, network) = host::for_service(global, output)?;
    let config = Config::read(&options.config, &catalogue)
        .map_err(|mistakes| wrong(&options.config, &mistakes))?;
    if options.check_config {
        let checked = Checked {
            behaves: config.behaves(),
            integrations: config.explains(),
        };
        output.data(&checked, || checked.text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let world = World {
        path: &options.config,
        catalogue,
        network: Arc::new(network),
        clock: Arc::new(SystemClock),
    };
    world.serve(config).await
}

struct World<'a> {
    path: &'a Path,
    catalogue: Catalogue,
    network: Arc<Network>,
    clock: Arc<dyn Clock>,
}

impl World<'_> {
    async fn serve(&self, config: Config) -> Result<ExitCode, Failure> {
        // Before anything is promised: from here on, nothing ends this process by surprise.
        let mut signals = Signals::listen().map_err(|error| unserved(&error))?;
        let handed_over = sockets::handed_over().map_err(|error| unserved(&error))?;
        let log = Log::new(std::io::stderr());
        quiet_panics(&log);
        let settings = config.into_settings(&self.network, &self.clock);
        let clock = Arc::clone(&self.clock);
        let server = Server::start(settings, handed_over, log.clone(), clock).await;
        let server = server.map_err(|error| not_started(&error))?;
        sockets::tell("READY=1");
        while let Signal::Reload = signals.next().await {
            self.reload(&server);
        }
        sockets::tell("STOPPING=1");
        server.drain(DRAIN).await;
        log.close();
        Ok(ExitCode::SUCCESS)
    }

    /// A configuration with mistakes changes nothing; the log says which.
    fn reload(&self, server: &Server) {
        let why = match Config::read(self.path, &self.catalogue) {
            Ok(config) => {
                let settings = config.into_settings(&self.network, &self.clock);
                server.reload(settings).err().map(|error| error.to_string())
            }
            Err(mistakes) => Some(in_lines(&mistakes).join("; ")),
        };
        if let Some(why) = why {
            server.not_reloaded(&why);
        }
    }
}

/// The story of a panic may quote anything; its place is enough, in the log's own form.
fn quiet_panics(log: &Log) {
    let log = log.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        log.panicked(&place.unwrap_or_default());
    }));
}

#[derive(Serialize)]
struct Checked {
    behaves: Vec<String>,
    integrations: Vec<Explanation>,
}

impl Checked {
    fn text(&self) -> String {
        let mut text = "The configuration is right.\n\n".to_owned();
        for line in &self.behaves {
            let _infallible = writeln!(text, "{line}");
        }
        for one in &self.integrations {
            let _infallible = writeln!(text, "\nPOST {}: {}", one.path, one.system);
            for asked in &one.asks {
                let _infallible = writeln!(text, "  asks     {asked}");
            }
            let _infallible = writeln!(text, "  shows    {}", one.shows);
            for (name, purpose) in &one.fields {
                let _infallible = writeln!(text, "  takes    {name}: {purpose}");
            }
            for (name, place) in &one.returns {
                let _infallible = writeln!(text, "  returns  {name}: {place}");
            }
        }
        text
    }
}

fn in_lines(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

fn wrong(path: &Path, mistakes: &[Mistake]) -> Failure {
    let problem = |mistake: &Mistake| {
        let place = format!("{}, line {}", path.display(), mistake.line);
        let summary = match mistake.field.as_str() {
            "" => format!("{place}: {}", mistake.summary),
            field => format!("{place}, {field}: {}", mistake.summary),
        };
        Problem::new(Code::DraftInvalid, summary, mistake.remedy.clone())
    };
    mistakes.iter().map(problem).collect::<Vec<_>>().into()
}

fn not_started(error: &NotServed) -> Failure {
    match error {
        NotServed::Bind { address, cause } => Problem::new(
            Code::FileFailed,
            format!("The address {address} cannot be listened on: {cause}."),
            "Stop what listens there, or change the address in the configuration.",
        ),
        NotServed::Open(address) => Problem::new(
            Code::DraftInvalid,
            format!("Other machines can reach the address {address}."),
            "Add [tls] and [callers] to the configuration, or listen at 127.0.0.1.",
        ),
    }
    .into()
}

fn unserved(error: &std::io::Error) -> Failure {
    Problem::new(
        Code::FileFailed,
        format!("The system did not give what a service needs: {error}."),
        "Check how the service is started.",
    )
    .into()
}

enum Signal {
    Reload,
    End,
}

#[cfg(unix)]
struct Signals {
    hangup: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hangup.recv() => Signal::Reload,
            _ = self.terminate.recv() => Signal::End,
            _ = self.interrupt.recv() => Signal::End,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        // Where Ctrl-C cannot be waited for, the process ends by it.
        let _ended = tokio::signal::ctrl_c().await;
        Signal::End
    }
}
