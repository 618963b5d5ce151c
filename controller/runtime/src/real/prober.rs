//! Probes that leave the process: requests by HTTP, connections, and the kernel's table of sockets.
//!
//! Owns the calls and what their failures mean. Never chooses the way: the domain did. Behind [`Prober`] in the controller.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::probe::route::{ProbeTarget, Route};
use podsteward_domain::words;
use podsteward_host::pidfd::Identity;
use podsteward_host::sockets::{self, Listening};
use podsteward_host::stray;
use podsteward_metrics::chain;
use tokio::net::TcpStream;
use tokio::time::Instant;
use ureq::Agent;
use ureq::tls::TlsConfig;

use super::redirect;
use crate::clock::Clock;
use crate::prober::Prober;

/// So many redirects are followed, as Kubernetes does.
const REDIRECTS_MAX: usize = 10;
const USER_AGENT: &str = concat!("podsteward-probe/", env!("CARGO_PKG_VERSION"));

/// Probes from this host.
pub struct HostProber {
    agent: Agent,
    clock: Arc<dyn Clock>,
}

impl HostProber {
    /// A prober, of processes that started by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        // A certificate proves who somebody is; a probe asks how a container does that is known already.
        let tls = TlsConfig::builder().disable_verification(true).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .user_agent(USER_AGENT)
            .build();
        Self { agent: config.into(), clock }
    }

    fn listening(&self, target: &ProbeTarget, port: u16) -> ProbeResult {
        let Some(pid) = target.pid else {
            return ProbeResult::NoAnswer("its main process is not known".to_owned());
        };
        let identity = Identity { container: &target.container, started_ms: target.started_ms };
        match sockets::listening(pid, &identity, self.clock.now(), port) {
            Ok(Listening::ToOthers) => ProbeResult::Well,
            Ok(Listening::ToItself) => {
                ProbeResult::Ill(format!("port {port} is open to the container itself only (127.0.0.1)"))
            }
            Ok(Listening::No) => ProbeResult::Ill(format!("nothing listens on port {port}")),
            Err(error @ sockets::Error::NotIts(_)) => {
                let way_out = "use an exec probe, or run podsteward where Podman's processes are visible";
                ProbeResult::CannotRun(format!("{}; {way_out}", chain(&error)))
            }
            Err(error @ sockets::Error::Unreadable { .. }) => ProbeResult::NoAnswer(chain(&error)),
        }
    }
}

#[async_trait]
impl Prober for HostProber {
    async fn probe(&self, target: &ProbeTarget, way: &Route, timeout: Duration) -> ProbeResult {
        match way {
            Route::Connect { host, port } => connect(host, *port, timeout).await,
            Route::Listening { port } => self.listening(target, *port),
            Route::Http { url, headers } => {
                let (agent, url, headers) = (self.agent.clone(), url.clone(), headers.clone());
                let call = tokio::task::spawn_blocking(move || get(&agent, url, &headers, timeout));
                call.await.unwrap_or_else(|error| ProbeResult::NoAnswer(error.to_string()))
            }
            // Commands inside are run by the engine.
            Route::Exec { .. } => ProbeResult::NoAnswer("no engine is here to run a command".to_owned()),
        }
    }

    fn end_stray(&self, target: &ProbeTarget, pid: u32) -> Result<(), String> {
        let main = target.pid.ok_or("its main process is not known")?;
        stray::end(pid, main, &target.container).map(drop).map_err(|error| chain(&error))
    }
}

async fn connect(host: &str, port: u16, timeout: Duration) -> ProbeResult {
    match tokio::time::timeout(timeout, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => ProbeResult::Well,
        Ok(Err(error)) => failed(&error, &format!("{host} port {port}")),
        Err(_) => too_late(&format!("{host} port {port}"), timeout),
    }
}

/// Asks by HTTP, and follows redirects to the same host. One to another host is an answer, too, as in Kubernetes.
fn get(agent: &Agent, url: String, headers: &[(String, String)], timeout: Duration) -> ProbeResult {
    let (mut at, until) = (url, Instant::now() + timeout);
    for _ in 0..=REDIRECTS_MAX {
        // The time is that of the whole probe, wherever it is sent.
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return too_late(&at, timeout);
        }
        let request =
            headers.iter().fold(agent.get(&at), |request, (name, value)| request.header(name, value));
        let request = request.config().timeout_global(Some(left)).build().header("Connection", "close");
        let response = match request.call() {
            Ok(response) => response,
            Err(error) => return unanswered(&error, &at, timeout),
        };
        let status = response.status().as_u16();
        let location = response.headers().get("Location").and_then(|location| location.to_str().ok());
        let next =
            location.filter(|_| (300..400).contains(&status)).and_then(|to| redirect::on_same_host(&at, to));
        match (status, next) {
            (300..400, Some(next)) => at = next,
            (200..400, _) => return ProbeResult::Well,
            _ => return ProbeResult::Ill(format!("{at} answered {status}")),
        }
    }
    ProbeResult::Ill(format!("{at} goes on redirecting"))
}

fn unanswered(error: &ureq::Error, url: &str, timeout: Duration) -> ProbeResult {
    match error {
        ureq::Error::Io(error) => failed(error, url),
        ureq::Error::Timeout(_) => too_late(url, timeout),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            ProbeResult::CannotRun(format!("{url} or a header is no valid HTTP: {error}"))
        }
        error => ProbeResult::Ill(format!("{url}: {error}")),
    }
}

/// Where no way leads, nobody can be ill.
fn failed(error: &io::Error, whom: &str) -> ProbeResult {
    match error.kind() {
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ProbeResult::CannotRun(format!("{whom} cannot be reached from the host; use an exec probe"))
        }
        io::ErrorKind::ConnectionRefused => ProbeResult::Ill(format!("{whom} refused the connection")),
        _ => ProbeResult::Ill(format!("{whom}: {error}")),
    }
}

fn too_late(whom: &str, timeout: Duration) -> ProbeResult {
    ProbeResult::Ill(format!("{whom} gave no answer within {}", words::duration(timeout)))
}

#[cfg(test)]
mod tests;
