//! Ctrl-C while a refresh is under way: its answer is kept before the program ends.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;
use proofkey_core::Secret;
use proofkey_core::provider::Grant;
use proofkey_core::vault::sealed_file::{SealedFile, SealedKey};
use proofkey_tests::{
    Conduct, IDENTITY, RotatingServer, SetClock, approval, consent, opened, rotating_draft,
};

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_refresh_that_is_interrupted_is_kept_and_its_successor_works() {
    let (server, home, id, runtime) = approved();
    let (asked, arrived) = mpsc::channel();
    let (answer, go_on) = mpsc::channel();
    server.behave(move |number| {
        if number == 0 {
            asked.send(()).expect("the test waits");
            go_on.recv_timeout(PATIENCE).expect("the test goes on");
        }
        Conduct::Rotate
    });
    let mut child = token(home.path(), server.address(), &id)
        .spawn()
        .expect("proofkey starts");
    arrived.recv_timeout(PATIENCE).expect("it asks the server");
    interrupt(&child);
    // It says so when it has heard; only then is the answer sent.
    let mut stderr = child.stderr.take().expect("a pipe");
    let mut told = [0; 16];
    stderr.read_exact(&mut told).expect("words");
    answer.send(()).expect("the server waits");
    let status = child.wait().expect("an end");
    assert_eq!(status.code(), Some(130));
    let again = token(home.path(), server.address(), &id)
        .output()
        .expect("proofkey runs");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success(), "{said}");
    let tally = server.tally();
    assert_eq!((tally.refreshes, tally.reuses), (2, 0));
    drop(runtime);
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill runs").success());
}

/// A connection that somebody approved long ago, in a folder and a sealed vault of its own.
fn approved() -> (
    RotatingServer,
    tempfile::TempDir,
    String,
    tokio::runtime::Runtime,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let home = tempfile::tempdir().expect("a folder");
    let (server, id) = runtime.block_on(async {
        let server = RotatingServer::start().await;
        std::fs::write(home.path().join("root.pem"), server.root_pem()).expect("written");
        std::fs::write(home.path().join("identity"), IDENTITY).expect("written");
        let key = SealedKey::Identity(Secret::new(IDENTITY.to_owned()));
        let vault = SealedFile::create(&home.path().join("vault.age"), &key).expect("made");
        let proofkey = opened(
            &home.path().join("config"),
            Arc::new(vault),
            SetClock::at(1_700_000_000),
            server.address(),
            &server.root_pem(),
        )
        .expect("opened");
        let view = proofkey.add(rotating_draft(Grant::AuthorizationCode)).await;
        let id = view.map_err(|rejected| rejected.problem).expect("added").id;
        let connection = proofkey.find(&id).expect("there");
        let now = Timestamp::from_second(1_700_000_000).expect("a time");
        proofkey
            .keep_approval(&connection, approval(server.approve()), consent("ann", now))
            .await
            .expect("kept");
        (server, id)
    });
    (server, home, id, runtime)
}

/// `proofkey token` for one that lives longer than any.
fn token(home: &Path, server: SocketAddr, id: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofkey"));
    command
        .args(["token", id, "--min-ttl", "100000", "--config-dir"])
        .arg(home.join("config"))
        .arg("--vault")
        .arg(format!("file:{}", home.join("vault.age").display()))
        .arg("--ca-file")
        .arg(home.join("root.pem"))
        .arg("--connect-to")
        .arg(format!(
            "{}:443:{}:{}",
            RotatingServer::HOST,
            server.ip(),
            server.port()
        ))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .env("PROOFKEY_VAULT_IDENTITY_FILE", home.join("identity"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
