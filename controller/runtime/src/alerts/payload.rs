//! What Alertmanager's webhook sends, version 4.
//!
//! Owns its fields and the bounds of what is taken of them. Fields that it does not know are passed over: newer versions
//! have more. Its texts are kept as they are, and cut where they are longer than anything that names an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::alert::{Alert, Episode};
use podsteward_domain::facts;
use podsteward_domain::time::{self, Moment};
use podsteward_specs::alert::ALERTNAME;
use serde::Deserialize;
use serde_json::Value;

/// So many alerts come at once at most.
const ALERTS_MAX: usize = 1_000;
/// So many labels of an alert are kept, those that everything is told by first.
const LABELS_MAX: usize = 64;
/// The name of a label is no longer than this, in bytes.
const NAME_BYTES_MAX: usize = 128;
/// A text is cut to so many bytes.
const TEXT_BYTES_MAX: usize = 1024;
/// What Alertmanager calls an alert by has so many bytes at most.
const FINGERPRINT_BYTES_MAX: usize = 64;
/// The labels that are never left out.
const FIRST_LABELS: [&str; 2] = [ALERTNAME, "severity"];

/// Why a body is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not JSON, or not of the webhook's shape.
    #[error("not the JSON of an Alertmanager webhook: {0}")]
    Shape(String),
    /// It is of another version.
    #[error("version is {0}, and 4 is the one that is understood")]
    Version(String),
    /// There are too many alerts.
    #[error("alerts has {0} items, and {ALERTS_MAX} is the most (set max_alerts in the receiver)")]
    Many(usize),
    /// An alert says something else than that it fires or is over.
    #[error("alerts[{0}].status is '{1}' (firing or resolved)")]
    Status(usize, String),
    /// A time is none.
    #[error("alerts[{0}].startsAt is '{1}' (a time such as 2026-01-02T03:04:05Z)")]
    Time(usize, String),
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    alerts: Vec<Word>,
    /// How many alerts the sender left out.
    pub truncated: u64,
}

/// What is said of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    episode: Episode,
    labels: BTreeMap<String, String>,
    summary: String,
    resolved: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a list of alerts")]
struct Wire {
    version: Option<Value>,
    #[serde(default)]
    truncated_alerts: Option<u64>,
    alerts: Vec<WireAlert>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an alert")]
struct WireAlert {
    status: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    fingerprint: Option<String>,
}

impl Payload {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Result<Self, Error> {
        let wire: Wire = serde_json::from_slice(body).map_err(|error| Error::Shape(error.to_string()))?;
        let is_fourth = |version: &Value| *version == 4 || *version == "4";
        if let Some(other) = wire.version.filter(|version| !is_fourth(version)) {
            return Err(Error::Version(cut(&other.to_string())));
        }
        if wire.alerts.len() > ALERTS_MAX {
            return Err(Error::Many(wire.alerts.len()));
        }
        let alerts = wire.alerts.into_iter().enumerate().map(|(at, alert)| word(at, alert));
        Ok(Self { alerts: alerts.collect::<Result<_, _>>()?, truncated: wire.truncated_alerts.unwrap_or(0) })
    }

    /// The alerts as they are kept. Of several words on one alert the last counts; `known` is what is known of one that is
    /// not over.
    pub fn into_alerts(self, now: Moment, known: impl Fn(&str) -> Option<Arc<Alert>>) -> Vec<Alert> {
        let mut alerts: Vec<Alert> = Vec::new();
        for Word { episode, labels, summary, resolved } in self.alerts {
            let known = known(&episode.fingerprint);
            let first =
                known.as_ref().filter(|known| known.episode == episode).map_or(now, |known| known.first);
            // What comes late about an occurrence that another one followed is over.
            let followed = known.is_some_and(|known| known.episode.starts_ms > episode.starts_ms);
            let alert = Alert { episode, labels, summary, resolved: resolved || followed, first, heard: now };
            alerts.retain(|earlier| earlier.episode != alert.episode);
            alerts.push(alert);
        }
        alerts
    }
}

fn word(at: usize, wire: WireAlert) -> Result<Word, Error> {
    let resolved = match wire.status.as_str() {
        "firing" => false,
        "resolved" => true,
        other => return Err(Error::Status(at, cut(other))),
    };
    let starts_ms =
        time::from_rfc3339(&wire.starts_at).ok_or_else(|| Error::Time(at, cut(&wire.starts_at)))?;
    let fingerprint = wire.fingerprint.filter(|text| is_fingerprint(text));
    let fingerprint = fingerprint.unwrap_or_else(|| fingerprint_of(&wire.labels));
    let summary = wire.annotations.get("summary").or_else(|| wire.annotations.get("description"));
    Ok(Word {
        episode: Episode { fingerprint, starts_ms },
        summary: summary.map(|text| cut(text)).unwrap_or_default(),
        labels: bounded(wire.labels),
        resolved,
    })
}

fn is_fingerprint(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= FINGERPRINT_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Alertmanager tells alerts apart by their labels, too.
fn fingerprint_of(labels: &BTreeMap<String, String>) -> String {
    let parts: Vec<&str> = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    facts::hex(&parts)
}

fn bounded(labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let (first, others): (Vec<_>, Vec<_>) =
        labels.into_iter().partition(|(name, _)| FIRST_LABELS.contains(&name.as_str()));
    let named = first.into_iter().chain(others).filter(|(name, _)| name.len() <= NAME_BYTES_MAX);
    named.take(LABELS_MAX).map(|(name, value)| (name, cut(&value))).collect()
}

/// A text that is not too long. One that was cut ends with a sign that no name of an object has.
fn cut(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=TEXT_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests;
