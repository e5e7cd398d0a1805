//! Callers with certificates, from the configuration to the answer.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_validator::config::Config;
use proofkey_validator::server::{Log, Server, Settings, Sockets};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::stage::{DEADLINE, Seen, Written, answers, request, with_headers};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

type Shown = (CertificateDer<'static>, KeyPair);

fn issued(by: &Authority, name: &str) -> (Shown, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let made = params.signed_by(&key, by).unwrap();
    ((made.der().clone(), key), made.pem())
}

fn caller(by: &Authority) -> Shown {
    issued(by, "caller.example.com").0
}

fn own(folder: &Path, name: &str, content: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A clock that stands until it is moved.
struct Clocked(Mutex<Timestamp>);

impl Clock for Clocked {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

const WORD: &str = "Connection: keep-alive\r\nAuthorization: Bearer long-enough-for-a-test\r\n";
const BY_CERTIFICATE: &str = "client_ca = \"ca.pem\"\n";
const BY_WORD: &str = "bearer_file = \"bearer\"\n";

/// A service at an address that others can reach, with a certificate of `authority`.
struct Guarded {
    server: Server,
    authority: Authority,
    clock: Arc<Clocked>,
    log: Log,
    written: Written,
}

impl Guarded {
    /// `callers` is what stands under `[callers]`, where ca.pem is that of `trusted`.
    async fn start(callers: &str, trusted: &Authority) -> Self {
        let authority = authority();
        let settings = settings(callers, &authority, trusted).unwrap();
        let clock = Arc::new(Clocked(Mutex::new(SystemClock.now())));
        let written = Written::default();
        let log = Log::new(written.clone());
        let server = Server::start(
            settings,
            Sockets::default(),
            log.clone(),
            Arc::clone(&clock) as _,
        );
        Self {
            server: server.await.unwrap(),
            authority,
            clock,
            log,
            written,
        }
    }

    fn reload(&self, callers: &str, trusted: &Authority) {
        let settings = settings(callers, &self.authority, trusted).unwrap();
        self.server.reload(settings).unwrap();
    }

    /// A connection with this certificate; `None` when it comes to nothing.
    async fn open(&self, shown: Option<Shown>) -> Option<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match shown {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
                let chain = vec![certificate];
                config.with_client_auth_cert(chain, key).unwrap()
            }
        };
        let address = SocketAddr::from(([127, 0, 0, 1], self.server.address().port()));
        let stream = TcpStream::connect(address).await.ok()?;
        let connector = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("localhost").unwrap();
        connector.connect(name, stream).await.ok()
    }

    /// What a new connection with this certificate gets to one request.
    async fn status(&self, shown: Option<Shown>) -> Option<u16> {
        let mut stream = self.open(shown).await?;
        stream.write_all(&request("/desk", "{}")).await.ok()?;
        let mut all = Vec::new();
        let reading = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut all));
        let _closed = reading.await.unwrap();
        answers(&all).first().map(|seen| seen.status)
    }
}

fn settings(
    callers: &str,
    authority: &Authority,
    trusted: &Authority,
) -> Result<Settings, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let ((_, key), pem) = issued(authority, "localhost");
    own(folder.path(), "cert.pem", &pem);
    own(folder.path(), "key.pem", &key.serialize_pem());
    own(folder.path(), "ca.pem", &trusted.pem());
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let both = format!("{}{rubbish}", trusted.pem());
    own(folder.path(), "mixed.pem", &both);
    own(folder.path(), "bearer", "long-enough-for-a-test");
    let file = folder.path().join("validator.toml");
    let text = format!(
        "listen = \"0.0.0.0:0\"\nhosts = [\"localhost\"]\n\
         [tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n[callers]\n{callers}\
         [[integration]]\npath = \"/desk\"\nprovider = \"zendesk-token\"\n\
         fields = {{ subdomain = \"label\", email = \"string\", api_token = \"secret\" }}\n"
    );
    std::fs::write(&file, text).unwrap();
    let config = Config::read(&file, &Catalogue::built_in())
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let network = Arc::new(Network::new(NetworkSettings::default()).unwrap());
    let clock: Arc<dyn Clock> = Arc::new(Clocked(Mutex::new(Timestamp::UNIX_EPOCH)));
    Ok(config.into_settings(&network, &clock))
}

/// One request on a connection that stays open, if the service lets it.
async fn ask(stream: &mut TlsStream<TcpStream>, headers: &str) -> Seen {
    stream
        .write_all(&with_headers("/desk", "{}", headers))
        .await
        .unwrap();
    let mut all = Vec::new();
    let whole = async {
        while !all.ends_with(b"}") {
            let mut some = [0; 1024];
            let count = stream.read(&mut some).await.unwrap();
            assert!(count > 0, "closed");
            all.extend_from_slice(&some[..count]);
        }
    };
    tokio::time::timeout(DEADLINE, whole).await.unwrap();
    answers(&all).remove(0)
}

fn is_let_in(seen: &Seen) -> bool {
    // An empty `auth` gets no further than the contract, and that far.
    seen.status == 401
        && seen.header("www-authenticate").is_none()
        && seen.header("connection").is_none()
}

fn is_shown_out(seen: &Seen) -> bool {
    seen.status == 421 && seen.header("connection") == Some("close")
}

#[tokio::test]
async fn only_a_certificate_of_the_named_authority_opens_the_service() {
    let (ours, theirs) = (authority(), authority());
    let service = Guarded::start(BY_CERTIFICATE, &ours).await;
    assert_eq!(service.status(Some(caller(&ours))).await, Some(401));
    assert_eq!(service.status(None).await, None);
    assert_eq!(service.status(Some(caller(&theirs))).await, None);
}

#[tokio::test]
async fn a_connection_from_before_certificates_were_asked_for_is_shown_out_after_the_reload() {
    let ours = authority();
    let service = Guarded::start(BY_WORD, &ours).await;
    let mut stranger = service.open(None).await.unwrap();
    let mut known = service.open(None).await.unwrap();
    assert!(is_let_in(&ask(&mut known, WORD).await));
    assert_eq!(ask(&mut stranger, "").await.status, 401);
    service.reload(BY_CERTIFICATE, &ours);
    assert!(is_shown_out(&ask(&mut stranger, "").await));
    assert!(is_shown_out(&ask(&mut known, WORD).await));
    assert_eq!(service.status(None).await, None);
    assert_eq!(service.status(Some(caller(&ours))).await, Some(401));
}

#[tokio::test]
async fn an_authority_that_was_thrown_out_opens_no_connection_that_is_open_already() {
    let (former, present) = (authority(), authority());
    let service = Guarded::start(BY_CERTIFICATE, &former).await;
    let mut old = service.open(Some(caller(&former))).await.unwrap();
    assert!(is_let_in(&ask(&mut old, "").await));
    service.reload(BY_CERTIFICATE, &former);
    assert!(is_let_in(&ask(&mut old, "").await), "the same authority");
    service.reload(BY_CERTIFICATE, &present);
    assert!(is_shown_out(&ask(&mut old, "").await));
}

#[tokio::test]
async fn a_certificate_that_ends_while_its_connection_lasts_opens_nothing_any_more() {
    let ours = authority();
    let service = Guarded::start(BY_CERTIFICATE, &ours).await;
    let mut open = service.open(Some(caller(&ours))).await.unwrap();
    assert!(is_let_in(&ask(&mut open, "").await));
    // What rcgen makes ends in the year 4096.
    *service.clock.0.lock().unwrap() = "4100-01-01T00:00:00Z".parse().unwrap();
    assert!(is_shown_out(&ask(&mut open, "").await));
}

#[tokio::test]
async fn of_the_authority_s_certificates_only_those_with_a_listed_name_open_the_service() {
    let ours = authority();
    let named = format!("{BY_CERTIFICATE}client_names = [\"caller.example.com\"]\n");
    let service = Guarded::start(&named, &ours).await;
    assert_eq!(service.status(Some(caller(&ours))).await, Some(401));
    let other = Some(issued(&ours, "other.example.com").0);
    assert_eq!(service.status(other).await, None);
    // A reload to a list holds for connections that are open.
    let service = Guarded::start(BY_CERTIFICATE, &ours).await;
    let other = Some(issued(&ours, "other.example.com").0);
    let mut other = service.open(other).await.unwrap();
    assert!(is_let_in(&ask(&mut other, "").await));
    service.reload(&named, &ours);
    assert!(is_shown_out(&ask(&mut other, "").await));
}

#[tokio::test]
async fn a_handshake_that_failed_is_in_the_log_with_its_reason() {
    let (ours, theirs) = (authority(), authority());
    let named = format!("{BY_CERTIFICATE}client_names = [\"caller.example.com\"]\n");
    let service = Guarded::start(&named, &ours).await;
    assert_eq!(service.status(None).await, None);
    assert_eq!(service.status(Some(caller(&theirs))).await, None);
    let other = issued(&ours, "other.example.com").0;
    assert_eq!(service.status(Some(other)).await, None);
    let address = SocketAddr::from(([127, 0, 0, 1], service.server.address().port()));
    for bytes in [&request("/desk", "{}")[..], b""] {
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(bytes).await.unwrap();
        plain.shutdown().await.unwrap();
        crate::stage::to_the_end(&mut plain).await;
    }
    assert!(service.server.drain(DEADLINE).await);
    service.log.close();
    let text = service.written.text();
    let failed: Vec<&str> = text
        .lines()
        .filter(|it| {
            it.contains(
                "\"level\":\"info\",\"event\":\"handshake_failed\",\"source\":\"127.0.0.1\"",
            )
        })
        .collect();
    for reason in [
        "no_certificate",
        "certificate_authority",
        "certificate_name",
        "not_tls",
        "closed",
    ] {
        let reason = format!("\"reason\":\"{reason}\"");
        assert_eq!(
            failed.iter().filter(|it| it.contains(&reason)).count(),
            1,
            "{reason}\n{text}"
        );
    }
}

#[test]
fn an_authority_that_cannot_be_read_is_a_mistake_and_so_is_a_name_that_is_none() {
    let ours = authority();
    let mixed = "client_ca = \"mixed.pem\"\nclient_names = [\"a b\"]\n";
    let mistakes = settings(mixed, &ours, &ours).err().unwrap();
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(
        mistakes[0].contains("Certificate 2 of the file"),
        "{mistakes:?}"
    );
    assert!(
        mistakes[1].contains("client_names[0]: a b is"),
        "{mistakes:?}"
    );
    let alone = format!("{BY_WORD}client_names = [\"a.example.com\"]\n");
    assert_eq!(settings(&alone, &ours, &ours).err().unwrap().len(), 1);
}
