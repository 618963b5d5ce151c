//! A real Prometheus: it scrapes the controller, evaluates rules and answers queries.
//!
//! Owns the process, its configuration and its data, all below the scratch directory. Never judges what it answers.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::alertmanager::Alertmanager;
use crate::http;
use crate::process;
use crate::wait::{PATIENCE, wait_for};

/// Where it listens.
const ADDRESS: &str = "127.0.0.1:19090";

/// What a Prometheus is to scrape, evaluate and tell, each of it every second.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Setup {
    jobs: String,
    rules: Vec<PathBuf>,
    alertmanager: Option<&'static str>,
}

/// A running Prometheus. It is killed when it goes out of scope.
#[derive(Debug)]
pub struct Prometheus {
    child: Child,
}

impl Setup {
    /// Scrapes `/metrics` of an address, for example that of a controller, under the name of a job.
    pub fn scrape(mut self, job: &str, address: &str) -> Self {
        // Writing to a String cannot fail.
        let _ = writeln!(self.jobs, "- {{job_name: {job}, static_configs: [{{targets: ['{address}']}}]}}");
        self
    }

    /// Evaluates the rules of a file, for example one of `metrics/alerts`.
    pub fn rules(mut self, file: impl Into<PathBuf>) -> Self {
        self.rules.push(file.into());
        self
    }

    /// Tells an Alertmanager what fires.
    pub fn tell(mut self, alertmanager: &Alertmanager) -> Self {
        self.alertmanager = Some(alertmanager.address());
        self
    }

    /// Starts it with everything it keeps below `dir`, and waits until it answers.
    pub fn start(self, dir: &Path) -> Result<Prometheus> {
        let (config, data) = (dir.join("prometheus.yml"), dir.join("prometheus"));
        fs::write(&config, self.text())?;
        let mut command = process::command("prometheus");
        command.arg(format!("--config.file={}", config.display()));
        command.arg(format!("--storage.tsdb.path={}", data.display()));
        command.arg(format!("--web.listen-address={ADDRESS}"));
        let mut prometheus =
            Prometheus { child: process::spawn_into(&mut command, &dir.join("prometheus.log"))? };
        wait_for("Prometheus to be ready", PATIENCE, || prometheus.ready())?;
        Ok(prometheus)
    }

    fn text(&self) -> String {
        let mut text =
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n".to_owned();
        let files: Vec<String> = self.rules.iter().map(|file| format!("'{}'", file.display())).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "rule_files: [{}]", files.join(", "));
        if let Some(address) = self.alertmanager {
            let _ = writeln!(
                text,
                "alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{address}']}}]}}]}}"
            );
        }
        let _ = write!(text, "scrape_configs:\n{}", self.jobs);
        text
    }
}

impl Prometheus {
    /// What an expression is now: one value a series, each with its `metric` and its `value`.
    pub fn query(&self, expression: &str) -> Result<Vec<Value>> {
        let data = get(&format!("query?query={}", encoded(expression)))?;
        data["result"].as_array().cloned().with_context(|| format!("{expression} is no vector: {data}"))
    }

    /// Waits until an expression has a series, and answers with all of them.
    pub fn wait_series(&self, expression: &str) -> Result<Vec<Value>> {
        wait_for(&format!("a series of {expression}"), PATIENCE, || {
            Ok(Some(self.query(expression)?).filter(|series| !series.is_empty()))
        })
    }

    /// Waits until an expression is a number in at least one series: a share of nothing is none.
    pub fn wait_number(&self, expression: &str) -> Result<()> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("an answer to {expression}"), PATIENCE, || {
            last = self.query(expression)?;
            let is_number = |series: &Value| series["value"][1].as_str().is_some_and(|value| value != "NaN");
            Ok(last.iter().any(is_number).then_some(()))
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    /// Every rule, with its `health`.
    pub fn rules(&self) -> Result<Vec<Value>> {
        let data = get("rules")?;
        let groups = data["groups"].as_array().with_context(|| format!("no list of groups: {data}"))?;
        Ok(groups.iter().filter_map(|group| group["rules"].as_array()).flatten().cloned().collect())
    }

    /// Every alert that is pending or firing.
    pub fn alerts(&self) -> Result<Vec<Value>> {
        let data = get("alerts")?;
        data["alerts"].as_array().cloned().with_context(|| format!("no list of alerts: {data}"))
    }

    /// Waits until an alert of that name fires.
    pub fn wait_firing(&self, name: &str) -> Result<Value> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("{name} to fire"), PATIENCE, || {
            last = self.alerts()?;
            let fires = |it: &&Value| it["labels"]["alertname"] == name && it["state"] == "firing";
            Ok(last.iter().find(fires).cloned())
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }

    fn ready(&mut self) -> Result<Option<()>> {
        if let Some(status) = process::ended(&mut self.child)? {
            bail!("Prometheus ended with {status}");
        }
        let answer = http::over_tcp(ADDRESS, "GET", "/-/ready");
        Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn get(path: &str) -> Result<Value> {
    let answer = http::over_tcp(ADDRESS, "GET", &format!("/api/v1/{path}"))?;
    ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.body);
    let mut answer: Value = serde_json::from_str(&answer.body)?;
    Ok(answer["data"].take())
}

/// An expression as a parameter of an address.
fn encoded(expression: &str) -> String {
    expression.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
