//! The checks of probes and of Podman's own healthcheck.
//!
//! Owns their defaults and the rule of exactly one handler. Never runs one.

use std::time::Duration;

use super::field::Field;
use super::text;
use crate::container::{Healthcheck, HealthcheckCommand, Probe, ProbeHandler, Probes};
use crate::defaults;
use crate::duration;
use crate::wire::probe as wire;

/// The least time of a healthcheck that Podman takes.
const HEALTH_TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// Checks the three probes.
pub(super) fn probes(wire: Option<wire::Probes>, field: &Field<'_>) -> Probes {
    let Some(wire) = wire else { return Probes::default() };
    let check = |wire: Option<wire::Probe>, name: &str| {
        let field = field.key(name);
        let wire = wire?;
        if name != "readiness" && wire.success_threshold.is_some_and(|successes| successes != 1) {
            let message = format!("must be 1 for a {name} probe (more only for readiness)");
            field.key("successThreshold").problem(message);
        }
        probe(wire, &field)
    };
    let startup = check(wire.startup, "startup");
    let liveness = check(wire.liveness, "liveness");
    Probes { startup, readiness: check(wire.readiness, "readiness"), liveness }
}

fn probe(wire: wire::Probe, field: &Field<'_>) -> Option<Probe> {
    let handler = handler(Handlers { exec: wire.exec, http: wire.http_get, tcp: wire.tcp_socket }, field)?;
    let seconds = |seconds: Option<u64>, default| seconds.map_or(default, Duration::from_secs);
    Some(Probe {
        handler,
        initial_delay: seconds(wire.initial_delay_seconds, Duration::ZERO),
        period: seconds(wire.period_seconds, defaults::PROBE_PERIOD),
        timeout: seconds(wire.timeout_seconds, defaults::PROBE_TIMEOUT),
        success_threshold: wire.success_threshold.unwrap_or(defaults::PROBE_SUCCESSES),
        failure_threshold: wire.failure_threshold.unwrap_or(defaults::PROBE_FAILURES),
    })
}

/// What may be asked, of which exactly one is.
pub(super) struct Handlers {
    pub(super) exec: Option<wire::Exec>,
    pub(super) http: Option<wire::HttpGet>,
    pub(super) tcp: Option<wire::TcpSocket>,
}

/// Checks what is asked.
pub(super) fn handler(wire: Handlers, field: &Field<'_>) -> Option<ProbeHandler> {
    let count = [wire.exec.is_some(), wire.http.is_some(), wire.tcp.is_some()].into_iter().filter(|it| *it);
    let count = count.count();
    if count != 1 {
        let has = if count == 0 { "has no handler" } else { "has more than one handler" };
        let message = format!("{has} (exactly one of exec, httpGet, tcpSocket)");
        field.problem_among(&["exec", "httpGet", "tcpSocket"], message);
    }
    let exec = wire.exec.and_then(|exec| exec_handler(exec, &field.key("exec")));
    let http = wire.http.and_then(|get| http_handler(get, &field.key("httpGet")));
    let tcp = wire.tcp.and_then(|tcp| tcp_handler(tcp, &field.key("tcpSocket")));
    exec.or(http).or(tcp)
}

fn exec_handler(wire: wire::Exec, field: &Field<'_>) -> Option<ProbeHandler> {
    let command = wire.command?;
    if command.is_empty() {
        field.key("command").problem("is empty (a program with its arguments)");
    }
    Some(ProbeHandler::Exec { command })
}

fn http_handler(wire: wire::HttpGet, field: &Field<'_>) -> Option<ProbeHandler> {
    let rooted = |text: &str| {
        let sound = text.starts_with('/') && text::word(text).is_ok();
        if sound {
            Ok(text.to_owned())
        } else {
            Err(format!("'{text}' is not a path (a path beginning with '/')"))
        }
    };
    let path = field.key("path").read(wire.path.as_deref(), rooted);
    let host = field.key("host").read(wire.host.as_deref(), host);
    let headers = wire.http_headers.into_iter().flatten();
    let scheme = match wire.scheme {
        Some(wire::Scheme::Https) => "HTTPS",
        Some(wire::Scheme::Http) | None => "HTTP",
    };
    Some(ProbeHandler::HttpGet {
        path: path.unwrap_or_else(|| defaults::PROBE_PATH.to_owned()),
        port: wire.port?,
        host,
        scheme: scheme.to_owned(),
        headers: headers.filter_map(|header| Some((header.name?, header.value?))).collect(),
    })
}

fn tcp_handler(wire: wire::TcpSocket, field: &Field<'_>) -> Option<ProbeHandler> {
    let wire::TcpSocket { port, host: name } = wire;
    let host = field.key("host").read(name.as_deref(), host);
    Some(ProbeHandler::TcpSocket { port: port?, host })
}

/// A host name or an address.
fn host(text: &str) -> Result<String, String> {
    text::ip(text).map(|ip| ip.to_string()).or_else(|_| text::host_name(text))
}

/// Checks Podman's own healthcheck.
pub(super) fn healthcheck(wire: wire::Healthcheck, field: &Field<'_>) -> Healthcheck {
    let command = match wire.command {
        Some(wire::Command::Shell(line)) => HealthcheckCommand::Shell(line),
        Some(wire::Command::Exec(words)) => HealthcheckCommand::Exec(words),
        None => HealthcheckCommand::Exec(Vec::new()),
    };
    let empty = match &command {
        HealthcheckCommand::Shell(line) => line.trim().is_empty(),
        HealthcheckCommand::Exec(words) => words.is_empty(),
    };
    if empty {
        field
            .key("command")
            .problem("is empty (a line for the shell, or a list: a program with its arguments)");
    }
    let interval = field.key("interval").read(wire.interval.as_deref(), text::positive_duration);
    let timeout = field.key("timeout").read(wire.timeout.as_deref(), health_timeout);
    let start_period = field.key("startPeriod").read(wire.start_period.as_deref(), duration::parse);
    Healthcheck {
        command,
        interval: interval.unwrap_or(defaults::HEALTH_INTERVAL),
        timeout: timeout.unwrap_or(defaults::HEALTH_TIMEOUT),
        retries: wire.retries.unwrap_or(defaults::HEALTH_RETRIES),
        start_period: start_period.unwrap_or_default(),
    }
}

fn health_timeout(text: &str) -> Result<Duration, String> {
    match text::positive_duration(text)? {
        timeout if timeout < HEALTH_TIMEOUT_MIN => Err(format!("'{text}' is too short (at least 1s)")),
        timeout => Ok(timeout),
    }
}
