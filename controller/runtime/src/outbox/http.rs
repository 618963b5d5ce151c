//! Messages over HTTP.
//!
//! Owns the one call: address and token read anew for it, deadlines, no redirect. Never tries twice, and reads what comes
//! back beyond its head only to learn when to come again. Behind [`super::Sender`] in the controller.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use async_trait::async_trait;
use podsteward_specs::channel::{ChannelType, Url, ntfy_topic};
use podsteward_specs::key::Name;
use ureq::http::Response;
use ureq::{Agent, Body, Timeout};

use super::error::Error;
use super::payload;
use super::{Channel, Message, Sender};

/// How long the way there may take: the look-up of the name, the connection, and handing the message over.
const WAY: Duration = Duration::from_secs(10);
/// How long the answer may take. A receiver that is slow has the message, so patience is what spares it a second one.
const ANSWER: Duration = Duration::from_mins(1);
/// The largest file that holds an address or a token.
const SECRET_BYTES_MAX: u64 = 8 << 10;
/// How much is read of an answer that says when to come again.
const ANSWER_BYTES_MAX: u64 = 4 << 10;
/// What of a file's mode lets others read it.
const OTHERS: u32 = 0o077;
const USER_AGENT: &str = concat!("podsteward/", env!("CARGO_PKG_VERSION"));

/// Sends messages over HTTP.
pub struct HttpSender {
    agent: Agent,
}

impl HttpSender {
    /// A sender.
    pub fn new() -> Self {
        Self::with_patience(ANSWER)
    }

    fn with_patience(answer: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(WAY))
            .timeout_connect(Some(WAY))
            .timeout_send_request(Some(WAY))
            .timeout_send_body(Some(WAY))
            .timeout_recv_response(Some(answer))
            .timeout_recv_body(Some(WAY))
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
        let (agent, called, sent) = (self.agent.clone(), channel.clone(), message.clone());
        let call = tokio::task::spawn_blocking(move || post(&agent, &called, &sent));
        let interrupted = |_| no_answer(&channel.name, "the call was interrupted", true);
        call.await.map_err(interrupted)?
    }

    fn exposed(&self, channel: &Channel) -> Vec<(&'static str, u32)> {
        let url = match &channel.spec.url {
            Url::File(path) => Some(path),
            Url::Literal(_) => None,
        };
        let files = [("urlFile", url), ("tokenFile", channel.spec.token_file.as_ref())];
        let mode = |path: &String| Some(std::fs::metadata(path).ok()?.mode() & 0o7777);
        let modes = files.into_iter().filter_map(|(field, path)| Some((field, mode(path?)?)));
        modes.filter(|(_, mode)| mode & OTHERS != 0).collect()
    }

    fn unreadable(&self, channel: &Channel) -> Option<String> {
        address(channel).and_then(|_| token(channel)).err().map(|error| error.cause())
    }
}

fn post(agent: &Agent, channel: &Channel, message: &Message) -> Result<(), Error> {
    let url = address(channel)?;
    let (url, payload) = match channel.spec.kind {
        ChannelType::Discord => (url, payload::discord(message)),
        ChannelType::Webhook => (url, payload::webhook(message)),
        ChannelType::Ntfy => {
            let no_topic = || Error::Topic { channel: channel.name.clone() };
            let (server, topic) = ntfy_topic(&url).ok_or_else(no_topic)?;
            let payload = payload::ntfy(message, topic);
            (server, payload)
        }
    };
    let mut request = agent.post(url).header("Content-Type", "application/json");
    if let Some(token) = token(channel)? {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    for (name, value) in payload.headers {
        request = request.header(name, value);
    }
    let mut response = request.send(payload.body).map_err(|error| failure(&channel.name, &error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let (channel, retry_after) = (channel.name.clone(), retry_after(&mut response));
    Err(Error::Refused { channel, status: status.as_u16(), retry_after })
}

/// How long the other end asks to wait, in seconds: in a header and, where it had enough, as Discord does in its JSON.
/// It may name a date instead, which receivers of notifications do not: then the usual wait serves.
fn retry_after(response: &mut Response<Body>) -> Option<Duration> {
    let header = response.headers().get("Retry-After").and_then(|value| value.to_str().ok());
    let header = header.and_then(|text| text.trim().parse::<f64>().ok());
    let body = (response.status().as_u16() == 429).then(|| asked(response.body_mut())).flatten();
    let seconds = [header, body].into_iter().flatten().reduce(f64::max)?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn asked(body: &mut Body) -> Option<f64> {
    let text = body.with_config().limit(ANSWER_BYTES_MAX).read_to_string().ok()?;
    serde_json::from_str::<serde_json::Value>(&text).ok()?.get("retry_after")?.as_f64()
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

/// The bearer token.
fn token(channel: &Channel) -> Result<Option<String>, Error> {
    let Some(path) = &channel.spec.token_file else { return Ok(None) };
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

/// What is known of a failure. Some errors of the library repeat the address, so only those that do not are told. Where
/// the connection was never made, nothing arrived; from then on nobody knows.
fn failure(channel: &Name, error: &ureq::Error) -> Error {
    let never = |why: &str| no_answer(channel, why, false);
    let in_doubt = |why: &str| no_answer(channel, why, true);
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Error::Address { channel: channel.clone() },
        ureq::Error::Io(error) if is_of_connecting(error) => never(&error.to_string()),
        ureq::Error::Io(error) => in_doubt(&error.to_string()),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => never("it took too long"),
        ureq::Error::Timeout(_) => in_doubt("it took too long"),
        ureq::Error::HostNotFound => never("the host is not known"),
        ureq::Error::ConnectionFailed => never("the connection failed"),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => never(&error.to_string()),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => in_doubt("it is not HTTP"),
        ureq::Error::InvalidProxyUrl | ureq::Error::ConnectProxyFailed(_) => {
            never("the proxy of the environment failed")
        }
        _ => in_doubt("the connection failed"),
    }
}

fn is_of_connecting(error: &io::Error) -> bool {
    let connecting = matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::NetworkUnreachable
    );
    // The look-up of a name has no kind of its own.
    connecting || error.to_string().starts_with("failed to lookup address")
}

fn no_answer(channel: &Name, why: &str, in_doubt: bool) -> Error {
    Error::NoAnswer { channel: channel.clone(), why: why.to_owned(), in_doubt }
}

#[cfg(test)]
mod tests;
