//! The keys of Podman's healthcheck and its startup check.
//!
//! Owns how the startup check becomes a startup probe. Never judges a container.

use podsteward_specs::defaults::TRIES_MAX;

use super::build::Making;
use super::service::seconds;
use crate::value::{list, number, text};
use crate::warning::At;

const STARTUP: &str = "spec.probes.startup";

/// `HealthCmd=`: a line for the shell, or a list as JSON.
pub(super) fn command(m: &mut Making<'_>, value: &str, at: &At) {
    if value.eq_ignore_ascii_case("none") {
        return m.warn(at, "the healthcheck of the image cannot be switched off here: left out");
    }
    let value = words(value).map_or_else(|| text(line(value)), list);
    m.draft.field("spec.healthcheck.command", value, at);
}

/// The words of a command that is written as JSON, without what Podman puts before them.
fn words(value: &str) -> Option<Vec<String>> {
    let words: Vec<String> = serde_json::from_str(value).ok()?;
    match words.split_first() {
        Some((first, rest)) if first == "CMD" => Some(rest.to_vec()),
        Some((first, rest)) if first == "CMD-SHELL" => {
            Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), rest.join(" ")])
        }
        _ => Some(words),
    }
}

/// The line of a command for the shell.
fn line(value: &str) -> &str {
    value.strip_prefix("CMD-SHELL ").or_else(|| value.strip_prefix("CMD ")).unwrap_or(value)
}

/// `HealthInterval=`.
pub(super) fn interval(m: &mut Making<'_>, value: &str, at: &At) {
    if value == "disable" {
        m.warn(at, "podsteward runs the healthcheck where no timer does: left out; the default holds");
    } else {
        m.draft.field("spec.healthcheck.interval", value, at);
    }
}

/// `HealthOnFailure=`.
pub(super) fn on_failure(m: &mut Making<'_>, value: &str, at: &At) {
    if value != "none" {
        m.warn(
            at,
            "an unhealthy container is restarted by podsteward where its policy lets it (service-restart); \
            for a restart without asking declare a liveness probe",
        );
    }
}

/// `HealthStartupCmd=`.
pub(super) fn startup_command(m: &mut Making<'_>, value: &str, at: &At) {
    let shell = || vec!["/bin/sh".to_owned(), "-c".to_owned(), line(value).to_owned()];
    let command = words(value).unwrap_or_else(shell);
    m.draft.field(&format!("{STARTUP}.exec.command"), list(command), at);
    // Podman never gives up on a start unless it is told to.
    m.draft.field(&format!("{STARTUP}.failureThreshold"), TRIES_MAX, at);
}

/// `HealthStartupInterval=` and `HealthStartupTimeout=`: whole seconds.
pub(super) fn startup_seconds(m: &mut Making<'_>, field: &str, value: &str, at: &At) {
    match seconds(value) {
        Some(seconds) => m.draft.field(&format!("{STARTUP}.{field}"), seconds.max(1), at),
        None => m.warn(at, format!("'{value}' is no time: left out")),
    }
}

/// `HealthStartupRetries=`, where 0 is for ever.
pub(super) fn startup_retries(m: &mut Making<'_>, value: &str, at: &At) {
    if value != "0" {
        m.draft.field(&format!("{STARTUP}.failureThreshold"), number(value), at);
    }
}

/// `HealthStartupSuccess=`.
pub(super) fn startup_success(m: &mut Making<'_>, value: &str, at: &At) {
    if !matches!(value, "0" | "1") {
        m.warn(at, "one success is enough for a startup probe: left out");
    }
}

/// Numbers of a check without a command say nothing.
pub(super) fn finish(m: &mut Making<'_>) {
    for (command, whole) in
        [("spec.healthcheck.command", "spec.healthcheck"), ("spec.probes.startup.exec.command", STARTUP)]
    {
        while m.draft.has(whole) && !m.draft.has(command) {
            let Some(taken) = m.draft.take(&[whole]) else { break };
            for at in taken {
                m.warn(
                    &at,
                    "says nothing without a command here: left out; write the image's healthcheck out",
                );
            }
        }
    }
}
