//! Which way a request goes: straight, or through a proxy's tunnel.

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::address;
use crate::border::ProxyChoice;
use crate::error::{Code, Problem};

/// The way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Direct,
    /// Through a CONNECT tunnel. `proxy` is scheme, host and port without credentials.
    Proxy {
        proxy: String,
    },
    /// The system names a proxy that cannot be used.
    Unsupported {
        scheme: String,
    },
}

/// A usable proxy for one request.
pub(super) struct Tunnel {
    pub(super) url: Url,
    /// The value of `Proxy-Authorization`; it goes to the proxy only.
    pub(super) authorization: Option<HeaderValue>,
}

pub(super) enum Way {
    Direct,
    Tunnel(Tunnel),
    Unsupported { scheme: String },
}

/// The proxies in force, read once.
pub(super) struct Proxies(Option<Matcher>);

impl Proxies {
    /// Reads the system's proxies when that is chosen. A typed proxy must be an http address without
    /// credentials, path or query; `DraftInvalid` says so otherwise.
    pub(super) fn new(choice: &ProxyChoice) -> Result<Self, Problem> {
        Ok(Self(match choice {
            ProxyChoice::None => None,
            ProxyChoice::System => Some(Matcher::from_system()),
            ProxyChoice::Manual { url } => {
                let url = typed(url)?;
                Some(Matcher::builder().https(String::from(url)).build())
            }
        }))
    }

    /// Loopback is never proxied, whatever the settings say (rule B15). What is not loopback is
    /// https, so a proxy only ever sees a CONNECT.
    pub(super) fn way(&self, url: &Url) -> Way {
        if url
            .host_str()
            .is_none_or(|host| address::names_loopback(bare(host)))
        {
            return Way::Direct;
        }
        let Ok(target) = url.as_str().parse::<Uri>() else {
            return Way::Direct;
        };
        let Some(found) = self
            .0
            .as_ref()
            .and_then(|proxies| proxies.intercept(&target))
        else {
            return Way::Direct;
        };
        let scheme = found.uri().scheme_str().unwrap_or_default().to_owned();
        let Ok(mut proxy) = Url::parse(&found.uri().to_string()) else {
            return Way::Unsupported { scheme };
        };
        if scheme != "http" || proxy.host_str().is_none() {
            return Way::Unsupported { scheme };
        }
        // The matcher has taken credentials out already; this makes sure of it.
        let stripped = proxy.set_username("").is_ok() && proxy.set_password(None).is_ok();
        if !stripped {
            return Way::Unsupported { scheme };
        }
        Way::Tunnel(Tunnel {
            url: proxy,
            authorization: found.basic_auth().map(|value| {
                let mut value = value.clone();
                value.set_sensitive(true);
                value
            }),
        })
    }
}

/// The system's proxy that covers `url`, an address of this machine, although it should not: a browser
/// that obeys it would look for this machine elsewhere. Without credentials.
pub fn proxy_of_loopback(url: &Url) -> Option<String> {
    let target = url.as_str().parse::<Uri>().ok()?;
    covering(&Matcher::from_system(), &target)
}

fn covering(proxies: &Matcher, target: &Uri) -> Option<String> {
    let found = proxies.intercept(target)?;
    let host = found.uri().host()?;
    let shown = match found.uri().port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    Some(crate::wording::clean(&shown, 120))
}

impl From<&Way> for Route {
    fn from(way: &Way) -> Self {
        match way {
            Way::Direct => Self::Direct,
            Way::Tunnel(tunnel) => Self::Proxy {
                proxy: tunnel.url.as_str().trim_end_matches('/').to_owned(),
            },
            Way::Unsupported { scheme } => Self::Unsupported {
                scheme: crate::wording::clean(scheme, 20),
            },
        }
    }
}

/// A URL's host without the brackets of an IPv6 address.
pub(super) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn typed(text: &str) -> Result<Url, Problem> {
    let wrong = |why: &str| {
        Problem::new(
            Code::DraftInvalid,
            format!("The proxy address cannot be used. {why}"),
            "Write it like http://proxy.example:3128.",
        )
        .at("proxy")
    };
    let url = Url::parse(text.trim()).map_err(|_| wrong("It is not an address."))?;
    if url.scheme() != "http" {
        return Err(wrong("Only http proxies can be used."));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("It names no host."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("It must not hold a user name or password."));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("It must end after the port."));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(choice: &ProxyChoice, url: &str) -> Route {
        Route::from(&Proxies::new(choice).unwrap().way(&Url::parse(url).unwrap()))
    }

    #[test]
    fn loopback_is_never_proxied() {
        let manual = ProxyChoice::Manual {
            url: "http://proxy.example:3128".to_owned(),
        };
        for url in [
            "http://127.0.0.1:1/",
            "https://localhost/",
            "https://[::1]:8443/",
        ] {
            assert_eq!(route(&manual, url), Route::Direct, "{url}");
        }
        assert_eq!(
            route(&manual, "https://acme.talkdeskid.com/oauth/token"),
            Route::Proxy {
                proxy: "http://proxy.example:3128".to_owned()
            }
        );
        assert_eq!(
            route(&ProxyChoice::None, "https://a.example/"),
            Route::Direct
        );
    }

    #[test]
    fn credentials_of_a_system_proxy_are_kept_out_of_its_name() {
        let matcher = Matcher::builder()
            .all("http://user:hunter2@proxy.example:3128")
            .build();
        let way = Proxies(Some(matcher)).way(&Url::parse("https://a.example/").unwrap());
        assert_eq!(
            Route::from(&way),
            Route::Proxy {
                proxy: "http://proxy.example:3128".to_owned()
            }
        );
        let Way::Tunnel(tunnel) = way else {
            panic!("expected a tunnel")
        };
        let authorization = tunnel.authorization.unwrap();
        assert!(authorization.is_sensitive());
        assert_eq!(authorization, "Basic dXNlcjpodW50ZXIy");
    }

    #[test]
    fn a_proxy_that_covers_this_machine_is_named_without_its_credentials() {
        let target = Uri::from_static("http://127.0.0.1:61234/authorized");
        let covering_all = Matcher::builder()
            .all("http://user:hunter2@proxy.example:3128")
            .build();
        assert_eq!(
            covering(&covering_all, &target).as_deref(),
            Some("proxy.example:3128")
        );
        let excepted = Matcher::builder()
            .all("http://proxy.example:3128")
            .no("localhost,127.0.0.1,::1")
            .build();
        assert_eq!(covering(&excepted, &target), None);
    }

    #[test]
    fn a_socks_proxy_is_named_as_unsupported_instead_of_passed_by() {
        let matcher = Matcher::builder()
            .all("socks5://proxy.example:1080")
            .build();
        let way = Proxies(Some(matcher)).way(&Url::parse("https://a.example/").unwrap());
        assert_eq!(
            Route::from(&way),
            Route::Unsupported {
                scheme: "socks5".to_owned()
            }
        );
    }

    #[test]
    fn a_typed_proxy_is_checked() {
        for text in [
            "",
            "proxy:3128",
            "https://proxy.example",
            "socks5://proxy.example",
            "http://u:p@proxy",
            "http://proxy/path",
            "http://proxy?x",
            "http://",
        ] {
            let choice = ProxyChoice::Manual {
                url: text.to_owned(),
            };
            assert!(Proxies::new(&choice).is_err(), "{text:?}");
        }
    }
}
