//! A real Alertmanager: it groups what fires and tells receivers.
//!
//! Owns the process, its configuration and its data, all below the scratch directory. Never invents an alert: a
//! Prometheus or a scenario posts them.

use std::fs;
use std::path::Path;
use std::process::Child;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::http;
use crate::process;
use crate::wait::{PATIENCE, wait_for};

/// Where it listens.
const ADDRESS: &str = "127.0.0.1:19093";

/// A running Alertmanager. It is killed when it goes out of scope.
#[derive(Debug)]
pub struct Alertmanager {
    child: Child,
}

impl Alertmanager {
    /// Starts it with this configuration and with everything it keeps below `dir`, and waits until it answers.
    pub fn start(dir: &Path, config: &str) -> Result<Self> {
        let (file, data) = (dir.join("alertmanager.yml"), dir.join("alertmanager"));
        fs::write(&file, config)?;
        let mut command = process::command("prometheus-alertmanager");
        command.arg(format!("--config.file={}", file.display()));
        command.arg(format!("--storage.path={}", data.display()));
        command.arg(format!("--web.listen-address={ADDRESS}"));
        // One alone needs no peers, and would look for an address to reach them from.
        command.arg("--cluster.listen-address=");
        let child = process::spawn_into(&mut command, &dir.join("alertmanager.log"))?;
        let mut alertmanager = Self { child };
        wait_for("Alertmanager to be ready", PATIENCE, || alertmanager.ready())?;
        Ok(alertmanager)
    }

    /// Where it listens.
    pub fn address(&self) -> &'static str {
        ADDRESS
    }

    /// Posts alerts as Prometheus does: a list of objects with `labels`, and `startsAt` and `endsAt` where they matter.
    pub fn post(&self, alerts: &Value) -> Result<()> {
        let answer = http::post(ADDRESS, "/api/v2/alerts", &[], &alerts.to_string())?;
        ensure!(answer.status == 200, "{} {}", answer.status, answer.body);
        Ok(())
    }

    /// The alerts that it holds as firing.
    pub fn alerts(&self) -> Result<Vec<Value>> {
        let answer = http::over_tcp(ADDRESS, "GET", "/api/v2/alerts")?;
        ensure!(answer.status == 200, "{} {}", answer.status, answer.body);
        let alerts: Value = serde_json::from_str(&answer.body)?;
        alerts.as_array().cloned().context("a list of alerts")
    }

    fn ready(&mut self) -> Result<Option<()>> {
        if let Some(status) = process::ended(&mut self.child)? {
            bail!("Alertmanager ended with {status}");
        }
        let answer = http::over_tcp(ADDRESS, "GET", "/-/ready");
        Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
