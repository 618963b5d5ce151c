//! From what the socket, the server or the parser said to the classes of [`Error`].
//!
//! Owns the sorting by code *and* text: Podman answers 500 to much that is not a server's fault, and its codes
//! differ from version to version. Never clones an error of the client crate: that recurses for ever.
//! Called wherever an answer comes in.

use crate::chatter;
use crate::error::Error;

/// What went wrong, before it is sorted.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The server answered with this code and text.
    Answer { code: u16, message: String },
    /// The server could not be reached, or went away.
    Socket(String),
    /// The answer is not what it should be.
    Shape(String),
}

/// Texts of Podman by what they mean. The first that is found decides, so the narrow ones stand first.
const TEXTS: [(&str, Class); 44] = [
    // A taken port reads like a taken name, but only a person can free it.
    ("address already in use", Class::Refused),
    ("cannot assign requested address", Class::Refused),
    ("port is already allocated", Class::Refused),
    // The address of a container that was just stopped is free a moment later.
    ("requested ip address", Class::Failed),
    ("requested static ip", Class::Refused),
    // Two programs change the host's firewall at once: it works a moment later.
    ("iptables", Class::Failed),
    ("already in use", Class::Conflict),
    ("already exists", Class::Conflict),
    ("name in use", Class::Conflict),
    ("unique constraint failed", Class::Conflict),
    ("already used", Class::Conflict),
    ("is being used", Class::Conflict),
    ("has associated containers", Class::Conflict),
    ("in use by", Class::Conflict),
    ("without force", Class::Conflict),
    ("with more than one tag", Class::Conflict),
    ("can only kill running containers", Class::Conflict),
    ("can only create exec sessions on running", Class::Conflict),
    ("already connected", Class::Conflict),
    ("is not connected to", Class::NotFound),
    ("no such container", Class::NotFound),
    ("no such image", Class::NotFound),
    ("image not known", Class::NotFound),
    ("no such volume", Class::NotFound),
    ("no such network", Class::NotFound),
    ("network not found", Class::NotFound),
    ("no such secret", Class::NotFound),
    ("manifest unknown", Class::NotFound),
    ("name unknown", Class::NotFound),
    // A full or broken disk is nobody's wrong configuration, whatever else the text says.
    ("no space left", Class::Failed),
    ("input/output error", Class::Failed),
    ("device or resource busy", Class::Failed),
    ("requested access to the resource is denied", Class::Refused),
    ("authentication required", Class::Refused),
    ("executable file", Class::Refused),
    ("no such file or directory", Class::Refused),
    ("not a directory", Class::Refused),
    ("permission denied", Class::Refused),
    ("operation not permitted", Class::Refused),
    ("read-only file system", Class::Refused),
    ("invalid argument", Class::Refused),
    ("invalid config", Class::Refused),
    ("invalid network mode", Class::Refused),
    ("only supported in rootless", Class::Refused),
];

/// The classes a text can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    NotFound,
    Conflict,
    Refused,
    Failed,
}

impl Failure {
    /// The failure as the caller sees it.
    pub(crate) fn sorted(self, call: &str) -> Error {
        let call = call.to_owned();
        let (code, message) = match self {
            Self::Answer { code, message } => (code, message),
            Self::Socket(message) => return Error::Unreachable { call, message },
            Self::Shape(message) => return Error::Protocol { call, message },
        };
        let (class, message) = (class(code, &message), chatter::message(&message));
        match class {
            Class::NotFound => Error::NotFound { call, message },
            Class::Conflict => Error::Conflict { call, message },
            Class::Refused => Error::Refused { call, message },
            Class::Failed => Error::Failed { call, message },
        }
    }
}

/// What an answer means. The codes that Podman uses rightly decide; for all others the text does.
fn class(code: u16, message: &str) -> Class {
    match code {
        404 => return Class::NotFound,
        409 => return Class::Conflict,
        _ => {}
    }
    let text = message.to_ascii_lowercase();
    let told = TEXTS.iter().find(|(part, _)| text.contains(part)).map(|(_, class)| *class);
    told.unwrap_or(if (400..500).contains(&code) { Class::Refused } else { Class::Failed })
}

impl From<containers_api::conn::Error> for Failure {
    fn from(error: containers_api::conn::Error) -> Self {
        use containers_api::conn::Error as Conn;
        match error {
            Conn::Fault { code, message } => Self::Answer { code: code.as_u16(), message },
            Conn::SerdeJsonError(error) => Self::Shape(error.to_string()),
            Conn::Encoding(error) => Self::Shape(error.to_string()),
            other => Self::Socket(whole_chain(&other)),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Shape(error.to_string())
    }
}

impl From<podman_api::Error> for Failure {
    fn from(error: podman_api::Error) -> Self {
        use podman_api::Error as Api;
        match error {
            Api::Fault { code, message } => {
                Self::Answer { code: code.as_u16(), message: said_once(&message) }
            }
            Api::Error(error) => Self::from(error),
            Api::SerdeJsonError(error) => Self::Shape(error.to_string()),
            Api::InvalidResponse(message) => Self::Shape(message),
            Api::IO(error) => from_stream(&error),
            other => Self::Socket(whole_chain(&other)),
        }
    }
}

/// Streams wrap the error of their request in an I/O error; a server's answer is taken out of it again.
fn from_stream(error: &std::io::Error) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<podman_api::Error>());
    match inner {
        Some(podman_api::Error::Fault { code, message }) => {
            Failure::Answer { code: code.as_u16(), message: said_once(message) }
        }
        _ => Failure::Socket(whole_chain(error)),
    }
}

/// The client crate joins Podman's message and its cause, which repeats the message's end.
fn said_once(message: &str) -> String {
    let (text, cause) = message.rsplit_once(": ").unwrap_or((message, ""));
    if text.ends_with(cause) { text.to_owned() } else { message.to_owned() }
}

/// An error with all its sources, as the log needs it.
fn whole_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
