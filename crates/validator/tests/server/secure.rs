//! Callers with certificates, from the configuration to the answer.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use proofkey_core::ports::Clock;
use proofkey_core::provider::Catalogue;
use proofkey_core::system::clock::SystemClock;
use proofkey_core::system::network::{Network, NetworkSettings};
use proofkey_validator::config::Config;
use proofkey_validator::server::{Log, Server, Sockets};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::stage::{DEADLINE, answers, request};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn issued(by: &Authority) -> (CertificateDer<'static>, KeyPair, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let made = params.signed_by(&key, by).unwrap();
    (made.der().clone(), key, made.pem())
}

fn own(folder: &Path, name: &str, content: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

const CONFIGURATION: &str = "listen = \"0.0.0.0:0\"\nhosts = [\"localhost\"]\n\
    [tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n[callers]\nclient_ca = \"ca.pem\"\n\
    [[integration]]\npath = \"/desk\"\nprovider = \"zendesk-token\"\n\
    fields = { subdomain = \"label\", email = \"string\", api_token = \"secret\" }\n";

/// At an address that others can reach, where only certificates of `authority` open.
async fn server(authority: &Authority) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let (_, key, pem) = issued(authority);
    own(folder.path(), "cert.pem", &pem);
    own(folder.path(), "key.pem", &key.serialize_pem());
    own(folder.path(), "ca.pem", &authority.pem());
    let file = folder.path().join("validator.toml");
    std::fs::write(&file, CONFIGURATION).unwrap();
    let config = Config::read(&file, &Catalogue::built_in());
    let config = config.map_err(|mistakes| format!("{mistakes:?}")).unwrap();
    let network = Arc::new(Network::new(NetworkSettings::default()).unwrap());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let settings = config.into_settings(&network, &clock);
    let log = Log::new(std::io::sink());
    let started = Server::start(settings, Sockets::default(), log, clock).await;
    started.unwrap()
}

/// The status that a caller with this certificate gets; `None` when the connection comes to nothing.
async fn status(
    server: &Server,
    trusted: &Authority,
    shown: Option<(CertificateDer<'static>, KeyPair)>,
) -> Option<u16> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match shown {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
            config
                .with_client_auth_cert(vec![certificate], key)
                .unwrap()
        }
    };
    let address = SocketAddr::from(([127, 0, 0, 1], server.address().port()));
    let exchange = async {
        let stream = TcpStream::connect(address).await.ok()?;
        let connector = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = connector.connect(name, stream).await.ok()?;
        stream.write_all(&request("/desk", "{}")).await.ok()?;
        let mut all = Vec::new();
        let _closed = stream.read_to_end(&mut all).await;
        answers(&all).first().map(|seen| seen.status)
    };
    tokio::time::timeout(DEADLINE, exchange).await.unwrap()
}

#[tokio::test]
async fn only_a_certificate_of_the_named_authority_opens_the_service() {
    let (ours, theirs) = (authority(), authority());
    let server = server(&ours).await;
    let (certificate, key, _) = issued(&ours);
    // An empty `auth` gets no further than the contract, and that far.
    assert_eq!(
        status(&server, &ours, Some((certificate, key))).await,
        Some(401)
    );
    assert_eq!(status(&server, &ours, None).await, None);
    let (certificate, key, _) = issued(&theirs);
    assert_eq!(status(&server, &ours, Some((certificate, key))).await, None);
}
