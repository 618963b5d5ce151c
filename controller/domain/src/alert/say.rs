//! What is said of alerts.
//!
//! Owns the sentences and how bad an alert is. What others wrote is shortened and stripped of everything that a terminal
//! would obey, at this one place.

use std::sync::Arc;

use podsteward_specs::key::Key;

use super::{Alert, AlertState, PROOF_HOLDS, Routed, UNKNOWN_AFTER};
use crate::finding::{Finding, FindingKind, Severity};
use crate::standing::Standing;
use crate::status::{Condition, ConditionStatus, ConditionType};
use crate::time::Moment;
use crate::words;
use crate::world::World;

/// So many alerts are named at most.
const NAMED: usize = 5;

/// The finding about all alerts of an object, the worst first.
pub fn finding(world: &World) -> Option<Finding> {
    let mut told: Vec<(Severity, String)> =
        world.alerts.iter().map(|routed| sentence(routed, &world.standing, world.now)).collect();
    told.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let (severity, message) = told.first()?.clone();
    let message = match told.len() {
        1 => message,
        more => format!("{message} (and {} more)", more - 1),
    };
    Some(Finding { severity, ..Finding::new(FindingKind::Alert, &world.key, message) })
}

fn sentence(routed: &Routed, standing: &Standing, now: Moment) -> (Severity, String) {
    let alert = &routed.alert;
    let name = words::quoted(alert.name());
    if alert.state(now) == AlertState::Unknown {
        let after = words::duration(UNKNOWN_AFTER);
        let message =
            format!("alert {name} was not repeated for {after}: whether it still fires is not known");
        return (Severity::Info, message);
    }
    let said = fires(alert);
    if let Some(why) = routed.aim.nowhere() {
        return (alert.severity(), format!("{said}; {} finds no target: {why}", routed.key));
    }
    match unhelped(alert, standing) {
        Some((action, at)) => (Severity::Critical, format!("{said}; {action} at {at} did not end it")),
        None => (alert.severity(), said),
    }
}

/// What an alert says.
pub fn fires(alert: &Alert) -> String {
    let name = words::quoted(alert.name());
    match alert.summary.as_str() {
        "" => format!("alert {name} fires"),
        summary => format!("alert {name} fires: {}", words::quoted(summary)),
    }
}

/// What was done about an alert that was sent as firing long after it.
fn unhelped(alert: &Alert, standing: &Standing) -> Option<(String, Moment)> {
    let mut answers = standing.answered.iter().rev().filter(|it| it.episodes.contains(&alert.episode));
    let answer = answers.next()?;
    alert.is_unhelped(answer).then(|| (answer.action.to_string(), answer.at))
}

/// The finding about the alerts that no route is for: worth knowing, and somebody else's business.
pub fn unrouted(alerts: &[Arc<Alert>]) -> Option<Finding> {
    let mut names: Vec<String> = alerts.iter().map(|alert| words::quoted(alert.name())).collect();
    names.sort();
    names.dedup();
    let more = names.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map_or_else(String::new, |more| format!(" and {more} more"));
    let told = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let message = format!("alerts that no AlertRoute is for: {told}{more}");
    let found = Finding::new(FindingKind::Alert, &Key::host(), message);
    (!alerts.is_empty()).then_some(Finding { severity: Severity::Info, ..found })
}

/// Whether the way from the monitoring is proven, as a condition of the host.
pub fn path_condition(proven: Option<Moment>, now: Moment) -> Condition {
    let (status, reason, message) = match proven {
        None => (ConditionStatus::Unknown, "NeverProven", "no test alert has come in yet".to_owned()),
        Some(at) if now.since(at) >= PROOF_HOLDS => {
            (ConditionStatus::Unknown, "Stale", format!("the last test alert came in at {at}"))
        }
        Some(at) => (ConditionStatus::True, "TestAlertReceived", format!("a test alert came in at {at}")),
    };
    Condition {
        kind: ConditionType::AlertPathProven,
        status,
        reason: reason.to_owned(),
        message,
        last_transition_time: proven.unwrap_or(now),
    }
}

/// The finding about the way from the monitoring, where alerts are received: it was not proven for long, or never.
pub fn unproven(proven: Option<Moment>, now: Moment) -> Option<Finding> {
    let how = "send a test alert named PodstewardTest through Alertmanager";
    let (severity, message) = match proven {
        None => (Severity::Info, format!("no test alert has come in yet; {how}")),
        Some(at) if now.since(at) >= PROOF_HOLDS => {
            (Severity::Warning, format!("the last test alert came in at {at}; {how}"))
        }
        Some(_) => return None,
    };
    Some(Finding { severity, ..Finding::new(FindingKind::AlertPathUnproven, &Key::host(), message) })
}
