//! Messages over HTTP.
//!
//! Owns the one call: address and token read anew for it, a deadline, no redirect. Never tries twice and never reads
//! what comes back beyond its head. Behind [`super::Sender`] in the controller.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use podsteward_specs::channel::{ChannelType, Url};
use podsteward_specs::key::Name;
use ureq::http::Response;
use ureq::{Agent, Body};

use super::error::Error;
use super::payload::{self, Payload};
use super::{Channel, Message, Sender};

/// How long a call may take, the look-up of the name included.
const DEADLINE: Duration = Duration::from_secs(10);
/// The largest file that holds an address or a token.
const SECRET_BYTES_MAX: u64 = 8 << 10;
const USER_AGENT: &str = concat!("podsteward/", env!("CARGO_PKG_VERSION"));

/// Sends messages over HTTP.
pub struct HttpSender {
    agent: Agent,
}

impl HttpSender {
    /// A sender.
    pub fn new() -> Self {
        Self::with_deadline(DEADLINE)
    }

    fn with_deadline(deadline: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(deadline))
            // Followed elsewhere, a message would take its token along.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // Messages are rare: a connection kept open is a closed one by the next.
            .max_idle_connections(0)
            .user_agent(USER_AGENT)
            .build();
        Self { agent: config.into() }
    }
}

impl Default for HttpSender {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Sender for HttpSender {
    async fn send(&self, channel: &Channel, message: &Message) -> Result<(), Error> {
        let payload = payload::of(channel.spec.kind, message);
        let (agent, called) = (self.agent.clone(), channel.clone());
        let call = tokio::task::spawn_blocking(move || post(&agent, &called, payload));
        let interrupted = |_| no_answer(&channel.name, "the call was interrupted");
        call.await.map_err(interrupted)?
    }
}

fn post(agent: &Agent, channel: &Channel, payload: Payload) -> Result<(), Error> {
    let mut request = agent.post(address(channel)?);
    if let Some(token) = token(channel)? {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    for (name, value) in payload.headers {
        request = request.header(name, value);
    }
    let response = request.send(payload.body).map_err(|error| failure(&channel.name, &error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let (channel, retry_after) = (channel.name.clone(), retry_after(&response));
    Err(Error::Refused { channel, status: status.as_u16(), retry_after })
}

/// How long the other end asks to wait. It may name a date instead, which receivers of notifications do not: then the
/// usual wait serves.
fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let seconds = response.headers().get("Retry-After")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The address, if it is one as manifests take it.
fn address(channel: &Channel) -> Result<String, Error> {
    let url = match &channel.spec.url {
        Url::Literal(url) => url.clone(),
        Url::File(path) => secret(channel, "urlFile", path)?,
    };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let sound = authority.is_some_and(|authority| !authority.is_empty() && !authority.contains('@'));
    if sound && is_word(&url) { Ok(url) } else { Err(Error::Address { channel: channel.name.clone() }) }
}

/// The bearer token. Discord knows none: its address is the secret.
fn token(channel: &Channel) -> Result<Option<String>, Error> {
    let path = match &channel.spec.token_file {
        Some(path) if channel.spec.kind != ChannelType::Discord => path,
        _ => return Ok(None),
    };
    let token = secret(channel, "tokenFile", path)?;
    if is_word(&token) { Ok(Some(token)) } else { Err(Error::Token { channel: channel.name.clone() }) }
}

/// One word of visible ASCII: what may stand in a request without ending the line it stands on.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn secret(channel: &Channel, field: &'static str, path: &str) -> Result<String, Error> {
    let failed = |source| Error::File { channel: channel.name.clone(), field, source };
    read(path).map(|text| text.trim().to_owned()).map_err(failed)
}

/// Reads a small regular file; a pipe would hold the call for ever.
fn read(path: &str) -> io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > SECRET_BYTES_MAX {
        return Err(io::Error::other("too large"));
    }
    std::fs::read_to_string(path)
}

/// What is known of a failure. Some errors of the library repeat the address, so only those that do not are told.
fn failure(channel: &Name, error: &ureq::Error) -> Error {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Error::Address { channel: channel.clone() },
        ureq::Error::Io(error) => no_answer(channel, &error.to_string()),
        ureq::Error::Timeout(_) => no_answer(channel, "it took too long"),
        ureq::Error::HostNotFound => no_answer(channel, "the host is not known"),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => no_answer(channel, &error.to_string()),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
            no_answer(channel, "it is not HTTP")
        }
        ureq::Error::InvalidProxyUrl | ureq::Error::ConnectProxyFailed(_) => {
            no_answer(channel, "the proxy of the environment failed")
        }
        _ => no_answer(channel, "the connection failed"),
    }
}

fn no_answer(channel: &Name, why: &str) -> Error {
    Error::NoAnswer { channel: channel.clone(), why: why.to_owned() }
}

#[cfg(test)]
mod tests;
