//! What may stand in a request: names, image references, signals.
//!
//! Owns the checks that run before any call. A name that is not checked would panic in the client crate (a space)
//! or reach another address of the API (`?`, `#`, `/../`). Never normalises: a wrong name is an error.
//! Called by every verb of the client and of the fake.

use crate::error::Error;

/// What is allowed in a name or id, as the message says it.
const NAME_RULE: &str = "1 to 255 of a-z, A-Z, 0-9, '_', '.' and '-', beginning with a letter or digit";

/// What is allowed in an image reference, as the message says it.
const REFERENCE_RULE: &str =
    "1 to 512 of a-z, A-Z, 0-9, '_', '.', '-', ':', '/' and '@', without '..' and '//'";

/// Checks the name or id of a container, network, volume or secret.
pub(crate) fn check_name(call: &str, name: &str) -> Result<(), Error> {
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let sound = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if begins && sound && name.len() <= 255 { Ok(()) } else { Err(refused(call, name, NAME_RULE)) }
}

/// Checks an image reference or id.
pub(crate) fn check_reference(call: &str, reference: &str) -> Result<(), Error> {
    let begins = reference.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let sound = reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-:/@".contains(&byte));
    let climbs = reference.contains("..") || reference.contains("//");
    if begins && sound && !climbs && reference.len() <= 512 {
        Ok(())
    } else {
        Err(refused(call, reference, REFERENCE_RULE))
    }
}

/// The error for a text that breaks a rule. The text is quoted as Rust does, so that it cannot forge a log line.
fn refused(call: &str, text: &str, rule: &str) -> Error {
    let shown: String = text.chars().take(80).collect();
    Error::Refused { call: call.to_owned(), message: format!("{shown:?} is not allowed ({rule})") }
}

#[cfg(test)]
mod tests;
