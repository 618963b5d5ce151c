//! The document that lists all metrics, `METRICS.md`, and the closed set of each label.
//!
//! Owns which values a label may have. Never a value of a metric. Rules, dashboards and people read it; a test finds a
//! series whose label says something else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use podsteward_domain::action::Action;
use podsteward_domain::alert::AlertState;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::drill::DrillResult;
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::intent::Outcome;
use podsteward_domain::probe::ProbeKind;
use podsteward_domain::snapshot::Provider;
use podsteward_domain::status::ObjectState;
use podsteward_domain::switch::SwitchState;
use podsteward_specs::channel::ChannelType;
use podsteward_specs::key::Kind;

use crate::label::{
    AlertWord, CallResult, HealthcheckResult, Held, Intervention, ProbeOutcome, ReconcileResult,
    RemediationMode, SnapshotResult, StepResult, VerificationStatus, Witness,
};
use crate::registry::{Catalogue, Entry};

/// What a label may say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Values {
    /// One of these.
    Closed(Vec<&'static str>),
    /// The name of something, in words.
    Names(&'static str),
}

/// What a label of a metric may say. The name of the metric has no prefix and is as Prometheus stores it.
pub(crate) fn values(metric: &str, label: &str) -> Option<Values> {
    let closed = match (metric, label) {
        (_, "object") => return Some(Values::Names("an object, as `kind/name`; empty: of no single object")),
        (_, "version") => return Some(Values::Names("the version of podsteward")),
        (_, "verb") => return Some(Values::Names("a call to Podman, for example `list_containers`")),
        (_, "step") => return Some(Values::Names("a kind of step of a plan, for example `start-container`")),
        ("breaker_state", "action") => Action::labels().chain(["all"]).collect(),
        (_, "action") => Action::labels().collect(),
        (_, "by") => all(Held::ALL, Held::as_str),
        (_, "decision") => all(&Verdict::ALL, Verdict::as_str),
        (_, "finding") => all(FindingKind::ALL, FindingKind::as_str),
        (_, "gate") => all(Gate::ALL, Gate::as_str),
        (_, "intervention") => all(Intervention::ALL, Intervention::as_str),
        (_, "kind") => all(&Kind::ALL, Kind::lower),
        (_, "mode") => all(RemediationMode::ALL, RemediationMode::as_str),
        (_, "outcome") => all(&Outcome::ALL, Outcome::as_str),
        (_, "probe") => all(&ProbeKind::ALL, ProbeKind::as_str),
        (_, "provider") => all(&Provider::ALL, Provider::as_str).into_iter().chain(["none"]).collect(),
        (_, "resource") => vec!["memory", "io", "cpu"],
        (_, "result") => results(metric)?,
        (_, "severity") => all(&Severity::ALL, Severity::as_str),
        ("switch", "state") => all(&SwitchState::ALL, SwitchState::as_str),
        ("alerts", "state") => vec![AlertState::Firing.as_str(), AlertState::Unknown.as_str()],
        (_, "state") => all(ObjectState::ALL, ObjectState::as_str),
        ("alerts_received_total", "status") => all(AlertWord::ALL, AlertWord::as_str),
        (_, "status") => all(VerificationStatus::ALL, VerificationStatus::as_str),
        (_, "threshold") => vec!["warn", "act", "target", "critical"],
        (_, "type") => all(&ChannelType::ALL, ChannelType::as_str),
        (_, "witness") => all(Witness::ALL, Witness::as_str),
        _ => return None,
    };
    Some(Values::Closed(closed))
}

fn results(metric: &str) -> Option<Vec<&'static str>> {
    Some(match metric {
        "drills_total" => all(&DrillResult::ALL, DrillResult::as_str),
        "reconcile_total" => all(ReconcileResult::ALL, ReconcileResult::as_str),
        "steps_total" => all(StepResult::ALL, StepResult::as_str),
        "podman_api_requests_total" => all(CallResult::ALL, CallResult::as_str),
        "probe_results_total" => all(ProbeOutcome::ALL, ProbeOutcome::as_str),
        "healthchecks_total" | "healthcheck_duration_seconds" => {
            all(HealthcheckResult::ALL, HealthcheckResult::as_str)
        }
        "notification_deliveries_total" => vec!["delivered", "failed", "given-up"],
        "snapshots_total" => all(SnapshotResult::ALL, SnapshotResult::as_str),
        "manifest_reads_total" | "relists_total" => vec!["done", "failed"],
        _ => return None,
    })
}

fn all<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|value| name(*value)).collect()
}

/// The document.
pub(crate) fn of(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Metrics\n\nGenerated from the code; a test keeps it in step. A label says one of a closed set of values, see \
         [below](#labels); only `object` names what a manifest declares. A metric that is absent is not known: that is \
         never zero.\n\n\
         | metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n",
    );
    for Entry { name, sort, labels, unit, help } in &catalogue.entries {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{name}` | {} | {unit} | {} | {help}. |", sort.as_str(), labels.join(", "));
    }
    text.push_str("\n## Labels\n\n| label | of | values |\n|---|---|---|\n");
    for ((label, values), metrics) in labels(catalogue) {
        let values = match values {
            Values::Closed(values) => quoted(&values),
            Values::Names(words) => words.to_owned(),
        };
        let _ = writeln!(text, "| `{label}` | {} | {values} |", quoted(&metrics));
    }
    text
}

/// Each label with its values, and the metrics that have it so.
fn labels(catalogue: &Catalogue) -> BTreeMap<(&'static str, Values), Vec<&str>> {
    let mut labels: BTreeMap<(&'static str, Values), Vec<&str>> = BTreeMap::new();
    for entry in &catalogue.entries {
        let name = entry.short();
        for label in &entry.labels {
            let values = values(name, label).unwrap_or(Values::Closed(Vec::new()));
            labels.entry((*label, values)).or_default().push(name);
        }
    }
    labels
}

fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests;
