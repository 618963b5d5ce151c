//! Probes and healthchecks: how a container is asked whether it is well.
//!
//! Owns their shape and numbers. Never runs one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The three probes of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Probes {
    /// Gates the others until it has succeeded once.
    pub startup: Option<Probe>,
    /// Whether the container is ready.
    pub readiness: Option<Probe>,
    /// Whether the container must be restarted.
    pub liveness: Option<Probe>,
}

impl Probes {
    /// Whether none is declared.
    pub fn is_empty(&self) -> bool {
        self.startup.is_none() && self.readiness.is_none() && self.liveness.is_none()
    }
}

/// One probe, with Kubernetes' semantics and defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// What is asked.
    pub handler: ProbeHandler,
    /// Wait after the start. Default 0 s.
    pub initial_delay: Duration,
    /// Time between two probes. Default 10 s.
    pub period: Duration,
    /// Time for one answer. Default 1 s.
    pub timeout: Duration,
    /// Successes in a row that make it well. Default 1.
    pub success_threshold: u32,
    /// Failures in a row that make it ill. Default 3.
    pub failure_threshold: u32,
}

/// What a probe asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeHandler {
    /// Runs a command inside; 0 is well.
    Exec {
        /// The command with its arguments.
        command: Vec<String>,
    },
    /// Asks by HTTP; 200 to 399 is well.
    HttpGet {
        /// The path. Default `/`.
        path: String,
        /// The port.
        port: u16,
        /// The host. Default: the container.
        host: Option<String>,
        /// `HTTP` or `HTTPS`.
        scheme: String,
        /// Headers, in order.
        headers: Vec<(String, String)>,
    },
    /// Opens a TCP connection; accepted is well.
    TcpSocket {
        /// The port.
        port: u16,
        /// The host. Default: the container.
        host: Option<String>,
    },
}

/// Podman's own healthcheck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Healthcheck {
    /// What is run inside.
    pub command: HealthcheckCommand,
    /// Time between two checks. Default 30 s.
    pub interval: Duration,
    /// Time for one check. Default 30 s.
    pub timeout: Duration,
    /// Failures in a row that make it unhealthy. Default 3.
    pub retries: u32,
    /// Time after the start in which failures do not count. Default 0 s.
    pub start_period: Duration,
}

/// The command of a healthcheck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum HealthcheckCommand {
    /// A line for the shell inside.
    Shell(String),
    /// A program with its arguments.
    Exec(Vec<String>),
}
