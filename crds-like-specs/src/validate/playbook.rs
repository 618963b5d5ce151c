//! The checks of a `Playbook`.
//!
//! Owns its envelope: what calls for it, its parameters, its times. Its steps are checked in [`steps`]. Never knows which
//! containers there are; see [`crate::cross`].

mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::field::Field;
use super::text;
use crate::defaults::playbook as defaults;
use crate::document::Spots;
use crate::duration;
use crate::key::Key;
use crate::playbook::{Argv, Playbook, PlaybookStep, TARGET, Trigger, word};
use crate::policy::KNOWN_FINDINGS;
use crate::wire::Scalar;
use crate::wire::playbook as wire;
use steps::Reader;

/// Findings that call for no playbook: they are about the host at large, or a person's own word.
const NO_TRIGGERS: [&str; 7] = [
    "resource_pressure",
    "storm",
    "outbox_stuck",
    "restore_requested",
    "playbook_requested",
    "deleted",
    "mass_deletion",
];

/// Checks one playbook.
pub(super) fn playbook(wire: wire::Playbook, field: &Field<'_>, spots: &mut Spots) -> Option<Playbook> {
    let triggers = triggers(wire.triggers.unwrap_or_default(), &field.key("triggers"));
    let parameters = parameters(wire.parameters.unwrap_or_default(), &field.key("parameters"));
    let reader = Reader { parameters: &parameters };
    let pre_checks = reader.checks(wire.pre_checks.unwrap_or_default(), &field.key("preChecks"));
    let steps = reader.steps(wire.steps?, &field.key("steps"));
    let post_checks = reader.checks(wire.post_checks.unwrap_or_default(), &field.key("postChecks"));
    let timeout = field.key("timeout").read(wire.timeout.as_deref(), up_to(defaults::TIMEOUT_MAX));
    let stabilise = field.key("stabilise").read(wire.stabilise.as_deref(), up_to(defaults::TIMEOUT_MAX));
    let playbook = Playbook {
        triggers,
        risk: wire.risk.unwrap_or_default(),
        parameters,
        pre_checks,
        steps,
        post_checks,
        on_failure: wire.on_failure.unwrap_or_default(),
        timeout: timeout.unwrap_or(defaults::TIMEOUT),
        stabilise: stabilise.unwrap_or(defaults::STABILISE),
    };
    check_parameters(&playbook, field);
    note_spots(&playbook, field, spots);
    Some(playbook)
}

/// A duration of at most so long.
fn up_to(most: Duration) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| match text::positive_duration(text)? {
        length if length > most => Err(format!("'{text}' is too long (at most {})", duration::print(most))),
        length => Ok(length),
    }
}

fn triggers(wire: Vec<wire::Trigger>, field: &Field<'_>) -> Vec<Trigger> {
    let trigger = |(position, wire): (usize, wire::Trigger)| {
        let field = field.item(position);
        let (finding, objects) = match wire {
            wire::Trigger::Any(finding) => (finding, Vec::new()),
            wire::Trigger::Of(of) => (of.finding?, of.objects.unwrap_or_default()),
        };
        let finding = field.key_or_self("finding").take(known(finding))?;
        let keys = objects.iter().enumerate().filter_map(|(position, text)| {
            field.key("objects").item(position).take(text.parse::<Key>().map_err(|error| error.to_string()))
        });
        Some(Trigger { finding, objects: keys.collect() })
    };
    wire.into_iter().enumerate().filter_map(trigger).collect()
}

fn known(finding: String) -> Result<String, String> {
    let callable = |name: &&&str| !NO_TRIGGERS.contains(name);
    if KNOWN_FINDINGS.iter().filter(callable).any(|known| **known == finding) {
        return Ok(finding);
    }
    let all: Vec<&str> = KNOWN_FINDINGS.iter().filter(callable).copied().collect();
    Err(format!("'{finding}' is no finding that calls for a playbook ({})", all.join(", ")))
}

fn parameters(wire: BTreeMap<String, Option<Scalar>>, field: &Field<'_>) -> BTreeMap<String, Option<String>> {
    let parameter = |(name, default): (String, Option<Scalar>)| {
        let field = field.key(&name);
        let name = field.take(word::parameter_name(&name))?;
        if name == TARGET {
            field.problem("is there already: the name of the target (another name)");
            return None;
        }
        let default = default.map(|Scalar(text)| text);
        Some((name, default))
    };
    wire.into_iter().filter_map(parameter).collect()
}

/// What is declared stands in the steps, and the defaults may stand where they do.
fn check_parameters(playbook: &Playbook, field: &Field<'_>) {
    let messages = playbook.steps.iter().filter_map(|step| match step {
        PlaybookStep::Notify { message } => message.parameter(),
        _ => None,
    });
    let used: BTreeSet<&str> = playbook.argvs().flat_map(Argv::parameters).chain(messages).collect();
    let fields = field.key("parameters");
    for (name, default) in &playbook.parameters {
        if !used.contains(name.as_str()) {
            fields.key(name).problem("stands in no step (a word $(NAME) of a command or a message)");
        }
        if default.is_none() && !playbook.triggers.is_empty() {
            fields.key(name).problem("needs a default, because a finding that calls for it gives none");
        }
    }
    let defaults =
        playbook.parameters.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
    for (name, error) in playbook.unfit(&defaults.collect()) {
        fields.key(&name).problem(error.to_string());
    }
}

/// Where each container and disk is named first.
fn note_spots(playbook: &Playbook, field: &Field<'_>, spots: &mut Spots) {
    let steps = playbook.steps.iter().map(PlaybookStep::named);
    let checks =
        |checks: &[crate::playbook::Check]| checks.iter().map(crate::playbook::Check::named).collect();
    let all: [(&str, Vec<Option<Key>>); 3] = [
        ("steps", steps.collect()),
        ("preChecks", checks(&playbook.pre_checks)),
        ("postChecks", checks(&playbook.post_checks)),
    ];
    for (name, keys) in all {
        for (position, key) in keys.into_iter().enumerate() {
            let Some(key) = key else { continue };
            let field = field.key(name).item(position);
            spots.named.entry(key).or_insert_with(|| field.spot());
        }
    }
}
