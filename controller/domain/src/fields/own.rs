//! Fields on which podsteward alone acts: Podman never hears of them.
//!
//! Owns their rows of the table. An edit of one is a difference that needs nothing on the host.

use podsteward_specs::container::{ConfigFile, Dependency, OnChange, Probe, ProbeHandler};
use podsteward_specs::{duration, signal};

use super::difference::Entries;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::own_each("metadata.annotations", |side| text::quoted_entries(side.here.annotations)),
    Row::own("spec.imagePullPolicy", |side| Some(format!("{:?}", side.spec().image_pull_policy))),
    Row::own("spec.desiredState", |side| Some(format!("{:?}", side.spec().desired_state))),
    Row::own("spec.startTimeoutSeconds", |side| Some(duration::print(side.spec().start_timeout))),
    Row::own("spec.probes.startup", |side| side.spec().probes.startup.as_ref().map(probe)),
    Row::own("spec.probes.readiness", |side| side.spec().probes.readiness.as_ref().map(probe)),
    Row::own("spec.probes.liveness", |side| side.spec().probes.liveness.as_ref().map(probe)),
    Row::own_each("spec.dependsOn", depends_on),
    Row::own_each("spec.configFiles", config_files),
    Row::own("spec.dataTier", |side| Some(format!("{:?}", side.spec().data_tier).to_lowercase())),
    Row::own("spec.criticality", |side| Some(format!("{:?}", side.spec().criticality).to_lowercase())),
    Row::own("spec.remediation.autoRestart", |side| word(side.spec().remediation.auto_restart)),
    Row::own("spec.remediation.requiresConfirmation", |side| {
        word(side.spec().remediation.requires_confirmation)
    }),
    Row::own("spec.remediation.restartTimeoutSeconds", |side| {
        side.spec().remediation.restart_timeout.map(duration::print)
    }),
    Row::own("spec.remediation.maxRestartsPerHour", |side| {
        word(side.spec().remediation.max_restarts_per_hour)
    }),
    Row::own("spec.remediation.manualHold", |side| {
        Some(duration::print(side.spec().remediation.manual_hold))
    }),
    Row::own("spec.remediation.deny", |side| text::list(&side.spec().remediation.deny)),
    Row::own("spec.adopt", |side| word(Some(side.spec().adopt))),
];

fn word(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn depends_on(side: &Side<'_>) -> Entries {
    side.spec().depends_on.iter().map(|(name, each)| (name.to_string(), dependency(*each))).collect()
}

fn dependency(dependency: Dependency) -> String {
    let condition = format!("{:?}", dependency.condition).to_lowercase();
    if dependency.restart { format!("{condition}, follows restarts") } else { condition }
}

fn config_files(side: &Side<'_>) -> Entries {
    side.spec().config_files.iter().map(|(path, each)| (path.clone(), config_file(*each))).collect()
}

fn config_file(file: ConfigFile) -> String {
    match file.on_change {
        OnChange::Restart => "restart".to_owned(),
        OnChange::Recreate => "recreate".to_owned(),
        OnChange::Signal(number) => format!("signal {}", signal::name(number)),
    }
}

fn probe(probe: &Probe) -> String {
    format!(
        "{}, delay {}, period {}, timeout {}, success {}, failure {}",
        handler(&probe.handler),
        duration::print(probe.initial_delay),
        duration::print(probe.period),
        duration::print(probe.timeout),
        probe.success_threshold,
        probe.failure_threshold,
    )
}

fn handler(handler: &ProbeHandler) -> String {
    let at = |host: &Option<String>, port: &u16| format!("{}:{port}", host.as_deref().unwrap_or_default());
    match handler {
        ProbeHandler::Exec { command } => format!("exec {}", text::words(command).unwrap_or_default()),
        ProbeHandler::TcpSocket { port, host } => format!("tcp {}", at(host, port)),
        ProbeHandler::HttpGet { path, port, host, scheme, headers } => {
            let headers = text::list(headers.iter().map(|(name, value)| format!("{name}: {value}")));
            let headers = headers.map(|headers| format!(" with {headers}")).unwrap_or_default();
            format!("{scheme} {}{path}{headers}", at(host, port))
        }
    }
}
