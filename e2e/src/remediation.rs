//! What the command line says of judged work: decisions, approvals, findings, breakers.
//!
//! Owns how a running controller is asked for them. Never judges: scenarios compare with what they expect.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::controller::Controller;
use crate::wait::{PATIENCE, wait_for};

/// Twice the usual patience: a remediation stabilises for half a minute where nothing ends that sooner.
pub const LONG_PATIENCE: std::time::Duration = PATIENCE.saturating_mul(2);

impl Controller {
    /// What a command prints with `-o json`.
    pub fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = self.cli(&[arguments, &["-o", "json"]].concat())?.ok()?;
        serde_json::from_str(&text).with_context(|| format!("not JSON: {text}"))
    }

    /// What the HTTP server says.
    pub fn api(&self, path: &str) -> Result<Value> {
        let answer = self.http(&format!("/api/v1/{path}"))?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.body);
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// The decisions about an action on an object, the oldest first.
    pub fn decisions(&self, action: &str, target: &str) -> Result<Vec<Value>> {
        let log = self.json(&["decisions", "--type", action, "--target", target])?;
        let mut decisions = list(&log, "decisions")?;
        decisions.reverse();
        Ok(decisions)
    }

    /// The decisions about an action on an object that were carried out, the oldest first.
    pub fn executed(&self, action: &str, target: &str) -> Result<Vec<Value>> {
        let executed = |decision: &Value| !decision["intent"].is_null();
        Ok(self.decisions(action, target)?.into_iter().filter(executed).collect())
    }

    /// Waits until so many decisions were carried out to their end, and answers with the latest.
    pub fn wait_executed(&self, action: &str, target: &str, count: usize) -> Result<Value> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("{action} on {target} to end {count} times"), LONG_PATIENCE, || {
            last = self.executed(action, target)?;
            let ended = last.iter().filter(|decision| !decision["outcome"].is_null()).count();
            Ok((ended >= count).then(|| last.last().cloned()).flatten())
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    /// Waits until the latest decision about an action on an object is withheld by a gate.
    pub fn wait_withheld(&self, action: &str, target: &str, gate: &str) -> Result<Value> {
        let mut last = None;
        let waited =
            wait_for(&format!("{action} on {target} to be withheld by {gate}"), LONG_PATIENCE, || {
                last = self.decisions(action, target)?.pop();
                Ok(last.clone().filter(|decision| decision["withheld_by"] == gate))
            });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    /// Every approval that the command line lists.
    pub fn approvals(&self) -> Result<Vec<Value>> {
        list(&self.json(&["approvals"])?, "approvals")
    }

    /// Waits until an action on an object waits for a person.
    pub fn wait_asked(&self, action: &str, target: &str) -> Result<Value> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("{action} on {target} to be asked for"), LONG_PATIENCE, || {
            last = self.approvals()?;
            let asked = last.iter().rfind(|approval| {
                approval["action_type"] == action
                    && approval["target"] == target
                    && approval["state"] == "pending"
            });
            Ok(asked.cloned())
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    /// Waits until there is an open finding about an object.
    pub fn wait_finding(&self, finding: &str, target: &str) -> Result<Value> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("the finding {finding} of {target}"), LONG_PATIENCE, || {
            last = self.findings()?;
            let found = |it: &&Value| it["finding"] == finding && it["target"] == target;
            Ok(last.iter().find(found).cloned())
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    /// The open findings.
    pub fn findings(&self) -> Result<Vec<Value>> {
        list(&self.json(&["status"])?, "findings")
    }

    /// The breakers that are not closed, as `STATE ACTION TARGET`.
    pub fn breakers(&self) -> Result<Vec<String>> {
        let breakers = list(&self.json(&["status"])?, "breakers")?;
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let line = |it: &Value| [&it["state"], &it["action"], &it["target"]].map(text).join(" ");
        Ok(breakers.iter().map(line).collect())
    }
}

/// The number of an approval, as the command line takes it.
pub fn id(approval: &Value) -> String {
    approval["id"].to_string()
}

/// The list that a listing holds under its plural key.
pub fn list(listing: &Value, key: &str) -> Result<Vec<Value>> {
    listing[key].as_array().cloned().with_context(|| format!("{key} is no list in {listing}"))
}
