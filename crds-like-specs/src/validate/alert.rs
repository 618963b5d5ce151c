//! The checks of an `AlertRoute`.
//!
//! Owns the rule of exactly one answer. Never knows which objects there are; see [`crate::cross`].

use super::disk::points;
use super::field::Field;
use super::text;
use crate::alert::{AlertLimits, AlertMatch, AlertRoute, Response};
use crate::key::Name;
use crate::wire::alert as wire;

/// Checks one route.
pub(super) fn route(wire: wire::AlertRoute, field: &Field<'_>) -> Option<AlertRoute> {
    let playbook = wire.playbook.and_then(|name| field.key("playbook").take(Name::new(name)));
    let response = match (wire.action, playbook) {
        (Some(action), None) => Response::Action(action),
        (None, Some(playbook)) => Response::Playbook(playbook),
        _ => {
            field.problem("needs exactly one of action and playbook");
            return None;
        }
    };
    let matching = wire.matching?;
    let limits = wire.limits.and_then(|limits| {
        let per = field.key("limits").key("per").read(limits.per.as_deref(), text::positive_duration)?;
        Some(AlertLimits { per_target: limits.per_target?, per })
    });
    Some(AlertRoute {
        matching: AlertMatch { alertname: matching.alertname, labels: matching.labels.unwrap_or_default() },
        response,
        target_label: wire.target_label,
        parameters: wire.parameters.unwrap_or_default(),
        confidence: points(wire.confidence, 10_000, 4, &field.key("confidence"))?,
        requires_confirmation: wire.requires_confirmation.unwrap_or_default(),
        limits,
    })
}
