//! What is better kept as a Podman secret than in a manifest.
//!
//! Owns the names of such secrets, which variables look like one, and how a person makes it. Never holds a value.

use serde_yaml::Value;

use crate::name;
use crate::value::{map, text};

/// Parts of the names of variables that usually hold what nobody should read.
const TELLING: [&str; 8] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "API_KEY", "PRIVATE_KEY"];

/// Whether the name of a variable says that its value should not be read by everyone. One that names a file or an
/// address holds no secret itself.
pub(crate) fn is_telling(variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    let elsewhere = ["_FILE", "_PATH", "_DIR", "_URL"].iter().any(|ending| upper.ends_with(ending));
    !elsewhere && TELLING.iter().any(|part| upper.contains(part))
}

/// The name of the Podman secret that takes one value of `owner`.
pub(crate) fn named(owner: &str, key: &str) -> String {
    format!("{}-{}", name::part(owner), name::part(key))
}

/// The item of `spec.env` that takes its value from a secret.
pub(crate) fn env(variable: &str, secret: &str) -> Value {
    map([("name", Some(text(variable))), ("secretRef", Some(text(secret)))])
}

/// How a person makes a secret whose value is a line that they type.
pub(crate) fn how_to(secret: &str) -> String {
    format!("make it with `printf %s VALUE | podman secret create {secret} -`")
}
