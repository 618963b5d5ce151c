//! Environment, secrets and labels: what a container is told.
//!
//! Owns their rows of the table. Never shows what a secret contains: only its name.

use podsteward_specs::container::{EnvValue, SecretTarget, SecretUse};

use super::difference::{Entries, Seen};
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::each("metadata.labels", |side| text::quoted_entries(side.here.labels), label),
    Row::each("spec.env", env, live_env),
    Row::each("spec.secrets", secrets, live_secret),
];

/// What is shown in place of a live value that may be a secret.
const HIDDEN: &str = "a literal value";

fn label(side: &Side<'_>, name: &str) -> Seen {
    Seen::told(side.all.live.labels.get(name).map(|value| text::quoted(value)))
}

fn env(side: &Side<'_>) -> Entries {
    side.spec().env.iter().map(|(name, value)| (name.clone(), env_value(value))).collect()
}

fn env_value(value: &EnvValue) -> String {
    match value {
        EnvValue::Value(value) => text::quoted(value),
        EnvValue::SecretRef(secret) => reference(secret),
    }
}

fn reference(secret: &str) -> String {
    format!("secret {secret}")
}

/// A variable that one of the documents takes from a secret is never shown with its live value.
fn live_env(side: &Side<'_>, name: &str) -> Seen {
    let from_secret = |value: Option<&EnvValue>| matches!(value, Some(EnvValue::SecretRef(_)));
    let here = from_secret(side.spec().env.get(name));
    let anywhere = here || side.other.is_some_and(|other| from_secret(other.spec.env.get(name)));
    let known = side.live().secret_env.as_ref();
    if let Some(secret) = known.and_then(|known| known.get(name)) {
        return Seen::Value(reference(secret));
    }
    if here && known.is_none() {
        return Seen::Untold;
    }
    let live = side.live().env.get(name).map(|value| text::quoted(value));
    let as_declared = live.is_some() && live == side.spec().env.get(name).map(env_value);
    Seen::told(live.map(|live| if anywhere && !as_declared { HIDDEN.to_owned() } else { live }))
}

/// Secrets by variable or by path inside.
fn secrets(side: &Side<'_>) -> Entries {
    side.spec().secrets.iter().map(secret_entry).collect()
}

fn secret_entry(secret: &SecretUse) -> (String, String) {
    match &secret.target {
        SecretTarget::Env(variable) => (variable.clone(), reference(&secret.name)),
        SecretTarget::Mount { target, uid, gid, mode } => {
            (inside(target), format!("{}, uid {uid}, gid {gid}, mode {mode:04o}", reference(&secret.name)))
        }
    }
}

/// The path of a secret; a relative one stands in Podman's directory for secrets.
fn inside(target: &str) -> String {
    if target.starts_with('/') { target.to_owned() } else { format!("/run/secrets/{target}") }
}

fn live_secret(side: &Side<'_>, entry: &str) -> Seen {
    if !entry.starts_with('/') {
        let known = side.live().secret_env.as_ref();
        return known.map_or(Seen::Untold, |known| Seen::told(known.get(entry).map(|name| reference(name))));
    }
    let Some(mounted) = &side.live().secret_mounts else { return Seen::Untold };
    Seen::told(mounted.iter().map(secret_entry).find(|(path, _)| path == entry).map(|(_, text)| text))
}
