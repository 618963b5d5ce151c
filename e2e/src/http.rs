//! The smallest HTTP client that the scenarios need: one GET or POST, one answer.
//!
//! Owns request and answer texts of HTTP/1.0, which has neither chunks nor kept connections. Never retries.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Asks over a Unix socket.
pub fn over_unix(socket: &Path, method: &str, path: &str) -> Result<Answer> {
    let stream =
        UnixStream::connect(socket).with_context(|| format!("connecting to {}", socket.display()))?;
    stream.set_read_timeout(Some(DEADLINE))?;
    ask(stream, method, path, "", "")
}

/// Asks over TCP.
pub fn over_tcp(address: &str, method: &str, path: &str) -> Result<Answer> {
    ask(connect(address)?, method, path, "", "")
}

/// Posts JSON over TCP, with further headers as pairs of name and value.
pub fn post(address: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
    let json = [("Content-Type", "application/json")];
    let lines = json.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n"));
    ask(connect(address)?, "POST", path, &lines.collect::<String>(), body)
}

fn connect(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(DEADLINE))?;
    Ok(stream)
}

fn ask(mut stream: impl Read + Write, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer> {
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").context("an answer without an empty line")?;
    let status = head.split(' ').nth(1).context("an answer without a status")?;
    Ok(Answer { status: status.parse()?, body: body.to_owned() })
}
