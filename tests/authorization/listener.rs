//! The redirect listener by itself: which addresses it has, and that its own call finds it.

use proofkey_core::connection::{LoopbackFamily, Redirect};
use proofkey_core::oauth::redirect_listener::RedirectListener;
use proofkey_core::provider::RedirectHost;
use proofkey_core::system::entropy::OsEntropy;
use tokio::net::TcpStream;

async fn open(host: RedirectHost) -> RedirectListener {
    let redirect = Redirect::loopback(host, Vec::new(), &OsEntropy);
    RedirectListener::open(&redirect, &[]).await.expect("open")
}

fn has_v6() -> bool {
    std::net::TcpListener::bind("[::1]:0").is_ok()
}

#[tokio::test]
async fn localhost_answers_on_every_family_there_is_and_an_address_on_its_own() {
    let named = open(RedirectHost::Localhost).await;
    assert!(named.redirect_uri().starts_with("http://localhost:"));
    let mut families = vec![LoopbackFamily::V4];
    families.extend(has_v6().then_some(LoopbackFamily::V6));
    let found = named.preflight(&OsEntropy).await;
    assert_eq!((found.answering, found.silent), (families, Vec::new()));
    assert_eq!(found.astray, Vec::<std::net::IpAddr>::new());

    let addressed = open(RedirectHost::Address).await;
    assert!(addressed.redirect_uri().starts_with("http://127.0.0.1:"));
    let found = addressed.preflight(&OsEntropy).await;
    assert_eq!(found.answering, [LoopbackFamily::V4]);
    let other = TcpStream::connect(("::1", addressed.port())).await;
    assert!(other.is_err(), "nobody asked for IPv6");
}

#[tokio::test]
async fn the_ports_are_tried_in_their_order() {
    let first = open(RedirectHost::Address).await;
    let redirect = Redirect::loopback(RedirectHost::Address, Vec::new(), &OsEntropy);
    let spare = open(RedirectHost::Address).await.port();
    let second = RedirectListener::open(&redirect, &[first.port(), spare]).await;
    let second = second.expect("the second");
    assert_eq!(second.port(), spare);
}

#[tokio::test]
async fn where_no_browser_waits_the_port_is_free_at_once() {
    let listener = open(RedirectHost::Address).await;
    let port = listener.port();
    let begun = std::time::Instant::now();
    listener.close().await;
    assert!(begun.elapsed() < std::time::Duration::from_millis(250));
    std::net::TcpListener::bind(("127.0.0.1", port)).expect("free");
}
