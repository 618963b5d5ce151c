//! The wire form of probes and of Podman's own healthcheck.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use crate::defaults::{SECONDS_MAX, TRIES_MAX};
use crate::duration;

/// The three probes of Kubernetes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Probes {
    /// Gates the others until it has succeeded once.
    pub(crate) startup: Option<Probe>,
    /// Whether the container is ready.
    pub(crate) readiness: Option<Probe>,
    /// Whether the container must be restarted.
    pub(crate) liveness: Option<Probe>,
}

/// One probe: exactly one of `exec`, `httpGet` and `tcpSocket`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Probe {
    /// Runs a command inside; 0 is well.
    pub(crate) exec: Option<Exec>,
    /// Asks by HTTP; 200 to 399 is well.
    pub(crate) http_get: Option<HttpGet>,
    /// Opens a TCP connection; accepted is well.
    pub(crate) tcp_socket: Option<TcpSocket>,
    /// Wait after the start. Default 0.
    #[schemars(range(max = SECONDS_MAX))]
    pub(crate) initial_delay_seconds: Option<u64>,
    /// Time between two probes. Default 10.
    #[schemars(range(min = 1, max = SECONDS_MAX))]
    pub(crate) period_seconds: Option<u64>,
    /// Time for one answer. Default 1.
    #[schemars(range(min = 1, max = SECONDS_MAX))]
    pub(crate) timeout_seconds: Option<u64>,
    /// Successes in a row that make it well. Default 1; startup and liveness allow only 1.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) success_threshold: Option<u32>,
    /// Failures in a row that make it ill. Default 3.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) failure_threshold: Option<u32>,
}

/// A command inside.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Exec {
    /// The program with its arguments.
    #[schemars(required)]
    pub(crate) command: Option<Vec<String>>,
}

/// A request by HTTP.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HttpGet {
    /// The path. Default `/`.
    pub(crate) path: Option<String>,
    /// The port.
    #[schemars(required, range(min = 1, max = 65_535))]
    pub(crate) port: Option<u16>,
    /// The host. Default: the container.
    pub(crate) host: Option<String>,
    /// The scheme. Default `HTTP`.
    pub(crate) scheme: Option<Scheme>,
    /// Headers, in order.
    pub(crate) http_headers: Option<Vec<Header>>,
}

/// The scheme of a request.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// One header of a request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Header {
    /// The name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// The value.
    #[schemars(required)]
    pub(crate) value: Option<String>,
}

/// A TCP connection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TcpSocket {
    /// The port.
    #[schemars(required, range(min = 1, max = 65_535))]
    pub(crate) port: Option<u16>,
    /// The host. Default: the container.
    pub(crate) host: Option<String>,
}

/// Podman's own healthcheck.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Healthcheck {
    /// A line for the shell inside, or a list: a program with its arguments.
    #[schemars(required)]
    pub(crate) command: Option<Command>,
    /// Time between two checks. Default `30s`.
    #[schemars(title = duration::RULE)]
    pub(crate) interval: Option<String>,
    /// Time for one check. Default `30s`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
    /// Failures in a row that make it unhealthy. Default 3.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) retries: Option<u32>,
    /// Time after the start in which failures do not count. Default `0s`.
    #[schemars(title = duration::RULE)]
    pub(crate) start_period: Option<String>,
}

/// The command of a healthcheck.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Command {
    /// A line for the shell.
    Shell(String),
    /// A program with its arguments.
    Exec(Vec<String>),
}
