//! The checks of an `AlertRoute`.
//!
//! Owns what one route may say: which alerts, exactly one answer, and what that answer needs. Never knows which objects
//! there are; see [`crate::cross`].

use std::collections::BTreeMap;

use super::disk::points;
use super::field::Field;
use super::text;
use crate::alert::{ALERTNAME, AlertLimits, AlertMatch, AlertRoute, ROUTE_ACTIONS, Response, TEST_ALERT};
use crate::defaults::ALERT_CONFIDENCE;
use crate::document::Spots;
use crate::key::Name;
use crate::wire::alert as wire;

/// What stands in a text that some other program was meant to fill in.
const TEMPLATE: &str = "{{";
/// A confidence is kept in ten-thousandths.
const CONFIDENCE_PLACES: usize = 4;

/// Checks one route, and remembers where its answer stands. `None` after a problem with what it cannot be without.
pub(super) fn route(wire: wire::AlertRoute, spec: &Field<'_>, spots: &mut Spots) -> Option<AlertRoute> {
    spots.playbook = Some(spec.key("playbook").spot());
    spots.parameters = Some(spec.key("parameters").spot());
    let matching = wire.matching.map(|matching| matching_of(matching, &spec.key("match")));
    let target_label = spec.key("targetLabel").read(wire.target_label.as_deref(), label_name);
    let targeted = wire.target_label.is_some();
    let parameters = parameters(wire.parameters, wire.playbook.is_some(), &spec.key("parameters"));
    let confidence = points(wire.confidence, ALERT_CONFIDENCE, CONFIDENCE_PLACES, &spec.key("confidence"));
    let limits = wire.limits.and_then(|limits| limits_of(&limits, &spec.key("limits")));
    let response = response(wire.action, wire.playbook, targeted, spec);
    Some(AlertRoute {
        matching: matching?,
        response: response?,
        target_label,
        parameters,
        confidence: confidence?,
        requires_confirmation: wire.requires_confirmation.unwrap_or_default(),
        limits,
    })
}

fn matching_of(wire: wire::AlertMatch, field: &Field<'_>) -> AlertMatch {
    let (name, labels) = (wire.alertname, wire.labels.unwrap_or_default());
    if name.is_none() && labels.is_empty() {
        field.problem("matches every alert (alertname, labels or both)");
    }
    if let Some(name) = &name {
        let field = field.key(ALERTNAME);
        field.take(filled_in(name));
        if name == TEST_ALERT {
            field.problem(format!("is {TEST_ALERT}, the alert that proves the way (any other name)"));
        }
    }
    for (label, value) in &labels {
        let field = field.key("labels").key(label);
        field.take(label_name(label));
        field.take(filled_in(value));
        if label == ALERTNAME {
            field.problem("is said by match.alertname");
        }
    }
    AlertMatch { alertname: name, labels }
}

/// The value of a label, which is compared as it stands.
fn filled_in(text: &str) -> Result<(), String> {
    let allowed = "(the whole value as the alert will carry it)";
    match text {
        "" => Err(format!("is empty {allowed}")),
        text if text.contains(TEMPLATE) => {
            Err(format!("'{text}' is a template, and nothing fills it in {allowed}"))
        }
        _ => Ok(()),
    }
}

/// The name of a label, by Prometheus' rule.
fn label_name(text: &str) -> Result<String, String> {
    let allowed = "(letters, digits and '_', not beginning with a digit; for example container)";
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first = text.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if text.contains(TEMPLATE) {
        return Err(format!("'{text}' is a template, and the name of a label is meant {allowed}"));
    }
    if first && text.bytes().all(inner) {
        Ok(text.to_owned())
    } else {
        Err(format!("'{text}' is not the name of a label {allowed}"))
    }
}

/// Exactly one of both, with what it needs.
fn response(
    action: Option<String>,
    playbook: Option<String>,
    targeted: bool,
    spec: &Field<'_>,
) -> Option<Response> {
    match (action, playbook) {
        (Some(action), None) => {
            let field = spec.key("action");
            if !targeted {
                field.problem("needs targetLabel, the label whose value names what it acts on");
            }
            field.take(known(&action)).map(Response::Action)
        }
        (None, Some(playbook)) => spec.key("playbook").take(Name::new(playbook)).map(Response::Playbook),
        (Some(action), Some(playbook)) => {
            spec.key("action").take(known(&action));
            let field = spec.key("playbook");
            field.take(Name::new(playbook));
            field.problem("is said besides action (exactly one of both)");
            None
        }
        (None, None) => {
            let answers = ["action", "playbook"];
            spec.problem_among(&answers, "needs an answer (exactly one of action and playbook)");
            None
        }
    }
}

/// An action that an alert may call for.
fn known(action: &str) -> Result<String, String> {
    if ROUTE_ACTIONS.contains(&action) {
        return Ok(action.to_owned());
    }
    let why = match action {
        "drift-reconciliation" => "podsteward sees drift by itself",
        "predictive-maintenance" => "podsteward looks ahead by itself",
        other if other.starts_with("playbook/") => "a playbook is named under playbook",
        _ => "an alert cannot call for it",
    };
    Err(format!("'{action}': {why} ({})", ROUTE_ACTIONS.join(", ")))
}

fn parameters(
    wire: Option<BTreeMap<String, String>>,
    of_playbook: bool,
    field: &Field<'_>,
) -> BTreeMap<String, String> {
    let parameters = wire.unwrap_or_default();
    if !parameters.is_empty() && !of_playbook {
        field.problem("has nobody to be given to (only a playbook has parameters)");
    }
    for (name, value) in &parameters {
        field.key(name).take(text::no_nul(value));
    }
    parameters
}

fn limits_of(wire: &wire::Limits, field: &Field<'_>) -> Option<AlertLimits> {
    let per = field.key("per").read(wire.per.as_deref(), text::positive_duration)?;
    Some(AlertLimits { per_target: wire.per_target?, per })
}
