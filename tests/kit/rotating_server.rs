//! An authorization server that gives a new refresh token for each old one, withdraws the whole
//! approval when one is used twice (RFC 9700 §4.14.2), and keeps the record that decides a test.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit that cannot be set up ends the test that asked for it"
)]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls_pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use url::form_urlencoded;

use crate::raw_peer::answer;
use crate::{Leaf, TestCa};

/// What the server does with one token request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conduct {
    /// A new access token and a new refresh token.
    #[default]
    Rotate,
    /// A new access token; the refresh token stays.
    Keep,
    /// It rotates, and the answer is lost on the way.
    LoseAnswer,
    /// It hangs up without having looked.
    HangUp,
    /// 503 that asks to come back at once.
    Busy,
    /// 500 without having looked.
    Break,
    /// It rotates, and its answer cannot be used.
    Garble,
    /// It rotates, and sends an ID token that nobody signed.
    Forge,
    /// It rotates, and sends an ID token though it publishes no keys to prove it with.
    Unprovable,
    /// An OAuth error (RFC 6749 §5.2), without having looked.
    Refuse(&'static str),
}

/// What the server saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub token_requests: usize,
    /// Refreshes that were answered with a token, whether the answer arrived or not.
    pub refreshes: usize,
    /// Tokens of the client credentials grant.
    pub granted: usize,
    /// Spent refresh tokens that were sent again.
    pub reuses: usize,
    /// Approvals that were withdrawn because of that.
    pub withdrawn: usize,
    /// Requests for anything that needs a token.
    pub api_requests: usize,
    /// `token_type_hint` of each revocation, in order.
    pub revoked: Vec<String>,
}

type Habit = Box<dyn Fn(usize) -> Conduct + Send>;

struct State {
    tally: Tally,
    families: Vec<Family>,
    habit: Arc<Mutex<Habit>>,
    /// Statuses of the next revocations; 200 after them.
    revocations: VecDeque<u16>,
    /// So many of the next API requests are answered with 401.
    api_refusals: usize,
    /// Further members of the next token answers, as JSON; none after them.
    further: VecDeque<&'static str>,
    lifetime: u64,
}

/// The refresh tokens that came from one approval.
#[derive(Default)]
struct Family {
    current: usize,
    issued: usize,
    withdrawn: bool,
}

/// It listens on loopback, with TLS, until it is dropped.
pub struct RotatingServer {
    address: SocketAddr,
    ca: TestCa,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl RotatingServer {
    /// The name that its certificate is for, and that the provider file leads to.
    pub const HOST: &'static str = "as.example.com";

    pub async fn start() -> Self {
        let ca = TestCa::new("rotating");
        let tls = ca.server(Leaf::Good(vec![Self::HOST.to_owned()]));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let state = Arc::new(Mutex::new(State {
            tally: Tally::default(),
            families: Vec::new(),
            habit: Arc::new(Mutex::new(Box::new(|_| Conduct::Rotate))),
            revocations: VecDeque::new(),
            api_refusals: 0,
            further: VecDeque::new(),
            lifetime: 600,
        }));
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let task = tokio::spawn(serve(listener, acceptor, Arc::clone(&state)));
        Self {
            address,
            ca,
            state,
            task,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn root(&self) -> CertificateDer<'static> {
        self.ca.root()
    }

    pub fn root_pem(&self) -> String {
        self.ca.root_pem()
    }

    /// From now on, by the number of the token request, counted from zero at the start.
    pub fn behave(&self, habit: impl Fn(usize) -> Conduct + Send + 'static) {
        self.state().habit = Arc::new(Mutex::new(Box::new(habit)));
    }

    pub fn answer_revocations(&self, statuses: &[u16]) {
        self.state().revocations.extend(statuses);
    }

    /// Answers so many of the next API requests with 401.
    pub fn refuse_api(&self, times: usize) {
        self.state().api_refusals = times;
    }

    /// The next token answers say this as well: `"instance_url":"https://as.example.com"`, or nothing.
    pub fn answer_also(&self, members: &[&'static str]) {
        self.state().further.extend(members);
    }

    pub fn let_tokens_live(&self, seconds: u64) {
        self.state().lifetime = seconds;
    }

    /// A person approves: access and refresh token of a new family.
    pub fn approve(&self) -> (String, String) {
        let mut state = self.state();
        state.families.push(Family::default());
        let family = state.families.len() - 1;
        state.families[family].tokens(family)
    }

    /// Somebody who does not share the lock refreshes the last approval.
    pub fn rotate_elsewhere(&self) -> (String, String) {
        let mut state = self.state();
        let family = state.families.len() - 1;
        state.families[family].rotate(family)
    }

    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

impl Drop for RotatingServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Family {
    fn tokens(&mut self, number: usize) -> (String, String) {
        self.issued += 1;
        (
            format!("access-{number}-{}", self.issued),
            format!("refresh-{number}-{}-kept-secret", self.current),
        )
    }

    fn rotate(&mut self, number: usize) -> (String, String) {
        self.current += 1;
        self.tokens(number)
    }
}

impl State {
    /// The answer, or `None` for none.
    fn token(&mut self, form: &[(String, String)], conduct: Conduct) -> Option<Vec<u8>> {
        match conduct {
            Conduct::HangUp => return None,
            Conduct::Busy => return Some(json(503, &[("Retry-After", "0")], "{}")),
            Conduct::Break => return Some(json(500, &[], r#"{"error":"server_error"}"#)),
            Conduct::Refuse(error) => return Some(refused(error)),
            _ => {}
        }
        match member(form, "grant_type") {
            "client_credentials" => {
                self.tally.granted += 1;
                let token = format!("access-client-{}", self.tally.granted);
                Some(self.issued(&token, ""))
            }
            "refresh_token" => self.refresh(member(form, "refresh_token"), conduct),
            _ => Some(refused("unsupported_grant_type")),
        }
    }

    fn refresh(&mut self, token: &str, conduct: Conduct) -> Option<Vec<u8>> {
        let mut parts = token
            .split('-')
            .skip(1)
            .map_while(|part| part.parse::<usize>().ok());
        let (Some(number), Some(spent)) = (parts.next(), parts.next()) else {
            return Some(refused("invalid_grant"));
        };
        let Some(family) = self.families.get_mut(number) else {
            return Some(refused("invalid_grant"));
        };
        if spent != family.current {
            self.tally.reuses += 1;
            self.tally.withdrawn += usize::from(!family.withdrawn);
            family.withdrawn = true;
        }
        if family.withdrawn {
            return Some(refused("invalid_grant"));
        }
        self.tally.refreshes += 1;
        if conduct == Conduct::Keep {
            let (access, _) = family.tokens(number);
            return Some(self.issued(&access, ""));
        }
        let (access, refresh) = family.rotate(number);
        let refresh = format!(r#","refresh_token":"{refresh}""#);
        match conduct {
            Conduct::LoseAnswer => None,
            Conduct::Garble => Some(json(200, &[], r#"{"access_token":5}"#)),
            Conduct::Forge => {
                Some(self.issued(&access, &format!(r#"{refresh},"id_token":"a.b.c""#)))
            }
            Conduct::Unprovable => {
                // {"alg":"ES256"}
                let token = r#","id_token":"eyJhbGciOiJFUzI1NiJ9.e30.AAAA""#;
                Some(self.issued(&access, &format!("{refresh}{token}")))
            }
            _ => Some(self.issued(&access, &refresh)),
        }
    }

    fn issued(&mut self, access: &str, further: &str) -> Vec<u8> {
        let lifetime = self.lifetime;
        let also = self.further.pop_front().filter(|also| !also.is_empty());
        let also = also.map_or_else(String::new, |also| format!(",{also}"));
        let body = format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{lifetime}{further}{also}}}"#
        );
        json(200, &[], &body)
    }

    fn api(&mut self) -> Vec<u8> {
        self.tally.api_requests += 1;
        if self.api_refusals == 0 {
            return json(200, &[], r#"{"name":"anyone"}"#);
        }
        self.api_refusals -= 1;
        json(401, &[], r#"{"code":"0060001","message":"Unauthorized"}"#)
    }

    fn revoke(&mut self, form: &[(String, String)]) -> Vec<u8> {
        let hint = member(form, "token_type_hint").to_owned();
        self.tally.revoked.push(hint);
        match self.revocations.pop_front() {
            Some(503) => json(503, &[("Retry-After", "0")], "{}"),
            Some(status) => json(status, &[], r#"{"error":"server_error"}"#),
            None => answer(200, &[], b""),
        }
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, state) = (tls.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            // A client that was killed in the middle is what some tests are about.
            if let Ok(stream) = tls.accept(stream).await {
                let _ = converse(stream, &state).await;
            }
        });
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    state: &Mutex<State>,
) -> std::io::Result<()> {
    let Some((path, form)) = read(&mut stream).await? else {
        return Ok(());
    };
    let reply = match path.as_str() {
        "/token" => {
            let (number, habit) = {
                let mut state = locked(state);
                state.tally.token_requests += 1;
                (state.tally.token_requests - 1, Arc::clone(&state.habit))
            };
            // A habit may ask the server for something: nothing is locked meanwhile.
            let conduct = (habit.lock().unwrap_or_else(PoisonError::into_inner))(number);
            locked(state).token(&form, conduct)
        }
        "/revoke" => Some(locked(state).revoke(&form)),
        _ => Some(locked(state).api()),
    };
    if let Some(reply) = reply {
        stream.write_all(&reply).await?;
        stream.shutdown().await?;
    }
    Ok(())
}

/// Path and form of one request.
async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
) -> std::io::Result<Option<(String, Vec<(String, String)>)>> {
    let mut request = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(None);
        }
        request.extend_from_slice(&buffer[..count]);
        if let Some(body) = crate::raw_peer::body_of(&request) {
            let form = form_urlencoded::parse(body).into_owned().collect();
            let head = String::from_utf8_lossy(&request);
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return Ok(Some((path, form)));
        }
    }
}

fn member<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    let found = form.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value)
}

fn refused(error: &str) -> Vec<u8> {
    json(400, &[], &format!(r#"{{"error":"{error}"}}"#))
}

fn json(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let all = [&[("Content-Type", "application/json")], headers].concat();
    answer(status, &all, body.as_bytes())
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
