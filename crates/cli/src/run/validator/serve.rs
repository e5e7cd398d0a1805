//! `proofkey validator serve`: the service, until it is asked to end.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use proofkey_core::ports::Clock;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::Network;
use proofkey_core::{Code, Problem};
use proofkey_validator::config::{Config, Mistake};
use proofkey_validator::server::{Log, NotServed, Server};

use super::{check, sockets};
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
    let (catalogue, left_out) = host::service_catalogue(global)?;
    let network = host::service_network(global)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let read = Config::read(&options.config, &catalogue);
    if options.check_config {
        return check::told(&options.config, read, &left_out, clock.now(), output);
    }
    let config = read.map_err(|mistakes| check::wrong(&options.config, mistakes, &left_out))?;
    let world = World {
        global,
        path: &options.config,
        network: Arc::new(network),
        clock,
    };
    world.serve(config, &left_out).await
}

struct World<'a> {
    global: &'a Global,
    path: &'a Path,
    network: Arc<Network>,
    clock: Arc<dyn Clock>,
}

impl World<'_> {
    async fn serve(&self, config: Config, left_out: &[Problem]) -> Result<ExitCode, Failure> {
        // Before anything is promised: from here on, nothing ends this process by surprise.
        let mut signals = Signals::listen().map_err(|error| unserved(&error))?;
        let handed_over = sockets::handed_over().map_err(|error| unserved(&error))?;
        let log = Log::new(std::io::stderr());
        quiet_panics(&log);
        let warnings = check::warnings(&config, left_out, self.clock.now());
        let settings = config.into_settings(&self.network, &self.clock);
        let clock = Arc::clone(&self.clock);
        let server = Server::start(settings, handed_over, log.clone(), clock).await;
        let server = server.map_err(|error| not_started(&error))?;
        warned(&server, &warnings);
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
        let taken = self.read_again().and_then(|(config, warnings)| {
            let settings = config.into_settings(&self.network, &self.clock);
            server.reload(settings).map_err(|error| error.to_string())?;
            Ok(warnings)
        });
        match taken {
            Ok(warnings) => warned(server, &warnings),
            Err(why) => server.not_reloaded(&why),
        }
    }

    /// The configuration and the provider files as they are now; in words, what is wrong with them.
    fn read_again(&self) -> Result<(Config, Vec<Mistake>), String> {
        let (catalogue, left_out) = host::service_catalogue(self.global)
            .map_err(|problem| format!("{} {}", problem.summary, problem.remedy))?;
        let config = Config::read(self.path, &catalogue).map_err(|mistakes| in_lines(&mistakes))?;
        let warnings = check::warnings(&config, &left_out, self.clock.now());
        Ok((config, warnings))
    }
}

fn warned(server: &Server, warnings: &[Mistake]) {
    for warning in warnings {
        server.warned(&warning.to_string());
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

fn in_lines(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join(" ")
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
