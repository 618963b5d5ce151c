//! What `get -o json` says of an object, as far as the scenarios look at it.
//!
//! Owns the reading of that JSON. Never guesses a missing field.

use anyhow::{Context, Result};
use serde::Deserialize;

/// The listing.
#[derive(Debug, Deserialize)]
struct Listing {
    objects: Vec<Object>,
}

/// One object.
#[derive(Debug, Clone, Deserialize)]
pub struct Object {
    /// `kind/name`.
    pub key: String,
    /// `MATCH`, `DRIFT`, `MISSING` and so on.
    pub state: String,
    /// Its conditions.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// How often it was started again.
    #[serde(default)]
    pub restarts: u64,
}

/// One condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Its type, for example `Applied`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word why.
    #[serde(default)]
    pub reason: String,
    /// A sentence for a person.
    #[serde(default)]
    pub message: String,
}

impl Object {
    /// Whether it is as declared, and what is asked for its health has said so: what was never well falls ill otherwise.
    pub fn is_converged(&self) -> bool {
        let unheard =
            |it: &Condition| it.kind == "Healthy" && it.status == "Unknown" && it.reason == "Starting";
        self.state == "MATCH" && !self.conditions.iter().any(unheard)
    }

    /// `status/reason` of a condition, for example `False/RolledBack`.
    pub fn condition(&self, kind: &str) -> Option<String> {
        let condition = self.conditions.iter().find(|condition| condition.kind == kind)?;
        Some(format!("{}/{}", condition.status, condition.reason))
    }
}

/// Reads a listing.
pub fn read(json: &str) -> Result<Vec<Object>> {
    let listing: Listing = serde_json::from_str(json).with_context(|| format!("not a listing: {json}"))?;
    Ok(listing.objects)
}
