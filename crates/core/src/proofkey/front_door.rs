//! How a browser comes to the practice Talkdesk.

use url::{Host, Url};

use super::PracticeNetwork;

/// The address under which a browser on this machine reaches `url`.
///
/// The practice Talkdesk bears the names of the real one, and a browser that is given such a name goes
/// to the real one. So its pages also answer, without TLS, where it listens, with the host at the
/// beginning of the path. `None` when it does not listen on this machine.
pub(super) fn front_door(practice: &PracticeNetwork, url: &Url) -> Option<Url> {
    let host = match url.host()? {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let port = url.port_or_known_default()?;
    let mut rules = practice.connect_to.iter();
    let (target, port) = rules.find_map(|rule| rule.target(&host, port))?;
    let address: std::net::IpAddr = target.parse().ok()?;
    if !address.is_loopback() {
        return None;
    }
    let mut door = Url::parse(&format!(
        "http://{}",
        std::net::SocketAddr::new(address, port)
    ))
    .ok()?;
    door.set_path(&format!("/{host}{}", url.path()));
    door.set_query(url.query());
    Some(door)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn practice(rule: &str) -> PracticeNetwork {
        PracticeNetwork {
            connect_to: vec![rule.parse().unwrap()],
            roots: Vec::new(),
        }
    }

    #[test]
    fn the_pages_are_reached_where_practice_listens_and_only_there() {
        let url =
            Url::parse("https://acme.talkdeskid.com/oauth/authorize?state=a%2Bb&nonce=c").unwrap();
        let door = front_door(&practice("::127.0.0.1:4321"), &url).unwrap();
        assert_eq!(
            door.as_str(),
            "http://127.0.0.1:4321/acme.talkdeskid.com/oauth/authorize?state=a%2Bb&nonce=c"
        );
        let door = front_door(&practice("::[::1]:4321"), &url).unwrap();
        assert!(door.as_str().starts_with("http://[::1]:4321/acme"));
        assert_eq!(front_door(&practice("::192.0.2.1:4321"), &url), None);
        assert_eq!(
            front_door(&practice("other.example::127.0.0.1:4321"), &url),
            None
        );
    }
}
