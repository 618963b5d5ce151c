//! What `--listen` takes.
//!
//! Owns the two forms of an address. Never opens a socket. Parsed by the CLI.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host and a port, for example `127.0.0.1:9920`, `[::1]:9920`, `localhost:9920`. Port 0 takes a free one.
    Tcp(String),
    /// The path of a unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Address {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refused = || ParseError(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() { Err(refused()) } else { Ok(Self::Unix(PathBuf::from(path))) };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
        let bare = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
        if host.is_empty() || bare || port.parse::<u16>().is_err() {
            return Err(refused());
        }
        Ok(Self::Tcp(text.to_owned()))
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an address (HOST:PORT, [IPV6]:PORT or unix:PATH)")]
pub struct ParseError(String);
