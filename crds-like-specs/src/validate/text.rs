//! The shapes of texts: paths, names, addresses.
//!
//! Owns the rules that more than one field shares, each with the sentence that tells what is allowed. Never knows
//! which field it reads.

use std::net::IpAddr;
use std::time::Duration;

use crate::duration;

/// An absolute path, made plain: no `.`, no doubled or trailing slash.
pub(super) fn path(text: &str) -> Result<String, String> {
    let allowed = "(an absolute path without '..')";
    let sound =
        text.starts_with('/') && !text.contains(['\0', '\n']) && !text.split('/').any(|part| part == "..");
    if !sound {
        return Err(format!("'{text}' is not an absolute path {allowed}"));
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Ok(format!("/{}", parts.join("/")))
}

/// A name by Podman's rule: of a volume, a network, a secret.
pub(super) fn podman_name(text: &str) -> Result<String, String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let sound =
        text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && text.bytes().all(inner);
    let allowed = "(letters, digits, '_', '.' and '-', beginning with a letter or digit)";
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a name {allowed}")) }
}

/// A host name or a domain.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let sound_part = |part: &str| {
        !part.is_empty() && part.len() <= 63 && part.bytes().all(inner) && !part.starts_with('-')
    };
    let sound = text.len() <= 253 && text.split('.').all(sound_part);
    let allowed = "(letters, digits and '-' in parts joined by dots)";
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a host name {allowed}")) }
}

/// A text without blanks that is not empty.
pub(super) fn word(text: &str) -> Result<String, String> {
    let sound = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is empty or holds blanks (one word)")) }
}

/// An IP address.
pub(super) fn ip(text: &str) -> Result<IpAddr, String> {
    let allowed = "(an IP address such as 10.89.5.7 or fd00::7)";
    text.parse().map_err(|_| format!("'{text}' is not an IP address {allowed}"))
}

/// The name of an environment variable.
pub(super) fn env_name(text: &str) -> Result<String, String> {
    let sound = !text.is_empty() && !text.contains(|c: char| c == '=' || c.is_whitespace() || c.is_control());
    let allowed = "(not empty, without blanks and '=')";
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not the name of a variable {allowed}")) }
}

/// A duration longer than nothing.
pub(super) fn positive_duration(text: &str) -> Result<Duration, String> {
    match duration::parse(text) {
        Ok(Duration::ZERO) => Err(format!("'{text}' is no time at all ({})", duration::RULE)),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

/// Text that may reach a process: anything but NUL.
pub(super) fn no_nul(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        Err("holds a NUL character (any text without one)".to_owned())
    } else {
        Ok(text.to_owned())
    }
}
